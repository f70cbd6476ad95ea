import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { data, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { follow, login, pageView, rows, until } from './harness.ts';

let clock: TestClock;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: Service[];
let service: Service;

/** Two processes, so that both run the job that watches the session clock. */
beforeEach(async () => {
  clock = testClock('2026-03-02T10:00:00Z');
  database = await freshDatabase();
  services = [await startService({ clock, databaseUrl: database.url }), await startService({ clock, databaseUrl: database.url })];
  service = services[0]!;
});
afterEach(async () => {
  for (const one of services) await one.close();
  await database.drop();
});

const microsecond = 0.000_001;
const minutes = (count: number) => count * 60;
const statusOf = async (session: string) =>
  (await data(service, 'query($s: String!) { session(externalId: $s) { status } }', { s: session })).session?.status;
const idsWith = async (status: string) =>
  (
    await data(service, 'query($s: SessionStatus!) { sessions(filter: {status: {eq: $s}}) { nodes { externalId } } }', { s: status })
  ).sessions.nodes.map((node: { externalId: string }) => node.externalId);

/** What the log says time alone did to sessions. */
const timed = () =>
  rows<{ kind: string; session: string }>(
    database.url,
    `select e.kind, s.external_id as session from log_entry e join session s on s.id = e.ref where e.kind like 'SESSION%' order by e.seq`,
  );
const told = async () => (await timed()).map(({ kind, session }) => `${session} ${kind}`);

/** Time passes, and every job of both processes has looked at least once since. */
async function pass(seconds: number): Promise<void> {
  clock.advance(seconds);
  const sentinel = `sentinel-${(pass.count += 1)}`;
  await track(service, pageView(sentinel, sentinel, { occurredAt: new Date(clock.now() / 1000 - minutes(6) * 1000).toISOString() }));
  await rows(database.url, 'update session set next_status_at = last_activity_at where external_id = $1', [sentinel]);
  await until('the job has looked', async () => (await told()).includes(`${sentinel} SESSION_IDLE`));
  await rows(database.url, `update session set next_status_at = null where external_id like 'sentinel%'`);
}
pass.count = 0;

const ofSession = async (session: string) =>
  (await told()).filter((line) => line.startsWith(`${session} `)).map((line) => line.split(' ')[1]);

describe('a session', () => {
  it('is IDLE after 5 minutes, near its end after 15, EXPIRED after 25: in queries at once, in the log once', async () => {
    await track(service, pageView('ada', 's1'));
    for (const [after, before, status] of [
      [5, 'ACTIVE', 'IDLE'],
      [15, 'IDLE', 'WARNING'],
      [25, 'WARNING', 'EXPIRED'],
    ] as const) {
      clock.set('2026-03-02T10:00:00Z');
      clock.advance(minutes(after) - microsecond);
      expect(await statusOf('s1')).toBe(before);
      expect(await idsWith(before)).toContain('s1');
      expect((await ofSession('s1')).at(-1)).toBe(before === 'ACTIVE' ? undefined : `SESSION_${before}`);
      clock.advance(microsecond);
      expect(await statusOf('s1')).toBe(status);
      expect(await idsWith(status)).toContain('s1');
      await until(`it is told ${status}`, async () => (await ofSession('s1')).at(-1) === `SESSION_${status}`);
    }
    await pass(minutes(60));
    expect(await ofSession('s1')).toEqual(['SESSION_IDLE', 'SESSION_WARNING', 'SESSION_EXPIRED']);
  });

  it('tells subscribers on every process of each change once, as it was then', async () => {
    const query = 'subscription { sessionChanged { ... on SessionEvent { change session { status } } } }';
    const streams = [await follow(service, query), await follow(services[1]!, query)];
    const both = async () => {
      const items = await Promise.all(streams.map((stream) => stream.next()));
      return items.map(({ sessionChanged: { change, session } }) => `${change} ${session.status}`);
    };
    await track(service, pageView('ada', 's2'));
    expect(await both()).toEqual(['STARTED ACTIVE', 'STARTED ACTIVE']);
    for (const [seconds, told] of [
      [minutes(5), 'IDLE IDLE'],
      [minutes(10), 'WARNING WARNING'],
      [minutes(10), 'EXPIRED EXPIRED'],
    ] as const) {
      clock.advance(seconds);
      expect(await both()).toEqual([told, told]);
    }
    await track(services[1]!, pageView('ada', 's2'));
    expect(await both()).toEqual(['UPDATED ACTIVE', 'UPDATED ACTIVE']);
    await track(services[1]!, { user: 'ada', session: 's2', detail: { auth: { event: 'LOGOUT' } } });
    expect(await both()).toEqual(['ENDED ENDED', 'ENDED ENDED']);
    await pass(minutes(60));
    expect(await ofSession('s2')).toEqual(['SESSION_IDLE', 'SESSION_WARNING', 'SESSION_EXPIRED']);
    for (const stream of streams) await stream.close();
  });

  it('comes back from EXPIRED with a new activity, and starts over', async () => {
    await track(service, pageView('ada', 's3'));
    await pass(minutes(25));
    expect(await statusOf('s3')).toBe('EXPIRED');
    await track(services[1]!, pageView('ada', 's3'));
    expect(await statusOf('s3')).toBe('ACTIVE');
    await pass(minutes(5));
    expect(await ofSession('s3')).toEqual(['SESSION_EXPIRED', 'SESSION_IDLE']);
  });

  it('is ENDED by its LOGOUT for good, whatever time passes', async () => {
    await track(service, login('ada', { session: 's4' }));
    const { sessionStatus } = await track(service, { user: 'ada', session: 's4', detail: { auth: { event: 'LOGOUT' } } });
    expect(sessionStatus).toBe('ENDED');
    await pass(minutes(30));
    expect(await statusOf('s4')).toBe('ENDED');
    expect(await ofSession('s4')).toEqual([]);
  });

  it('that an administrator terminated stays so: what still happens in it is recorded, flagged and answered TERMINATED', async () => {
    await track(service, login('ada', { session: 's5' }));
    const { session } = await data(service, '{ session(externalId: "s5") { id } }');
    const terminate =
      'mutation($i: ID!) { terminateSession(input: {id: $i, reason: "stolen"}) { session { status terminationReason } userErrors { code } } }';
    const { terminateSession } = await data(service, terminate, { i: session.id });
    expect(terminateSession).toEqual({ session: { status: 'TERMINATED', terminationReason: 'stolen' }, userErrors: [] });
    expect((await data(services[1]!, terminate, { i: session.id })).terminateSession.userErrors).toEqual([{ code: 'CONFLICT' }]);
    for (const one of services) {
      const receipt = await track(one, pageView('ada', 's5'));
      expect(receipt.sessionStatus).toBe('TERMINATED');
      expect(receipt.risk.factors).toContainEqual({ code: 'TERMINATED_SESSION', points: 50 });
    }
    const again = await track(service, login('ada', { session: 's5' }));
    expect(again.sessionStatus).toBe('TERMINATED');
    await pass(minutes(30));
    expect(await ofSession('s5')).toEqual(['SESSION_TERMINATED']);
    const { session: after } = await data(service, '{ session(externalId: "s5") { status activityCount } }');
    expect(after).toEqual({ status: 'TERMINATED', activityCount: 4 });
  });

  it('is not woken by an activity that comes late, and its change of status is told all the same', async () => {
    await track(service, pageView('ada', 's6'));
    clock.advance(minutes(5));
    const late = await track(service, pageView('ada', 's6', { occurredAt: '2026-03-02T09:59:00Z' }));
    expect(late.sessionStatus).toBe('IDLE');
    await pass(1);
    expect(await ofSession('s6')).toEqual(['SESSION_IDLE']);
    const { session } = await data(service, '{ session(externalId: "s6") { startedAt lastActivityAt activityCount } }');
    expect(session).toEqual({ startedAt: '2026-03-02T09:59:00.000000Z', lastActivityAt: '2026-03-02T10:00:00.000000Z', activityCount: 2 });
  });

  it('that begins with old activities, as an import brings them, is EXPIRED from the start and told nothing of', async () => {
    const receipt = await track(service, pageView('ada', 's7', { occurredAt: '2026-03-01T10:00:00Z' }));
    expect(receipt.sessionStatus).toBe('EXPIRED');
    await pass(minutes(30));
    expect(await ofSession('s7')).toEqual([]);
  });
});

it('a clock that runs into a month without a partition holds up no recording', async () => {
  clock.set('2026-09-30T23:59:59.999999Z');
  await track(service, pageView('ada', 'far'));
  clock.advance(microsecond);
  await track(services[1]!, pageView('ada', 'far'));
  clock.set('2031-01-15T00:00:00Z');
  await Promise.all(services.map((one) => track(one, pageView('ada', 'far'))));
  const partitions = await rows<{ name: string }>(
    database.url,
    'select distinct tableoid::regclass::text as name from activity order by 1',
  );
  expect(partitions.map(({ name }) => name)).toEqual(['activity_2026_09', 'activity_2026_10', 'activity_2031_01']);
});
