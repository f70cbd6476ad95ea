import type { Activity, Cast, Samples } from '../sample.ts';
import { after, benignTwin, every, login, mfaChallenge, mfaFailure, nearMiss, positive } from '../sample.ts';

const noon = '2026-10-05T12:00:00Z';
const as = (cast: Cast, user = 1) => ({ user: cast.user(user) });
const claimed = (prompts: number, successes = 0) => ({
  type: 'MFA_FATIGUE' as const,
  count: prompts + successes,
  details: { prompts, successes },
  alert: true,
});
const asked = (cast: Cast, count: number, minutes = 10): Activity[] =>
  every({ micros: Math.floor((60 * minutes * 1e6) / (count - 1)) }, count, noon).map((at) => mfaChallenge(as(cast), at));

export const samples: Samples = {
  positives: [
    positive('Five challenges in exactly ten minutes.', (cast) => ({ activities: asked(cast, 5), expected: claimed(5) })),
    positive('Challenges and refusals count together.', (cast) => ({
      activities: every({ minutes: 1 }, 6, noon).map((at, n) => (n % 2 === 0 ? mfaChallenge : mfaFailure)(as(cast), at)),
      expected: claimed(6),
    })),
    positive('A sign-in after them belongs to them.', (cast) => ({
      activities: [...asked(cast, 8, 4), login(as(cast), after(noon, { minutes: 5 }))],
      expected: claimed(8, 1),
    })),
    positive('The sign-in arrives before the last two challenges.', (cast) => ({
      activities: [...asked(cast, 5, 4).slice(0, 3), login(as(cast), after(noon, { minutes: 5 })), ...asked(cast, 5, 4).slice(3)],
      expected: claimed(5, 1),
    })),
    positive('Who signed in before them is asked again and again.', (cast) => ({
      activities: [mfaChallenge(as(cast), after(noon, { minutes: -2 })), login(as(cast), after(noon, { minutes: -1 })), ...asked(cast, 5)],
      expected: claimed(5),
    })),
  ],
  nearMisses: [
    nearMiss('Four challenges in ten minutes.', 'prompts', (cast) => asked(cast, 4)),
    nearMiss('Five challenges in ten minutes and a microsecond.', 'window', (cast) => [
      ...asked(cast, 5).slice(0, 4),
      mfaChallenge(as(cast), after(noon, { minutes: 10, micros: 1 })),
    ]),
  ],
  benignTwins: [
    benignTwin('Somebody signs in to eight programs in eight minutes, each with a challenge.', (cast) =>
      every({ minutes: 1 }, 8, noon).flatMap((at) => [mfaChallenge(as(cast), at), login(as(cast), after(at, { seconds: 10 }))]),
    ),
    benignTwin('Ten users are challenged once each.', (cast) =>
      every({ seconds: 20 }, 10, noon).map((at, n) => mfaChallenge(as(cast, n), at)),
    ),
    benignTwin('A challenge each hour of a working day.', (cast) => every({ hours: 1 }, 9, noon).map((at) => mfaChallenge(as(cast), at))),
    benignTwin('Two refusals, a challenge and a sign-in.', (cast) => [
      mfaFailure(as(cast), noon),
      mfaFailure(as(cast), after(noon, { seconds: 20 })),
      mfaChallenge(as(cast), after(noon, { seconds: 40 })),
      login(as(cast), after(noon, { seconds: 50 })),
    ]),
  ],
};
