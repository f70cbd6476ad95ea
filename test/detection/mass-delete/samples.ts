import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, file, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const deletions = (actor: Actor, count: number, seconds: number, folder = '/srv/clients') =>
  every({ seconds }, count, noon).map((at, n) => file(actor, at, 'DELETE', `${folder}/${n}.pdf`));
const claimed = (files: number) => ({ type: 'MASS_DELETE' as const, count: files, details: { files }, alert: true });

export const samples: Samples = {
  positives: [
    positive('50 files deleted in exactly ten minutes.', (cast) => ({
      activities: [
        ...deletions({ user: cast.user() }, 49, 12),
        file({ user: cast.user() }, after(noon, { minutes: 10 }), 'DELETE', '/srv/last'),
      ],
      expected: claimed(50),
    })),
    positive('51 files deleted, renamed and moved.', (cast) => ({
      activities: every({ seconds: 5 }, 51, noon).map((at, n) =>
        file(
          { user: cast.user() },
          at,
          ['DELETE', 'RENAME', 'MOVE'][n % 3]!,
          `/srv/${n}.doc`,
          n % 3 === 0 ? {} : { newPath: `/away/x${n}.doc` },
        ),
      ),
      expected: claimed(51),
    })),
    positive('2,000 files, ten a second, are one anomaly of 2,000.', (cast) => ({
      activities: deletions({ user: cast.user() }, 2_000, 0.1),
      expected: claimed(2_000),
    })),
  ],
  nearMisses: [
    nearMiss('49 files in ten minutes.', 'files', (cast) => deletions({ user: cast.user() }, 49, 12)),
    nearMiss('50 files in ten minutes and a microsecond.', 'window', (cast) => [
      ...deletions({ user: cast.user() }, 49, 12),
      file({ user: cast.user() }, after(noon, { minutes: 10, micros: 1 }), 'DELETE', '/srv/last'),
    ]),
  ],
  benignTwins: [
    ...['/home/ann/app/node_modules/a', '/home/ann/app/build', '/tmp/ann', '/home/ann/.cache/x', 'C:/Users/ann/AppData/Local/Temp'].map(
      (folder) => benignTwin(`Two hundred files of ${folder} deleted.`, (cast) => deletions({ user: cast.user() }, 200, 1, folder)),
    ),
    benignTwin('Forty files renamed, and all of them back again.', (cast) =>
      every({ seconds: 2 }, 80, noon).map((at, n) => {
        const names = [`/srv/${n % 40}.doc`, `/srv/x${n % 40}.doc`];
        const [from, to] = n < 40 ? names : names.toReversed();
        return file({ user: cast.user() }, at, 'RENAME', from!, { newPath: to! });
      }),
    ),
    benignTwin('One file deleted and made again two hundred times.', (cast) =>
      every({ seconds: 1 }, 400, noon).map((at, n) => file({ user: cast.user() }, at, n % 2 === 0 ? 'DELETE' : 'CREATE', '/srv/app.pid')),
    ),
    benignTwin('A hundred drafts that an editor renames to what they are saved as.', (cast) =>
      every({ seconds: 1 }, 100, noon).map((at, n) =>
        file({ user: cast.user() }, at, 'RENAME', `/srv/.plan.txt.${n}.tmp`, { newPath: '/srv/plan.txt' }),
      ),
    ),
  ],
};
