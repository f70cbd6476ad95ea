import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, makeOrganisation, track, trackAll } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';
import type { Exported } from './erasure-harness.ts';
import { dump, erase, exportOf } from './erasure-harness.ts';
import { failure, activityFrames, logHead, readStream, rows, seqOf } from './harness.ts';
import type { ActivityFrame } from './harness.ts';
import { activityLines, leafHash, type ActivityLine } from './leaf-hash.ts';

/** A user is erased, with a second process beside the first, an equal user in another organisation, and others who name them. */

let clock: TestClock;
let service: Service;
let second: Service;
let otherAdmin: string;

/** What only this user ever sent: nothing of it may be left. */
const marks = {
  name: 'zelda.quux',
  displayName: 'Zelda Q. Quux-Smith',
  address: '198.51.100.213',
  command: 'frobnicate-zq --tune',
  program: 'frobnicate-zq',
  metadata: 'metadata-of-zq',
  page: '/people/zq-profile',
  session: 'session-of-zq',
  agent: 'ZqBrowser/7.1',
  host: 'zq-laptop.example',
  note: 'she said it was the cat',
  secret: 'vault-of-zq',
};
const { name } = marks;

const did = (detail: object, more: object = {}) => ({
  user: name,
  session: marks.session,
  sourceIp: marks.address,
  userAgent: marks.agent,
  metadata: { note: marks.metadata },
  detail,
  ...more,
});
const mutate = (mutation: string, input: object, key = adminKey) =>
  data(
    service,
    `mutation { ${mutation}(input: ${JSON.stringify(input).replaceAll(/"(\w+)":/g, '$1:')}) { userErrors { code } } }`,
    {},
    key,
  );

async function fill(key: string) {
  await trackAll(
    service,
    [
      did({ auth: { event: 'LOGIN', host: marks.host } }, { occurredAt: '2026-11-20T09:00:00Z' }),
      did({ terminal: { command: marks.command } }, { occurredAt: '2026-11-20T09:30:00Z', idempotencyKey: 'the-first' }),
      did({ web: { page: marks.page } }, { occurredAt: '2026-11-20T10:00:00Z' }),
      did({ web: { page: '/shared' } }),
      did(
        { terminal: { command: `curl http://${marks.host}/x | bash` } },
        { secretsUsed: [{ secret: marks.secret, granted: false, reason: marks.note }] },
      ),
      did({ terminal: { command: `mysql -u root -p${marks.host}9Kq -h db` } }),
      { user: 'amy', detail: { web: { page: '/shared' } } },
    ],
    key,
  );
}

beforeAll(async () => {
  clock = testClock('2026-11-20T12:00:00Z');
  service = await startService({ clock });
  otherAdmin = await makeOrganisation(service, 'other');
  second = await startService({ clock, databaseUrl: service.databaseUrl });
  for (const key of [adminKey, otherAdmin]) await fill(key);
  await mutate('updateUser', { externalId: name, displayName: marks.displayName, teams: ['ops'] });
  // An address that tries many names: the anomaly is about the address, and lists them.
  const tried = ['amy', 'bob', 'cid', 'dan', 'eve', name, 'fay', 'gus', 'hal', 'ida', 'joe', 'kim', 'lea', 'max', 'ned'];
  await trackAll(
    service,
    tried.map((user) => failure(user, '203.0.113.9')),
  );
  // Others in the user's session, the user in others', and others who act for the user or change their rights.
  await trackAll(service, [
    { user: 'amy', session: 'session-of-amy', detail: { web: { page: '/amy' } } },
    { user: 'amy', session: marks.session, detail: { web: { page: '/amy' } } },
    { ...did({ web: { page: '/shared' } }), session: 'session-of-amy' },
    { user: 'amy', session: 'session-of-amy', detail: { web: { page: '/amy' } } },
    { user: 'bot', onBehalfOf: name, detail: { web: { page: '/bot' } } },
    { user: 'root', detail: { access: { change: 'ROLE', target: name, before: 'none', after: 'admin' } } },
  ]);
  const { alerts } = await data(service, '{ alerts(first: 50) { nodes { id user { externalId } } } }');
  for (const { id, user } of alerts.nodes) {
    await mutate('acknowledgeAlert', { id, note: `${name}: ${user?.externalId === name ? marks.note : 'seen'}` });
  }
  await data(second, `{ user(externalId: "${name}") { id baseline { summary } } }`);
  await track(second, { user: name, session: marks.session, detail: { web: { page: '/shared' } } }); // the second process has all of it at hand
});
afterAll(async () => {
  await second.close();
  await service.close();
});

const idOf = async (organisation: string) =>
  (await rows<{ id: string }>(service.databaseUrl, 'select id from organisation where name = $1', [organisation]))[0]!.id;

/** The rows of one organisation, as lines of text. */
async function linesOf(organisation: string): Promise<string[]> {
  const [found] = await rows<{ id: string }>(service.databaseUrl, 'select id from organisation where name = $1', [organisation]);
  return (await dump(service.databaseUrl)).split('\n').filter((line) => line.includes(found!.id));
}
const log = () => rows<{ seq: string }>(service.databaseUrl, 'select * from log_entry order by organisation_id, seq');
const naming = (lines: readonly string[]) =>
  Object.entries(marks).flatMap(([what, mark]) => lines.filter((line) => line.includes(mark)).map((line) => `${what}: ${line}`));
const framesAfter = async (from: Service, after: string) => {
  const last = await logHead(from);
  const { receipt } = { receipt: await track(from, { user: 'last', detail: { web: { page: '/last' } } }) };
  const frames = await readStream<ActivityFrame>(from, { query: activityFrames, variables: { after } }, (items) =>
    items.some(({ activityRecorded }) => activityRecorded.activity.uuid === receipt.activity.uuid),
  );
  return { last, frames: frames.map(({ activityRecorded }) => activityRecorded.activity.uuid) };
};

describe('a user is erased', () => {
  let beforeLog: Awaited<ReturnType<typeof log>>;
  let linesBefore: string[];
  let theirsBefore: Exported[];
  let start: string;
  let erased: Awaited<ReturnType<typeof erase>>;
  beforeAll(async () => {
    start = Buffer.from('x').toString();
    start = (await track(service, { user: 'first', detail: { web: { page: '/first' } } })).cursor;
    await track(service, did({ web: { page: '/shared' } }));
    linesBefore = await linesOf('default');
    beforeLog = await log();
    theirsBefore = await exportOf(service, name, {}, otherAdmin);
    beforeLog = await log();
    erased = await erase(service, name, { reason: `${name} asked to` });
  });

  it('and told how much of what is gone', () => {
    expect(erased.userErrors).toEqual([]);
    expect(erased.user).toMatchObject({ externalId: expect.stringMatching(/^erased:/), displayName: null, teams: [], timeZone: null });
    expect(erased.user.erasedAt).toBe('2026-11-20T12:00:00.000000Z');
    expect(erased.counts).toMatchObject({ activities: 10, sessions: 1, anomaliesOfOthers: expect.any(Number) });
  });

  it('out of every table: nothing only they ever sent is in any row, and their name in none', async () => {
    expect(Object.entries(marks).filter(([, mark]) => !linesBefore.some((line) => line.includes(mark)))).toEqual([]);
    expect(naming(await linesOf('default'))).toEqual([]);
  });

  it('while the log keeps its lines as they were, and the lines of others can be verified', async () => {
    const after = await log();
    expect(after.slice(0, 0)).toEqual([]);
    const kept = new Set(after.map((line) => JSON.stringify(line)));
    expect(beforeLog.filter((line) => !kept.has(JSON.stringify(line)))).toEqual([]);
    const lines = await rows<ActivityLine>(service.databaseUrl, activityLines);
    const changed = lines.filter((line) => leafHash(line) !== line.leaf_hash.toString('hex'));
    expect(lines.length).toBeGreaterThan(20);
    expect(changed.filter(({ activity }) => activity.erased_at === null)).toEqual([]);
    expect(changed.length).toBe(erased.counts.activitiesOfOthers);
  });

  it('and the erasure is a line of the log and an audit entry that says who, why and how much, without the name', async () => {
    const { auditEntries } = await data(
      service,
      '{ auditEntries(first: 1, filter: { action: { eq: USER_ERASED } }) { nodes { target actor { name } reason before after } } }',
    );
    const id = erased.user.externalId.slice('erased:'.length);
    expect(auditEntries.nodes).toEqual([
      { target: `User:${id}`, actor: { name: expect.any(String) }, reason: `erased:${id} asked to`, before: null, after: erased.counts },
    ]);
    const told = await rows(service.databaseUrl, `select ref from log_entry where kind = 'USER_ERASED'`);
    expect(told).toEqual([{ ref: id }]);
  });

  it('and passed over where a stream begins before', async () => {
    for (const from of [service, second]) {
      const { frames } = await framesAfter(from, start);
      const kept = await rows<{ id: string }>(
        service.databaseUrl,
        'select id from activity where seq > $1 and organisation_id = $2 order by seq',
        [seqOf(start), await idOf('default')],
      );
      expect(frames).toEqual(kept.map(({ id }) => id));
    }
  });

  it('and the same user of another organisation is untouched', async () => {
    expect(await exportOf(service, name, {}, otherAdmin)).toEqual(theirsBefore);
  });

  it('and both processes, and one that starts, take what comes under the name for a new user', async () => {
    const third = await startService({ clock, databaseUrl: service.databaseUrl });
    for (const process of [second, service, third]) {
      await track(process, { user: name, session: marks.session, detail: { web: { page: '/again' } } });
    }
    await third.close();
    const query = `{ user(externalId: "${name}") { id firstSeenAt baseline { maturity { days } } activities(first: 9) { nodes { __typename } }
      sessions(first: 9) { totalCount } } }`;
    const { user } = await data(service, query);
    expect(user).toMatchObject({ firstSeenAt: '2026-11-20T12:00:00.000000Z', sessions: { totalCount: 1 } });
    expect(user.id).not.toBe(erased.user.id);
    expect(user.activities.nodes).toHaveLength(3);
  });

  it('and what is sent again under a key of theirs is not recorded again', async () => {
    const again = did({ terminal: { command: marks.command } }, { occurredAt: '2026-11-20T09:30:00Z', idempotencyKey: 'the-first' });
    for (const input of [again, { ...again, user: 'amy' }]) {
      const { receipts, userErrors } = await trackAll(service, [input]);
      expect({ receipts, code: userErrors[0].code }).toEqual({ receipts: [null], code: 'GONE' });
    }
    expect((await erase(service, name)).counts.activities).toBe(3);
  });

  it('once: there is nobody of that name, and what is left is erased already', async () => {
    expect((await erase(service, name)).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'user'] }]);
    expect((await erase(service, erased.user.id)).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'user'] }]);
    expect((await erase(service, erased.user.externalId)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    const { userErrors } = await trackAll(service, [{ user: erased.user.externalId, detail: { web: { page: '/' } } }]);
    expect(userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'activities', '0', 'user'] }]);
  });
});
