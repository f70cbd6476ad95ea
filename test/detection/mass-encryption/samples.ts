import type { Actor, Samples } from '../sample.ts';
import { after, benignTwin, every, file, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const renames = (actor: Actor, count: number, seconds: number, to: (path: string, n: number) => string) =>
  every({ seconds }, count, noon).map((at, n) => file(actor, at, 'RENAME', `/srv/${n}.docx`, { newPath: to(`/srv/${n}.docx`, n) }));
const locked = (path: string) => `${path}.locked`;
const claimed = (files: number, extension: string) => ({
  type: 'MASS_DELETE' as const,
  count: files,
  details: { files, extension },
  alert: true,
});

export const samples: Samples = {
  positives: [
    positive('20 files that get a further extension in exactly ten minutes.', (cast) => ({
      activities: [
        ...renames({ user: cast.user() }, 19, 31, locked),
        file({ user: cast.user() }, after(noon, { minutes: 10 }), 'RENAME', '/srv/last.xls', { newPath: '/srv/last.xls.locked' }),
      ],
      expected: claimed(20, 'locked'),
    })),
    positive('300 files, whatever folder they are moved to.', (cast) => ({
      activities: renames({ user: cast.user() }, 300, 0.5, (path, n) => `/vault${path}.${n < 300 ? 'x7q' : ''}`),
      expected: claimed(300, 'x7q'),
    })),
  ],
  nearMisses: [
    nearMiss('19 files.', 'files', (cast) => renames({ user: cast.user() }, 19, 31, locked)),
    nearMiss('20 files in ten minutes and a microsecond.', 'window', (cast) => [
      ...renames({ user: cast.user() }, 19, 31, locked),
      file({ user: cast.user() }, after(noon, { minutes: 10, micros: 1 }), 'RENAME', '/srv/last.xls', { newPath: '/srv/last.xls.locked' }),
    ]),
  ],
  benignTwins: [
    benignTwin('Forty files put aside as .bak.', (cast) => renames({ user: cast.user() }, 40, 1, (path) => `${path}.bak`)),
    benignTwin('Forty files with another extension in place of their own.', (cast) =>
      renames({ user: cast.user() }, 40, 1, (path) => path.replace('.docx', '.doc')),
    ),
    benignTwin('Forty files with forty different endings.', (cast) => renames({ user: cast.user() }, 40, 1, (path, n) => `${path}.v${n}x`)),
  ],
};
