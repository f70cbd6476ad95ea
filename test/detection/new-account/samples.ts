import type { Actor, Activity, Cast, Samples } from '../sample.ts';
import { after, benignTwin, command, nearMiss, pageView, positive, userCreated } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
/** Changes of all accounts are remembered by event time, so what happens much later has a time of its own. */
const early = '2025-10-05T12:00:00Z';
const as = (cast: Cast, user = 1): Actor => ({ user: cast.user(user) });
const sudo = (actor: Actor, at: string) => command(actor, at, 'sudo systemctl restart nginx');
/** Another user, seen 30 days before the account is. */
const veteran = (cast: Cast, first = noon): Activity => pageView(as(cast, 2), after(first, { days: -30 }));
const claimed = (count: number, created: boolean) => ({
  type: 'NEW_ACCOUNT' as const,
  count,
  details: { activities: count, created },
  alert: created,
});

export const samples: Samples = {
  positives: [
    positive('The first command of an account is elevated.', (cast) => ({
      activities: [veteran(cast), sudo(as(cast), noon)],
      expected: claimed(1, false),
    })),
    positive('A suspicious command on the thirtieth day, and a change of permissions.', (cast) => ({
      activities: [
        veteran(cast, early),
        pageView(as(cast), early),
        command(as(cast), after(early, { days: 29 }), 'cat /etc/shadow'),
        { ...as(cast), occurredAt: after(early, { days: 29, hours: 1 }), detail: { access: { change: 'PERMISSION', target: '/srv' } } },
      ],
      expected: claimed(2, false),
    })),
    positive('An account that was created uses sudo exactly a day later.', (cast) => ({
      activities: [veteran(cast), userCreated(as(cast, 2), noon, cast.user()), sudo(as(cast), after(noon, { days: 1 }))],
      expected: claimed(2, true),
    })),
    positive('The creation arrives after the first use of sudo.', (cast) => ({
      activities: [
        veteran(cast),
        sudo(as(cast), after(noon, { minutes: 4 })),
        userCreated(as(cast, 2), noon, cast.user()),
        sudo(as(cast), after(noon, { minutes: 5 })),
      ],
      expected: claimed(3, true),
    })),
  ],
  nearMisses: [
    nearMiss('An elevated command on the thirty-first day.', 'days', (cast) => [
      veteran(cast),
      pageView(as(cast), noon),
      sudo(as(cast), after(noon, { days: 30 })),
    ]),
    nearMiss('An organisation a microsecond younger.', 'organisationDays', (cast) => {
      const first = '2018-10-05T12:00:00Z'; // before all other samples: they are of one organisation
      return [pageView(as(cast, 2), after(first, { days: -30, micros: 1 })), sudo(as(cast), first)];
    }),
    nearMiss('An account known for long that was created anew uses sudo a day and a microsecond later.', 'createdWithin', (cast) => [
      ...[1, 2].map((n) => pageView(as(cast, n), after(noon, { days: -60 }))),
      userCreated(as(cast, 2), noon, cast.user()),
      sudo(as(cast), after(noon, { days: 1, micros: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('A new account opens pages and runs everyday commands.', (cast) => [
      veteran(cast),
      pageView(as(cast), noon),
      command(as(cast), after(noon, { minutes: 1 }), 'ls -la'),
    ]),
    benignTwin('An account that has long been known uses sudo.', (cast) => [
      veteran(cast, after(noon, { days: -100 })),
      pageView(as(cast), after(noon, { days: -100 })),
      sudo(as(cast), noon),
    ]),
    benignTwin('An account is created, and a known one uses sudo.', (cast) => [
      pageView(as(cast, 2), after(noon, { days: -60 })),
      userCreated(as(cast, 2), noon, cast.user(3)),
      sudo(as(cast, 2), after(noon, { minutes: 1 })),
    ]),
  ],
};
