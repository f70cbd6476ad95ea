import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, login, logout, nearMiss, pageView, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const as = (cast: Cast, session: number, user = 1) => ({ user: cast.user(user), session: cast.session(session) });
const claimed = (cast: Cast, ...sessions: number[]) => ({
  type: 'CONCURRENT_SESSIONS' as const,
  count: 1,
  details: { sessions: sessions.map((n) => cast.session(n)) },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('Three sessions within five minutes.', (cast) => ({
      activities: [1, 2, 3].map((n) => pageView(as(cast, n), after(noon, { minutes: n }))),
      expected: claimed(cast, 1, 2, 3),
    })),
    positive('The third session starts exactly thirty minutes after the first was last active.', (cast) => ({
      activities: [
        pageView(as(cast, 1), noon),
        pageView(as(cast, 2), after(noon, { minutes: 10 })),
        pageView(as(cast, 3), after(noon, { minutes: 30 })),
      ],
      expected: claimed(cast, 1, 2, 3),
    })),
    positive('Three sessions that arrive in the opposite order within five minutes.', (cast) => ({
      activities: [3, 2, 1].map((n) => pageView(as(cast, n), after(noon, { minutes: n }))),
      expected: claimed(cast, 1, 2, 3),
    })),
    positive('A sign-out after the third session started, heard of before it, changes nothing.', (cast) => ({
      activities: [
        pageView(as(cast, 1), noon),
        pageView(as(cast, 2), after(noon, { minutes: 1 })),
        logout(as(cast, 1), after(noon, { minutes: 4 })),
        pageView(as(cast, 3), after(noon, { minutes: 3 })),
      ],
      expected: claimed(cast, 1, 2, 3),
    })),
    positive('Ten more activities in three sessions do not repeat it on the same day.', (cast) => ({
      activities: Array.from({ length: 13 }, (_, n) => pageView(as(cast, (n % 3) + 1), after(noon, { minutes: n }))),
      expected: claimed(cast, 1, 2, 3),
    })),
    positive('Three sessions around midnight are one anomaly.', (cast) => ({
      activities: Array.from({ length: 6 }, (_, n) => pageView(as(cast, (n % 3) + 1), after('2026-10-05T23:57:00Z', { minutes: n }))),
      expected: claimed(cast, 1, 2, 3),
    })),
  ],
  nearMisses: [
    nearMiss('Two sessions at once.', 'sessions', (cast) =>
      [1, 2, 1, 2].map((n, minutes) => pageView(as(cast, n), after(noon, { minutes }))),
    ),
    nearMiss('The third session starts a microsecond over thirty minutes after the first was last active.', 'window', (cast) => [
      pageView(as(cast, 1), noon),
      pageView(as(cast, 2), after(noon, { minutes: 10 })),
      pageView(as(cast, 3), after(noon, { minutes: 30, micros: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('Somebody signs out of each session before the next.', (cast) =>
      [1, 2, 3, 4].flatMap((n) => [
        login(as(cast, n), after(noon, { minutes: 4 * n })),
        logout(as(cast, n), after(noon, { minutes: 4 * n + 3 })),
      ]),
    ),
    benignTwin('Three users with one session each.', (cast) => [1, 2, 3].map((n) => pageView(as(cast, n, n), after(noon, { minutes: n })))),
    benignTwin('A sign-in that is refused in a third session opens none that counts.', (cast) => [
      pageView(as(cast, 1), noon),
      pageView(as(cast, 2), after(noon, { minutes: 1 })),
      { ...login(as(cast, 3), after(noon, { minutes: 2 })), outcome: 'DENIED' },
    ]),
  ],
};
