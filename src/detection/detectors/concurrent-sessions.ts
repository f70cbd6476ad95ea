import type { Judged, SessionSpan } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { latenessMax } from '../windows.ts';

export const concurrentSessions = defineDetector({
  id: 'concurrent-sessions',
  type: 'CONCURRENT_SESSIONS',
  types: 'ANY',
  looksFor: 'More than two sessions of one user that were active within the same 30 minutes, at most once in 24 hours.',
  thresholds: {
    sessions: { value: 2, unit: 'sessions', source: 'FEATURES A14, A38', min: 1, max: 50 },
    window: { value: 30, unit: 'minutes', source: 'FEATURES A14', min: 1, max: 30 },
    score: score(40, 'FEATURES A14: warning, which maps to MEDIUM'),
  },
  judge(judged, view, limits) {
    if (judged.session === null || judged.outcome !== 'SUCCESS') return null;
    const sessions = sessionsTogether(view.sessionsOfUser, judged, limits.window * microsPerMinute);
    if (sessions.length <= limits.sessions || view.ongoing(judged.user, microsPerDay)) return null;
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Concurrent sessions of ${judged.user}`,
      evidence: [],
      describe: () => ({
        summary: `${judged.user} was active in ${sessions.length} sessions within ${limits.window} minutes.`,
        details: { sessions },
      }),
    };
  },
});

/** The most sessions that ran together with the judged one: at its time, or when one started after it that arrived before it. */
function sessionsTogether(spans: readonly SessionSpan[], judged: Judged, window: Micros): string[] {
  const starts = spans.map((span) => span.startedAt).filter((at) => at > judged.at && at <= judged.at + latenessMax);
  return [judged.at, ...starts]
    .map((at) => spans.filter((span) => runsAt(span, at, window)).map((span) => span.session))
    .filter((sessions) => sessions.some((session) => session === judged.session))
    .reduce((most, sessions) => (sessions.length > most.length ? sessions : most), [])
    .toSorted();
}

function runsAt({ startedAt, lastActivityAt, endedAt }: SessionSpan, at: Micros, window: Micros): boolean {
  return startedAt <= at && lastActivityAt >= at - window && (endedAt === null || endedAt > at);
}
