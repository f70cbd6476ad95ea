import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, days, failure, login, nearMiss, pageView, positive } from '../sample.ts';

const at = (cast: Cast, address: number) => ({ user: cast.user(), sourceIp: cast.address(address) });
const claimed = { type: 'NEW_LOCATION', count: 1, alert: true } as const;

/** Five days of sign-ins from the first addresses of a network in turns. */
const changing = (cast: Cast, addresses: number) =>
  [0, 1, 2, 3, 4].map((day) => login(at(cast, (day % addresses) + 1), after('2026-10-01T10:00:00Z', { days: day })));

export const samples: Samples = {
  positives: [
    positive('A sign-in from a never-seen address after five days from another.', (cast) => ({
      activities: [...days(5, at(cast, 1), '2026-10-01T10:00:00Z'), login(at(cast, 2), '2026-10-06T10:00:00Z')],
      expected: { ...claimed, details: { address: cast.address(2), knownAddresses: 1, signIns: 1 } },
    })),
    positive('A session that opens with a page from a never-seen address.', (cast) => ({
      activities: [
        ...days(5, at(cast, 1), '2026-10-01T10:00:00Z'),
        pageView({ ...at(cast, 2), session: cast.session() }, '2026-10-06T10:00:00Z'),
      ],
      expected: { ...claimed, details: { address: cast.address(2) } },
    })),
    positive('A second sign-in from the same new address within a day, because the first one taught nothing.', (cast) => ({
      activities: [
        ...days(5, at(cast, 1), '2026-10-01T10:00:00Z'),
        login(at(cast, 2), '2026-10-06T10:00:00Z'),
        login(at(cast, 2), '2026-10-07T10:00:00Z'),
      ],
      expected: { ...claimed, count: 2, details: { signIns: 2, knownAddresses: 1 } },
    })),
    positive('A sign-in from a never-seen address in a country that is new too.', (cast) => ({
      activities: [
        ...days(5, { ...at(cast, 1), location: { country: 'DE' } }, '2026-10-01T10:00:00Z'),
        login({ user: cast.user(), sourceIp: '81.2.69.7', location: { country: 'JP' } }, '2026-10-06T10:00:00Z'),
      ],
      expected: { ...claimed, details: { newNetwork: true, newCountry: true, country: 'JP' } },
    })),
    positive('A third address in a network that has handed out two.', (cast) => ({
      activities: [...changing(cast, 2), login(at(cast, 3), '2026-10-06T10:00:00Z')],
      expected: { ...claimed, details: { newNetwork: false, knownInNetwork: 2 } },
    })),
  ],
  nearMisses: [
    nearMiss('A sign-in from a never-seen address after only four days.', 'learningDays', (cast) => [
      ...days(4, at(cast, 1), '2026-10-01T10:00:00Z'),
      login(at(cast, 2), '2026-10-05T10:00:00Z'),
    ]),
    nearMiss('Five sign-ins on four days have not taught five days.', 'learningDays', (cast) => [
      ...days(4, at(cast, 1), '2026-10-01T10:00:00Z'),
      login(at(cast, 1), '2026-10-04T11:00:00Z'),
      login(at(cast, 2), '2026-10-05T10:00:00Z'),
    ]),
    nearMiss('A fourth address in a network that has handed out three.', 'changingAddresses', (cast) => [
      ...changing(cast, 3),
      login(at(cast, 4), '2026-10-06T10:00:00Z'),
    ]),
  ],
  benignTwins: [
    benignTwin('A user who works from two places since the first week goes on doing so.', (cast) => [
      ...days(2, at(cast, 1), '2026-10-01T10:00:00Z'),
      ...days(2, at(cast, 2), '2026-10-03T10:00:00Z'),
      ...days(3, at(cast, 1), '2026-10-05T10:00:00Z'),
      login(at(cast, 2), '2026-10-08T10:00:00Z'),
    ]),
    benignTwin('A known address in another spelling is the same address.', (cast) => [
      ...days(5, at(cast, 1), '2026-10-01T10:00:00Z'),
      login({ user: cast.user(), sourceIp: `::ffff:${cast.address(1)}` }, '2026-10-06T10:00:00Z'),
    ]),
    benignTwin('Somebody else fails to sign in as the user from an address of their own.', (cast) => [
      ...days(5, at(cast, 1), '2026-10-01T10:00:00Z'),
      failure(at(cast, 2), '2026-10-06T10:00:00Z'),
    ]),
    benignTwin('A page from another address within a session is no sign-in.', (cast) => [
      ...days(5, at(cast, 1), '2026-10-01T10:00:00Z'),
      login({ ...at(cast, 1), session: cast.session() }, '2026-10-06T10:00:00Z'),
      pageView({ ...at(cast, 2), session: cast.session() }, '2026-10-06T10:05:00Z'),
    ]),
  ],
};
