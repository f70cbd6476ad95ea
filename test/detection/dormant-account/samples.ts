import type { Cast, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, every, failure, login, nearMiss, pageView, positive } from '../sample.ts';

const last = '2026-03-01T12:00:00Z';
const back = after(last, { days: 180 });
const as = (cast: Cast) => ({ user: cast.user() });
const claimed = (count: number, dormantDays = 180) => ({
  type: 'DORMANT_ACCOUNT' as const,
  count,
  details: { days: dormantDays },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('A sign-in exactly 180 days after the last activity.', (cast) => ({
      activities: [pageView(as(cast), last), login(as(cast), back)],
      expected: claimed(1),
    })),
    positive('An API call after 250 days.', (cast) => ({
      activities: [apiCall(as(cast), last), apiCall(as(cast), after(last, { days: 250 }))],
      expected: claimed(1, 250),
    })),
    positive('A failed sign-in is the first sign of life, and the sign-in after it belongs to it.', (cast) => ({
      activities: [login(as(cast), last), failure(as(cast), back), login(as(cast), after(back, { minutes: 1 }))],
      expected: claimed(2),
    })),
    positive('The first activity arrives after the second.', (cast) => ({
      activities: [
        login(as(cast), last),
        pageView(as(cast), after(back, { minutes: 4 })),
        login(as(cast), back),
        pageView(as(cast), after(back, { minutes: 6 })),
      ],
      expected: claimed(2),
    })),
  ],
  nearMisses: [
    nearMiss('A microsecond less than 180 days.', 'days', (cast) => [login(as(cast), last), login(as(cast), after(back, { micros: -1 }))]),
  ],
  benignTwins: [
    benignTwin('The very first activity of a user.', (cast) => [login(as(cast), back)]),
    benignTwin('A sign-in each quarter.', (cast) => every({ days: 91 }, 4, '2026-01-01T12:00:00Z').map((at) => login(as(cast), at))),
    benignTwin('History from a year ago that is sent after today.', (cast) => [
      login(as(cast), back),
      login(as(cast), after(back, { days: -365 })),
    ]),
  ],
};
