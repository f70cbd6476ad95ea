import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, every, failure, login, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const as = (cast: Cast, user: number) => ({ user: cast.user(user), sourceIp: cast.address() });
const claimed = (cast: Cast, tried: number[], users: number[], count: number) => ({
  type: 'SUCCESS_AFTER_FAILURES' as const,
  count,
  details: { address: cast.address(), tried: tried.map((n) => cast.user(n)).toSorted(), users: users.map((n) => cast.user(n)) },
  alert: true,
});
/** A failure as each of so many users, evenly over an hour. */
const tried = (cast: Cast, users: number) =>
  every({ seconds: Math.floor(3_600 / (users - 1)) }, users, noon).map((at, n) => failure(as(cast, n + 1), at));

export const samples: Samples = {
  positives: [
    positive('A sign-in as a sixth user in the hour in which five others failed.', (cast) => ({
      activities: [...tried(cast, 5), login(as(cast, 9), after(noon, { hours: 1 }))],
      expected: claimed(cast, [1, 2, 3, 4, 5], [9], 6),
    })),
    positive('The sign-in arrives before two of the failures.', (cast) => ({
      activities: [
        ...every({ seconds: 30 }, 3, noon).map((at, n) => failure(as(cast, n + 1), at)),
        login(as(cast, 9), after(noon, { minutes: 4 })),
        ...every({ seconds: 30 }, 2, after(noon, { minutes: 2 })).map((at, n) => failure(as(cast, n + 4), at)),
      ],
      expected: claimed(cast, [1, 2, 3, 4, 5], [9], 6),
    })),
    positive('A second account that is taken hours later belongs to it.', (cast) => ({
      activities: [...tried(cast, 6), login(as(cast, 9), after(noon, { hours: 1 })), login(as(cast, 8), after(noon, { hours: 5 }))],
      expected: claimed(cast, [1, 2, 3, 4, 5, 6], [8, 9], 8),
    })),
  ],
  nearMisses: [
    nearMiss('A sign-in after failures as four others.', 'users', (cast) => [
      ...tried(cast, 4),
      login(as(cast, 9), after(noon, { hours: 1 })),
    ]),
    nearMiss('A sign-in an hour and a microsecond after the first of five others failed.', 'window', (cast) => [
      ...tried(cast, 5),
      login(as(cast, 9), after(noon, { hours: 1, micros: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('An office where people signed in before five mistype, and signs in again.', (cast) => [
      login(as(cast, 7), after(noon, { minutes: -10 })),
      ...tried(cast, 5),
      login(as(cast, 9), after(noon, { hours: 1 })),
    ]),
    benignTwin('One of five mistypes and signs in at last.', (cast) => [...tried(cast, 5), login(as(cast, 5), after(noon, { hours: 1 }))]),
    benignTwin('Five fail at one address and another signs in elsewhere.', (cast) => [
      ...tried(cast, 5),
      login({ ...as(cast, 9), sourceIp: cast.address(2) }, after(noon, { hours: 1 })),
    ]),
  ],
};
