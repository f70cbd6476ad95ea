import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { judgeBy } from './judging.ts';
import type { Activity } from './sample.ts';
import { after, login, newCast } from './sample.ts';

const clock = testClock('2026-10-20T00:00:00Z');
let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
});
afterAll(() => service.close());

const earthRadiusKm = 6_371;
const morning = '2026-10-05T09:00:00Z';
const end = (country: string, km: number, more: object = {}) => ({
  country,
  latitude: 0,
  longitude: (km / earthRadiusKm) * (180 / Math.PI),
  ...more,
});

/** A sign-in in Gabon, and one so far to the east so much later. */
function journey(km: number, later: Parameters<typeof after>[1], more: object = {}): Activity[] {
  const user = newCast().user();
  return [
    login({ user, sourceIp: '81.2.1.7', location: end('GA', 0, more) }, morning),
    login({ user, sourceIp: '81.2.2.7', location: end('CG', km, more) }, after(morning, later)),
  ];
}
const claims = (activities: readonly Activity[], at = service) => judgeBy(at, 'impossible-travel', activities);

describe('impossible is', () => {
  it.each([
    [899, { hours: 1 }, 0],
    [900, { hours: 1 }, 0],
    [901, { hours: 1 }, 1],
    [900, { hours: 1, micros: -10 }, 1],
    [900, { minutes: 60, micros: 10 }, 0],
    [9_000, { hours: 10 }, 0],
    [9_001, { hours: 10 }, 1],
  ])('more than 900 km/h: %i km in %j', async (km, later, found) => {
    expect(await claims(journey(km, later))).toHaveLength(found);
  });

  it.each([
    [49, 0],
    [49.999, 0],
    [50, 1],
    [51, 1],
  ])('50 km or more: %f km in a second', async (km, found) => {
    expect(await claims(journey(km, { seconds: 1 }))).toHaveLength(found);
  });

  it.each([
    [999, 1],
    [1_000, 0],
    [1_001, 0],
  ])('farther than both may be off: 2,000 km, each %i km off', async (accuracyKm, found) => {
    expect(await claims(journey(2_000, { hours: 1 }, { accuracyKm }))).toHaveLength(found);
  });

  it('what happens in one moment, with a speed that can be written down', async () => {
    const [found] = await claims(journey(100, {}));
    expect(found?.details).toMatchObject({ km: 100, kmPerHour: 360_000 });
  });
});

describe('a journey', () => {
  const [first, ...rest] = [0, 1_000, 3_000, 0].map((km, n) =>
    login({ user: 'wanderer', sourceIp: `81.2.${n}.7`, location: end(['GA', 'CG', 'KE', 'GA'][n]!, km) }, after(morning, { minutes: n })),
  );

  it('is one and the same in any order of arrival', async () => {
    const seen = new Set<string>();
    for (const order of permutations([first!, ...rest])) {
      const user = newCast().user();
      const found = await claims(order.map((activity) => ({ ...activity, user })));
      const told = found.map(({ count, details, firstAt, lastAt }) => ({ count, details, firstAt, lastAt }));
      seen.add(JSON.stringify(told, (_key, value: unknown) => (isObject(value) ? sorted(value) : value)));
    }
    expect(seen.size).toBe(1);
    expect([...seen][0]).toContain('"count":4');
  });

  it('from or to a network that the organisation trusts is none, and one beside it is', async () => {
    const database = await freshDatabase();
    const before = await startService({ databaseUrl: database.url });
    await before.close();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    const settings = { trustedNetworks: ['81.2.2.0/24', '2001:db8:5::/48', 'not a network'] };
    await client.query(`insert into organisation_settings select id, id, $1, now(), 'this test' from organisation`, [settings]);
    await client.end();
    const trusting = await startService({ databaseUrl: database.url });
    expect(await claims(journey(5_000, { hours: 1 }), trusting)).toEqual([]);
    const beside = journey(5_000, { hours: 1 }).map((activity) => ({
      ...activity,
      sourceIp: activity.sourceIp?.replace('81.2.2.', '81.2.3.') ?? '',
    }));
    expect(await claims(beside, trusting)).toHaveLength(1);
    const v6 = (prefix: string) =>
      journey(5_000, { hours: 1 }).map((activity, n) => ({ ...activity, sourceIp: `2001:db8:${prefix}::${n}` }));
    expect(await claims(v6('5'), trusting)).toEqual([]);
    expect(await claims(v6('6'), trusting)).toHaveLength(1);
    await trusting.close();
    await database.drop();
  });
});

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const sorted = (value: object) => Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, place) => permutations(items.toSpliced(place, 1)).map((others) => [item, ...others]));
}
