import type { Detector, Judged, SessionSpan } from '../detector.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay } from '../../domain/time.ts';
import { latenessMax, windowSpans } from '../windows.ts';

const sessionsMax = 2;

export const concurrentSessions: Detector = {
  id: 'concurrent-sessions',
  type: 'CONCURRENT_SESSIONS',
  looksFor: 'More than two sessions of one user that were active within the same 30 minutes, at most once in 24 hours.',
  thresholds: {
    sessions: { value: sessionsMax, unit: 'sessions', source: 'FEATURES A14, A38' },
    window: { value: 30, unit: 'minutes', source: 'FEATURES A14' },
    score: { value: 40, unit: 'points', source: 'FEATURES A14: warning, which maps to MEDIUM' },
  },
  judge(judged, view) {
    if (judged.session === null || judged.outcome !== 'SUCCESS') return null;
    const sessions = sessionsTogether(view.sessionsOfUser, judged);
    if (sessions.length <= sessionsMax || view.ongoing(judged.user, microsPerDay)) return null;
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: 40,
      title: `Concurrent sessions of ${judged.user}`,
      evidence: [],
      describe: () => ({
        summary: `${judged.user} was active in ${sessions.length} sessions within 30 minutes.`,
        details: { sessions },
      }),
    };
  },
};

/** The most sessions that ran together with the judged one: at its time, or when one started after it that arrived before it. */
function sessionsTogether(spans: readonly SessionSpan[], judged: Judged): string[] {
  const starts = spans.map((span) => span.startedAt).filter((at) => at > judged.at && at <= judged.at + latenessMax);
  return [judged.at, ...starts]
    .map((at) => spans.filter((span) => runsAt(span, at)).map((span) => span.session))
    .filter((sessions) => sessions.some((session) => session === judged.session))
    .reduce((most, sessions) => (sessions.length > most.length ? sessions : most), [])
    .toSorted();
}

function runsAt({ startedAt, lastActivityAt, endedAt }: SessionSpan, at: Micros): boolean {
  return startedAt <= at && lastActivityAt >= at - windowSpans.sessions && (endedAt === null || endedAt > at);
}
