import type { Cast, Samples } from '../sample.ts';
import { benignTwin, nearMiss, pageView, positive } from '../sample.ts';

const as = (cast: Cast, session = 1) => ({ user: cast.user(), session: cast.session(session) });
const claimed = (cast: Cast, day: string, minuteOfDay: number) => ({
  type: 'AFTER_HOURS' as const,
  count: 1,
  details: { day, minuteOfDay, session: cast.session() },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('A page at 20:00.', (cast) => ({
      activities: [pageView(as(cast), '2026-10-05T20:00:00Z')],
      expected: claimed(cast, '2026-10-05', 1_200),
    })),
    positive('A page at 05:59.', (cast) => ({
      activities: [pageView(as(cast), '2026-10-05T05:59:59.999999Z')],
      expected: claimed(cast, '2026-10-05', 359),
    })),
    positive('A session from 19:50 to 20:10 is after hours once.', (cast) => ({
      activities: ['19:50', '20:05', '20:06', '20:10'].map((time) => pageView(as(cast), `2026-10-05T${time}:00Z`)),
      expected: claimed(cast, '2026-10-05', 1_205),
    })),
    positive('A page at noon in UTC by a user in Tokyo, where it is 21:00.', (cast) => ({
      activities: [pageView({ ...as(cast), userTimeZone: 'Asia/Tokyo' }, '2026-10-05T12:00:00Z')],
      expected: claimed(cast, '2026-10-05', 1_260),
    })),
    positive('The time zone of a user is remembered from an earlier activity.', (cast) => ({
      activities: [
        pageView({ ...as(cast), userTimeZone: 'Asia/Tokyo' }, '2026-10-05T03:00:00Z'),
        pageView(as(cast), '2026-10-05T12:00:00Z'),
      ],
      expected: claimed(cast, '2026-10-05', 1_260),
    })),
  ],
  nearMisses: [
    nearMiss('A page at 19:59.', 'dayEnd', (cast) => [pageView(as(cast), '2026-10-05T19:59:59.999999Z')]),
    nearMiss('A page at 06:00.', 'dayStart', (cast) => [pageView(as(cast), '2026-10-05T06:00:00Z')]),
  ],
  benignTwins: [
    benignTwin('A page at midnight in UTC by a user in Tokyo, where it is 09:00.', (cast) => [
      pageView({ ...as(cast), userTimeZone: 'Asia/Tokyo' }, '2026-10-05T00:00:00Z'),
    ]),
    benignTwin('A nightly job without a session.', (cast) => [pageView({ user: cast.user() }, '2026-10-05T02:00:00Z')]),
    benignTwin('A request at night that is refused.', (cast) => [{ ...pageView(as(cast), '2026-10-05T02:00:00Z'), outcome: 'DENIED' }]),
  ],
};
