import type { Actor, Cast, Samples } from '../sample.ts';
import { after, benignTwin, days, failure, login, nearMiss, positive } from '../sample.ts';

const berlin = { country: 'DE', region: 'Berlin', city: 'Berlin', latitude: 52.52, longitude: 13.4 };
const tokyo = { country: 'JP', region: 'Tokyo', city: 'Tokyo', latitude: 35.68, longitude: 139.69 };
const zurich = { country: 'CH', region: 'Zurich', city: 'Zurich', latitude: 47.37, longitude: 8.54 };
const onEquator = (country: string, km: number) => ({ country, latitude: 0, longitude: (km / 6_371) * (180 / Math.PI) });

/** Addresses that belong to somebody somewhere: `n` is the network. */
const publicAddress = (n: number) => `81.2.${n}.7`;
const at = (cast: Cast, n: number, location: Record<string, unknown>): Actor => ({
  user: cast.user(),
  sourceIp: publicAddress(n),
  location,
});
const morning = '2026-10-05T09:00:00Z';
const anHourLater = after(morning, { hours: 1 });
const claimed = { type: 'IMPOSSIBLE_TRAVEL', count: 2, alert: true } as const;

export const samples: Samples = {
  positives: [
    positive('Berlin, and Tokyo an hour later.', (cast) => ({
      activities: [login(at(cast, 1, berlin), morning), login(at(cast, 2, tokyo), anHourLater)],
      expected: {
        ...claimed,
        details: {
          from: { at: '2026-10-05T09:00:00.000000Z', address: publicAddress(1), city: 'Berlin', country: 'DE' },
          to: { at: '2026-10-05T10:00:00.000000Z', address: publicAddress(2), city: 'Tokyo', country: 'JP' },
          km: 8_917,
          kmPerHour: 8_917,
          signIns: 2,
        },
      },
    })),
    positive('The same where Berlin is heard of after Tokyo.', (cast) => ({
      activities: [login(at(cast, 2, tokyo), after(morning, { minutes: 4 })), login(at(cast, 1, berlin), morning)],
      expected: { ...claimed, details: { from: { city: 'Berlin' }, to: { city: 'Tokyo' }, km: 8_917, kmPerHour: 133_758 } },
    })),
    positive('There and back again is one anomaly, which shows the fastest journey.', (cast) => ({
      activities: [
        login(at(cast, 1, berlin), morning),
        login(at(cast, 2, tokyo), anHourLater),
        login(at(cast, 1, berlin), after(morning, { hours: 3 })),
      ],
      expected: { ...claimed, count: 3, details: { kmPerHour: 8_917, signIns: 3 } },
    })),
    positive('A network that is known, and one that is not.', (cast) => ({
      activities: [...days(5, at(cast, 1, berlin), morning), login(at(cast, 2, tokyo), after(morning, { days: 4, hours: 1 }))],
      expected: { ...claimed, details: { to: { city: 'Tokyo' } } },
    })),
    positive('Two regions of one country.', (cast) => ({
      activities: [
        login(at(cast, 1, { country: 'US', region: 'California', latitude: 34.05, longitude: -118.24 }), morning),
        login(at(cast, 2, { country: 'US', region: 'New York', latitude: 40.71, longitude: -74 }), anHourLater),
      ],
      expected: { ...claimed, details: { km: 3_936 } },
    })),
    positive('Across the date line, the long way round which it would be another anomaly.', (cast) => ({
      activities: [
        login(at(cast, 1, { country: 'FJ', latitude: 0, longitude: 179 }), morning),
        login(at(cast, 2, { country: 'WS', latitude: 0, longitude: -179 }), after(morning, { minutes: 1 })),
      ],
      expected: { ...claimed, details: { km: 222 } },
    })),
  ],
  nearMisses: [
    nearMiss('899 km in an hour.', 'speed', (cast) => [
      login(at(cast, 1, onEquator('GA', 0)), morning),
      login(at(cast, 2, onEquator('CG', 899)), anHourLater),
    ]),
    nearMiss('49 km in a minute.', 'distance', (cast) => [
      login(at(cast, 1, onEquator('GA', 0)), morning),
      login(at(cast, 2, onEquator('CG', 49)), after(morning, { minutes: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('A flight from Zurich to Berlin.', (cast) => [
      login(at(cast, 1, zurich), morning),
      login(at(cast, 2, berlin), after(morning, { hours: 1, minutes: 20 })),
    ]),
    benignTwin('Two places that may be the same as far as anybody knows.', (cast) => [
      login(at(cast, 1, { ...zurich, accuracyKm: 500 }), morning),
      login(at(cast, 2, { ...berlin, accuracyKm: 500 }), after(morning, { minutes: 1 })),
    ]),
    benignTwin('One country, of which only one end tells the region.', (cast) => [
      login(at(cast, 1, { country: 'US', latitude: 37.75, longitude: -97.82 }), morning),
      login(at(cast, 2, { country: 'US', region: 'California', latitude: 34.05, longitude: -118.24 }), anHourLater),
    ]),
    benignTwin('An exit that many share.', (cast) => [
      login(at(cast, 1, berlin), morning),
      login(at(cast, 2, { ...tokyo, anonymous: true }), anHourLater),
    ]),
    ...['10.1.2.3', '192.168.1.5', '127.0.0.1', '169.254.7.7', 'fe80::1', '::1', 'fd00::7'].map((sourceIp) =>
      benignTwin(`An address of no place, ${sourceIp}.`, (cast) => [
        login(at(cast, 1, berlin), morning),
        login({ ...at(cast, 2, tokyo), sourceIp }, anHourLater),
      ]),
    ),
    benignTwin('A home and the exit of a VPN that are used in turns.', (cast) => [
      ...days(3, at(cast, 1, berlin), morning),
      ...days(3, at(cast, 2, tokyo), after(morning, { days: 3 })),
      login(at(cast, 1, berlin), after(morning, { days: 5, minutes: 30 })),
      login(at(cast, 2, tokyo), after(morning, { days: 5, minutes: 60 })),
    ]),
    benignTwin('Somebody else fails to sign in from far away.', (cast) => [
      login(at(cast, 1, berlin), morning),
      failure(at(cast, 2, tokyo), anHourLater),
      { ...login(at(cast, 2, tokyo), anHourLater), outcome: 'DENIED' },
    ]),
    benignTwin('Two users.', (cast) => [
      login(at(cast, 1, berlin), morning),
      login({ ...at(cast, 2, tokyo), user: cast.user(2) }, anHourLater),
    ]),
    benignTwin('One address of which two places are told.', (cast) => [
      login(at(cast, 1, berlin), morning),
      login(at(cast, 1, tokyo), anHourLater),
    ]),
    benignTwin('Countries without coordinates.', (cast) => [
      login(at(cast, 1, { country: 'DE' }), morning),
      login(at(cast, 2, { country: 'JP' }), anHourLater),
    ]),
  ],
};
