import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Stream } from '../harness/client.ts';
import { data, gauge, makeKey, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import { activityFrames, follow, logHead, pageView, readStream, refusal, rows, seqOf, socketClient, trackUuids, until } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const executions = () => gauge(service, 'lapwing_stream_executions_total');
const live = () => gauge(service, 'lapwing_subscriptions_live_total');

/** Many subscriptions on few sockets; each gathers the ids it is sent. */
async function followMany(count: number, variables: (n: number) => Record<string, unknown>, key?: string) {
  const before = await live();
  const clients = Array.from({ length: Math.ceil(count / 50) }, () => socketClient(service, key));
  const all = Array.from({ length: count }, (_, n) => {
    const uuids: string[] = [];
    const stop = clients[n % clients.length]!.subscribe<ActivityFrame>(
      { query: activityFrames, variables: variables(n) },
      { next: (frame) => uuids.push(frame.data!.activityRecorded.activity.uuid), error: () => {}, complete: () => {} },
    );
    return { uuids, stop };
  });
  await until('all are live', async () => (await live()) === before + count);
  return { all, close: () => Promise.all(clients.map((client) => client.dispose())) };
}

const pageViews = (count: number, user = 'ada') => Array.from({ length: count }, () => pageView(user, `${user}-1`));

describe('equal subscriptions', () => {
  it('are executed once per item, whoever of them comes, goes or began elsewhere', async () => {
    const after = await logHead(service);
    const [early] = await trackUuids(service, pageViews(1));
    const { all, close } = await followMany(100, (n) => (n % 2 === 0 ? {} : { after }));
    const before = await executions();
    const uuids = await trackUuids(service, pageViews(10));
    const expected = (n: number) => (n % 2 === 0 ? uuids : [early, ...uuids]);
    await until('all have it', () => all.every((one, n) => one.uuids.length === expected(n).length));
    for (const [n, one] of all.entries()) expect(one.uuids).toEqual(expected(n));
    expect((await executions()) - before).toBe(10);

    for (const { stop } of all.slice(1)) stop();
    await until('one is left', async () => (await gauge(service, 'lapwing_subscriptions{')) === 1);
    const [last] = await trackUuids(service, pageViews(1));
    await until('it goes on', () => all[0]!.uuids.at(-1) === last);
    expect(all[1]!.uuids.at(-1)).toBe(uuids.at(-1));
    expect((await executions()) - before).toBe(11);
    await close();
  });

  it('share nothing with those that ask or see something else', async () => {
    const { secret: analyst } = await makeKey(service, { role: 'ANALYST' });
    const { secret: member } = await makeKey(service, { role: 'MEMBER', user: 'eve' });
    const { secret: sameMember } = await makeKey(service, { role: 'MEMBER', user: 'eve' });
    const { secret: otherMember } = await makeKey(service, { role: 'MEMBER', user: 'mallory' });
    await trackUuids(service, [pageView('eve', 'eve-0'), pageView('mallory', 'mallory-0')]);
    const groups = [
      await followMany(2, () => ({})),
      await followMany(2, () => ({ filter: { user: { eq: 'eve' } } })),
      await followMany(2, () => ({}), analyst),
      await followMany(1, () => ({}), member),
      await followMany(1, () => ({}), sameMember),
      await followMany(1, () => ({}), otherMember),
    ];
    const before = await executions();
    const [eve, mallory] = await trackUuids(service, [pageView('eve', 'eve-1'), pageView('mallory', 'mallory-1')]);
    const expected = [[eve, mallory], [eve], [eve, mallory], [eve], [eve], [mallory]];
    await until('all have it', () => groups.every(({ all }, n) => all.every(({ uuids }) => uuids.length >= expected[n]!.length)));
    expect(groups.map(({ all }) => all.map(({ uuids }) => uuids))).toEqual(groups.map(({ all }, n) => all.map(() => expected[n])));
    expect((await executions()) - before).toBe(2 + 2 + 1 + 1); // both keys of eve see the same, and share; a filter chooses items and changes none
    await Promise.all(groups.map(({ close }) => close()));
  });

  it('end one by one: whose key is revoked gets nothing more, the others all of it', async () => {
    const { secret, id } = await makeKey(service, { role: 'ADMIN' });
    const staying = await followMany(3, () => ({}));
    const before = await executions();
    const leaving = await follow(service, activityFrames, {}, secret);
    const [first] = await trackUuids(service, pageViews(1));
    expect((await leaving.next()).activityRecorded.activity.uuid).toBe(first);
    await data(service, 'mutation($i: ID!) { revokeApiKey(input: { id: $i }) { userErrors { message } } }', { i: id });
    const [second] = await trackUuids(service, pageViews(1));
    await until('the others have it', () => staying.all.every(({ uuids }) => uuids.length === 2));
    for (const { uuids } of staying.all) expect(uuids).toEqual([first, second]);
    expect(await leaving.ended).toMatchObject({ code: 4401 });
    expect(leaving.arrived()).toEqual([]);
    expect((await executions()) - before).toBe(2);
    await staying.close();
  });

  it('are counted in the audit log each with what it was given', async () => {
    const { all, close } = await followMany(2, () => ({}));
    const uuids = await trackUuids(service, pageViews(3));
    await until('both have it', () => all.every((one) => one.uuids.length === uuids.length));
    const head = seqOf(await logHead(service));
    await close();
    const closed = async () =>
      rows<{ rows: number }>(service.databaseUrl, `select rows from audit_entry where action = 'STREAM_CLOSED' and seq > $1`, [head]);
    await until('both are closed', async () => (await closed()).length === 2);
    expect(await closed()).toEqual([{ rows: 3 }, { rows: 3 }]);
  });
});

const sessionFrames = `subscription($snapshot: Boolean, $after: Cursor, $filter: SessionFilter) {
  sessionChanged(snapshot: $snapshot, after: $after, filter: $filter) {
    ... on SessionEvent { cursor change session { externalId activityCount user { externalId } } } } }`;

describe('a snapshot of sessions', () => {
  it('tells those that are not over, and then each change once, while writers write', async () => {
    const filter = { externalId: { startsWith: 'snap-' } };
    const open: Stream[] = [];
    const write = async (writer: number) => {
      for (let n = 0; open.length < 3 && n < 60; n += 1)
        await trackUuids(service, [pageView('snap', `snap-${writer}`), pageView('snap', `snap-${n % 7}`)]);
    };
    const writing = Promise.all([0, 1, 2].map(write));
    while (open.length < 3) open.push(await follow(service, sessionFrames, { snapshot: true, filter }));
    await writing;
    const table = await rows<{ external_id: string; activity_count: number }>(
      service.databaseUrl,
      `select external_id, activity_count from session where external_id like 'snap-%' order by external_id`,
    );
    const expected = new Map(table.map((row) => [row.external_id, row.activity_count]));
    for (const stream of open) {
      // What a session had when it was told first, and one for each activity since: less is missing, more is double.
      const counted = new Map<string, number>();
      while ([...expected].some(([session, count]) => (counted.get(session) ?? 0) < count)) {
        const { change, session } = (await stream.next()).sessionChanged;
        const before = counted.get(session.externalId);
        counted.set(session.externalId, change === 'CURRENT' && before === undefined ? session.activityCount : (before ?? 0) + 1);
      }
      expect(counted).toEqual(expected);
      await stream.close();
      expect(stream.arrived()).toEqual([]);
    }
  });

  it('is as one sees it, newest first, and not to be had together with a cursor', async () => {
    const { secret } = await makeKey(service, { role: 'MEMBER', user: 'kim' });
    for (const [user, session] of [
      ['kim', 'kim-1'],
      ['lee', 'lee-1'],
      ['kim', 'kim-2'],
      ['kim', 'kim-over'],
    ] as const)
      await track(service, pageView(user, session));
    await track(service, { user: 'kim', session: 'kim-over', detail: { auth: { event: 'LOGOUT' } } });
    const head = await logHead(service);
    const own = await follow(service, sessionFrames, { snapshot: true }, secret);
    const items = (await own.take(2)).map(({ sessionChanged }) => sessionChanged);
    expect(items.map(({ change, session }) => [change, session.externalId, session.user.externalId])).toEqual([
      ['CURRENT', 'kim-2', 'kim'],
      ['CURRENT', 'kim-1', 'kim'],
    ]);
    for (const { cursor } of items) expect(seqOf(cursor)).toBeGreaterThanOrEqual(seqOf(head));
    await track(service, pageView('lee', 'lee-1'));
    await track(service, pageView('kim', 'kim-1'));
    expect((await own.next()).sessionChanged).toMatchObject({ change: 'UPDATED', session: { externalId: 'kim-1', activityCount: 2 } });
    expect(own.arrived()).toEqual([]);
    await own.close();
    const refused = await refusal(service, sessionFrames, { snapshot: true, after: head });
    expect(refused).toMatchObject([{ message: expect.stringContaining('`snapshot`'), extensions: { code: 'BAD_REQUEST' } }]);
  });
});

describe('a cursor from before what is kept', () => {
  it('is refused with the oldest that will do, and that one replays all there is', async () => {
    const aged = await startService();
    const cursors: string[] = [];
    for (let n = 0; n < 3; n += 1) cursors.push((await track(aged, pageView('ada', 'ada-1'))).cursor);
    const refusedAt = (after: string) => refusal(aged, activityFrames, { after });
    const [partition] = await rows<{ name: string }>(aged.databaseUrl, 'select distinct tableoid::regclass::text as name from activity');
    await rows(aged.databaseUrl, `drop table ${partition!.name} cascade`);
    expect(await refusedAt(cursors[1]!)).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED', oldest: await logHead(aged) } }]);
    await rows(aged.databaseUrl, `select make_activity_partitions(date_trunc('month', now())::date, 3)`);

    const uuids = await trackUuids(aged, pageViews(3));
    const [refused] = (await refusedAt(cursors[1]!)) as { message: string; extensions: { code: string; oldest: string } }[];
    const { code, oldest } = refused!.extensions;
    expect(code).toBe('CURSOR_EXPIRED');
    expect(refused!.message).toContain(oldest);
    for (const after of [cursors[2]!, oldest]) {
      const operation = { query: activityFrames, variables: { after } };
      const read = await readStream<ActivityFrame>(aged, operation, (frames) => frames.length === uuids.length);
      expect(read.map(({ activityRecorded }) => activityRecorded.activity.uuid)).toEqual(uuids);
    }
    const { system } = await data(aged, '{ system { failures { cause count } } }');
    expect(system.failures).toContainEqual({ cause: 'CURSOR_EXPIRED', count: 2 });
    await aged.close();
  });
});
