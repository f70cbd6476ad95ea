import type { Activity, Actor, Samples } from '../sample.ts';
import { after, apiCall, benignTwin, command, days, every, nearMiss, positive } from '../sample.ts';

const firstDay = '2026-10-01T10:00:00Z';
const later = '2026-10-06T10:30:00Z';

const uses = (actor: Actor, at: string, ...secrets: string[]): Activity => ({
  ...apiCall(actor, at),
  secretsUsed: secrets.map((secret) => ({ secret })),
});
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => `secret-${from + n}`);
const oneByOne = (actor: Actor, count: number, seconds: number) =>
  numbered(1, count).map((secret, n) => uses(actor, after(later, { seconds: n * seconds }), secret));

const passwordOf = (n: number) => `quartz-${n}-lantern`;
const assigned = (n: number) => `SERVICE_${n}_PASSWORD=${passwordOf(n)}`;
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
/** A file of settings with so many passwords in it, shown on a terminal. */
const shows = (actor: Actor, at: string, count: number): Activity => ({
  ...actor,
  occurredAt: at,
  detail: { terminal: { command: 'cat services.env', output: upTo(count).map(assigned).join('\n') } },
});

export const samples: Samples = {
  positives: [
    positive('Five secrets, one after the other, that the user was never given.', (cast) => ({
      activities: [...days(5, { user: cast.user() }, firstDay), ...oneByOne({ user: cast.user() }, 5, 150)],
      expected: { type: 'SECRET_USE', count: 5, details: { secrets: numbered(1, 5), uses: 5 }, alert: true },
    })),
    positive('Five with one call, and one more.', (cast) => ({
      activities: [
        ...days(5, { user: cast.user() }, firstDay),
        uses({ user: cast.user() }, later, ...numbered(1, 5)),
        uses({ user: cast.user() }, after(later, { seconds: 1 }), 'secret-6'),
      ],
      expected: { type: 'SECRET_USE', count: 2, details: { secrets: numbered(1, 6), uses: 2 }, alert: true },
    })),
    positive('A file of settings is shown, with five passwords that the user never saw.', (cast) => ({
      activities: [...days(5, { user: cast.user() }, firstDay), shows({ user: cast.user() }, later, 5)],
      expected: { type: 'SECRET_USE', count: 1, details: { uses: 1 }, alert: true },
    })),
  ],
  nearMisses: [
    nearMiss('Four secrets that are new.', 'secrets', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      ...oneByOne({ user: cast.user() }, 4, 60),
    ]),
    nearMiss('A file of settings with four passwords.', 'secrets', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      shows({ user: cast.user() }, later, 4),
    ]),
    nearMiss('The fifth comes a moment after the ten minutes.', 'window', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      ...oneByOne({ user: cast.user() }, 4, 60),
      uses({ user: cast.user() }, after(later, { minutes: 10, micros: 1 }), 'secret-5'),
    ]),
    nearMiss('A user of four days gets the secrets of the job.', 'learningDays', (cast) => [
      ...days(4, { user: cast.user() }, firstDay),
      ...oneByOne({ user: cast.user() }, 8, 10),
    ]),
  ],
  benignTwins: [
    benignTwin('A release takes the same eight secrets every day.', (cast) => [
      ...days(6, { user: cast.user() }, firstDay),
      ...Array.from({ length: 6 }, (_, day) => uses({ user: cast.user() }, after(firstDay, { days: day, minutes: 5 }), ...numbered(1, 8))),
    ]),
    benignTwin('What was denied was not taken.', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      { ...apiCall({ user: cast.user() }, later), secretsUsed: numbered(1, 8).map((secret) => ({ secret, granted: false })) },
    ]),
    benignTwin('Eight passwords are typed into a shell: whoever types them has them already.', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      ...upTo(8).map((n) => command({ user: cast.user() }, after(later, { seconds: n }), `export ${assigned(n)}`)),
    ]),
    benignTwin('Every page has another token in its address.', (cast) => [
      ...days(5, { user: cast.user() }, firstDay),
      ...every({ minutes: 1 }, 8, later).map((at, n): Activity => ({
        user: cast.user(),
        occurredAt: at,
        detail: { web: { endpoint: `/export?access_token=${passwordOf(n)}`, method: 'GET' } },
      })),
    ]),
  ],
};
