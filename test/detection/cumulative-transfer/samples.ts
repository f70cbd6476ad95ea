import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, file, nearMiss, positive } from '../sample.ts';

const monday = '2026-10-05T06:00:00Z';
const moved = (actor: Actor, files: readonly number[], sizeBytes = 1_000, operation = 'DOWNLOAD') =>
  files.flatMap((count, day) =>
    every({ minutes: 2 }, count, after(monday, { days: day })).map((at, n) => file(actor, at, operation, `/srv/${n}`, { sizeBytes })),
  );
const week = (files: number) => Array.from({ length: 7 }, () => files);
const spread = [20, 20, 20, 60, 100, 100, 100];
const claimed = (count: number, files: number, bytes: number) => ({
  type: 'BULK_DOWNLOAD' as const,
  count,
  details: { files, bytes },
  alert: true,
});

export const samples: Samples = {
  positives: [
    positive('Two hundred files, one every two minutes, after a week of ten a day.', (cast) => ({
      activities: moved({ user: cast.user() }, [...week(10), 200]),
      expected: claimed(1, 200, 200_000),
    })),
    positive('Two gigabytes over a day after a week of little.', (cast) => ({
      activities: [
        ...moved({ user: cast.user() }, week(2)),
        ...every({ hours: 2 }, 8, after(monday, { days: 7 })).map((at, n) =>
          file({ user: cast.user() }, at, 'UPLOAD', `/tmp/${n}`, { sizeBytes: 250_000_000 }),
        ),
      ],
      expected: claimed(1, 8, 2_000_000_000),
    })),
  ],
  nearMisses: [
    nearMiss('199 files.', 'files', (cast) => moved({ user: cast.user() }, [...week(10), 199])),
    nearMiss('249 files after a week of fifty a day.', 'factor', (cast) => moved({ user: cast.user() }, [...week(50), 249])),
    nearMiss('300 files after a week of very different days.', 'deviations', (cast) => moved({ user: cast.user() }, [...spread, 300])),
    nearMiss('200 files after six days.', 'learningDays', (cast) => moved({ user: cast.user() }, [...week(10).slice(1), 200])),
    nearMiss('A byte less than two gigabytes.', 'megabytes', (cast) => [
      ...moved({ user: cast.user() }, week(2)),
      ...every({ hours: 2 }, 8, after(monday, { days: 7 })).map((at, n) =>
        file({ user: cast.user() }, at, 'UPLOAD', `/tmp/${n}`, { sizeBytes: n === 0 ? 249_999_999 : 250_000_000 }),
      ),
    ]),
  ],
  benignTwins: [
    benignTwin('Five hundred files read and none moved.', (cast) => moved({ user: cast.user() }, [...week(10), 500], 10_000_000, 'READ')),
    benignTwin('Whoever moves three hundred a day.', (cast) => moved({ user: cast.user() }, [...week(300), 400])),
  ],
};
