import { createHash, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionRow } from '../../src/db/entities/session.ts';
import { sessionsTerminatedMax } from '../../src/graphql/types/session-control.ts';
import type { LogItem } from '../../src/recorder/batch.ts';
import { createHub, queueItemsMax } from '../../src/recorder/hub.ts';
import { createTerminatedSessions, idsMax, idsOfAllMax } from '../../src/recorder/terminated-sessions.ts';
import { follow, login, logHead, pageView, readStream, refusal, rows, trackUuids, until } from '../flow/harness.ts';
import { ask, data, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, freshDatabase, startService, testClock } from '../harness/service.ts';

let clock: TestClock;
let service: Service;
let serviceKey: string;
beforeAll(async () => {
  clock = testClock('2026-03-02T10:00:00Z');
  service = await startService({ clock });
  serviceKey = await newKey('SERVICE');
});
afterAll(() => service.close());

async function newKey(role: string): Promise<string> {
  const { createApiKey } = await data(
    service,
    'mutation($name: String!, $role: Role!) { createApiKey(input: {name: $name, role: $role}) { secret } }',
    { name: `a ${role}`, role },
  );
  return createApiKey.secret;
}

const shown = 'externalId status terminatedBy terminatedAt terminationReason';
async function terminate(input: object, fields = shown, key = adminKey) {
  const { terminateSessions } = await data(
    service,
    `mutation($input: TerminateSessionsInput!) { terminateSessions(input: $input) {
      sessions { ${fields} } more userErrors { code field message } } }`,
    { input },
    key,
  );
  return terminateSessions;
}
const idsOf = (sessions: { externalId: string }[]) => sessions.map(({ externalId }) => externalId).sort();
const openSessions = (user: string, ...sessions: string[]) =>
  trackUuids(
    service,
    sessions.map((session) => pageView(user, session)),
  );
const signOut = (user: string, session: string) => track(service, { user, session, detail: { auth: { event: 'LOGOUT' } } });
const see = async (externalId: string, key = adminKey) =>
  (await data(service, `query($id: String!) { session(externalId: $id) { id ${shown} } }`, { id: externalId }, key)).session;
const allowed = async (externalId: string, { key = serviceKey, on = service }: { key?: string; on?: { url: string } } = {}) =>
  (await data(on, 'query($id: String!) { sessionAllowed(externalId: $id) }', { id: externalId }, key)).sessionAllowed;

/** The admin key of a second organisation, made in the database: the API makes one only for the command line. */
async function otherOrganisation(): Promise<string> {
  const [organisation, key] = [randomUUID(), `lw_theirs_${randomUUID()}`];
  const { databaseUrl } = service;
  await rows(databaseUrl, `insert into organisation (id, name, time_zone, created_at) values ($1, $2, 'UTC', now())`, [organisation, key]);
  await rows(databaseUrl, 'insert into log_head (organisation_id, seq) values ($1, 0)', [organisation]);
  await rows(
    databaseUrl,
    `insert into api_key (id, organisation_id, name, role, secret_hash, created_at) values ($1, $2, 'theirs', 'ADMIN', $3, now())`,
    [randomUUID(), organisation, createHash('sha256').update(key).digest('hex')],
  );
  return key;
}

describe('terminating sessions', () => {
  it('of a user ends all that are open, whatever their status, and shows on each who did it, when and why', async () => {
    await openSessions('ada', 'ada-old');
    clock.advance(26 * 60);
    await openSessions('ada', 'ada-1', 'ada-2');
    await openSessions('bob', 'bob-1');
    const { sessions, more, userErrors } = await terminate({ user: 'ada', reason: 'stolen laptop' });
    expect([more, userErrors]).toEqual([false, []]);
    expect(idsOf(sessions)).toEqual(['ada-1', 'ada-2', 'ada-old']);
    const { viewer } = await data(service, '{ viewer { name } }');
    for (const session of sessions) {
      expect(session).toMatchObject({ status: 'TERMINATED', terminatedBy: viewer.name, terminationReason: 'stolen laptop' });
      expect(Date.parse(session.terminatedAt)).toBe(clock.now() / 1_000);
      expect(await see(session.externalId)).toMatchObject(session);
    }
    expect(await see('bob-1')).toMatchObject({ status: 'ACTIVE', terminatedAt: null, terminatedBy: null });
  });

  it('leaves those that are over as they are', async () => {
    await openSessions('cleo', 'cleo-ended', 'cleo-first', 'cleo-open');
    await signOut('cleo', 'cleo-ended');
    const { id } = await see('cleo-first');
    await data(service, 'mutation($id: ID!) { terminateSession(input: {id: $id, reason: "first"}) { userErrors { code } } }', { id });
    expect(idsOf((await terminate({ user: 'cleo', reason: 'second' })).sessions)).toEqual(['cleo-open']);
    expect(await see('cleo-ended')).toMatchObject({ status: 'ENDED', terminatedAt: null });
    expect(await see('cleo-first')).toMatchObject({ terminationReason: 'first' });
    expect(await terminate({ user: 'cleo' })).toEqual({ sessions: [], more: false, userErrors: [] });
  });

  it('by a filter ends those that pass it, also with an empty one: then every open session of the organisation', async () => {
    const theirs = await otherOrganisation();
    await track(service, pageView('dan', 'dan-1'), theirs);
    await openSessions('dan', 'dan-1', 'dan-2');
    await track(service, login('dan', { session: 'dan-far', sourceIp: '203.0.113.9' }));
    expect(idsOf((await terminate({ filter: { sourceIp: { eq: '203.0.113.9' } } })).sessions)).toEqual(['dan-far']);
    const either = { or: [{ externalId: { eq: 'dan-1' } }, { user: { eq: 'nobody' } }] };
    expect(idsOf((await terminate({ filter: either })).sessions)).toEqual(['dan-1']);
    await openSessions('eve', 'eve-1');
    const all = idsOf((await terminate({ filter: {} })).sessions);
    expect(all).toEqual(expect.arrayContaining(['bob-1', 'dan-2', 'eve-1']));
    expect(all).not.toContain('dan-1');
    expect(await terminate({ filter: {} })).toMatchObject({ sessions: [] });
    expect(await see('dan-1', theirs)).toMatchObject({ status: 'ACTIVE', terminatedAt: null });
  });

  it(`ends ${sessionsTerminatedMax} at a time, the most recently active first, and says whether others are left`, async () => {
    for (const [user, count] of [
      ['fewer', sessionsTerminatedMax - 1],
      ['exact', sessionsTerminatedMax],
      ['over', sessionsTerminatedMax + 1],
    ] as const) {
      const names = Array.from({ length: count }, (_, place) => `${user}-${place}`);
      const [oldest, ...others] = names;
      await openSessions(user, oldest!);
      clock.advance(1);
      await openSessions(user, ...others);
      const { sessions, more } = await terminate({ filter: { user: { eq: user } } }, 'externalId');
      expect([sessions.length, more]).toEqual([Math.min(count, sessionsTerminatedMax), count > sessionsTerminatedMax]);
      const left = await terminate({ user }, 'externalId');
      expect(left).toEqual({ sessions: more ? [{ externalId: oldest }] : [], more: false, userErrors: [] });
    }
  });

  it('takes exactly one of user and filter, a known user, and a reason that can be stored', async () => {
    await openSessions('fay', 'fay-1');
    const refused = async (input: object) => {
      const { sessions, more, userErrors } = await terminate(input);
      expect([sessions, more]).toEqual([[], false]);
      return userErrors.map(({ code, field }: { code: string; field: string[] }) => `${code} ${field.join('.')}`);
    };
    expect(await refused({})).toEqual(['NOT_EXACTLY_ONE input']);
    expect(await refused({ user: null, filter: null })).toEqual(['NOT_EXACTLY_ONE input']);
    expect(await refused({ user: 'fay', filter: {} })).toEqual(['NOT_EXACTLY_ONE input']);
    for (const user of ['nobody', '', 'a\0']) expect(await refused({ user })).toEqual(['NOT_FOUND input.user']);
    expect(await refused({ user: 'fay', reason: 'x'.repeat(1_025) })).toEqual(['TOO_LONG input.reason']);
    expect(await refused({ user: 'fay', reason: 'a\0' })).toEqual(['BAD_CHARACTER input.reason']);
    expect(await see('fay-1')).toMatchObject({ status: 'ACTIVE' });
    const reason = 'x'.repeat(1_024);
    expect((await terminate({ user: 'fay', reason })).sessions).toMatchObject([{ externalId: 'fay-1', terminationReason: reason }]);
  });

  it('is for administrators', async () => {
    await openSessions('gil', 'gil-1');
    for (const role of ['ANALYST', 'AUDITOR', 'SERVICE']) {
      const { errors } = await ask(
        service,
        'mutation { terminateSessions(input: {user: "gil"}) { more } }',
        {},
        role === 'SERVICE' ? serviceKey : await newKey(role),
      );
      expect([role, errors?.map((error) => error.extensions.code)]).toEqual([role, ['FORBIDDEN']]);
    }
    expect(await see('gil-1')).toMatchObject({ status: 'ACTIVE' });
  });
});

describe('an activity in a session that was terminated with others', () => {
  it('is recorded, flagged and answered TERMINATED', async () => {
    await openSessions('hal', 'hal-1', 'hal-2');
    await terminate({ user: 'hal' });
    for (const session of ['hal-1', 'hal-2']) {
      const receipt = await track(service, pageView('hal', session));
      expect(receipt.sessionStatus).toBe('TERMINATED');
      expect(receipt.risk.factors.map((factor: { code: string }) => factor.code)).toContain('TERMINATED_SESSION');
      const { session: after } = await data(service, 'query($s: String!) { session(externalId: $s) { status activityCount } }', {
        s: session,
      });
      expect(after).toEqual({ status: 'TERMINATED', activityCount: 2 });
    }
  });
});

describe('sessionAllowed', () => {
  it('is true of a session that goes on, signed out or was never seen, and false once it is terminated', async () => {
    await openSessions('ida', 'ida-1', 'ida-2', 'ida-out');
    await signOut('ida', 'ida-out');
    for (const id of ['ida-1', 'ida-2', 'ida-out', 'never seen', '', 'a\0']) expect([id, await allowed(id)]).toEqual([id, true]);
    const { id } = await see('ida-1');
    await data(service, 'mutation($id: ID!) { terminateSession(input: {id: $id}) { userErrors { code } } }', { id });
    expect([await allowed('ida-1'), await allowed('ida-2')]).toEqual([false, true]);
    await terminate({ user: 'ida' });
    expect([await allowed('ida-2'), await allowed('ida-out')]).toEqual([false, true]);
    expect(await allowed('ida-2', { key: adminKey })).toBe(false);
  });

  it('knows a session whose id is a secret by that secret, which is stored nowhere', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'tess', jti: randomUUID() })}.${'sIgNaTuRe0'.repeat(4)}`;
    const other = token.replace('sIgN', 'SiGn');
    await openSessions('tess', token, other);
    expect([await allowed(token), (await see(token)).externalId]).toEqual([true, expect.stringMatching(/^‹redacted:jwt›#[0-9a-f]{16}$/)]);
    const { id } = await see(token);
    await data(service, 'mutation($id: ID!) { terminateSession(input: { id: $id }) { userErrors { code } } }', { id });
    expect([await allowed(token), await allowed(other)]).toEqual([false, true]);
    const stored = await rows<{ external_id: string }>(service.databaseUrl, 'select external_id from session where external_id like $1', [
      '%eyJ%',
    ]);
    expect(stored).toEqual([]);
  });

  it('knows nothing of the sessions of another organisation, also under equal ids', async () => {
    const theirs = await otherOrganisation();
    await openSessions('jan', 'shared-1', 'shared-2');
    for (const session of ['shared-1', 'shared-2']) await track(service, pageView('jan', session), theirs);
    await terminate({ filter: { externalId: { eq: 'shared-1' } } });
    await terminate({ filter: { externalId: { eq: 'shared-2' } } }, shown, theirs);
    expect([await allowed('shared-1'), await allowed('shared-2')]).toEqual([false, true]);
    expect([await allowed('shared-1', { key: theirs }), await allowed('shared-2', { key: theirs })]).toEqual([true, false]);
  });

  it('is answered to those who may check sessions, and to nobody else', async () => {
    for (const role of ['ANALYST', 'AUDITOR']) {
      const { errors } = await ask(service, '{ sessionAllowed(externalId: "ida-1") }', {}, await newKey(role));
      expect([role, errors?.map((error) => error.extensions.code)]).toEqual([role, ['FORBIDDEN']]);
    }
  });

  it('hears at every process what was terminated at one, and knows it after a restart', async () => {
    const database = await freshDatabase();
    const start = () => startService({ databaseUrl: database.url });
    const [a, b] = [await start(), await start()];
    const input = { user: 'kim', reason: null };
    const end = 'mutation($input: TerminateSessionsInput!) { terminateSessions(input: $input) { sessions { externalId } } }';
    const key = adminKey;
    await trackUuids(a, [pageView('kim', 'kim-1')]);
    expect([await allowed('kim-1', { on: a, key }), await allowed('kim-1', { on: b, key })]).toEqual([true, true]);
    await data(a, end, { input });
    expect(await allowed('kim-1', { on: a, key })).toBe(false);
    await until('the other process knows', async () => !(await allowed('kim-1', { on: b, key })), 2_000);
    await trackUuids(b, [pageView('kim', 'kim-2')]);
    await data(b, end, { input });
    await until('and the other way round', async () => !(await allowed('kim-2', { on: a, key })), 2_000);
    await a.close();
    await b.close();
    const again = await start();
    expect(await Promise.all(['kim-1', 'kim-2', 'kim-3'].map((id) => allowed(id, { on: again, key })))).toEqual([false, false, true]);
    await again.close();
    await database.drop();
  });
});

const terminations = `subscription($after: Cursor) { sessionTerminated(after: $after) {
  ... on SessionTerminatedEvent { cursor externalId terminatedAt } ... on Lagged { lagged: cursor missed } } }`;
type Frame = { sessionTerminated: { cursor: string; externalId: string; terminatedAt: string } };

describe('sessionTerminated', () => {
  it("tells a service of every termination, whoever's session it is, and nothing but its id and when", async () => {
    const stream = await follow(service, terminations, {}, serviceKey);
    const after = await logHead(service);
    await openSessions('lea', 'lea-1');
    await openSessions('max', 'max-1');
    await terminate({ user: 'lea' });
    await terminate({ filter: { user: { eq: 'max' } } });
    const live: Frame[] = await stream.take(2);
    expect(live.map((item) => item.sessionTerminated.externalId)).toEqual(['lea-1', 'max-1']);
    for (const { sessionTerminated } of live) expect(Date.parse(sessionTerminated.terminatedAt)).toBe(clock.now() / 1_000);
    await stream.close();
    expect(stream.arrived()).toEqual([]);

    const replay = (from: string, count: number) =>
      readStream<Frame>(service, { query: terminations, variables: { after: from }, key: serviceKey }, (items) => items.length === count);
    expect(await replay(after, 2)).toEqual(live);
    expect(await replay(live[0]!.sessionTerminated.cursor, 1)).toEqual([live[1]]);
  });

  it('is all that a service may follow', async () => {
    const { __schema } = await data(service, '{ __schema { subscriptionType { fields { name } } } }');
    const names: string[] = __schema.subscriptionType.fields.map(({ name }: { name: string }) => name);
    expect(names).toContain('sessionTerminated');
    for (const name of names.filter((one) => one !== 'sessionTerminated'))
      expect([name, await refusal(service, `subscription { ${name} { __typename } }`, {}, serviceKey)]).toEqual([
        name,
        [expect.objectContaining({ extensions: { code: 'FORBIDDEN' } })],
      ]);
  });

  it('is not for those who may read but not check sessions', async () => {
    expect(await refusal(service, terminations, {}, await newKey('ANALYST'))).toEqual([
      expect.objectContaining({ extensions: { code: 'FORBIDDEN' } }),
    ]);
  });
});

/** The part behind sessionAllowed on a log in memory, for what would take half a million sessions or a stalled process. */
function onLog(known: string[]) {
  const items: LogItem[] = [];
  const calls = { read: 0, asked: [] as string[], failed: [] as unknown[], following: 0 };
  const { promise: live, resolve: wentLive } = Promise.withResolvers<void>();
  const hub = createHub({
    ownCommit: () => Promise.resolve(),
    readHead: async () => items.length,
    readItems: async (_organisation, after, upTo) => items.slice(after, upTo),
    failed: (error) => void calls.failed.push(error),
    later: () => undefined,
    wentLive,
    following: (count) => (calls.following = count),
  });
  const sessions = createTerminatedSessions({
    hub,
    readTerminated: async (_organisation, max) => {
      calls.read += 1;
      return { seq: items.length, externalIds: known.toReversed().slice(0, max) };
    },
    wasTerminated: async (_organisation, externalId) => {
      calls.asked.push(externalId);
      return known.includes(externalId);
    },
    failed: (error) => void calls.failed.push(error),
  });
  const end = (...externalIds: string[]) => {
    const fresh = externalIds.map((externalId, place): LogItem => {
      const row = { externalId, terminatedAt: 0 } as SessionRow;
      const seq = items.length + place + 1;
      return { seq, recordedAt: 0, kind: 'SESSION_TERMINATED', sessionRow: row, user: 'ada', session: externalId };
    });
    known.push(...externalIds);
    items.push(...fresh);
    hub.publish('ours', fresh);
  };
  return { sessions, calls, live, end, isTerminated: (id: string) => sessions.isTerminated('ours', id) };
}
const many = (count: number) => Array.from({ length: count }, (_, place) => `old-${place}`);

describe('what a process keeps in memory of terminated sessions', () => {
  it('is read once, whoever asks meanwhile, and then follows the log', async () => {
    const { calls, end, isTerminated, sessions } = onLog(['old']);
    expect(await Promise.all(['old', 'new', 'old', 'other'].map(isTerminated))).toEqual([true, false, true, false]);
    end('new');
    await expect.poll(() => isTerminated('new')).toBe(true);
    expect(calls).toEqual({ read: 1, asked: [], failed: [], following: 1 });
    sessions.close();
  });

  it(`holds ${idsMax} ids; beyond that the database is asked for what it does not hold, and the answer is the same`, async () => {
    const full = onLog(many(idsMax));
    expect(await Promise.all(['old-0', `old-${idsMax - 1}`, 'none'].map(full.isTerminated))).toEqual([true, true, false]);
    expect(full.calls.asked).toEqual([]);
    full.end('one-more');
    await expect.poll(async () => (await full.isTerminated('none')) || full.calls.asked.length > 0).toBe(true);
    expect(await Promise.all(['one-more', 'old-1', 'old-0', 'none'].map(full.isTerminated))).toEqual([true, true, true, false]);
    expect(full.calls.asked).toEqual(['none', 'old-0', 'none']);
    full.sessions.close();

    const over = onLog(many(idsMax + 1));
    expect(await Promise.all(['old-1', 'old-0', 'none', 'a\0'].map(over.isTerminated))).toEqual([true, true, false, false]);
    expect(over.calls.asked).toEqual(['old-0', 'none']);
    over.sessions.close();
  });

  it(`holds ${idsOfAllMax} ids of all organisations: beyond that it lets go of the one that was asked about longest ago`, async () => {
    const { calls, sessions } = onLog(many(idsMax));
    const ask = (organisation: string) => sessions.isTerminated(organisation, 'old-0');
    const fitting = Array.from({ length: idsOfAllMax / idsMax }, (_, place) => `org-${place}`);
    for (const organisation of [...fitting, ...fitting]) expect(await ask(organisation)).toBe(true);
    expect([calls.read, calls.following]).toEqual([fitting.length, fitting.length]);
    expect(await ask('one more')).toBe(true);
    await expect.poll(() => calls.following).toBe(fitting.length);
    for (const organisation of ['one more', ...fitting.slice(1)]) expect(await ask(organisation)).toBe(true);
    expect(calls.read).toBe(fitting.length + 1);
    expect(await ask(fitting[0]!)).toBe(true);
    expect(calls.read).toBe(fitting.length + 2);
    sessions.close();
    await expect.poll(() => calls.following).toBe(0);
    expect(calls.failed).toEqual([]);
  });

  it('is read anew after it could not keep up with the log', async () => {
    const { calls, live, end, isTerminated, sessions } = onLog([]);
    expect(await isTerminated('late-0')).toBe(false);
    const flood = Array.from({ length: queueItemsMax + 1 }, (_, place) => `late-${place}`);
    await live;
    end(...flood);
    await expect.poll(() => isTerminated(`late-${queueItemsMax}`)).toBe(true);
    expect([calls.read, calls.failed]).toEqual([2, []]);
    sessions.close();
  });
});
