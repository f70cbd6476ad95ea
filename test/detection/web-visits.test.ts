import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { judge } from './judging.ts';
import type { Activity, Cast } from './sample.ts';
import { after, every, newCast } from './sample.ts';

const noon = '2026-10-05T12:00:00Z';
const clock = testClock('2026-12-01T00:00:00Z');

let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
});
afterAll(() => service.close());

type Request = { page: string; method: string; statusCode: number; userAgent: string };
const request = (user: string, occurredAt: string, { userAgent, ...web }: Request): Activity => ({
  user,
  occurredAt,
  userAgent,
  detail: { web },
});

const requests = fc.oneof(
  fc.record({
    page: fc.constantFrom('/signup', '/contact', '/login', '/wp-login.php', '/admin.php', '/user/register', '/.env', '/', '/a.css'),
    method: fc.constantFrom('GET', 'POST'),
    statusCode: fc.constantFrom(200, 302, 403, 404),
    userAgent: fc.constantFrom('AcmeSync/3.1', 'AcmeSync/3.1', 'curl/8.9.1'),
  }),
  fc.record({
    page: fc.integer({ min: 1, max: 12 }).map((n) => `/old/${n}`),
    method: fc.constant('GET'),
    statusCode: fc.constantFrom(404, 404, 200),
    userAgent: fc.constant('AcmeSync/3.1'),
  }),
);
/** Requests at whole seconds, and how long each takes to arrive: at most the five minutes that activities may be late. */
const arrivals = (lastSecond: number) =>
  fc.array(fc.record({ second: fc.integer({ min: 0, max: lastSecond }), delay: fc.integer({ min: 0, max: 300 }), what: requests }), {
    minLength: 2,
    maxLength: 45,
  });

async function claimsIn(cast: Cast, items: readonly { second: number; what: Request }[]) {
  const found = await judge(
    service,
    items.map(({ second, what }) => request(cast.user(), after(noon, { seconds: second }), what)),
  );
  return found
    .map(({ detector, count, firstAt, lastAt }) => ({ detector, count, firstAt, lastAt }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

describe('what a visitor does on the web', () => {
  it.each([30, 400, 1_500])('is judged the same in any order of arrival, over %i seconds', async (lastSecond) => {
    await fc.assert(
      fc.asyncProperty(arrivals(lastSecond), async (items) => {
        const asTheyHappened = await claimsIn(
          newCast(),
          items.toSorted((a, b) => a.second - b.second),
        );
        const asTheyArrived = await claimsIn(
          newCast(),
          items.toSorted((a, b) => a.second + a.delay - b.second - b.delay),
        );
        expect(asTheyArrived).toEqual(asTheyHappened);
      }),
      { numRuns: 30, interruptAfterTimeLimit: 1_500 },
    );
  });

  it('is remembered by a process that did not see it: a form shown before a restart and sent after it', async () => {
    const form = (method: string, at: string) => request(user, at, { page: '/signup', method, statusCode: 200, userAgent: 'AcmeSync/3.1' });
    const user = newCast().user();
    expect(await judge(service, [form('GET', noon)])).toEqual([]);
    const other = await startService({ clock, databaseUrl: service.databaseUrl });
    const found = await judge(other, [form('POST', after(noon, { seconds: 2 }))]);
    await other.close();
    expect(found).toMatchObject([{ detector: 'hasty-form', count: 2 }]);
  });

  it('has as much evidence as its anomalies count, whatever found it', async () => {
    const user = newCast().user();
    const probe = (at: string, n: number) =>
      request(user, at, {
        page: n % 2 ? `/old/${n}` : ['/admin.php', '/wp-login.php', '/.env'][n % 3]!,
        method: 'GET',
        statusCode: 404,
        userAgent: 'curl/8.9.1',
      });
    await judge(service, every({ seconds: 7 }, 60, noon).map(probe));
    const { anomalies } = await data(
      service,
      'query($subjects: [String!]!) { anomalies(filter: { subject: { in: $subjects } }) { nodes { detector count evidence { totalCount } } } }',
      { subjects: [`user:${user}`] },
    );
    for (const { count, evidence } of anomalies.nodes) expect(evidence.totalCount).toBe(count);
    expect(anomalies.nodes.map(({ detector }: { detector: string }) => detector).toSorted()).toEqual([
      'automated-visitor',
      'web-attack',
      'web-probing',
    ]);
  });

  it('makes a request that tries a weakness risky by itself', async () => {
    const { trackActivity } = await data(
      service,
      'mutation($activity: TrackActivityInput!) { trackActivity(input: $activity) { receipt { activity { risk { score level factors { code points reason } } } } } }',
      {
        activity: request(newCast().user(), noon, {
          page: '/x?f=../../../etc/passwd',
          method: 'GET',
          statusCode: 404,
          userAgent: 'AcmeSync/3.1',
        }),
      },
    );
    const reason = 'climbs out of the folder of the site; asks for a file of the operating system or the server';
    expect(trackActivity.receipt.activity.risk).toEqual({
      score: 50,
      level: 'HIGH',
      factors: [{ code: 'WEB_ATTACK', points: 50, reason }],
    });
  });
});
