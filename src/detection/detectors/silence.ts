import { baselineSpan } from '../../domain/baseline.ts';
import type { Micros } from '../../domain/time.ts';
import { formatInstant, microsPerHour, microsPerMinute } from '../../domain/time.ts';
import { daysMax, silenceMin, usualDaysMin, usualGapOf } from '../../domain/volumes.ts';
import type { Claim, Judged, SilentSource, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { latenessMax } from '../windows.ts';

export const silence = defineDetector({
  id: 'silence',
  type: 'SILENCE',
  types: 'ANY',
  looksFor: 'A source that is active day and night, and then is not for six times as long as it usually is.',
  thresholds: {
    learningDays: {
      value: usualDaysMin,
      unit: 'days on which it was active',
      source: 'a week has its weekend',
      min: usualDaysMin,
      max: daysMax,
    },
    steadyGap: {
      value: 240,
      unit: 'minutes it is usually quiet at the longest',
      source: 'people sleep: what is never quiet for longer is a machine, or many people',
      min: 1,
      max: 1_440,
    },
    factor: {
      value: 6,
      unit: 'times that long',
      source: 'at least a day for the slowest steady source, hours for the others',
      min: 1,
      max: 100,
    },
    least: {
      value: 60,
      unit: 'minutes',
      source: 'an update with a restart takes less',
      min: silenceMin / microsPerMinute,
      max: 10_080,
    },
    score: score(50, 'HIGH and no alert: most are outages, which others tell of too'),
  },
  judge: (judged, view, limits) => cameBack(judged, view, limits) ?? wentSilent(judged, view, limits),
});

type Numbers = { learningDays: number; steadyGap: number; factor: number; least: number; score: number };

function cameBack(judged: Judged, view: View, limits: Numbers): Claim | null {
  if ((view.baseline.volumes?.length ?? 0) < limits.learningDays - 1) return null; // the last may be over and not yet learned
  const quiet = view.quietBefore();
  if (quiet === null) return null;
  const days = view.daysBefore();
  const usual = days.length < limits.learningDays ? null : usualGapOf(days);
  if (usual === null || usual > limits.steadyGap * microsPerMinute || quiet.to - quiet.from <= silentAfter(usual, limits)) return null;
  return claim({ user: judged.user, since: quiet.from, usual }, quiet.to, true, limits);
}

/** Others go on, and what came of it in time would have come. */
function wentSilent(judged: Judged, view: View, limits: Numbers): Claim | null {
  const silent = view
    .silentSources()
    .filter(({ days, usual }) => days >= limits.learningDays && usual <= limits.steadyGap * microsPerMinute)
    .find(({ since, usual }) => judged.at > since + silentAfter(usual, limits) + latenessMax);
  return silent ? claim(silent, judged.at, false, limits) : null;
}

function claim({ user, since, usual }: Omit<SilentSource, 'days'>, until: Micros, isBack: boolean, limits: Numbers): Claim {
  return {
    key: silenceKey(user, since),
    quiet: baselineSpan,
    subject: { by: 'user', key: user },
    score: limits.score,
    teaches: true,
    title: `Silence of ${user}`,
    evidence: [],
    from: since,
    describe: () => ({
      summary: `${user} ${isBack ? 'was' : 'has been'} silent for ${hours(until - since)} hours, since ${formatInstant(since)}; ${hours(usual)} are usual at most.`,
      details: {
        since: formatInstant(since),
        ...(isBack ? { until: formatInstant(until) } : {}),
        usualMinutes: Math.ceil(usual / microsPerMinute),
      },
    }),
  };
}

/** One silence is one anomaly, whoever notices it. */
export const silenceKey = (user: string, since: Micros): string => `${user} ${since}`;

/** How long a source has to be quiet before it is called silent. */
export const silentAfter = (usual: Micros, { factor, least }: { factor: number; least: number }): Micros =>
  Math.max(factor * usual, least * microsPerMinute);

const hours = (span: Micros) => Math.round((span / microsPerHour) * 10) / 10;
