import type { Activity, Samples } from '../sample.ts';
import { after, benignTwin, every, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
type Request = { page: string; method?: string; statusCode: number };
const visit = (user: string, at: string, web: Request): Activity => ({ user, occurredAt: at, detail: { web } });
const missing = (user: string, times: readonly string[], page = (n: number) => `/old/${n}`): Activity[] =>
  times.map((at, n) => visit(user, at, { page: page(n), statusCode: 404 }));
const guesses = ['/wp-login.php', '/administrator/', '/user/register'];
const guessing = (user: string, times: readonly string[]): Activity[] =>
  times.map((at, n) => visit(user, at, { page: guesses[n % guesses.length]!, statusCode: 404 }));
const signIns = (user: string, times: readonly string[], statusCode = 200): Activity[] =>
  times.map((at) => visit(user, at, { page: '/login', method: 'POST', statusCode }));
const claimed = (requests: number) => ({ type: 'WEB_ATTACK' as const, count: requests, details: { requests }, alert: false });

export const samples: Samples = {
  positives: [
    positive('Ten different missing pages in exactly five minutes, the first of which arrives last.', (cast) => {
      const [first, ...others] = missing(cast.user(), [...every({ seconds: 30 }, 9, noon), after(noon, { minutes: 5 })]);
      return { activities: [...others, first!], expected: claimed(10) };
    }),
    positive('Thirty missing and refused pages are one anomaly of thirty.', (cast) => ({
      activities: every({ seconds: 2 }, 30, noon).map((at, n) =>
        visit(cast.user(), at, { page: `/d/${n}`, statusCode: n % 2 ? 404 : 403 }),
      ),
      expected: claimed(30),
    })),
    positive('Three pages of products that are not here.', (cast) => ({
      activities: guessing(cast.user(), every({ minutes: 2 }, 3, noon)),
      expected: claimed(3),
    })),
    positive('Five sign-ins that were not accepted.', (cast) => ({
      activities: signIns(cast.user(), every({ minutes: 1 }, 5, noon)),
      expected: claimed(5),
    })),
  ],
  nearMisses: [
    nearMiss('Nine different missing pages, one of them twice.', 'missing', (cast) =>
      missing(cast.user(), every({ seconds: 3 }, 10, noon), (n) => `/old/${Math.min(n, 8)}`),
    ),
    nearMiss('Two pages of products that are not here, again and again.', 'guesses', (cast) =>
      missing(cast.user(), every({ seconds: 3 }, 8, noon), (n) => guesses[n % 2]!),
    ),
    nearMiss('Four sign-ins that were not accepted and one that was.', 'signIns', (cast) => [
      ...signIns(cast.user(), every({ seconds: 9 }, 4, noon)),
      ...signIns(cast.user(), [after(noon, { minutes: 1 })], 302),
    ]),
    nearMiss('Three pages of products that are not here in five minutes and a microsecond.', 'window', (cast) =>
      guessing(cast.user(), [noon, after(noon, { minutes: 1 }), after(noon, { minutes: 5, micros: 1 })]),
    ),
  ],
  benignTwins: [
    benignTwin('One page whose forty images are gone.', (cast) =>
      missing(cast.user(), every({ seconds: 1 }, 40, noon), (n) => `/img/${n}.png`),
    ),
    benignTwin('Somebody reloads a missing page.', (cast) => missing(cast.user(), every({ seconds: 1 }, 20, noon), () => '/old/1')),
    benignTwin('A form sent twenty times that is no sign-in.', (cast) =>
      every({ seconds: 9 }, 20, noon).map((at) => visit(cast.user(), at, { page: '/orders', method: 'POST', statusCode: 200 })),
    ),
    benignTwin('Ten people find a missing page each.', (cast) =>
      every({ seconds: 1 }, 10, noon).flatMap((at, n) => missing(cast.user(n), [at], () => `/old/${n}`)),
    ),
  ],
};
