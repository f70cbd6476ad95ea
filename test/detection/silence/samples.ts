import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, days, every, nearMiss, pageView, positive } from '../sample.ts';

const monday = '2026-10-05T00:00:00Z';
/** Something every so many minutes for some days; the last is at midnight of the day after them. */
const beats = (actor: Actor, minutes: number, count = 8) =>
  every({ minutes }, (count * 1_440) / minutes + 1, monday).map((at) => pageView(actor, at));
const back = (actor: Actor, late: Parameters<typeof after>[1], count = 8) => pageView(actor, after(after(monday, { days: count }), late));
const claimed = (usualMinutes: number, count = 1) => ({ type: 'SILENCE' as const, count, details: { usualMinutes }, alert: false });

export const samples: Samples = {
  positives: [
    positive('Something every hour, and nothing for six hours and a microsecond.', (cast) => ({
      activities: [...beats({ user: cast.user() }, 60), back({ user: cast.user() }, { hours: 6, micros: 1 })],
      expected: claimed(60),
    })),
    positive(
      'Something every five minutes, and nothing for an hour and a microsecond; what follows within minutes is the same silence.',
      (cast) => ({
        activities: [
          ...beats({ user: cast.user() }, 5),
          ...[60, 62, 64, 66].map((minutes) => back({ user: cast.user() }, { minutes, micros: 1 })),
        ],
        expected: claimed(5, 3),
      }),
    ),
    positive('Three days of nothing.', (cast) => ({
      activities: [...beats({ user: cast.user() }, 60), back({ user: cast.user() }, { days: 3 })],
      expected: claimed(60),
    })),
    positive('Something every four hours, and nothing for longer than a day.', (cast) => ({
      activities: [...beats({ user: cast.user() }, 240, 9), back({ user: cast.user() }, { days: 1, micros: 1 }, 9)],
      expected: claimed(240),
    })),
  ],
  nearMisses: [
    nearMiss('Six hours, to the microsecond.', 'factor', (cast) => [
      ...beats({ user: cast.user() }, 60),
      back({ user: cast.user() }, { hours: 6 }),
    ]),
    nearMiss('An hour, to the microsecond.', 'least', (cast) => [
      ...beats({ user: cast.user() }, 5),
      back({ user: cast.user() }, { hours: 1 }),
    ]),
    nearMiss('Six days are not yet a habit.', 'learningDays', (cast) => [
      ...beats({ user: cast.user() }, 60, 6),
      back({ user: cast.user() }, { hours: 20 }, 6),
    ]),
    nearMiss('Something every four hours and a minute is not steady.', 'steadyGap', (cast) => [
      ...every({ minutes: 241 }, 60, monday).map((at) => pageView({ user: cast.user() }, at)),
      pageView({ user: cast.user() }, after(monday, { days: 14 })),
    ]),
  ],
  benignTwins: [
    benignTwin('Somebody who signs in in the mornings takes a fortnight off.', (cast) => [
      ...days(10, { user: cast.user() }, '2026-10-05T08:00:00Z'),
      pageView({ user: cast.user() }, '2026-10-29T08:00:00Z'),
    ]),
    benignTwin('A source that pauses for two hours every night.', (cast) =>
      beats({ user: cast.user() }, 10, 12).filter(({ occurredAt }) => !/T0[23]:/.test(occurredAt)),
    ),
  ],
};
