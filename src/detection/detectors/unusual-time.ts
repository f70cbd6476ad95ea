import type { SignIn } from '../../domain/baseline.ts';
import { signInsBefore } from '../../domain/baseline.ts';
import { clockTime, microsPerDay } from '../../domain/time.ts';
import type { Limits } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';

const minutesPerDay = 1_440;

/** Minutes between two times of day, the short way round midnight. */
export function minutesApart(a: number, b: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, minutesPerDay - apart);
}

const thresholds = {
  tolerance: { value: 120, unit: 'minutes', source: 'FEATURES B16: ± 2 h', min: 1, max: 720 },
  outlierShare: {
    value: 0.05,
    unit: 'share of earlier sign-ins',
    source: 'one in twenty: a single odd night in a month of workdays stays odd',
    min: 0,
    max: 0.5,
  },
  learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week', min: 1, max: 30 },
  provenDays: {
    value: 10,
    unit: 'days with sign-ins, from which on the older half of them has to know the time too',
    source: 'two working weeks, so that the older half is one; habits that are shifted little by little are not in it',
    min: 2,
    max: 30,
  },
  score: score(60, 'FEATURES B16'),
};

export const unusualTime = defineDetector({
  id: 'unusual-time',
  type: 'UNUSUAL_TIME',
  types: 'ANY',
  looksFor: "A sign-in more than two hours from the times of day at which this user signs in, round midnight and in the user's time zone.",
  thresholds,
  judge(judged, view, limits) {
    if (!judged.signIn) return null;
    const earlier = signInsBefore(view.baseline, judged.at);
    const near = earlier.filter((signIn) => minutesApart(signIn.minute, judged.local.minute) <= limits.tolerance);
    if (near.length === earlier.length) return null;
    const days = [...new Set(earlier.map(({ day }) => day))];
    if (isUsual(near, earlier.length, days, limits)) return null;
    const time = clockTime(judged.local.minute);
    return {
      key: `${judged.user} ${judged.local.day}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      learning: days.length < limits.learningDays,
      title: `Sign-in of ${judged.user} at an unusual time`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} signed in at ${time}; ${near.length} of ${earlier.length} earlier sign-ins were within ${limits.tolerance} minutes of that.`,
        details: { localTime: time, earlierSignIns: earlier.length, nearThisTime: near.length, signIns: count },
      }),
    };
  },
});

/** Whether the sign-ins near a time, of `earlier` on these days in all, make it usual: confirmed ones do, others where they are enough. */
function isUsual(near: readonly SignIn[], earlier: number, days: readonly string[], limits: Limits<typeof thresholds>): boolean {
  if (near.some(({ confirmed }) => confirmed)) return true;
  if (near.length <= Math.max(1, Math.floor(earlier * limits.outlierShare))) return false;
  if (days.length < limits.provenDays) return true;
  const newer = days[Math.ceil(days.length / 2)]!;
  return near.some(({ day }) => day < newer);
}
