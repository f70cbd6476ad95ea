import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, every, failure, login, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const from = (cast: Cast, user = 1) => ({ user: cast.user(user), sourceIp: cast.address() });
const claimed = (cast: Cast, failures: number, users: readonly number[] = [1]) => ({
  type: 'FAILED_LOGIN_BURST' as const,
  count: failures,
  details: { by: 'ADDRESS', key: cast.address(), failures, users: users.map((n) => cast.user(n)), addresses: [cast.address()] },
  alert: true,
});
const anHourApart = every({ hours: 1 }, 5, noon);

export const samples: Samples = {
  positives: [
    positive('Five failures in exactly ten minutes.', (cast) => ({
      activities: every({ seconds: 150 }, 5, noon).map((at) => failure(from(cast), at)),
      expected: claimed(cast, 5),
    })),
    positive('Six failures in ten minutes are one anomaly of six.', (cast) => ({
      activities: every({ minutes: 2 }, 6, noon).map((at) => failure(from(cast), at)),
      expected: claimed(cast, 6),
    })),
    positive('One failure for each of seven users: a password is tried on many accounts.', (cast) => ({
      activities: every({ minutes: 1 }, 7, noon).map((at, n) => failure(from(cast, n), at)),
      expected: claimed(cast, 7, [0, 1, 2, 3, 4, 5, 6]),
    })),
    positive('Five failures at one instant.', (cast) => ({
      activities: Array.from({ length: 5 }, () => failure(from(cast), noon)),
      expected: claimed(cast, 5),
    })),
    positive('Five fast failures from an address from which others sign in.', (cast) => ({
      activities: [login(from(cast, 2), noon), ...every({ minutes: 1 }, 5, noon).map((at) => failure(from(cast), at))],
      expected: claimed(cast, 5),
    })),
    positive('Five failures over four hours from an address without a success.', (cast) => ({
      activities: anHourApart.map((at) => failure(from(cast), at)),
      expected: claimed(cast, 5),
    })),
    positive('Five failures in exactly a day from an address without a success.', (cast) => ({
      activities: every({ hours: 6 }, 5, noon).map((at) => failure(from(cast), at)),
      expected: claimed(cast, 5),
    })),
    positive('An attack that pauses for two hours goes on.', (cast) => ({
      activities: [...every({ minutes: 1 }, 6, noon), ...every({ minutes: 1 }, 3, after(noon, { minutes: 125 }))].map((at) =>
        failure(from(cast), at),
      ),
      expected: claimed(cast, 9),
    })),
    positive('An attack that pauses for exactly a day goes on.', (cast) => ({
      activities: [...every({ minutes: 1 }, 6, noon), after(noon, { days: 1, minutes: 5 })].map((at) => failure(from(cast), at)),
      expected: claimed(cast, 7),
    })),
  ],
  nearMisses: [
    nearMiss('Four failures in ten minutes.', 'failures', (cast) => every({ minutes: 3 }, 4, noon).map((at) => failure(from(cast), at))),
    nearMiss('Five failures in ten minutes and a microsecond, from an address with a success.', 'window', (cast) => [
      login(from(cast, 2), after(noon, { hours: -1 })),
      ...[...every({ seconds: 150 }, 4, noon), after(noon, { minutes: 10, micros: 1 })].map((at) => failure(from(cast), at)),
    ]),
    nearMiss('Four failures over three hours from an address without a success.', 'slowFailures', (cast) =>
      anHourApart.slice(0, 4).map((at) => failure(from(cast), at)),
    ),
    nearMiss('Five failures in a day and a microsecond from an address without a success.', 'slowWindow', (cast) =>
      [...every({ hours: 6 }, 4, noon), after(noon, { days: 1, micros: 1 })].map((at) => failure(from(cast), at)),
    ),
  ],
  benignTwins: [
    benignTwin('An office where five people mistype over four hours and somebody signs in.', (cast) => [
      login(from(cast, 9), after(noon, { minutes: 30 })),
      ...anHourApart.map((at, n) => failure(from(cast, n), at)),
    ]),
    benignTwin('Somebody mistypes four times and then signs in.', (cast) => [
      ...every({ seconds: 10 }, 4, noon).map((at) => failure(from(cast), at)),
      login(from(cast), after(noon, { minutes: 1 })),
      failure(from(cast), after(noon, { hours: 3 })),
    ]),
    benignTwin('Six sign-ins that succeed.', (cast) => every({ seconds: 1 }, 6, noon).map((at, n) => login(from(cast, n), at))),
    benignTwin('Six failures whose address nobody knows.', (cast) =>
      every({ seconds: 1 }, 6, noon).map((at, n) => failure({ user: cast.user(n) }, at)),
    ),
  ],
};
