import type { Actor, Cast, Samples } from '../sample.ts';
import { after, benignTwin, days, every, failure, login, nearMiss, positive, userAgents } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const start = '2026-09-28T09:00:00Z';
const { chromeOnWindows, firefoxOnLinux } = userAgents;
const from = (cast: Cast, address = 1): Actor => ({ user: cast.user(), sourceIp: cast.address(address) });
const claimed = (failures: number, more: object = {}, alert = true) => ({
  type: 'SUCCESS_AFTER_FAILURES' as const,
  count: failures + 1,
  details: { failures, successes: 1, ...more },
  alert,
});
const guesses = (actor: Actor, count: number) => every({ seconds: 30 }, count, noon).map((at) => failure(actor, at));

export const samples: Samples = {
  positives: [
    positive('A sign-in after five failures, exactly ten minutes after the first.', (cast) => ({
      activities: [...guesses(from(cast), 5), login(from(cast), after(noon, { minutes: 10 }))],
      expected: claimed(5, { addresses: [cast.address()] }),
    })),
    positive('A sign-in after thirty failures is one anomaly of thirty-one.', (cast) => ({
      activities: [...every({ seconds: 5 }, 30, noon).map((at) => failure(from(cast), at)), login(from(cast), after(noon, { minutes: 3 }))],
      expected: claimed(30),
    })),
    positive('A sign-in from elsewhere than the failures, which came from two addresses.', (cast) => ({
      activities: [...guesses(from(cast, 1), 3), ...guesses(from(cast, 2), 3), login(from(cast, 3), after(noon, { minutes: 4 }))],
      expected: claimed(6, { addresses: [1, 2, 3].map((n) => cast.address(n)) }),
    })),
    positive('The sign-in arrives before the last two failures.', (cast) => ({
      activities: [
        ...guesses(from(cast), 5).slice(0, 3),
        login(from(cast), after(noon, { minutes: 3 })),
        ...guesses(from(cast), 5).slice(3),
      ],
      expected: claimed(5),
    })),
    positive('An SSH sign-in after failures at an instant.', (cast) => ({
      activities: [
        ...Array.from({ length: 5 }, () => failure(from(cast), noon)),
        { ...from(cast), occurredAt: noon, detail: { auth: { event: 'SSH_LOGIN', method: 'password' } } },
      ],
      expected: claimed(5),
    })),
    positive('Five mistakes from the own network and program make a note and no alert.', (cast) => ({
      activities: [
        ...days(5, { ...from(cast), userAgent: chromeOnWindows }, start),
        ...guesses({ ...from(cast), userAgent: chromeOnWindows }, 5),
        login({ ...from(cast), userAgent: chromeOnWindows }, after(noon, { minutes: 3 })),
      ],
      expected: claimed(5, {}, false),
    })),
    positive('Five failures from the own network by a program the user never used.', (cast) => ({
      activities: [
        ...days(5, { ...from(cast), userAgent: chromeOnWindows }, start),
        ...guesses({ ...from(cast), userAgent: firefoxOnLinux }, 5),
        login({ ...from(cast), userAgent: chromeOnWindows }, after(noon, { minutes: 3 })),
      ],
      expected: claimed(5),
    })),
    positive('Five failures, one of them from elsewhere, and a sign-in from the own network.', (cast) => ({
      activities: [
        ...days(5, { ...from(cast), sourceIp: '192.0.2.7' }, start),
        ...guesses({ ...from(cast), sourceIp: '192.0.2.7' }, 4),
        failure(from(cast), after(noon, { minutes: 2 })),
        login({ ...from(cast), sourceIp: '192.0.2.7' }, after(noon, { minutes: 3 })),
      ],
      expected: claimed(5),
    })),
  ],
  nearMisses: [
    nearMiss('A sign-in after four failures.', 'failures', (cast) => [
      ...guesses(from(cast), 4),
      login(from(cast), after(noon, { minutes: 3 })),
    ]),
    nearMiss('A sign-in ten minutes and a microsecond after the first of five failures.', 'window', (cast) => [
      ...guesses(from(cast), 5),
      login(from(cast), after(noon, { minutes: 10, micros: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('Five failures of one user, and the sign-in of another.', (cast) => [
      ...guesses(from(cast), 5),
      login({ ...from(cast), user: cast.user(2) }, after(noon, { minutes: 3 })),
    ]),
    benignTwin('A sign-in before five failures.', (cast) => [login(from(cast), after(noon, { minutes: -1 })), ...guesses(from(cast), 5)]),
    benignTwin('Five failures and a sign-in that was refused.', (cast) => [
      ...guesses(from(cast), 4),
      { ...login(from(cast), after(noon, { minutes: 3 })), outcome: 'DENIED' },
    ]),
    benignTwin('Who mistypes twice each morning signs in on ten mornings.', (cast) =>
      every({ days: 1 }, 10, start).flatMap((at) => [
        failure(from(cast), at),
        failure(from(cast), after(at, { seconds: 10 })),
        login(from(cast), after(at, { seconds: 20 })),
      ]),
    ),
  ],
};
