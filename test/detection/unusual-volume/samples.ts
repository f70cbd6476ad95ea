import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, nearMiss, pageView, positive } from '../sample.ts';

const monday = '2026-10-05T06:00:00Z';
/** So many pages on each of some days, three minutes apart unless said otherwise. */
const work = (actor: Actor, pages: readonly number[], minutes = 3) =>
  pages.flatMap((count, day) => every({ minutes }, count, after(monday, { days: day })).map((at) => pageView(actor, at)));
const week = (pages: number) => Array.from({ length: 7 }, () => pages);
const spread = [10, 10, 10, 30, 50, 50, 50];
const claimed = (count: number, activities: number, usual: number, of: string, days = 7) => ({
  type: 'UNUSUAL_VOLUME' as const,
  count,
  details: { activities, usual, of, days },
  alert: false,
});

export const samples: Samples = {
  positives: [
    positive('Fifty things after a week of ten a day.', (cast) => ({
      activities: work({ user: cast.user() }, [...week(10), 50]),
      expected: claimed(1, 50, 10, 'DAY'),
    })),
    positive('A hundred after a week of twenty.', (cast) => ({
      activities: work({ user: cast.user() }, [...week(20), 101]),
      expected: claimed(2, 101, 20, 'DAY'),
    })),
    positive('One more than six deviations over a week of very different days.', (cast) => ({
      activities: work({ user: cast.user() }, [...spread, 151]),
      expected: claimed(1, 151, 30, 'DAY'),
    })),
    positive('Sixty within an hour of whoever does six in the busiest one.', (cast) => ({
      activities: [
        ...work({ user: cast.user() }, week(100), 10),
        ...every({ minutes: 1 }, 60, after(monday, { days: 7 })).map((at) => pageView({ user: cast.user() }, at)),
      ],
      expected: claimed(11, 60, 6, 'HOUR'),
    })),
    positive('Each day is counted for itself, on the clock of the user.', (cast) => ({
      activities: work({ user: cast.user(), userTimeZone: 'Pacific/Auckland' }, [...week(10), 0, 52]),
      expected: claimed(3, 52, 10, 'DAY'),
    })),
  ],
  nearMisses: [
    nearMiss('49 after a week of five a day.', 'activities', (cast) => work({ user: cast.user() }, [...week(5), 49])),
    nearMiss('99 after a week of twenty a day.', 'factor', (cast) => work({ user: cast.user() }, [...week(20), 99])),
    nearMiss('Six deviations over a week of very different days.', 'deviations', (cast) => work({ user: cast.user() }, [...spread, 150])),
    nearMiss('Fifty after six days of ten.', 'learningDays', (cast) => work({ user: cast.user() }, [...week(10).slice(1), 50])),
  ],
  benignTwins: [
    benignTwin('Twice as much as usual.', (cast) => work({ user: cast.user() }, [...week(60), 120])),
    benignTwin('A busy user who does the same every day.', (cast) => work({ user: cast.user() }, [...week(200), 200])),
    benignTwin('Eighty things that lie on two days of the user.', (cast) =>
      work({ user: cast.user(), userTimeZone: 'Pacific/Auckland' }, week(10)).concat(
        every({ minutes: 1 }, 80, '2026-10-12T10:20:00Z').map((at) => pageView({ user: cast.user() }, at)),
      ),
    ),
  ],
};
