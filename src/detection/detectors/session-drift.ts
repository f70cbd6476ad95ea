import { defineDetector } from '../detector.ts';
import { describeChange, pointsOf } from '../../domain/session-integrity.ts';
import { microsPerDay } from '../../domain/time.ts';

const scoreMax = 100;

export const sessionDrift = defineDetector({
  id: 'session-drift',
  type: 'SESSION_DRIFT',
  types: 'ANY',
  looksFor: 'An activity that comes in its session with another network and another client or device at once, or from another user.',
  thresholds: {
    points: {
      value: 40,
      min: 5,
      max: 100,
      unit: 'points of session integrity, brought by one activity',
      source: 'network and client (20 + 25) or another user (40); what one device does by itself stays below, at 30 at most',
    },
    score: {
      value: 30,
      min: 0,
      max: 100,
      unit: 'points, added to those of the changes, 100 at most',
      source: 'the least claim, 30 + 40, is the alert threshold of 70: a session in other hands asks for an alert',
    },
  },
  judge(judged, view, limits) {
    const { session, sessionChanges } = judged;
    const points = pointsOf(sessionChanges);
    if (points < limits.points || session === null || view.sessionOwner === null) return null;
    const owner = view.sessionOwner;
    return {
      key: session,
      quiet: microsPerDay,
      subject: { by: 'user', key: owner },
      score: Math.min(scoreMax, limits.score + points),
      title: `A session of ${owner} in other hands`,
      evidence: [],
      describe: (count) => ({
        summary: `Session ${session} of ${owner} went on ${count > 1 ? `in ${count} other ways, last ` : ''}with ${sessionChanges.map(describeChange).join(' and ')}.`,
        details: {
          session,
          owner,
          points,
          changes: sessionChanges.map(({ change }) => change),
          times: count,
        },
      }),
    };
  },
});
