import type { Detector } from '../detector.ts';
import { microsPerDay } from '../../domain/time.ts';
import { windowSpans } from '../windows.ts';

const sessionsMax = 2;

export const concurrentSessions: Detector = {
  id: 'concurrent-sessions',
  type: 'CONCURRENT_SESSIONS',
  looksFor: 'More than two sessions of one user that were active within the same 30 minutes, once a day.',
  thresholds: {
    sessions: { value: sessionsMax, unit: 'sessions', source: 'FEATURES A14, A38' },
    window: { value: 30, unit: 'minutes', source: 'FEATURES A14' },
    score: { value: 40, unit: 'points', source: 'FEATURES A14: warning, which maps to MEDIUM' },
  },
  judge(judged, view) {
    if (judged.session === null || judged.outcome !== 'SUCCESS') return null;
    const others = view.sessionsOfUser.filter(
      (other) =>
        other.session !== judged.session &&
        other.open &&
        other.lastActivityAt >= judged.at - windowSpans.sessions &&
        other.startedAt <= judged.at,
    );
    if (others.length + 1 <= sessionsMax) return null;
    const key = `${judged.user} ${judged.local.day}`;
    if (view.ongoing(key, microsPerDay)) return null;
    const sessions = [...others.map((other) => other.session), judged.session].toSorted();
    return {
      key,
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
