import type { Actor, Samples } from '../sample.ts';
import { accessChange, after, benignTwin, days, every, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const claimed = (count: number, level: string) => ({
  type: 'PERMISSION_CHANGE' as const,
  count,
  details: { level, count },
  alert: false,
});
const grave = (title: string, target: string, more: Record<string, string>) =>
  positive(title, (cast) => ({
    activities: [accessChange({ user: cast.user() }, noon, target, more)],
    expected: claimed(1, 'GRAVE'),
  }));
const editor = (actor: Actor, at: string) => accessChange(actor, at, 'bob', { before: 'viewer', after: 'editor' });

export const samples: Samples = {
  positives: [
    positive("Somebody's first change of a role.", (cast) => ({
      activities: [...days(5, { user: cast.user() }, '2026-09-28T12:00:00Z'), editor({ user: cast.user() }, noon)],
      expected: claimed(1, 'FIRST'),
    })),
    positive('Three changes of one user within the hour are one.', (cast) => ({
      activities: [
        ...days(5, { user: cast.user() }, '2026-09-28T12:00:00Z'),
        ...every({ minutes: 3 }, 3, noon).map((at) => editor({ user: cast.user() }, at)),
      ],
      expected: claimed(3, 'FIRST'),
    })),
    grave('A role of administrator.', 'bob', { before: 'viewer', after: 'Administrator' }),
    grave('A seat in the group that may all.', 'wheel', { change: 'PERMISSION', after: 'bob' }),
    grave('A folder opened to everybody.', '/srv/clients', { change: 'PERMISSION', before: 'staff', after: 'Everyone: read' }),
    grave('A mode in which others write.', '/srv/app', { change: 'PERMISSION', before: '0755', after: '0777' }),
  ],
  nearMisses: [
    nearMiss('A role of administrator that was refused.', 'score', (cast) => [
      { ...accessChange({ user: cast.user() }, noon, 'bob', { after: 'admin' }), outcome: 'DENIED' },
    ]),
  ],
  benignTwins: [
    benignTwin('A permission set to what it was.', (cast) => [
      accessChange({ user: cast.user() }, noon, '/srv/app', { change: 'PERMISSION', before: '0777', after: '0777' }),
    ]),
    benignTwin('An account created.', (cast) => [
      accessChange({ user: cast.user() }, after(noon, { minutes: 1 }), 'carol', { change: 'USER_CREATED' }),
    ]),
  ],
};
