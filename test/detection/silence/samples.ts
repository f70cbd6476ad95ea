import type { Activity, Actor, Samples } from '../sample.ts';
import { after, benignTwin, days, every, nearMiss, pageView, positive } from '../sample.ts';

/** All samples are of one organisation, and what goes on in one makes others silent: each happens three weeks before the last. */
let stories = 0;
const newStart = () => after('2026-09-07T00:00:00Z', { days: -21 * (stories += 1) });
/** Something every so many minutes for some days, up to midnight of the day after them, and once more `late`. */
function beats(actor: Actor, minutes: number, late: readonly Parameters<typeof after>[1][], count = 8): Activity[] {
  const start = newStart();
  const times = every({ minutes }, (count * 1_440) / minutes + 1, start);
  return [...times, ...late.map((span) => after(after(start, { days: count }), span))].map((at) => pageView(actor, at));
}
const claimed = (usualMinutes: number, count = 1) => ({ type: 'SILENCE' as const, count, details: { usualMinutes }, alert: false });

export const samples: Samples = {
  positives: [
    positive('Something every hour, and nothing for six hours and a microsecond.', (cast) => ({
      activities: beats({ user: cast.user() }, 60, [{ hours: 6, micros: 1 }]),
      expected: claimed(60),
    })),
    positive(
      'Something every five minutes, and nothing for an hour and a microsecond; what follows within minutes is the same silence.',
      (cast) => ({
        activities: beats(
          { user: cast.user() },
          5,
          [60, 62, 64, 66].map((minutes) => ({ minutes, micros: 1 })),
        ),
        expected: claimed(5, 3),
      }),
    ),
    positive('Three days of nothing.', (cast) => ({
      activities: beats({ user: cast.user() }, 60, [{ days: 3 }]),
      expected: claimed(60),
    })),
    positive('Something every four hours, and nothing for longer than a day.', (cast) => ({
      activities: beats({ user: cast.user() }, 240, [{ days: 1, micros: 1 }], 9),
      expected: claimed(240),
    })),
  ],
  nearMisses: [
    nearMiss('Six hours, to the microsecond.', 'factor', (cast) => beats({ user: cast.user() }, 60, [{ hours: 6 }])),
    nearMiss('An hour, to the microsecond.', 'least', (cast) => beats({ user: cast.user() }, 5, [{ hours: 1 }])),
    nearMiss('Six days are not yet a habit.', 'learningDays', (cast) => beats({ user: cast.user() }, 60, [{ hours: 20 }], 6)),
    nearMiss('Something every four hours and a minute is not steady.', 'steadyGap', (cast) => {
      const start = newStart();
      return [...every({ minutes: 241 }, 60, start), after(start, { days: 14 })].map((at) => pageView({ user: cast.user() }, at));
    }),
  ],
  benignTwins: [
    benignTwin('Somebody who signs in in the mornings takes a week off.', (cast) => {
      const start = newStart();
      return [...days(10, { user: cast.user() }, start), pageView({ user: cast.user() }, after(start, { days: 17 }))];
    }),
    benignTwin('A source that pauses for two hours every night.', (cast) =>
      beats({ user: cast.user() }, 10, [], 12).filter(({ occurredAt }) => !/T0[23]:/.test(occurredAt)),
    ),
  ],
};
