import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, every, failure, login, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const from = (cast: Cast, address: number) => ({ user: cast.user(), sourceIp: cast.address(address) });
const claimed = (cast: Cast, failures: number, addresses: readonly number[]) => ({
  type: 'FAILED_LOGIN_BURST' as const,
  count: failures,
  details: { by: 'USER', key: cast.user(), failures, users: [cast.user()], addresses: addresses.map((n) => cast.address(n)) },
  alert: true,
});

export const samples: Samples = {
  positives: [
    positive('Five failures of one user from five addresses in exactly ten minutes.', (cast) => ({
      activities: every({ seconds: 150 }, 5, noon).map((at, n) => failure(from(cast, n), at)),
      expected: claimed(cast, 5, [0, 1, 2, 3, 4]),
    })),
    positive('Sixty failures of one user from twenty addresses are one anomaly of sixty.', (cast) => ({
      activities: every({ seconds: 5 }, 60, noon).map((at, n) => failure(from(cast, n % 20), at)),
      expected: claimed(
        cast,
        60,
        Array.from({ length: 20 }, (_, n) => n),
      ),
    })),
    positive('Four failures from one address and a fifth from another.', (cast) => ({
      activities: [
        ...every({ minutes: 1 }, 4, noon).map((at) => failure(from(cast, 1), at)),
        failure(from(cast, 2), after(noon, { minutes: 9 })),
      ],
      expected: claimed(cast, 5, [1, 2]),
    })),
    positive('Five failures of one user whose addresses nobody knows.', (cast) => ({
      activities: every({ minutes: 1 }, 5, noon).map((at) => failure({ user: cast.user() }, at)),
      expected: claimed(cast, 5, []),
    })),
  ],
  nearMisses: [
    nearMiss('Four failures of one user from four addresses.', 'failures', (cast) =>
      every({ minutes: 1 }, 4, noon).map((at, n) => failure(from(cast, n), at)),
    ),
    nearMiss('Five failures of one user from five addresses in ten minutes and a microsecond.', 'window', (cast) =>
      [...every({ seconds: 150 }, 4, noon), after(noon, { minutes: 10, micros: 1 })].map((at, n) => failure(from(cast, n), at)),
    ),
    nearMiss('Five failures of one user from one address, which are a burst of that address.', 'addresses', (cast) =>
      every({ minutes: 1 }, 5, noon).map((at) => failure(from(cast, 1), at)),
    ),
  ],
  benignTwins: [
    benignTwin('Five users fail once each from five addresses.', (cast) =>
      every({ minutes: 1 }, 5, noon).map((at, n) => failure({ user: cast.user(n), sourceIp: cast.address(n) }, at)),
    ),
    benignTwin('A traveller mistypes from five addresses over five hours.', (cast) =>
      every({ hours: 1 }, 5, noon).map((at, n) => failure(from(cast, n), at)),
    ),
    benignTwin('A user signs in from five addresses in five minutes.', (cast) =>
      every({ minutes: 1 }, 5, noon).map((at, n) => login(from(cast, n), at)),
    ),
  ],
};
