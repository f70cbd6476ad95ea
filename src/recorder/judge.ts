import type { ActivityRow } from '../db/entities/activity.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { SessionRow } from '../db/entities/session.ts';
import { detectors } from '../detection/catalogue.ts';
import type { Claim, Detector, Judged, View } from '../detection/detector.ts';
import { pageTypes } from '../detection/detectors/rapid-navigation.ts';
import { remember, windowSpans } from '../detection/windows.ts';
import { isSignIn, searchText } from '../domain/activity.ts';
import { emptyBaseline, learn } from '../domain/baseline.ts';
import type { ActivityDraft } from './draft.ts';
import { orderedId } from '../domain/ids.ts';
import type { Risk } from '../domain/risk.ts';
import { assessRisk, lowestScore } from '../domain/risk.ts';
import type { SessionStatus } from '../domain/session.ts';
import { statusAt } from '../domain/session.ts';
import { localTime } from '../domain/time.ts';
import { alertOnActivity, goesOn, raise } from './anomalies.ts';
import type { Batch } from './batch.ts';
import { append } from './batch.ts';
import { isAttempt } from './load.ts';
import type { Entered } from './sessions.ts';
import { enterSession } from './sessions.ts';
import type { Replica, SubjectState, UserState } from './state.ts';
import { emptySubject } from './state.ts';

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
  const risk = assess(judged, visit?.session ?? null);
  const activity = rowOf(batch, draft, judged, risk, user, visit?.session ?? null);
  activity.sessionChange = visit?.change ?? null;
  if (visit && risk.score > visit.session.riskScore) {
    Object.assign(visit.session, { riskScore: risk.score, riskFactors: risk.factors, policyVersion: risk.policyVersion });
  }

  const owner = visit ? (replica.names.get(visit.session.userId) ?? null) : null;
  const view = viewOf(user, address, owner);
  const claims = detectors.flatMap((detector) => claimOf(detector, judged, view, user, address, detectorFailed));
  activity.seq = append(batch, {
    kind: 'ACTIVITY',
    activity,
    user: draft.user,
    session: draft.session,
    visit: visit ? { session: { ...visit.session }, owner } : null,
  });
  batch.activities.push(activity);

  const anomalies = claims.map(({ detector, claim }) => {
    // The subject may be another than who acted: what happens in a session is its owner's matter.
    const subject = claim.subject.by === 'user' ? replica.users.get(claim.subject.key)! : null;
    const state = subject ?? addressOf(replica, claim.subject.key, true);
    return raise(batch, state, { detector, claim, activity, judged, userId: subject?.row.id ?? user.row.id });
  });
  if (risk.score >= lowestScore.CRITICAL && anomalies.every((anomaly) => anomaly.alertId === null)) {
    activity.alertId = alertOnActivity(batch, user, draft.user, activity).id;
  }
  remembered(user, address, judged);
  if (judged.signIn && anomalies.every((anomaly) => anomaly.score < lowestScore.MEDIUM)) teach(batch, user, judged);
  return {
    activity,
    duplicate: false,
    anomalies: anomalies.map((anomaly) => ({ ...anomaly })),
    sessionStatus: visit ? statusAt(visit.session, batch.now) : null,
  };
}

function userOf(batch: Batch, replica: Replica, draft: ActivityDraft): UserState {
  let user = replica.users.get(draft.user);
  if (!user) {
    const row = {
      id: batch.newId(),
      organisationId: batch.organisationId,
      externalId: draft.user,
      displayName: null,
      teams: [],
      timeZone: null,
      firstSeenAt: draft.occurredAt,
      baseline: emptyBaseline(),
    };
    user = { ...emptySubject(), row, pages: [], sessions: new Map() };
    replica.users.set(draft.user, user);
    replica.names.set(row.id, draft.user);
    batch.users.add(row);
  }
  if (draft.userTimeZone !== null && draft.userTimeZone !== user.row.timeZone) {
    user.row.timeZone = draft.userTimeZone;
    batch.users.add(user.row);
  }
  return user;
}

function addressOf(replica: Replica, sourceIp: string, keep: boolean): SubjectState {
  const known = replica.addresses.get(sourceIp);
  if (known) return known;
  const state = emptySubject();
  if (keep) replica.addresses.set(sourceIp, state);
  return state;
}

/** The activity as detectors see it, with the user's local time. */
function look(batch: Batch, draft: ActivityDraft, replica: Replica, user: UserState, visit: Entered | null): Judged {
  const signsIn = isSignIn(draft.type) || (visit?.change === 'STARTED' && draft.kind !== 'auth');
  return {
    ...draft,
    id: orderedId(batch.now, batch.seq, batch.newId),
    at: draft.occurredAt,
    local: localTime(draft.occurredAt, user.row.timeZone ?? replica.timeZone),
    address: draft.sourceIp,
    signIn: signsIn && draft.outcome === 'SUCCESS',
    sessionChanges: visit?.changes ?? [],
  };
}

function assess(judged: Judged, session: SessionRow | null): Risk {
  return assessRisk({
    elevated: judged.type === 'SUDO_COMMAND',
    permissionChange: judged.type === 'PERMISSION_CHANGE',
    authFailure: judged.type === 'AUTH_FAILURE',
    minute: judged.local.minute,
    suspicions: judged.suspicions,
    sessionTerminated: session !== null && session.terminatedAt !== null,
    sessionChanges: judged.sessionChanges,
  });
}

function rowOf(batch: Batch, draft: ActivityDraft, judged: Judged, risk: Risk, user: UserState, session: SessionRow | null): ActivityRow {
  return {
    id: judged.id,
    organisationId: batch.organisationId,
    seq: 0,
    recordedAt: batch.now,
    occurredAt: draft.occurredAt,
    kind: draft.kind,
    type: draft.type,
    userId: user.row.id,
    sessionId: session?.id ?? null,
    sessionChange: null,
    sourceIp: draft.sourceIp,
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
    alertId: null,
  };
}

function viewOf(user: UserState, address: SubjectState | null, sessionOwner: string | null): Omit<View, 'ongoing'> {
  return {
    baseline: user.row.baseline,
    attemptsOfUser: user.attempts,
    attemptsOfAddress: address?.attempts ?? [],
    pagesOfUser: user.pages,
    sessionsOfUser: [...user.sessions.values()].map((session) => ({
      session: session.externalId,
      startedAt: session.startedAt,
      lastActivityAt: session.lastActivityAt,
      endedAt: session.endedAt ?? session.terminatedAt,
    })),
    sessionOwner,
  };
}

/** A detector that throws costs its own verdict and nothing else. */
function claimOf(
  detector: Detector,
  judged: Judged,
  view: Omit<View, 'ongoing'>,
  user: UserState,
  address: SubjectState | null,
  detectorFailed: DetectorFailed,
): { detector: Detector; claim: Claim }[] {
  const ongoing = (key: string, quiet: number) =>
    [user, address].some((subject) => subject?.anomalies.some((anomaly) => goesOn(anomaly, detector, key, quiet, judged.at)));
  try {
    const claim = detector.judge(judged, { ...view, ongoing });
    return claim ? [{ detector, claim }] : [];
  } catch (error) {
    detectorFailed(detector, error);
    return [];
  }
}

function remembered(user: UserState, address: SubjectState | null, judged: Judged): void {
  if (isAttempt(judged.type)) {
    const attempt = { id: judged.id, at: judged.at, user: judged.user, address: judged.address, failed: judged.type === 'AUTH_FAILURE' };
    remember(user.attempts, attempt, windowSpans.attempts);
    if (address) remember(address.attempts, attempt, windowSpans.attempts);
  }
  if (pageTypes.has(judged.type)) remember(user.pages, { id: judged.id, at: judged.at, session: judged.session }, windowSpans.pages);
}

/** A sign-in teaches what is usual unless something is odd about it. Working at night (LOW) is a remark, not odd for a night worker. */
function teach(batch: Batch, user: UserState, judged: Judged): void {
  const baseline = learn(user.row.baseline, { at: judged.at, ...judged.local }, judged.address);
  if (baseline === user.row.baseline) return;
  user.row.baseline = baseline;
  batch.users.add(user.row);
}
