import type { ActivityRow } from '../db/entities/activity.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { Armed } from '../detection/catalogue.ts';
import type { Claim, Detector, Judged } from '../detection/detector.ts';
import { isFamiliar, traceOf } from '../detection/trace.ts';
import { organisationChanges, organisationWindow, remember, windows, windowsOf } from '../detection/windows.ts';
import { isAttempt, isChange, searchText } from '../domain/activity.ts';
import type { PolicyVersion, Risk } from '../domain/risk.ts';
import { assessRisk, learningScoreMax, lowestScore } from '../domain/risk.ts';
import type { SessionStatus } from '../domain/session.ts';
import { statusAt } from '../domain/session.ts';
import { alertOnActivity, raise } from './anomalies.ts';
import type { Batch } from './batch.ts';
import { append } from './batch.ts';
import type { ActivityDraft } from './draft.ts';
import { rememberCommand } from './commands.ts';
import type { Surroundings } from './look.ts';
import { addressOf, everywhereOf, look, ongoingFor, targetOf, userOf, viewOf, zoneOf } from './look.ts';
import { noteSecretUsages } from './secret-usages.ts';
import { enterSession } from './sessions.ts';
import type { Replica, SubjectState, UserState } from './state.ts';
import { noteSource } from './steady.ts';
import { teach } from './teaching.ts';
import { countDay } from './volumes.ts';

/** What the caller gets once the batch is committed. */
export type Receipt = {
  activity: ActivityRow;
  duplicate: boolean;
  anomalies: AnomalyRow[];
  sessionStatus: SessionStatus | null;
};

export type DetectorFailed = (detector: Detector, error: unknown) => void;

/** Judges one activity against the replica, which learns from it, and adds all that follows from it to the batch. */
export function judgeActivity(batch: Batch, replica: Replica, draft: ActivityDraft, detectorFailed: DetectorFailed): Receipt {
  const user = userOf(batch, replica, draft);
  const address = draft.sourceIp === null ? null : addressOf(replica, draft.sourceIp, isAttempt(draft.type));
  const visit = enterSession(batch, replica, user, draft);
  const judged = look(batch, draft, replica, user, visit);
  const risk = assess(judged, visit?.session ?? null, replica.settings.policyVersion);
  const activity = rowOf(batch, draft, judged, risk, user, visit?.session ?? null);
  activity.sessionChange = visit?.change ?? null;
  if (visit && risk.score > visit.session.riskScore) {
    Object.assign(visit.session, { riskScore: risk.score, riskFactors: risk.factors, policyVersion: risk.policyVersion });
  }

  const owner = visit ? (replica.names.get(visit.session.userId) ?? null) : null;
  const claims = claimsOf(replica, judged, { user, address, target: targetOf(replica, draft), owner }, detectorFailed);
  activity.seq = append(batch, {
    kind: 'ACTIVITY',
    activity,
    user: draft.user,
    session: draft.session,
    visit: visit ? { session: { ...visit.session }, owner } : null,
  });
  batch.activities.push(activity);
  noteSecretUsages(batch, activity);

  const anomalies = claims.map(({ armed: { detector }, claim }) => {
    const { by, key } = claim.subject;
    // The subject may be another than who acted: what happens in a session is its owner's matter.
    const about = by === 'user' ? replica.users.get(key)! : null;
    const state = about ?? (by === 'address' ? addressOf(replica, key, true) : everywhereOf(replica));
    const sessionId = by === 'user' && (key === draft.user || key === owner) ? activity.sessionId : null;
    return raise(batch, state, { detector, claim, activity, judged, userId: about?.row.id ?? user.row.id, sessionId });
  });
  if (risk.score >= lowestScore.CRITICAL && anomalies.every((anomaly) => anomaly.alertId === null)) {
    activity.alertId = alertOnActivity(batch, user, draft.user, activity).id;
  }
  rememberTrace(replica, user, address, judged);
  teach(
    batch,
    replica,
    user,
    judged,
    claims.map(({ claim }) => claim),
  );
  countDay(batch, user, judged, zoneOf(replica, user));
  rememberCommand(batch, replica, user, judged);
  user.newestAt = Math.max(judged.at, user.newestAt ?? judged.at);
  noteSource(replica, user);
  return {
    activity,
    duplicate: false,
    anomalies: anomalies.map((anomaly) => ({ ...anomaly })),
    sessionStatus: visit ? statusAt(visit.session, batch.now) : null,
  };
}

function assess(judged: Judged, session: SessionRow | null, version: PolicyVersion): Risk {
  const facts = {
    elevated: judged.type === 'SUDO_COMMAND',
    permissionChange: judged.type === 'PERMISSION_CHANGE',
    authFailure: judged.type === 'AUTH_FAILURE',
    minute: judged.local.minute,
    suspicions: judged.suspicions,
    webAttacks: judged.webAttacks,
    sessionTerminated: session !== null && session.terminatedAt !== null,
    sessionChanges: judged.sessionChanges,
  };
  return assessRisk(facts, version);
}

function rowOf(batch: Batch, draft: ActivityDraft, judged: Judged, risk: Risk, user: UserState, session: SessionRow | null): ActivityRow {
  return {
    id: judged.id,
    organisationId: batch.organisationId,
    seq: 0,
    recordedAt: batch.now,
    occurredAt: draft.occurredAt,
    lateBy: judged.late ? user.newestAt! - draft.occurredAt : null,
    kind: draft.kind,
    type: draft.type,
    userId: user.row.id,
    sessionId: session?.id ?? null,
    sessionChange: null,
    sourceIp: draft.sourceIp,
    place: draft.place,
    userAgent: draft.userAgent,
    deviceType: draft.deviceType,
    outcome: draft.outcome,
    onBehalfOf: draft.onBehalfOf,
    riskScore: risk.score,
    riskFactors: risk.factors,
    policyVersion: risk.policyVersion,
    text: searchText(draft),
    detail: Object.fromEntries(Object.entries(draft.detail).filter(([, value]) => value !== null)),
    metadata: draft.metadata,
    secretsUsed: draft.secretsUsed,
    familiar: isAttempt(draft.type) && isFamiliar(judged.address, judged.at, user.row.baseline) ? true : null,
    alertId: null,
  };
}

type Claimed = { armed: Armed; claim: Claim };

/** What the detectors say. One that throws costs its own verdict and nothing else. */
function claimsOf(replica: Replica, judged: Judged, around: Surroundings, detectorFailed: DetectorFailed): Claimed[] {
  const subjects: (SubjectState | null)[] = [around.user, around.address, around.target, replica.everywhere];
  const judging: { armed: Armed | null } = { armed: null };
  const view = Object.assign(viewOf(replica, judged, around), ongoingFor(judging, subjects, judged.at));
  return (replica.plan.get(judged.type) ?? []).flatMap((armed) => {
    judging.armed = armed;
    try {
      const claim = armed.detector.judge(judged, view, armed.limits);
      if (claim === null) return [];
      return [{ armed, claim: claim.learning ? { ...claim, score: Math.min(claim.score, learningScoreMax) } : claim }];
    } catch (error) {
      detectorFailed(armed.detector, error);
      return [];
    }
  });
}

function rememberTrace(replica: Replica, user: UserState, address: SubjectState | null, judged: Judged): void {
  const names = windowsOf(judged);
  if (names.length === 0) return;
  const trace = traceOf(judged, user.row.baseline);
  for (const name of names) remember(user.windows[name], trace, windows[name]);
  if (isChange(judged.type)) remember(everywhereOf(replica).changes, trace, organisationChanges);
  if (!isAttempt(judged.type)) return;
  if (address && judged.address !== null) remember(addressOf(replica, judged.address, true).attempts, trace, windows.attempts);
  remember(everywhereOf(replica).attempts, trace, organisationWindow);
}
