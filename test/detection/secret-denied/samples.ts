import type { Activity, Actor, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-06T12:00:00Z';

const asks = (actor: Actor, at: string, secret: string, granted = false): Activity => ({
  ...apiCall(actor, at),
  secretsUsed: [{ secret, granted, reason: granted ? undefined : 'not in this team' }],
});
const denied = (actor: Actor, minutes: readonly number[]) =>
  minutes.map((minute, n) => asks(actor, after(noon, { minutes: minute }), `secret-${n + 1}`));

export const samples: Samples = {
  positives: [
    positive('Three secrets denied within exactly ten minutes, and a fourth.', (cast) => ({
      activities: denied({ user: cast.user() }, [0, 5, 10, 11]),
      expected: {
        type: 'SECRET_DENIED',
        count: 4,
        details: { denials: 4, secrets: ['secret-1', 'secret-2', 'secret-3', 'secret-4'] },
        alert: true,
      },
    })),
  ],
  nearMisses: [
    nearMiss('Two denials.', 'denials', (cast) => denied({ user: cast.user() }, [0, 1])),
    nearMiss('The third comes a moment after ten minutes.', 'window', (cast) => [
      ...denied({ user: cast.user() }, [0, 5]),
      asks({ user: cast.user() }, after(noon, { minutes: 10, micros: 1 }), 'secret-3'),
    ]),
  ],
  benignTwins: [
    benignTwin('Three secrets are given.', (cast) =>
      [0, 1, 2].map((minute) => asks({ user: cast.user() }, after(noon, { minutes: minute }), 's', true)),
    ),
    benignTwin('Three users are denied one each.', (cast) =>
      [1, 2, 3].map((n) => asks({ user: cast.user(n) }, after(noon, { seconds: n }), 's')),
    ),
  ],
};
