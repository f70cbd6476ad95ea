import type { Activity, Actor, Cast, Samples } from '../sample.ts';
import { after, benignTwin, command, days, login, nearMiss, pageView, positive, userAgents } from '../sample.ts';

const actor = (cast: Cast, n = 1): Actor => ({ user: cast.user(n), sourceIp: cast.address(n) });
const morning = '2026-10-01T10:00:00Z';
const day = (n: number, minutes = 0) => after(morning, { days: n, minutes });
/** A program that only this sample's organisation of one service knows. */
const own = (cast: Cast, n: number) => `tool-${cast.user(n)}`;

/** A user who signs in on so many days and runs the same program on each. */
const habits = (cast: Cast, count: number, n = 1, line = 'git status'): Activity[] => [
  ...days(count, actor(cast, n), morning),
  ...Array.from({ length: count }, (_, at) => command(actor(cast, n), day(at, 5), line)),
];
const claimed = { type: 'FIRST_SEEN', count: 1, alert: false } as const;

export const samples: Samples = {
  positives: [
    positive('A program that nobody in the organisation has run.', (cast) => ({
      activities: [...habits(cast, 6), command(actor(cast), day(6), `${own(cast, 1)} --all`)],
      expected: {
        ...claimed,
        details: { seen: [{ kind: 'program', value: own(cast, 1), newTo: 'ORGANISATION', users: 0 }], activities: 1 },
      },
    })),
    positive('Two programs on one day, and again, are one anomaly that grows.', (cast) => ({
      activities: [
        ...habits(cast, 6),
        command(actor(cast), day(6), own(cast, 2)),
        command(actor(cast), day(6, 1), own(cast, 1)),
        command(actor(cast), day(6, 2), own(cast, 1)),
      ],
      expected: { ...claimed, count: 3, details: { seen: [{ value: own(cast, 1) }, { value: own(cast, 2) }], activities: 3 } },
    })),
    positive('A program that two others run is a remark with how many they are.', (cast) => ({
      activities: [
        ...habits(cast, 6, 2, own(cast, 1)),
        ...habits(cast, 6, 3, own(cast, 1)),
        ...habits(cast, 6),
        command(actor(cast), day(6), own(cast, 1)),
      ],
      expected: { ...claimed, details: { seen: [{ kind: 'program', newTo: 'USER', users: 2 }] } },
    })),
    positive('A sign-in to a host, with a phone, where it was always another with a computer.', (cast) => {
      const on = (host: string, userAgent: string) => (at: string) => ({
        ...login({ ...actor(cast), userAgent }, at),
        detail: { auth: { event: 'SSH_LOGIN', host } },
      });
      const usual = on('build-1', userAgents.firefoxOnLinux);
      return {
        activities: [0, 1, 2, 3, 4, 5].map((n) => usual(day(n))).concat(on(`db-${cast.user()}`, userAgents.chromeOnPhone)(day(6))),
        expected: {
          ...claimed,
          details: { seen: [{ kind: 'client' }, { kind: 'device', newTo: 'USER' }, { kind: 'host', newTo: 'ORGANISATION' }] },
        },
      };
    }),
  ],
  nearMisses: [
    nearMiss('A program that nobody has run, of a user with four days of sign-ins.', 'learningDays', (cast) => [
      ...habits(cast, 4),
      command(actor(cast), day(5, 5), own(cast, 1)),
    ]),
    nearMiss('The first program a second short of five days before it.', 'learningDays', (cast) => [
      ...days(9, actor(cast), morning),
      command(actor(cast), day(4), 'git status'),
      command(actor(cast), after(day(9), { seconds: -1 }), own(cast, 1)),
    ]),
    nearMiss('A fourth program within a week, after three of a user with a habit of one.', 'novelties', (cast) => [
      ...habits(cast, 6),
      ...[1, 2, 3].map((n) => command(actor(cast), day(1, n), own(cast, n))),
      command(actor(cast), day(7), own(cast, 4)),
    ]),
    nearMiss('A fourth program a microsecond under seven days after the third.', 'noveltyDays', (cast) => [
      ...habits(cast, 10),
      ...[1, 2, 3].map((n) => command(actor(cast), day(4, 10), own(cast, n))),
      command(actor(cast), after(day(11, 10), { micros: -1 }), own(cast, 4)),
    ]),
    nearMiss('A fifty-first program of somebody who runs fifty.', 'variety', (cast) => [
      ...habits(cast, 10),
      ...Array.from({ length: 49 }, (_, n) => command(actor(cast), day(0, 10 + n), own(cast, n))),
      command(actor(cast), day(12), own(cast, 50)),
    ]),
  ],
  benignTwins: [
    benignTwin('A developer who tries another program every day.', (cast) => [
      ...habits(cast, 20),
      ...Array.from({ length: 20 }, (_, n) => command(actor(cast), day(n, 10), own(cast, n))),
    ]),
    benignTwin('A person whose first shell command is seen, and a second on the next day.', (cast) => [
      ...days(10, actor(cast), morning),
      command(actor(cast), day(8, 5), own(cast, 1)),
      command(actor(cast), day(9, 5), own(cast, 2)),
    ]),
    benignTwin('A program that fails is none that was used.', (cast) => [
      ...habits(cast, 6),
      { ...command(actor(cast), day(6), own(cast, 1)), outcome: 'FAILURE' },
    ]),
    benignTwin('Pages of one kind whose names count.', (cast) => [
      ...days(6, actor(cast), morning),
      ...Array.from({ length: 12 }, (_, n) => ({
        ...pageView(actor(cast), day(Math.floor(n / 2), 5 + n)),
        detail: { web: { page: `/orders/${cast.user()}/${1000 + n}` } },
      })),
    ]),
  ],
};
