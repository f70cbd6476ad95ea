import type { Detector } from '../detector.ts';
import { isMature, signInsBefore } from '../../domain/baseline.ts';
import { microsPerDay } from '../../domain/time.ts';

const toleranceMinutes = 120;
const minutesPerDay = 1_440;
/** Up to one in twenty earlier sign-ins near this hour does not make it usual: one outlier must not switch this off. */
const outlierShare = 0.05;

/** Minutes between two times of day, the short way round midnight. */
export function minutesApart(a: number, b: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, minutesPerDay - apart);
}

export const unusualTime: Detector = {
  id: 'unusual-time',
  type: 'UNUSUAL_TIME',
  looksFor: "A sign-in more than two hours from the times of day at which this user signs in, round midnight and in the user's time zone.",
  thresholds: {
    tolerance: { value: toleranceMinutes, unit: 'minutes', source: 'FEATURES B16: ± 2 h' },
    outlierShare: {
      value: outlierShare,
      unit: 'share of earlier sign-ins',
      source: 'one in twenty: a single odd night in a month of workdays stays odd',
    },
    learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week' },
    score: { value: 60, unit: 'points', source: 'FEATURES B16' },
  },
  judge(judged, view) {
    if (!judged.signIn || !isMature(view.baseline, judged.at)) return null;
    const earlier = signInsBefore(view.baseline, judged.at);
    const near = earlier.filter((signIn) => minutesApart(signIn.minute, judged.local.minute) <= toleranceMinutes);
    if (near.length > Math.max(1, Math.floor(earlier.length * outlierShare))) return null;
    const time = `${String(Math.floor(judged.local.minute / 60)).padStart(2, '0')}:${String(judged.local.minute % 60).padStart(2, '0')}`;
    return {
      key: `${judged.user} ${judged.local.day}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: 60,
      title: `Sign-in of ${judged.user} at an unusual time`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} signed in at ${time}; ${near.length} of ${earlier.length} earlier sign-ins were within two hours of that.`,
        details: { localTime: time, earlierSignIns: earlier.length, nearThisTime: near.length, signIns: count },
      }),
    };
  },
};
