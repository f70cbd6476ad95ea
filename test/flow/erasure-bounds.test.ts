import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHub } from '../../src/recorder/hub.ts';
import type { LogItem } from '../../src/recorder/batch.ts';
import { activitiesPerStepMax } from '../../src/recorder/changes/erasure.ts';
import { data, makeKey, track, trackAll } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { dump, erase, liftHold, setHold } from './erasure-harness.ts';
import { follow, rows } from './harness.ts';

/** What keeps a user from being erased, and how one with much is. */

let clock: TestClock;
let service: Service;
let second: Service;
beforeAll(async () => {
  clock = testClock('2026-11-20T12:00:00Z');
  service = await startService({ clock });
  second = await startService({ clock, databaseUrl: service.databaseUrl });
});
afterAll(async () => {
  await second.close();
  await service.close();
});

const page = (user: string, more: object = {}) => ({ user, session: `of-${user}`, detail: { web: { page: '/a' } }, ...more });
const auditOf = async (action: string) => {
  const query =
    'query($action: AuditAction!) { auditEntries(filter: { action: { eq: $action } }) { nodes { target reason before after } } }';
  return (await data(service, query, { action })).auditEntries.nodes;
};

describe('a legal hold', () => {
  it('refuses to erase until the very moment it runs out, on every process, and tells why', async () => {
    for (const process of [service, second]) await track(process, page('ada'));
    const { user, userErrors } = await setHold(second, { user: 'ada', until: '2026-11-20T13:00:00Z' });
    expect({ user, userErrors }).toEqual({
      user: {
        legalHold: {
          reason: 'a court asked',
          since: '2026-11-20T12:00:00.000000Z',
          until: '2026-11-20T13:00:00.000000Z',
          by: expect.any(String),
          active: true,
        },
      },
      userErrors: [],
    });
    await track(service, page('ada', { userTimeZone: 'Europe/Berlin' })); // which writes the row of the user
    for (const instant of ['2026-11-20T12:00:00Z', '2026-11-20T12:59:59.999999Z']) {
      clock.set(instant);
      const refused = await erase(service, 'ada');
      expect(refused).toMatchObject({ user: null, erased: [], userErrors: [{ code: 'CONFLICT', field: ['input', 'user'] }] });
      expect(refused.userErrors[0].message).toBe(
        "a legal hold since 2026-11-20T12:00:00.000000Z until 2026-11-20T13:00:00.000000Z keeps this user's data: a court asked",
      );
    }
    clock.set('2026-11-20T13:00:00Z');
    const { user: held } = await data(service, '{ user(externalId: "ada") { legalHold { active } } }');
    expect(held.legalHold.active).toBe(false);
    expect((await erase(service, 'ada')).counts).toMatchObject({ activities: 3, sessions: 1 });
  });

  it('without an end holds until it is lifted, once, and both are on record', async () => {
    await track(service, page('bob'));
    await setHold(service, { user: 'bob', until: '2026-11-21T00:00:00Z' });
    clock.advance(1);
    const { user } = await setHold(service, { user: 'bob', reason: 'another' });
    expect(user.legalHold).toMatchObject({ since: '2026-11-20T13:00:00.000000Z', until: null, reason: 'another' });
    clock.set('2027-11-21T00:00:00Z');
    expect((await erase(service, 'bob')).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect(await liftHold(service, 'bob')).toEqual({ user: { legalHold: null }, userErrors: [] });
    expect((await liftHold(service, 'bob')).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'user'] }]);
    expect((await auditOf('LEGAL_HOLD_LIFTED'))[0]).toMatchObject({ before: { reason: 'another', until: null }, after: null });
    expect((await erase(service, 'bob')).userErrors).toEqual([]);
    expect((await auditOf('LEGAL_HOLD_SET')).map(({ reason }: { reason: string }) => reason)).toEqual([
      'another',
      'a court asked',
      'a court asked',
    ]);
  });

  it('is refused for nobody, for whoever is erased, without a reason, and with an end that is past', async () => {
    expect((await setHold(service, { user: 'nobody' })).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'user'] }]);
    const [left] = await rows<{ name: string }>(service.databaseUrl, `select external_id as name from "user" where erased_at is not null`);
    expect((await setHold(service, { user: left!.name })).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    expect((await liftHold(service, left!.name)).userErrors).toMatchObject([{ code: 'CONFLICT' }]);
    await track(service, page('cid'));
    expect((await setHold(service, { user: 'cid', reason: ' ' })).userErrors).toMatchObject([
      { code: 'BLANK', field: ['input', 'reason'] },
    ]);
    for (const [until, codes] of [
      ['2027-11-21T00:00:00Z', ['OUT_OF_RANGE']],
      ['2027-11-21T00:00:00.000001Z', []],
    ] as const) {
      const { userErrors } = await setHold(service, { user: 'cid', until });
      expect(userErrors.map(({ code }: { code: string }) => code)).toEqual(codes);
    }
    expect((await erase(service, 'cid', { reason: ' ' })).userErrors).toMatchObject([{ code: 'BLANK', field: ['input', 'reason'] }]);
  });
});

describe('a user of more activities than one transaction takes', () => {
  it.each([activitiesPerStepMax, activitiesPerStepMax + 1])('is erased whole: %i of them', async (count) => {
    const user = `many-${count}`;
    const all = Array.from({ length: count }, (_, at) => page(user, { sourceIp: `10.9.${at % 250}.7`, metadata: { mark: user } }));
    for (const half of [all.slice(0, 600), all.slice(600)]) expect((await trackAll(service, half)).userErrors).toEqual([]);
    const { counts, more, user: left } = await erase(service, user, { reason: `for ${user}` });
    expect({ activities: counts.activities, more }).toEqual({ activities: count, more: false });
    expect(await dump(service.databaseUrl)).not.toContain(user);
    expect(await dump(service.databaseUrl)).not.toContain('10.9.3.7');
    const begun = (await auditOf('USER_ERASURE_BEGUN')).filter(({ target }: { target: string }) =>
      left.externalId.endsWith(target.split(':')[1]),
    );
    expect(begun).toHaveLength(count > activitiesPerStepMax ? 1 : 0);
  });
});

describe('a name that means something elsewhere', () => {
  it.each(['o"neil\\ (x)+.*', 'users', 'true', '12', 'zoë-ß-ø', "d'arcy; drop"])(
    '%s is replaced where it is the name, and only there',
    async (user) => {
      const sourceIp = `192.0.2.${user.length}`;
      const around = Array.from({ length: 15 }, (_, at) => `${user}x${at}`);
      await trackAll(
        service,
        [user, ...around].map((one) => ({ user: one, sourceIp, metadata: { of: user }, detail: { auth: { event: 'FAILURE' } } })),
      );
      const query = '{ anomalies(first: 1, filter: { type: { eq: PASSWORD_SPRAYING } }) { nodes { details } } }';
      const before = (await data(service, query)).anomalies.nodes[0].details as Record<string, unknown>;
      expect(JSON.stringify(before)).toContain(JSON.stringify(user));
      const { user: left, userErrors } = await erase(service, user);
      expect(userErrors).toEqual([]);
      const after = (await data(service, query)).anomalies.nodes[0].details as Record<string, unknown>;
      const expected = JSON.parse(JSON.stringify(before), (_key, value: unknown) => (value === user ? left.externalId : value));
      expect(after).toEqual(expected);
    },
  );
});

describe('accounts of the staff', () => {
  it('that act for the user are told of, and left as they are', async () => {
    await track(service, page('dan'));
    const key = await makeKey(service, { role: 'MEMBER', user: 'dan' });
    expect(await erase(service, 'dan')).toMatchObject({ people: 0, apiKeys: 1 });
    const { viewer, users } = await data(service, '{ viewer { user } users { nodes { id } } }', {}, key.secret);
    expect({ viewer, users }).toEqual({ viewer: { user: 'dan' }, users: { nodes: [] } });
  });
});

describe('what waits for a subscriber', () => {
  const item = (seq: number, kind: string) => ({ seq, kind, recordedAt: 0, user: null, session: null }) as LogItem;

  it('when somebody is erased is let go of, and the subscriber reads on from the log', async () => {
    const hub = createHub({
      readItems: () => Promise.resolve([]),
      readHead: () => Promise.resolve(0),
      ownCommit: () => Promise.resolve(),
      failed: (error) => {
        throw error;
      },
      later: (run) => run(),
      wentLive: () => undefined,
      following: () => undefined,
    });
    const stream = hub.follow('organisation', null, ({ kind }) => kind === 'ACTIVITY');
    const first = stream.next();
    await new Promise(setImmediate);
    hub.publish('organisation', [item(1, 'ACTIVITY')]);
    expect((await first).value).toMatchObject({ seq: 1 });
    hub.publish('organisation', [item(2, 'ACTIVITY'), item(3, 'ACTIVITY'), item(4, 'USER_ERASED'), item(5, 'ACTIVITY')]);
    await new Promise(setImmediate);
    expect((await stream.next()).value).toEqual({ kind: 'LAGGED', position: 1, missed: 3 });
    hub.close();
  });

  it('and where nothing waits nobody lags', async () => {
    const query = 'subscription { activityRecorded { ... on ActivityEvent { activity { uuid } } ... on Lagged { missed } } }';
    const streams = [await follow(service, query), await follow(second, query)];
    await track(service, page('eve'));
    for (const stream of streams) await stream.next();
    await erase(service, 'eve');
    const { activity } = await track(service, page('fay'));
    for (const stream of streams) {
      expect((await stream.next()).activityRecorded.activity.uuid).toBe(activity.uuid);
      await stream.close();
    }
  });
});
