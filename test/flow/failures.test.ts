import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { failureCauses, type FailureCause } from '../../src/recorder/failure-counts.ts';
import { ask, data, gauge, makeKey, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';
import { activityFrames, follow, login, pageView, trackUuids, until } from './harness.ts';

let service: Service;
let superuser: Client;
beforeAll(async () => {
  service = await startService({ limits: { guessesPerAddressMax: 2 } });
  const { socketDir: host, port, superuser: user } = inject('postgres');
  superuser = new Client({ host, port, user, database: new URL(service.databaseUrl).pathname.slice(1) });
  await superuser.connect();
});
afterAll(async () => {
  await superuser.end();
  await service.close();
});

/** From now on PostgreSQL refuses every batch with this SQLSTATE, as it would by itself where that is what happens. */
async function refuseBatches(sqlstate: string): Promise<void> {
  await superuser.query(`
    create or replace function refuse() returns trigger language plpgsql as $$ begin
      raise exception using errcode = '${sqlstate}', message = 'made by a test'; end $$;
    create or replace trigger refuse before insert on log_entry for each statement execute function refuse()`);
}
const takeBatches = () => superuser.query('drop trigger if exists refuse on log_entry');
afterEach(takeBatches);

const mutation = 'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { cursor } userErrors { code } } }';

type Counts = Record<FailureCause, number>;
async function counts(key = adminKey): Promise<Counts> {
  const { system } = await data(service, '{ system { failures { cause count } } }', {}, key);
  return Object.fromEntries(system.failures.map(({ cause, count }: { cause: FailureCause; count: number }) => [cause, count])) as Counts;
}

/** What `act` adds to the counts, jobs apart, which fail when they like. */
async function rise(act: () => Promise<unknown>): Promise<Partial<Counts>> {
  const before = await counts();
  await act();
  const after = await counts();
  const risen = Object.entries(after).filter(([cause, count]) => cause !== 'JOB_FAILED' && count !== before[cause as FailureCause]);
  return Object.fromEntries(risen.map(([cause, count]) => [cause, count - before[cause as FailureCause]]));
}

describe('what PostgreSQL refuses is told as what it is', () => {
  const [unavailable, full] = [
    { code: 'UNAVAILABLE', retryAfterMs: 1_000 },
    { code: 'STORAGE_FULL', retryAfterMs: 30_000 },
  ];
  const internal = { code: 'INTERNAL' };
  it.each([
    ['53100', 'the disk is full', full],
    ['53200', 'there is no memory', unavailable],
    ['53300', 'there are too many connections', unavailable],
    ['57P01', 'an administrator ends the session', unavailable],
    ['57P02', 'another session crashed', unavailable],
    ['57P03', 'the server is starting', unavailable],
    ['57014', 'the statement took too long', unavailable],
    ['55P03', 'a lock was not to be had', unavailable],
    ['40001', 'it collided with another transaction', unavailable],
    ['40P01', 'of two transactions that waited for each other it was chosen', unavailable],
    ['25006', 'the server is a standby', unavailable],
    ['25P03', 'we said nothing for too long', unavailable],
    ['08006', 'the connection failed', unavailable],
    ['58030', 'the disk is broken', internal],
    ['23514', 'a row breaks a rule', internal],
    ['XX000', 'PostgreSQL itself is wrong', internal],
    ['42P01', 'there is no such table', internal],
  ])('%s, %s', async (sqlstate, _what, extensions) => {
    const input = { ...login('ada'), idempotencyKey: sqlstate };
    await refuseBatches(sqlstate);
    expect((await ask(service, mutation, { input })).errors).toMatchObject([{ extensions, path: ['trackActivity'] }]);
    await takeBatches();
    expect((await ask(service, mutation, { input })).data.trackActivity).toEqual({
      receipt: { cursor: expect.any(String) },
      userErrors: [],
    });
  });

  it('and by HTTP the header says when to come again, in whole seconds', async () => {
    const headerOf = async () => {
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${adminKey}` };
      const response = await fetch(service.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query: mutation, variables: { input: login('ada') } }),
      });
      await response.text();
      return response.headers.get('retry-after');
    };
    for (const [sqlstate, seconds] of [
      ['53100', '30'],
      ['57P01', '1'],
      ['XX000', null],
    ] as const) {
      await refuseBatches(sqlstate);
      expect(await headerOf()).toBe(seconds);
    }
  });
});

const web = (more: object) => ({ ...pageView('ada', 'counts'), ...more });
const deep = Array.from({ length: 9 }).reduce<object>((inner) => ({ inner }), {});
const revoke = (id: string) => data(service, 'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { apiKey { id } } }', { id });
const refusedBy = (sqlstate: string) => async () => {
  await refuseBatches(sqlstate);
  await ask(service, mutation, { input: login('ada') });
};

/** For each cause how to make it happen, once. */
const happenings: Partial<Record<FailureCause, () => Promise<unknown>>> = {
  BAD_REQUEST: () => ask(service, '{ nothing }'),
  FORBIDDEN: async () => ask(service, '{ users { nodes { id } } }', {}, (await makeKey(service, { role: 'SERVICE' })).secret),
  LIMIT_EXCEEDED: () => ask(service, `{ ${Array.from({ length: 21 }, (_, n) => `a${n}: viewer { name }`).join(' ')} }`),
  BODY_TOO_LARGE: () => ask(service, '{ viewer { name } }', { padding: 'x'.repeat(8 * 1024 * 1024) }),
  STORAGE_FULL: refusedBy('53100'),
  UNAVAILABLE: refusedBy('57P01'),
  INTERNAL: refusedBy('XX000'),
  INPUT_BLANK: () => ask(service, mutation, { input: web({ user: ' ' }) }),
  INPUT_TOO_LONG: () => ask(service, mutation, { input: web({ user: 'x'.repeat(257) }) }),
  INPUT_TOO_SHORT: () => ask(service, 'mutation { registerSecret(input: { name: "n", secret: "1234567" }) { knownSecret { id } } }'),
  INPUT_HOLDS_SECRET: () =>
    ask(service, 'mutation { registerSecret(input: { name: "it is 12345678", secret: "12345678" }) { knownSecret { id } } }'),
  INPUT_BAD_CHARACTER: () => ask(service, mutation, { input: web({ user: 'a\0' }) }),
  INPUT_BAD_ADDRESS: () => ask(service, mutation, { input: web({ sourceIp: '1.2.3' }) }),
  INPUT_BAD_NETWORK: () => ask(service, 'mutation { updateSettings(input: { trustedNetworks: ["10.0.0.0"] }) { settings { timeZone } } }'),
  INPUT_OUT_OF_RANGE: () => ask(service, mutation, { input: web({ detail: { web: { statusCode: 9_999 } } }) }),
  INPUT_TOO_FAR_AHEAD: () => ask(service, mutation, { input: web({ occurredAt: '2999-01-01T00:00:00Z' }) }),
  INPUT_UNKNOWN_TIME_ZONE: () => ask(service, mutation, { input: web({ userTimeZone: 'Mars/Olympus' }) }),
  INPUT_UNKNOWN_COUNTRY: () => ask(service, mutation, { input: web({ location: { country: 'XX' } }) }),
  INPUT_TOO_DEEP: () => ask(service, mutation, { input: web({ metadata: deep }) }),
  INPUT_TOO_MANY: () =>
    trackAll(
      service,
      Array.from({ length: 1_001 }, () => web({})),
    ),
  INPUT_NOT_EXACTLY_ONE: () => ask(service, 'mutation { terminateSessions(input: {}) { more } }'), // also where `userErrors` is not asked for
  INPUT_NOT_FOUND: () => revoke('QXBpS2V5OjAxOWFhYWFhLWFhYWEtN2FhYS04YWFhLWFhYWFhYWFhYWFhYQ=='),
  INPUT_BEYOND_SCOPE: () =>
    ask(service, 'mutation { createApiKey(input: { name: "n", role: ADMIN, scopes: [OPERATE] }) { secret } }').then(() => undefined),
  INPUT_CONFLICT: async () => {
    const { id } = await makeKey(service, { role: 'SERVICE' });
    for (let turn = 0; turn < 2; turn += 1) await revoke(id);
  },
  INPUT_IDEMPOTENCY_CONFLICT: async () => {
    for (const user of ['ada', 'bob']) await ask(service, mutation, { input: web({ user, idempotencyKey: 'another' }) });
  },
  INPUT_GONE: async () => {
    const input = web({ user: 'erased', idempotencyKey: 'erased' });
    await ask(service, mutation, { input });
    await ask(service, 'mutation { eraseUser(input: { user: "erased", reason: "asked to" }) { more } }');
    await ask(service, mutation, { input });
  },
  DUPLICATE: () => trackAll(service, [web({ idempotencyKey: 'twice' }), web({ idempotencyKey: 'twice' })]),
  LISTENING_LOST: async () => {
    const listeners = `from pg_stat_activity where query like 'listen %' and datname = current_database()`;
    const { rows: lost } = await superuser.query<{ pid: number }>(`select pid, pg_terminate_backend(pid) ${listeners}`);
    const others = async () => {
      const { rows: now } = await superuser.query<{ pid: number }>(`select pid ${listeners}`);
      return now.some(({ pid }) => lost.every((one) => one.pid !== pid));
    };
    await until('another connection listens', others); // only then has the loss of the first been noticed
    await until('it hears of commits again', async () => (await data(service, '{ system { listening } }')).system.listening);
  },
};

describe('system counts', () => {
  it.each(Object.entries(happenings))('%s by exactly one', async (cause, happen) => {
    const expected: Partial<Counts> = { [cause]: 1 };
    if (cause === 'INPUT_BEYOND_SCOPE') expected.INPUT_OUT_OF_RANGE = 1; // no role has OPERATE: both are wrong with it
    expect(await rise(happen)).toEqual(expected);
  });

  it('every cause there is, here or where the test is that makes it happen', () => {
    const elsewhere = {
      CURSOR_EXPIRED: 'test/flow/shared-streams.test.ts',
      OVERLOADED: 'test/flow/overload.test.ts',
      DETECTOR_FAILED: 'test/detection/baseline.test.ts',
      SUBSCRIBER_LAGGED: 'test/flow/slow-subscriber.test.ts',
      UNAUTHENTICATED: 'metrics only, below',
      RATE_LIMITED: 'metrics only, below',
      JOB_FAILED: 'below',
      LOG_UNREAD: 'below',
      NOT_FOUND: 'an organisation, or an owner, that is gone between two looks: nothing deletes one',
    };
    expect([...Object.keys(happenings), ...Object.keys(elsewhere)].sort()).toEqual(Object.keys(failureCauses).sort());
  });

  it('when the last one was, and nothing of a cause that never was', async () => {
    const { system } = await data(service, '{ system { now failures { cause count lastAt } } }');
    const aged = system.failures.filter(({ count, lastAt }: { count: number; lastAt: string | null }) => {
      const ageMs = lastAt === null ? Infinity : Date.parse(system.now) - Date.parse(lastAt);
      return count > 0 === ageMs < 60_000;
    });
    expect(aged).toEqual(system.failures);
  });

  it('jobs that fail, as often as the jobs say', async () => {
    await superuser.query('alter function organisations_with_due_sessions(timestamptz) rename to away');
    const look = async () => {
      const { system } = await data(service, '{ system { jobs { failures } failures { cause count } } }');
      const counted = system.failures.find(({ cause }: { cause: string }) => cause === 'JOB_FAILED').count;
      return { counted, told: system.jobs.reduce((sum: number, { failures }: { failures: number }) => sum + failures, 0) };
    };
    await until('a turn has failed', async () => (await look()).counted > 0);
    await superuser.query('alter function away(timestamptz) rename to organisations_with_due_sessions');
    const { counted, told } = await look();
    expect(counted).toBe(told);
  });

  it('reads of the log that failed, which are repeated until subscribers have had everything', async () => {
    const stream = await follow(service, activityFrames);
    const other = await startService({ databaseUrl: service.databaseUrl });
    await trackUuids(other, [pageView('unread', 'unread-1')]); // so that it need not read the log again
    await stream.next();
    const before = await counts();
    await superuser.query('revoke select on log_entry from lapwing_app');
    const uuids = await trackUuids(other, [pageView('unread', 'unread-1')]);
    await until('it has tried twice', async () => (await counts()).LOG_UNREAD >= before.LOG_UNREAD + 2);
    await superuser.query('grant select on log_entry to lapwing_app');
    expect((await stream.next()).activityRecorded.activity.uuid).toBe(uuids[0]);
    await stream.close();
    await other.close();
  });

  it('who signs with what nobody knows in the metrics only, for they are of no organisation', async () => {
    const counted = (cause: FailureCause) => gauge(service, `lapwing_failures_total{cause="${cause}"}`);
    const before = [await counted('UNAUTHENTICATED'), await counted('RATE_LIMITED')];
    expect(
      await rise(async () => {
        for (let guess = 0; guess < 4; guess += 1) await ask(service, '{ viewer { name } }', {}, `lw_wrong_${guess}`);
      }),
    ).toEqual({});
    const after = [await counted('UNAUTHENTICATED'), await counted('RATE_LIMITED')];
    expect(after.map((count, place) => count - before[place]!)).toEqual([2, 2]);
  });
});
