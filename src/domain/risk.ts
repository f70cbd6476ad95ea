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
/** A claim that rests on a baseline which is still learning is worth at most this: it is seen, and wakes nobody. */
export const learningScoreMax = lowestScore.MEDIUM - 1;

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
  suspicions: readonly { tactic: string; points: number; reason: string }[];
  webAttacks: readonly { points: number; reason: string }[];
  sessionTerminated: boolean;
  /** What the activity changed in its session. */
  sessionChanges: readonly IntegrityChange[];
};

/**
 * The policies an organisation can score by. Version 1: the points of FEATURES B12–B14, and nothing else; hours as decided there
 * (06:00 to 22:00 is day). Version 3 adds what changes inside a session (FEATURES A32), each with the points that session
 * integrity gives it, and what happens after it was terminated, grades commands by what they do, and looks for attacks in web
 * requests. There is no version 2 any more: it was what changes in sessions alone.
 */
export const policyVersions = {
  1: { gradesCommands: false, looksAtRequests: false, looksAtSession: false },
  3: { gradesCommands: true, looksAtRequests: true, looksAtSession: true },
} as const satisfies Record<number, Record<'gradesCommands' | 'looksAtRequests' | 'looksAtSession', boolean>>;
export type PolicyVersion = keyof typeof policyVersions;
export const currentPolicy: PolicyVersion = 3;

export const isPolicyVersion = (version: number): version is PolicyVersion => Object.hasOwn(policyVersions, version);

export const policy = {
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

export function assessRisk(facts: RiskFacts, version: PolicyVersion = currentPolicy): Risk {
  const { gradesCommands, looksAtRequests, looksAtSession } = policyVersions[version];
  const { points, dayStartMinute, dayEndMinute } = policy;
  const found: RiskFactor[] = [];
  if (facts.elevated) found.push({ code: 'SUDO', points: points.SUDO, reason: 'ran with elevated rights' });
  if (facts.permissionChange) found.push({ code: 'PERMISSION_CHANGE', points: points.PERMISSION_CHANGE, reason: 'changed permissions' });
  if (facts.authFailure) found.push({ code: 'AUTH_FAILURE', points: points.AUTH_FAILURE, reason: 'failed to sign in' });
  if (facts.minute < dayStartMinute || facts.minute >= dayEndMinute) {
    found.push({ code: 'OUTSIDE_HOURS', points: points.OUTSIDE_HOURS, reason: "happened outside 06:00 to 22:00 in the user's time zone" });
  }
  const ofCommand = commandFactors(facts.suspicions);
  found.push(...(gradesCommands ? ofCommand : ofCommand.filter(({ code }) => code === 'SUSPICIOUS_COMMAND')));
  if (looksAtRequests) found.push(...webFactors(facts.webAttacks));
  if (looksAtSession) found.push(...sessionFactors(facts));
  return { ...cap(found), policyVersion: version };
}

function sessionFactors(facts: RiskFacts): RiskFactor[] {
  const found: RiskFactor[] = [];
  if (facts.sessionTerminated) {
    found.push({
      code: 'TERMINATED_SESSION',
      points: policy.points.TERMINATED_SESSION,
      reason: 'happened in a session that an administrator terminated',
    });
  }
  for (const change of facts.sessionChanges) {
    found.push({ code: sessionCodes[change.change], points: change.points, reason: `came in its session with ${describeChange(change)}` });
  }
  return found;
}

/** What a suspicious command is worth: for each thing it is for the points of the gravest rule that found it. */
export function commandPoints(suspicions: RiskFacts['suspicions']): number {
  return [...gravest(suspicions).values()].reduce((sum, { points }) => sum + points, 0);
}

/** The 30 points of any suspicious command stand by themselves, as in version 1; what makes it worse is added by what it is for. */
function commandFactors(suspicions: RiskFacts['suspicions']): RiskFactor[] {
  const suspicious = commandPoints(suspicions) >= policy.points.SUSPICIOUS_COMMAND;
  let counted = suspicious ? policy.points.SUSPICIOUS_COMMAND : 0;
  const more = [...gravest(suspicions)].map(([tactic, { points, reason }]) => {
    const rest = Math.max(0, points - counted);
    counted -= points - rest;
    return { code: `COMMAND_${tactic}`, points: rest, reason };
  });
  const reason = suspicions.map((suspicion) => suspicion.reason).join('; ');
  const first = suspicious ? [{ code: 'SUSPICIOUS_COMMAND', points: policy.points.SUSPICIOUS_COMMAND, reason }] : [];
  return [...first, ...more.filter(({ points }) => points > 0)];
}

/** One factor for all that a request tries, worth what its gravest part is; a hint is for the detectors that count them. */
function webFactors(attacks: RiskFacts['webAttacks']): RiskFactor[] {
  const points = Math.max(0, ...attacks.map((attack) => attack.points));
  if (points < lowestScore.MEDIUM) return [];
  return [{ code: 'WEB_ATTACK', points, reason: attacks.map((attack) => attack.reason).join('; ') }];
}

function gravest(suspicions: RiskFacts['suspicions']): Map<string, RiskFacts['suspicions'][number]> {
  const byTactic = new Map<string, RiskFacts['suspicions'][number]>();
  for (const suspicion of suspicions) {
    if (suspicion.points > (byTactic.get(suspicion.tactic)?.points ?? 0)) byTactic.set(suspicion.tactic, suspicion);
  }
  return byTactic;
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
