import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import type { Found } from './judging.ts';
import { judge, judgeBy } from './judging.ts';
import type { Activity } from './sample.ts';
import { after, every, failure, login, newCast, pageView } from './sample.ts';

const noon = '2026-10-05T12:00:00Z';
const latenessSeconds = 5 * 60;

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

/** What must be the same in any order of arrival; ids and what was known at the time are not. */
const figures = (found: Found[]) =>
  found
    .map(({ detector, count, firstAt, lastAt, alert }) => ({ detector, count, firstAt, lastAt, alerted: alert?.count ?? 0 }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe('a burst of failed sign-ins', () => {
  it('of 500 at one address and one user is one anomaly and one alert, both of exactly 500', async () => {
    const cast = newCast();
    const from = { user: cast.user(), sourceIp: cast.address() };
    const found = await judge(
      service,
      every({ seconds: 1 }, 500, noon).map((at) => failure(from, at)),
    );
    expect(found).toMatchObject([{ detector: 'failed-login-burst-by-address', count: 500, alert: { count: 500, severity: 'CRITICAL' } }]);
    const { anomalies, alerts } = await data(
      service,
      `query($subjects: [String!]!) {
        anomalies(filter: { subject: { in: $subjects } }) { nodes { count details evidence { totalCount } } }
        alerts(filter: { subject: { in: $subjects } }) { nodes { count status } } }`,
      { subjects: [`address:${from.sourceIp}`, `user:${from.user}`] },
    );
    expect(anomalies.nodes).toMatchObject([{ count: 500, details: { failures: 500 }, evidence: { totalCount: 500 } }]);
    expect(alerts.nodes).toEqual([{ count: 500, status: 'OPEN' }]);
  });

  it.each([
    [4, []],
    [5, [5]],
    [6, [6]],
  ])('of %i in exactly ten minutes gives anomalies of %j', async (failures, counts) => {
    const cast = newCast();
    const times = every({ seconds: 600 / (failures - 1) }, failures, noon);
    expect(times.at(-1)).toBe(after(noon, { minutes: 10 }));
    const found = await judge(
      service,
      times.map((at) => failure({ user: cast.user(), sourceIp: cast.address() }, at)),
    );
    expect(found.map(({ count }) => count)).toEqual(counts);
  });

  it('is another one after a day of quiet, and not a moment earlier', async () => {
    const cast = newCast();
    const from = { user: cast.user(), sourceIp: cast.address() };
    const burst = (start: string) => every({ seconds: 1 }, 6, start).map((at) => failure(from, at));
    const last = burst(noon).at(-1)!.occurredAt;
    const found = await judge(service, [
      ...burst(noon),
      ...burst(after(last, { days: 1 })),
      ...burst(after(last, { days: 2, seconds: 5, micros: 1 })),
    ]);
    expect(found.map(({ count }) => count)).toEqual([12, 6]);
    expect(new Set(found.map(({ alert }) => alert?.id)).size).toBe(1);
    expect(found.at(-1)?.alert?.count).toBe(18);
  });

  it('at an address and one of a user at once are one anomaly each', async () => {
    const cast = newCast();
    const ofUser = every({ seconds: 1 }, 6, noon).map((at, n) => failure({ user: cast.user(), sourceIp: cast.address(n + 10) }, at));
    const atAddress = every({ seconds: 1 }, 7, noon).map((at, n) => failure({ user: cast.user(n + 10), sourceIp: cast.address() }, at));
    const found = await judge(service, [...ofUser, ...atAddress]);
    expect(found.map(({ detector, count }) => [detector, count])).toEqual([
      ['failed-login-burst-by-user', 6],
      ['failed-login-burst-by-address', 7],
    ]);
  });
});

describe('a slow attack', () => {
  const slowly = (from: { user: string; sourceIp: string }) => every({ hours: 1 }, 5, noon).map((at) => failure(from, at));
  const hoursIn = async (hours: number, minutes = 0) => {
    const cast = newCast();
    const from = { user: cast.user(), sourceIp: cast.address() };
    const attempts = [...slowly(from), login({ ...from, user: cast.user(2) }, after(noon, { hours, minutes }))];
    const inOrder = attempts.toSorted((a, b) => (a.occurredAt < b.occurredAt ? -1 : 1));
    return (await judgeBy(service, 'failed-login-burst-by-address', inOrder)).map(({ count }) => count);
  };

  it('is none where somebody signed in from there in between', async () => {
    expect(await hoursIn(2)).toEqual([]);
  });

  it('is none where somebody signed in from there up to a day before the last failure', async () => {
    expect(await hoursIn(-20)).toEqual([]);
  });

  it('is one where the sign-in was more than a day before the last failure', async () => {
    expect(await hoursIn(-20, -1)).toEqual([5]);
  });

  it('is one where the sign-in came less than five minutes before the fifth failure: it might have arrived after it', async () => {
    expect([await hoursIn(3, 54), await hoursIn(3, 56), await hoursIn(4, 1)]).toEqual([[], [5], [5]]);
  });
});

/** Stops at so many runs or milliseconds: a failure is then reported as far as it has been shrunk, with its seed. */
const atMost = (numRuns: number) => ({ numRuns, interruptAfterTimeLimit: 1_000 });

/** Activities at whole seconds after noon, and how long each takes to arrive. */
function arrivals<T>(what: fc.Arbitrary<T>, lastSecond: number, itemsMin: number, itemsMax: number) {
  return fc.array(
    fc.record({ second: fc.integer({ min: 0, max: lastSecond }), delay: fc.integer({ min: 0, max: latenessSeconds }), what }),
    { minLength: itemsMin, maxLength: itemsMax },
  );
}

type Arrival<T> = { second: number; delay: number; what: T };

/** Judges the same activities as they happened and as they arrived, each with a cast of its own, and compares. */
async function sameInAnyOrder<T>(items: readonly Arrival<T>[], act: (cast: ReturnType<typeof newCast>, at: string, what: T) => Activity) {
  const outcomes = [];
  for (const order of [(item: Arrival<T>) => item.second, (item: Arrival<T>) => item.second + item.delay]) {
    const cast = newCast();
    const activities = items
      .toSorted((a, b) => order(a) - order(b))
      .map(({ second, what }) => act(cast, after(noon, { seconds: second }), what));
    outcomes.push(figures(await judge(service, activities)));
  }
  expect(outcomes[1]).toEqual(outcomes[0]);
}

describe('arriving up to five minutes late', () => {
  it('changes nothing about a burst at one address', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(fc.constant(null), latenessSeconds, 1, 30), (items) =>
        sameInAnyOrder(items, (cast, at) => failure({ user: cast.user(), sourceIp: cast.address() }, at)),
      ),
      atMost(25),
    );
  });

  it('changes nothing about failures and sign-ins of three users at three addresses over an hour or ten', async () => {
    const who = fc.record({
      user: fc.integer({ min: 1, max: 3 }),
      address: fc.integer({ min: 1, max: 4 }),
      failed: fc.integer({ max: 9, min: 0 }),
    });
    const items = fc.oneof(arrivals(who, 3_600, 1, 40), arrivals(who, 36_000, 1, 40));
    await fc.assert(
      fc.asyncProperty(items, (items) =>
        sameInAnyOrder(items, (cast, at, { user, address, failed }) => {
          const from = { user: cast.user(user), ...(address < 4 ? { sourceIp: cast.address(address) } : {}) };
          return failed > 0 ? failure(from, at) : login(from, at);
        }),
      ),
      atMost(50),
    );
  });

  it('changes nothing about a slow attack and a sign-in beside it', async () => {
    const failed = fc.integer({ min: 0, max: 5 }).map((n) => n > 0);
    await fc.assert(
      fc.asyncProperty(arrivals(failed, 3_000, 5, 9), (items) =>
        sameInAnyOrder(items, (cast, at, failed) => (failed ? failure : login)({ user: cast.user(), sourceIp: cast.address() }, at)),
      ),
      atMost(60),
    );
  });

  it('changes nothing about pages opened fast', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(fc.constant(null), 150, 40, 70), (items) =>
        sameInAnyOrder(items, (cast, at) => pageView({ user: cast.user() }, at)),
      ),
      atMost(40),
    );
  });

  it('changes nothing about whether sessions are concurrent', async () => {
    await fc.assert(
      fc.asyncProperty(arrivals(fc.integer({ min: 1, max: 5 }), latenessSeconds, 1, 12), async (items) => {
        const counts = [];
        for (const order of ['second', 'delay'] as const) {
          const cast = newCast();
          const activities = items
            .toSorted((a, b) => a[order] - b[order])
            .map(({ second, what }) => pageView({ user: cast.user(), session: cast.session(what) }, after(noon, { seconds: second })));
          counts.push((await judge(service, activities)).map(({ detector, count }) => [detector, count]));
        }
        expect(counts[1]).toEqual(counts[0]);
      }),
      atMost(40),
    );
  });
});

describe('a login that the caller reports as failed', () => {
  it.each(['FAILURE', 'DENIED'])('with outcome %s is a failed sign-in, whatever the event is called', async (outcome) => {
    const cast = newCast();
    const from = { user: cast.user(), sourceIp: cast.address() };
    const found = await judge(
      service,
      every({ seconds: 1 }, 5, noon).map((at) => ({ ...login(from, at), outcome })),
    );
    expect(found).toMatchObject([{ detector: 'failed-login-burst-by-address', count: 5 }]);
  });
});
