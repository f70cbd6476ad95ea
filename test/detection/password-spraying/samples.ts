import type { Activity, Cast, Samples } from '../sample.ts';
import { after, benignTwin, every, failure, login, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const as = (cast: Cast, user: number, address = 1) => ({ user: cast.user(user), sourceIp: cast.address(address) });
const claimed = (cast: Cast, failures: number, users: number) => ({
  type: 'PASSWORD_SPRAYING' as const,
  count: failures,
  details: {
    address: cast.address(),
    failures,
    users: Array.from({ length: users }, (_, n) => cast.user(n)).toSorted(),
  },
  alert: true,
});
/** `tries` failures in a row as each of so many users, evenly over a time. */
const sprayed = (cast: Cast, users: number, tries: number, seconds: number): Activity[] =>
  every({ micros: Math.floor((seconds * 1e6) / (users * tries - 1)) }, users * tries, noon).map((at, n) =>
    failure(as(cast, Math.floor(n / tries)), at),
  );
const unknown = { auth: { event: 'FAILURE', method: 'password', reason: 'invalid user' } };

export const samples: Samples = {
  positives: [
    positive('Ten users, once each, in exactly an hour.', (cast) => ({
      activities: sprayed(cast, 10, 1, 3_600),
      expected: claimed(cast, 10, 10),
    })),
    positive('Twelve users in a second, and a second round a day later.', (cast) => ({
      activities: [...sprayed(cast, 12, 1, 1), failure(as(cast, 3), after(noon, { days: 1 }))],
      expected: claimed(cast, 13, 12),
    })),
    positive('Three tries for each of twelve users over 50 minutes.', (cast) => ({
      activities: sprayed(cast, 12, 3, 3_000),
      expected: claimed(cast, 36, 12),
    })),
    positive('An address from which others sign in.', (cast) => ({
      activities: [login(as(cast, 90), after(noon, { minutes: -1 })), ...sprayed(cast, 11, 1, 3_000)],
      expected: claimed(cast, 11, 11),
    })),
  ],
  nearMisses: [
    nearMiss('Nine users in ten minutes.', 'users', (cast) => sprayed(cast, 9, 1, 600)),
    nearMiss('Ten users in an hour and a second.', 'window', (cast) => sprayed(cast, 10, 1, 3_601)),
    nearMiss('Four tries for each of twelve users over 50 minutes.', 'tries', (cast) => sprayed(cast, 12, 4, 3_000)),
  ],
  benignTwins: [
    benignTwin('A list of thirty names of nobody is a burst.', (cast) =>
      every({ seconds: 2 }, 30, noon).map((at, n) => ({ ...as(cast, n), occurredAt: at, detail: unknown })),
    ),
    benignTwin('Ten people mistype once each at ten addresses.', (cast) =>
      every({ minutes: 1 }, 10, noon).map((at, n) => failure(as(cast, n, n), at)),
    ),
    benignTwin('An office where ten people mistype in a working day.', (cast) =>
      every({ minutes: 45 }, 10, noon).flatMap((at, n) => [failure(as(cast, n), at), login(as(cast, n), after(at, { seconds: 20 }))]),
    ),
    benignTwin('A forgotten script fails two hundred times as one user.', (cast) =>
      every({ seconds: 10 }, 200, noon).map((at) => failure(as(cast, 1), at)),
    ),
  ],
};
