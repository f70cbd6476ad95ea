import type { Cast, Samples } from '../sample.ts';
import { after, benignTwin, days, every, login, nearMiss, positive } from '../sample.ts';

const actor = (cast: Cast) => ({ user: cast.user(), sourceIp: cast.address() });
const claimed = { type: 'UNUSUAL_TIME', count: 1, alert: false } as const;

/** So many days of 10:00, two of noon and two of 13:59. */
const moving = (cast: Cast, first: number) => [
  ...days(first, actor(cast), '2026-10-01T10:00:00Z'),
  ...days(2, actor(cast), after('2026-10-01T12:00:00Z', { days: first })),
  ...days(2, actor(cast), after('2026-10-01T13:59:00Z', { days: first + 2 })),
];

export const samples: Samples = {
  positives: [
    positive('A sign-in at 03:00 after twenty days of 10:00.', (cast) => ({
      activities: [...days(20, actor(cast), '2026-10-01T10:00:00Z'), login(actor(cast), '2026-10-21T03:00:00Z')],
      expected: { ...claimed, details: { localTime: '03:00', earlierSignIns: 20, nearThisTime: 0 } },
    })),
    positive('A sign-in 121 minutes after the usual time.', (cast) => ({
      activities: [...days(5, actor(cast), '2026-10-01T10:00:00Z'), login(actor(cast), '2026-10-06T12:01:00Z')],
      expected: { ...claimed, details: { localTime: '12:01', earlierSignIns: 5, nearThisTime: 0 } },
    })),
    positive('A sign-in at 02:00 where one odd night among twenty workdays was at 03:00 while learning.', (cast) => ({
      activities: [
        login(actor(cast), '2026-10-01T03:00:00Z'),
        ...days(20, actor(cast), '2026-10-02T10:00:00Z'),
        login(actor(cast), '2026-10-22T02:00:00Z'),
      ],
      expected: { ...claimed, details: { localTime: '02:00', earlierSignIns: 21, nearThisTime: 1 } },
    })),
    positive('A sign-in at 10:00 in UTC by a user whose usual 10:00 is in Tokyo.', (cast) => {
      const tokyo = { ...actor(cast), userTimeZone: 'Asia/Tokyo' };
      return {
        activities: [...days(5, tokyo, '2026-10-01T01:00:00Z'), login(tokyo, '2026-10-06T10:00:00Z')],
        expected: { ...claimed, details: { localTime: '19:00', nearThisTime: 0 } },
      };
    }),
    positive('Three sign-ins in one odd night are one anomaly that grows.', (cast) => ({
      activities: [
        ...days(5, actor(cast), '2026-10-01T10:00:00Z'),
        ...every({ hours: 1 }, 3, '2026-10-06T02:00:00Z').map((at) => login(actor(cast), at)),
      ],
      expected: { ...claimed, count: 3, details: { signIns: 3 } },
    })),
    positive('A sign-in at 14:30 after ten days that moved there little by little.', (cast) => ({
      activities: [...moving(cast, 6), login(actor(cast), '2026-10-11T14:30:00Z')],
      expected: { ...claimed, details: { localTime: '14:30', earlierSignIns: 10, nearThisTime: 2 } },
    })),
  ],
  nearMisses: [
    nearMiss('A sign-in 120 minutes after the usual time.', 'tolerance', (cast) => [
      ...days(5, actor(cast), '2026-10-01T10:00:00Z'),
      login(actor(cast), '2026-10-06T12:00:59.999999Z'),
    ]),
    nearMiss('A sign-in 120 minutes before the usual time, across midnight.', 'tolerance', (cast) => [
      ...days(5, actor(cast), '2026-10-01T01:00:00Z'),
      login(actor(cast), '2026-10-05T23:00:00Z'),
    ]),
    nearMiss('A sign-in at 03:00 after two odd nights at that time among twenty days.', 'outlierShare', (cast) => [
      ...days(2, actor(cast), '2026-10-01T03:00:00Z'),
      ...days(18, actor(cast), '2026-10-03T10:00:00Z'),
      login(actor(cast), '2026-10-21T03:00:00Z'),
    ]),
    nearMiss('A sign-in at 03:00 after only four days of 10:00.', 'learningDays', (cast) => [
      ...days(4, actor(cast), '2026-10-01T10:00:00Z'),
      login(actor(cast), '2026-10-05T03:00:00Z'),
    ]),
    nearMiss('A sign-in at 14:30 after nine days that moved there little by little.', 'provenDays', (cast) => [
      ...moving(cast, 5),
      login(actor(cast), '2026-10-10T14:30:00Z'),
    ]),
  ],
  benignTwins: [
    benignTwin('A night worker signs in at 23:30 and at 00:30 in turn.', (cast) => [
      ...days(5, actor(cast), '2026-10-01T23:30:00Z'),
      ...days(5, actor(cast), '2026-10-08T00:30:00Z'),
    ]),
    benignTwin('A user in Tokyo signs in at 09:00 as always, which is midnight in UTC.', (cast) =>
      days(10, { ...actor(cast), userTimeZone: 'Asia/Tokyo' }, '2026-10-01T00:00:00Z'),
    ),
    benignTwin('A user in Berlin signs in at 09:00 as always while summer time ends.', (cast) => {
      const berlin = { ...actor(cast), userTimeZone: 'Europe/Berlin' };
      return [...days(10, berlin, '2026-10-15T07:00:00Z'), ...days(5, berlin, '2026-10-25T08:00:00Z')];
    }),
    benignTwin('A sign-in that fails at 03:00 is no sign-in.', (cast) => [
      ...days(5, actor(cast), '2026-10-01T10:00:00Z'),
      { ...login(actor(cast), '2026-10-06T03:00:00Z'), outcome: 'FAILURE' },
    ]),
  ],
};
