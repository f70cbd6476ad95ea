import type { Activity, Cast, Samples } from '../sample.ts';
import { after, benignTwin, days, every, failure, login, nearMiss, positive } from '../sample.ts';

/** What everybody does is judged together, so each sample has a day of its own. */
const noonOf = (day: number) => after('2026-06-01T12:00:00Z', { days: day });
const veteran = (cast: Cast, noon: string) => login({ user: cast.user(99) }, after(noon, { days: -5 }));
const as = (cast: Cast, user: number, address = user) => ({ user: cast.user(user), sourceIp: cast.address(address) });
const names = (count: number, name: (n: number) => string) => Array.from({ length: count }, (_, n) => name(n)).toSorted();
const claimed = (cast: Cast, failures: number, users: number, addresses: number, alert = true) => ({
  type: 'CREDENTIAL_STUFFING' as const,
  count: failures,
  details: { failures, users: names(users, cast.user), addresses: names(addresses, cast.address) },
  alert,
});

type Attack = { users?: number; addresses?: number; tries?: number; seconds?: number };
/** Failures, `tries` in a row as each user, evenly over a time, from addresses that take turns. */
const stuffed = (cast: Cast, noon: string, { users = 20, addresses = users, tries = 1, seconds = 600 }: Attack): Activity[] =>
  every({ micros: Math.floor((seconds * 1e6) / (users * tries - 1)) }, users * tries, noon).map((at, n) => {
    const user = Math.floor(n / tries);
    return failure(as(cast, user, user % addresses), at);
  });

export const samples: Samples = {
  positives: [
    positive('Twenty users once each from twenty addresses in exactly ten minutes.', (cast) => ({
      activities: [veteran(cast, noonOf(1)), ...stuffed(cast, noonOf(1), {})],
      expected: claimed(cast, 20, 20, 20),
    })),
    positive('Forty users in two minutes from ten addresses.', (cast) => ({
      activities: [veteran(cast, noonOf(2)), ...stuffed(cast, noonOf(2), { users: 40, addresses: 10, seconds: 120 })],
      expected: claimed(cast, 40, 40, 10),
    })),
    positive('Two tries for each of thirty users.', (cast) => ({
      activities: [veteran(cast, noonOf(3)), ...stuffed(cast, noonOf(3), { users: 30, tries: 2 })],
      expected: claimed(cast, 60, 30, 30),
    })),
    positive('In the first five days of an organisation it is noted and wakes nobody.', (cast) => {
      const noon = '2019-06-01T12:00:00Z';
      return { activities: stuffed(cast, noon, {}), expected: claimed(cast, 20, 20, 20, false) };
    }),
  ],
  nearMisses: [
    nearMiss('Nineteen users.', 'users', (cast) => [veteran(cast, noonOf(4)), ...stuffed(cast, noonOf(4), { users: 19 })]),
    nearMiss('Thirty users from nine addresses.', 'addresses', (cast) => [
      veteran(cast, noonOf(5)),
      ...stuffed(cast, noonOf(5), { users: 30, addresses: 9 }),
    ]),
    nearMiss('Twenty users in ten minutes and a second.', 'window', (cast) => [
      veteran(cast, noonOf(6)),
      ...stuffed(cast, noonOf(6), { seconds: 601 }),
    ]),
    nearMiss('Three tries for each of twenty-one users.', 'tries', (cast) => [
      veteran(cast, noonOf(7)),
      ...stuffed(cast, noonOf(7), { users: 21, tries: 3 }),
    ]),
    nearMiss('Twenty-four users fail and as many others and one more sign in from new places.', 'successes', (cast) => [
      veteran(cast, noonOf(8)),
      ...every({ seconds: 4 }, 25, noonOf(8)).map((at, n) => login(as(cast, 40 + n), at)),
      ...stuffed(cast, noonOf(8), { users: 24, seconds: 580 }),
    ]),
  ],
  benignTwins: [
    benignTwin('Twenty-five people mistype where they always sign in, and then do.', (cast) => {
      const people = Array.from({ length: 25 }, (_, n) => as(cast, n));
      return [
        ...people.flatMap((person) => days(5, person, after(noonOf(9), { days: -7 }))),
        ...people.map((person, n) => failure(person, after(noonOf(9), { seconds: 10 * n }))),
        ...people.map((person, n) => login(person, after(noonOf(9), { seconds: 260 + n }))),
      ];
    }),
    benignTwin('A move: a hundred people sign in from new addresses and every fifth mistypes first.', (cast) => [
      veteran(cast, noonOf(20)),
      ...every({ seconds: 6 }, 100, noonOf(20)).flatMap((at, n) => [
        ...(n % 5 === 0 ? [failure(as(cast, n), at)] : []),
        login(as(cast, n), after(at, { seconds: 5 })),
      ]),
    ]),
    benignTwin('Twenty-five users are tried from one address, which is spraying.', (cast) => [
      veteran(cast, noonOf(22)),
      ...stuffed(cast, noonOf(22), { users: 25, addresses: 1 }),
    ]),
  ],
};
