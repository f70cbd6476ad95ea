import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, file, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const uploads = (actor: Actor, count: number, seconds: number, sizeBytes = 1_000) =>
  every({ seconds }, count, noon).map((at, n) => file(actor, at, 'UPLOAD', `/tmp/stage/${n}.7z`, { sizeBytes }));
const claimed = (files: number, bytes: number) => ({
  type: 'BULK_DOWNLOAD' as const,
  count: files,
  details: { files, bytes },
  alert: true,
});

export const samples: Samples = {
  positives: [
    positive('100 files in ten minutes, from a folder for temporary files.', (cast) => ({
      activities: uploads({ user: cast.user() }, 100, 6),
      expected: claimed(100, 100_000),
    })),
    positive('One archive of a gigabyte.', (cast) => ({
      activities: uploads({ user: cast.user() }, 1, 1, 1_000_000_000),
      expected: claimed(1, 1_000_000_000),
    })),
  ],
  nearMisses: [
    nearMiss('99 files in ten minutes.', 'files', (cast) => uploads({ user: cast.user() }, 99, 6)),
    nearMiss('100 files in ten minutes and a microsecond.', 'window', (cast) => [
      ...uploads({ user: cast.user() }, 99, 6),
      file({ user: cast.user() }, after(noon, { minutes: 10, micros: 1 }), 'UPLOAD', '/tmp/last'),
    ]),
    nearMiss('One archive of a byte less than a gigabyte.', 'megabytes', (cast) => uploads({ user: cast.user() }, 1, 1, 999_999_999)),
    nearMiss('Two halves of a gigabyte, an hour and a microsecond apart.', 'bytesWindow', (cast) => [
      ...uploads({ user: cast.user() }, 1, 1, 500_000_000),
      file({ user: cast.user() }, after(noon, { hours: 1, micros: 1 }), 'UPLOAD', '/tmp/last', { sizeBytes: 500_000_000 }),
    ]),
  ],
  benignTwins: [
    benignTwin('The same document saved to the cloud two hundred times.', (cast) =>
      every({ seconds: 3 }, 200, noon).map((at) =>
        file({ user: cast.user() }, at, 'UPLOAD', '/home/ann/report.docx', { sizeBytes: 9_000_000 }),
      ),
    ),
    benignTwin('Thirty photographs.', (cast) => uploads({ user: cast.user() }, 30, 1, 8_000_000)),
  ],
};
