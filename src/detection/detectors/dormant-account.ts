import { defineDetector, score } from '../detector.ts';
import { microsPerDay } from '../../domain/time.ts';
import { latenessMax } from '../windows.ts';

export const dormantAccount = defineDetector({
  id: 'dormant-account',
  type: 'DORMANT_ACCOUNT',
  types: 'ANY',
  looksFor:
    'The first activity of a user after 180 days without any, a failed sign-in included, with what else happens in its first five minutes.',
  thresholds: {
    days: {
      value: 180,
      unit: 'days without an activity',
      source: 'issue 5; over the longest usual leave, and past the 45 to 90 days after which CIS 5.3 wants it disabled',
      min: 1,
      max: 3_650,
    },
    score: score(60, 'HIGH and below an alert: most who come back were on leave, and a new place or time is claimed besides'),
  },
  judge(judged, view, limits) {
    const { newestAt } = view;
    if (newestAt === null) return null;
    const since = view.ongoingSince(judged.user, latenessMax);
    // What comes first may arrive after what comes a little later, so all of the first minutes is one return.
    const returning = since !== null && Math.abs(judged.at - since) <= latenessMax;
    const quietFor = judged.at - newestAt;
    if (!returning && quietFor < limits.days * microsPerDay) return null;
    return {
      key: judged.user,
      quiet: latenessMax,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `${judged.user} is back after a long time`,
      evidence: [],
      describe(_count, before) {
        const days = before === null ? Math.floor(quietFor / microsPerDay) : Number(before.days);
        return {
          summary: `${judged.user} was active for the first time in ${days} days.`,
          details: { days },
        };
      },
    };
  },
});
