import type { Actor, Cast, Samples } from '../sample.ts';
import { accessChange, after, benignTwin, command, days, nearMiss, pageView, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const given = (cast: Cast, at: string, by = cast.user(2)) =>
  accessChange({ user: by }, at, cast.user(), { before: 'user', after: 'admin' });
const denied = (actor: Actor, at: string) => accessChange(actor, at, 'sudo rm /srv/x', { change: 'SUDO_POLICY_VIOLATION' });
const claimed = (count: number, alert: boolean, how: string[]) => ({
  type: 'PRIVILEGE_ESCALATION' as const,
  count,
  details: { activities: count, how },
  alert,
});
const adminPage = (actor: Actor, at: string) => ({ ...pageView(actor, at), detail: { web: { page: '/admin/users' } } });

export const samples: Samples = {
  positives: [
    positive('Who makes himself an administrator and uses it a day later, to the microsecond.', (cast) => ({
      activities: [given(cast, noon, cast.user()), command({ user: cast.user() }, after(noon, { days: 1 }), 'sudo id')],
      expected: claimed(2, true, [`given by ${cast.user()}`]),
    })),
    positive('Who is made one by another and runs three commands.', (cast) => ({
      activities: [given(cast, noon), ...[1, 2, 3].map((hours) => command({ user: cast.user() }, after(noon, { hours }), 'sudo id'))],
      expected: claimed(4, false, [`given by ${cast.user(2)}`]),
    })),
    positive('Who is put into the group that may all, opens an admin page, and it is told after that.', (cast) => ({
      activities: [
        adminPage({ user: cast.user() }, after(noon, { minutes: 1 })),
        accessChange({ user: cast.user(2) }, noon, 'wheel', { change: 'PERMISSION', after: cast.user() }),
      ],
      expected: claimed(2, false, [`given by ${cast.user(2)}`]),
    })),
    positive('Who was denied and then runs commands with elevated rights for the first time ever.', (cast) => ({
      activities: [
        ...days(5, { user: cast.user() }, '2026-09-29T12:00:00Z'),
        denied({ user: cast.user() }, noon),
        command({ user: cast.user() }, after(noon, { minutes: 20 }), 'sudo id'),
      ],
      expected: claimed(2, false, ['denied before']),
    })),
  ],
  nearMisses: [
    nearMiss('A use a day and a microsecond later.', 'window', (cast) => [
      given(cast, noon),
      command({ user: cast.user() }, after(noon, { days: 1, micros: 1 }), 'sudo id'),
    ]),
  ],
  benignTwins: [
    benignTwin('An administrator of long standing at work.', (cast) => [
      command({ user: cast.user() }, noon, 'sudo id'),
      adminPage({ user: cast.user() }, after(noon, { minutes: 1 })),
    ]),
    benignTwin('A use before the rights were given.', (cast) => [
      command({ user: cast.user() }, after(noon, { minutes: -1 }), 'sudo id'),
      given(cast, noon),
    ]),
    benignTwin('Rights given, and others who use theirs.', (cast) => [
      given(cast, noon),
      command({ user: cast.user(3) }, after(noon, { minutes: 1 }), 'sudo id'),
    ]),
    benignTwin('A role that rules over nothing.', (cast) => [
      accessChange({ user: cast.user(2) }, noon, cast.user(), { after: 'editor' }),
      command({ user: cast.user() }, after(noon, { minutes: 1 }), 'sudo id'),
    ]),
    benignTwin('Rights given and ordinary work.', (cast) => [
      given(cast, noon),
      command({ user: cast.user() }, after(noon, { minutes: 1 }), 'ls'),
      pageView({ user: cast.user() }, after(noon, { minutes: 2 })),
    ]),
    benignTwin('A mistyped sudo of somebody who may.', (cast) => [
      ...days(5, { user: cast.user() }, '2026-09-29T12:00:00Z'),
      command({ user: cast.user() }, '2026-10-03T12:01:00Z', 'sudo id'),
      denied({ user: cast.user() }, noon),
      command({ user: cast.user() }, after(noon, { minutes: 1 }), 'sudo id'),
    ]),
  ],
};
