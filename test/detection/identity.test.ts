import fc from 'fast-check';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { judge, judgeBy } from './judging.ts';
import type { Activity, Cast } from './sample.ts';
import {
  after,
  apiCall,
  command,
  days,
  every,
  failure,
  login,
  mfaChallenge,
  newCast,
  pageView,
  userAgents,
  userCreated,
} from './sample.ts';

vi.setConfig({ testTimeout: 60_000 }); // many stories each, on two cores that others use too

const noon = '2026-10-05T12:00:00Z';
const clock = testClock('2026-12-01T00:00:00Z');
const latenessSeconds = 5 * 60;

let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
});
afterAll(() => service.close());

type Story = (cast: Cast, start: string) => Activity[];

/** Attacks of five minutes and what came before them. The second part arrives in any order. */
const stories: Record<string, { before?: Story; attack: Story }> = {
  'success-after-failures': {
    before: (cast, start) => days(5, { user: cast.user(), sourceIp: cast.address() }, after(start, { days: -7 })),
    attack: (cast, start) => [
      ...every({ seconds: 30 }, 7, start).map((at, n) => failure({ user: cast.user(), sourceIp: cast.address(n % 3) }, at)),
      login({ user: cast.user(), sourceIp: cast.address() }, after(start, { seconds: 170 })),
      login({ user: cast.user(), sourceIp: cast.address(9) }, after(start, { seconds: 299 })),
    ],
  },
  'success-after-failures-by-address': {
    attack: (cast, start) => [
      ...every({ seconds: 25 }, 8, start).map((at, n) => failure({ user: cast.user(n), sourceIp: cast.address() }, at)),
      login({ user: cast.user(20), sourceIp: cast.address() }, after(start, { seconds: 190 })),
    ],
  },
  'password-spraying': {
    before: (cast, start) =>
      every({ minutes: 8 }, 6, after(start, { minutes: -55 })).map((at, n) =>
        failure({ user: cast.user(n), sourceIp: cast.address() }, at),
      ),
    attack: (cast, start) =>
      every({ seconds: 30 }, 10, start).map((at, n) => failure({ user: cast.user(n + 3), sourceIp: cast.address() }, at)),
  },
  'mfa-fatigue': {
    attack: (cast, start) => [
      ...every({ seconds: 30 }, 8, start).map((at) => mfaChallenge({ user: cast.user() }, at)),
      login({ user: cast.user() }, after(start, { seconds: 290 })),
    ],
  },
  'dormant-account': {
    before: (cast, start) => [pageView({ user: cast.user() }, after(start, { days: -200 }))],
    attack: (cast, start) => every({ seconds: 59 }, 6, start).map((at) => pageView({ user: cast.user() }, at)),
  },
  'new-account': {
    before: (cast, start) => [pageView({ user: cast.user(2) }, after(start, { days: -60 }))],
    attack: (cast, start) => [
      userCreated({ user: cast.user(2) }, start, cast.user()),
      ...every({ seconds: 60 }, 4, after(start, { seconds: 30 })).map((at) => command({ user: cast.user() }, at, 'sudo id')),
    ],
  },
  'service-account-interactive': {
    before: (cast, start) => every({ days: 1 }, 15, after(start, { days: -15 })).map((at) => apiCall({ user: cast.user() }, at)),
    attack: (cast, start) => every({ seconds: 59 }, 5, start).map((at) => pageView({ user: cast.user() }, at)),
  },
};

describe('arriving in any order within five minutes', () => {
  it.each(Object.entries(stories))('changes nothing about %s', async (detector, { before, attack }) => {
    const outcome = async (order: (attack: Activity[]) => Activity[]) => {
      const cast = newCast();
      const found = await judgeBy(service, detector, [...(before?.(cast, noon) ?? []), ...order(attack(cast, noon))]);
      return found.map(({ count, firstAt, lastAt, alert }) => ({ count, firstAt, lastAt, alerted: alert?.count ?? 0 }));
    };
    const expected = await outcome((activities) => activities.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1)));
    expect(expected).toHaveLength(1);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.double({ noNaN: true, min: 0, max: 1 }), { minLength: 10, maxLength: 10 }), async (weights) => {
        const shuffled = (activities: Activity[]) =>
          activities
            .map((activity, n) => ({ activity, weight: weights[n % weights.length]! }))
            .toSorted((a, b) => a.weight - b.weight)
            .map(({ activity }) => activity);
        expect(await outcome(shuffled)).toEqual(expected);
      }),
      { numRuns: 12, interruptAfterTimeLimit: 4_000 },
    );
  });

  it('changes nothing about credential-stuffing, each time on a day of its own', async () => {
    let day = 0;
    const outcome = async (delays: readonly number[]) => {
      const cast = newCast();
      const start = after('2026-01-01T12:00:00Z', { days: (day += 1) });
      const attack = every({ seconds: 20 }, 30, start).map((at, n) => ({
        activity: failure({ user: cast.user(n), sourceIp: cast.address(n % 15) }, at),
        arrival: 20 * n + delays[n]!,
      }));
      const arrived = attack.toSorted((a, b) => a.arrival - b.arrival).map(({ activity }) => activity);
      const found = await judgeBy(service, 'credential-stuffing', [
        pageView({ user: cast.user(99) }, after(start, { days: -30 })),
        ...arrived,
      ]);
      return found.map(({ count, alert }) => ({ count, alerted: alert !== null }));
    };
    const none = Array.from({ length: 30 }, () => 0);
    expect(await outcome(none)).toEqual([{ count: 30, alerted: true }]);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: latenessSeconds }), { minLength: 30, maxLength: 30 }), async (delays) => {
        expect(await outcome(delays)).toEqual([{ count: 30, alerted: true }]);
      }),
      { numRuns: 10, interruptAfterTimeLimit: 4_000 },
    );
  });
});

describe('after a restart', () => {
  const restarted = async (first: Activity[], then: Activity[]) => {
    const database = await freshDatabase();
    const before = await startService({ clock, databaseUrl: database.url });
    await judge(before, first);
    await before.close();
    const now = await startService({ clock, databaseUrl: database.url });
    const found = await judge(now, then);
    await now.close();
    await database.drop();
    return found.map(({ detector, count, alert }) => [detector, count, alert !== null]);
  };
  const { chromeOnWindows, firefoxOnLinux } = userAgents;

  it.each([
    ['the program the user knows', chromeOnWindows, false],
    ['another program', firefoxOnLinux, true],
  ])('failures from the own network by %s are still told apart', async (_title, userAgent, alerted) => {
    const cast = newCast();
    const own = { user: cast.user(), sourceIp: '192.0.2.7', userAgent: chromeOnWindows };
    const mistakes = every({ seconds: 20 }, 5, noon).map((at) => failure({ ...own, sourceIp: '192.0.2.9', userAgent }, at));
    const first = [...days(6, own, '2026-09-28T12:00:00Z'), ...mistakes];
    const found = await restarted(first, [login(own, after(noon, { minutes: 2 }))]);
    expect(found).toEqual([['success-after-failures', 6, alerted]]);
  });

  it("names that are nobody's still do not count as sprayed", async () => {
    const cast = newCast();
    const as = (n: number) => ({ user: cast.user(n), sourceIp: cast.address() });
    const unknown = { auth: { event: 'FAILURE', reason: 'Unknown user' } };
    const first = every({ seconds: 20 }, 12, noon).map((at, n) => ({ ...as(n), occurredAt: at, detail: unknown }));
    expect(await restarted(first, [failure(as(30), after(noon, { minutes: 5 }))])).toEqual([['failed-login-burst-by-address', 13, true]]);
  });

  it('the creation of an account is still known', async () => {
    const cast = newCast();
    const first = [pageView({ user: cast.user(2) }, noon), userCreated({ user: cast.user(2) }, noon, cast.user())];
    const found = await restarted(first, [command({ user: cast.user() }, after(noon, { hours: 3 }), 'sudo id')]);
    expect(found).toContainEqual(['new-account', 2, true]);
  });
});

describe('an account that the organisation lists as one for programs', () => {
  it('is claimed with an alert by its name or by a beginning of it, and others are not', async () => {
    const database = await freshDatabase();
    const before = await startService({ clock, databaseUrl: database.url });
    await judge(before, [apiCall({ user: 'backup' }, noon)]);
    await before.close();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const settings = JSON.stringify({ serviceAccounts: ['backup', 'svc-*'] });
    await client.query(`insert into organisation_settings select id, id, $1, now(), 'this test' from organisation`, [settings]);
    await client.end();
    const now = await startService({ clock, databaseUrl: database.url });
    const found = [];
    for (const user of ['backup', 'backup-2', 'svc-mail', 'svc-', 'my-svc-mail']) {
      const claims = await judgeBy(now, 'service-account-interactive', [login({ user }, after(noon, { hours: 1 }))]);
      found.push([user, claims.map(({ details, alert }) => [details.listed, alert !== null])]);
    }
    const quiet = { auth: { event: 'SSH_LOGIN', method: 'publickey' } };
    const byKey = await judgeBy(now, 'service-account-interactive', [{ user: 'svc-git', occurredAt: noon, detail: quiet }]);
    await now.close();
    await database.drop();
    expect([found, byKey]).toEqual([
      [
        ['backup', [[true, true]]],
        ['backup-2', []],
        ['svc-mail', [[true, true]]],
        ['svc-', [[true, true]]],
        ['my-svc-mail', []],
      ],
      [],
    ]);
  });
});
