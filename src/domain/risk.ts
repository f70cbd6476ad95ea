import type { IntegrityChange, IntegrityChangeKind } from './session-integrity.ts';
import { describeChange } from './session-integrity.ts';

/**
 * Risk policy: how dangerous one activity is in itself, 0–100, as factors whose points add up to the score. Pure: the
 * same facts under the same policy version give the same score.
 */

export const riskLevels = {
  LOW: 'Score 0–29: ordinary.',
  MEDIUM: 'Score 30–49: worth a look.',
  HIGH: 'Score 50–69: look soon.',
  CRITICAL: 'Score 70–100: look now.',
} as const;
export type RiskLevel = keyof typeof riskLevels;

/** The lowest score of each level (FEATURES, B2). */
export const lowestScore = { LOW: 0, MEDIUM: 30, HIGH: 50, CRITICAL: 70 } as const satisfies Record<RiskLevel, number>;
export const scoreMax = 100;

export function levelOf(score: number): RiskLevel {
  if (score >= lowestScore.CRITICAL) return 'CRITICAL';
  if (score >= lowestScore.HIGH) return 'HIGH';
  return score >= lowestScore.MEDIUM ? 'MEDIUM' : 'LOW';
}

export type RiskFactor = { code: string; points: number; reason: string };
export type Risk = { score: number; factors: RiskFactor[]; policyVersion: number };

/** What the policy looks at. `minute` is the minute of the day in the user's time zone, 0–1439. */
export type RiskFacts = {
  elevated: boolean;
  permissionChange: boolean;
  authFailure: boolean;
  minute: number;
  suspicions: readonly { code: string; reason: string }[];
  sessionTerminated: boolean;
  /** What the activity changed in its session. */
  sessionChanges: readonly IntegrityChange[];
};

/**
 * Version 1: the points of FEATURES B12–B14; hours as decided there (06:00 to 22:00 is day). Version 2 adds what changes
 * inside a session (FEATURES A32), each with the points that session integrity gives it.
 */
export const policy = {
  version: 2,
  points: { SUDO: 20, PERMISSION_CHANGE: 30, AUTH_FAILURE: 40, OUTSIDE_HOURS: 20, SUSPICIOUS_COMMAND: 30, TERMINATED_SESSION: 50 },
  dayStartMinute: 6 * 60,
  dayEndMinute: 22 * 60,
} as const;

const sessionCodes = {
  ADDRESS: 'SESSION_NEW_ADDRESS',
  NETWORK: 'SESSION_NEW_NETWORK',
  USER_AGENT: 'SESSION_NEW_USER_AGENT',
  DEVICE: 'SESSION_NEW_DEVICE',
  USER: 'SESSION_OTHER_USER',
} as const satisfies Record<IntegrityChangeKind, string>;

export function assessRisk(facts: RiskFacts): Risk {
  const { points, dayStartMinute, dayEndMinute } = policy;
  const found: RiskFactor[] = [];
  if (facts.elevated) found.push({ code: 'SUDO', points: points.SUDO, reason: 'ran with elevated rights' });
  if (facts.permissionChange) found.push({ code: 'PERMISSION_CHANGE', points: points.PERMISSION_CHANGE, reason: 'changed permissions' });
  if (facts.authFailure) found.push({ code: 'AUTH_FAILURE', points: points.AUTH_FAILURE, reason: 'failed to sign in' });
  if (facts.minute < dayStartMinute || facts.minute >= dayEndMinute) {
    found.push({ code: 'OUTSIDE_HOURS', points: points.OUTSIDE_HOURS, reason: "happened outside 06:00 to 22:00 in the user's time zone" });
  }
  if (facts.suspicions.length > 0) {
    const reason = facts.suspicions.map((suspicion) => suspicion.reason).join('; ');
    found.push({ code: 'SUSPICIOUS_COMMAND', points: points.SUSPICIOUS_COMMAND, reason });
  }
  if (facts.sessionTerminated) {
    found.push({
      code: 'TERMINATED_SESSION',
      points: points.TERMINATED_SESSION,
      reason: 'happened in a session that an administrator terminated',
    });
  }
  for (const change of facts.sessionChanges) {
    found.push({ code: sessionCodes[change.change], points: change.points, reason: `came in its session with ${describeChange(change)}` });
  }
  return { ...cap(found), policyVersion: policy.version };
}

/** Past 100 the last factors lose points, so that the factors still add up to the score. */
function cap(found: RiskFactor[]): { score: number; factors: RiskFactor[] } {
  let score = 0;
  const factors = found.map((factor) => {
    const points = Math.min(factor.points, scoreMax - score);
    score += points;
    return { ...factor, points };
  });
  return { score, factors };
}
