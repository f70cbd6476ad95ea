import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, file, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const reading = (actor: Actor, count: number, seconds: number, sizeBytes?: number, start = noon) =>
  every({ seconds }, count, start).map((at, n) => file(actor, at, 'READ', `/srv/clients/${n}.pdf`, sizeBytes ? { sizeBytes } : {}));
const download = (actor: Actor, at: string, n: number) => ({
  ...actor,
  occurredAt: at,
  detail: { web: { action: 'FILE_DOWNLOAD', page: `/files/${n}`, statusCode: 200 } },
});
const claimed = (files: number, bytes = 0) => ({ type: 'BULK_DOWNLOAD' as const, count: files, details: { files, bytes }, alert: true });

export const samples: Samples = {
  positives: [
    positive('100 files in exactly ten minutes.', (cast) => ({
      activities: [
        ...reading({ user: cast.user() }, 99, 6),
        file({ user: cast.user() }, after(noon, { minutes: 10 }), 'READ', '/srv/last'),
      ],
      expected: claimed(100),
    })),
    positive('101 files, half of them downloaded over the web.', (cast) => ({
      activities: every({ seconds: 5 }, 101, noon).map((at, n) =>
        n % 2 === 0 ? download({ user: cast.user() }, at, n) : file({ user: cast.user() }, at, 'DOWNLOAD', `/srv/${n}`),
      ),
      expected: claimed(101),
    })),
    positive('A gigabyte in exactly an hour, in two files.', (cast) => ({
      activities: reading({ user: cast.user() }, 2, 3_600, 500_000_000),
      expected: claimed(2, 1_000_000_000),
    })),
    positive('500 files, one a second, are one anomaly of 500.', (cast) => ({
      activities: reading({ user: cast.user() }, 500, 1, 1_000),
      expected: claimed(500, 500_000),
    })),
    positive('Twelve hundred files in an hour and a half, more than a window holds, are still one.', (cast) => ({
      activities: reading({ user: cast.user() }, 1_200, 4.5, 2_000_000),
      expected: claimed(1_200, 2_400_000_000),
    })),
  ],
  nearMisses: [
    nearMiss('99 files in ten minutes.', 'files', (cast) => reading({ user: cast.user() }, 99, 6)),
    nearMiss('100 files in ten minutes and a microsecond.', 'window', (cast) => [
      ...reading({ user: cast.user() }, 99, 6),
      file({ user: cast.user() }, after(noon, { minutes: 10, micros: 1 }), 'READ', '/srv/last'),
    ]),
    nearMiss('A byte less than a gigabyte.', 'megabytes', (cast) => [
      ...reading({ user: cast.user() }, 1, 1, 500_000_000),
      file({ user: cast.user() }, after(noon, { hours: 1 }), 'READ', '/srv/last', { sizeBytes: 499_999_999 }),
    ]),
    nearMiss('A gigabyte in an hour and a microsecond.', 'bytesWindow', (cast) => [
      ...reading({ user: cast.user() }, 1, 1, 500_000_000),
      file({ user: cast.user() }, after(noon, { hours: 1, micros: 1 }), 'READ', '/srv/last', { sizeBytes: 500_000_000 }),
    ]),
  ],
  benignTwins: [
    benignTwin('A build reads the same forty files a thousand times.', (cast) =>
      every({ seconds: 0.5 }, 1_000, noon).map((at, n) =>
        file({ user: cast.user() }, at, 'READ', `/home/ann/app/src/${n % 40}.ts`, { sizeBytes: 10_000_000 }),
      ),
    ),
    benignTwin('A build reads a thousand files of its dependencies.', (cast) =>
      every({ seconds: 0.5 }, 1_000, noon).map((at, n) =>
        file({ user: cast.user() }, at, 'READ', `/home/ann/app/node_modules/${n}/index.js`),
      ),
    ),
    benignTwin('Two hundred files over a working day.', (cast) => reading({ user: cast.user() }, 200, 120, 1_000_000)),
    benignTwin('A hundred files that somebody was not let at.', (cast) =>
      reading({ user: cast.user() }, 150, 2, 100_000_000).map((activity) => ({ ...activity, outcome: 'DENIED' })),
    ),
    benignTwin('Ten users read twenty files each.', (cast) =>
      every({ seconds: 2 }, 200, noon).map((at, n) => file({ user: cast.user(n % 10) }, at, 'READ', `/srv/${n}`)),
    ),
  ],
};
