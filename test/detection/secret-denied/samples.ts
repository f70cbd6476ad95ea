import type { Activity, Actor, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, command, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-06T12:00:00Z';

const asks = (actor: Actor, at: string, secret: string, granted = false): Activity => ({
  ...apiCall(actor, at),
  secretsUsed: [{ secret, granted, reason: granted ? undefined : 'not in this team' }],
});
const denied = (actor: Actor, minutes: readonly number[]) =>
  minutes.map((minute, n) => asks(actor, after(noon, { minutes: minute }), `secret-${n + 1}`));

/** One command after the other with these passwords, none of which is right. */
const tries = (actor: Actor, passwords: readonly string[], outcome = 'FAILURE'): Activity[] =>
  passwords.map((password, n) => ({
    ...command(actor, after(noon, { minutes: n }), `PGPASSWORD=${password} psql -h db.example.net -U admin`),
    outcome,
  }));
const guesses = ['amber-anvil-1', 'amber-anvil-2', 'amber-anvil-3', 'amber-anvil-4', 'amber-anvil-5'];

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
    positive('Five passwords, one after the other, in commands that fail.', (cast) => ({
      activities: tries({ user: cast.user() }, guesses),
      expected: { type: 'SECRET_DENIED', count: 5, details: { denials: 5 }, alert: true },
    })),
  ],
  nearMisses: [
    nearMiss('Two denials.', 'denials', (cast) => denied({ user: cast.user() }, [0, 1])),
    nearMiss('Four passwords, of which one is tried again and again.', 'tried', (cast) =>
      tries({ user: cast.user() }, [...guesses.slice(0, 4), ...Array.from({ length: 4 }, () => guesses[0]!)]),
    ),
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
    benignTwin('A command with a password in it fails ten times.', (cast) =>
      tries(
        { user: cast.user() },
        Array.from({ length: 10 }, () => guesses[0]!),
      ),
    ),
    benignTwin('Five databases are asked with a password each, and answer.', (cast) => tries({ user: cast.user() }, guesses, 'SUCCESS')),
  ],
};
