import type { SessionRow } from '../db/entities/session.ts';
import type { ActivityDraft } from './draft.ts';
import { isSignIn } from '../domain/activity.ts';
import type { SessionChange, SessionKind } from '../domain/session.ts';
import { nextStatusAt } from '../domain/session.ts';
import type { IntegrityChange } from '../domain/session-integrity.ts';
import { follow, unseen } from '../domain/session-integrity.ts';
import type { Batch } from './batch.ts';
import { sessionsPerUserMax } from './load.ts';
import type { Replica, UserState } from './state.ts';

const signOuts: ReadonlySet<string> = new Set(['LOGOUT', 'SSH_LOGOUT']);

/** The session of an activity, what the activity did to it, and what it changed of who uses it and from where. */
export type Entered = { session: SessionRow; change: SessionChange; changes: readonly IntegrityChange[] };

/** Counts the activity in its session, which its first sight opens. Null where the activity belongs to none. */
export function enterSession(batch: Batch, replica: Replica, user: UserState, draft: ActivityDraft): Entered | null {
  if (draft.session === null) return null;
  const known = replica.sessions.get(draft.session);
  const session = known ?? openSession(batch, replica, draft.session, user, draft);
  replica.sessions.set(draft.session, session);
  if (session.userId === user.row.id) keep(user, session);
  batch.sessions.add(session);
  const { startedAt, lastActivityAt } = session;
  if (!batch.visits.has(session)) batch.visits.set(session, known ? { startedAt, lastActivityAt } : null);
  const ended = count(session, draft);
  // A change of status that is due and not told yet stays so under an activity that came too late to undo it.
  const due = session.lastActivityAt === lastActivityAt && session.nextStatusAt !== null && session.nextStatusAt <= batch.now;
  if (!due || ended) session.nextStatusAt = nextStatusAt(session, batch.now);
  const { after, changes } = follow(session, { ...draft, at: draft.occurredAt, authFailure: draft.type === 'AUTH_FAILURE' });
  Object.assign(session, after);
  return { session, change: ended ? 'ENDED' : known ? 'UPDATED' : 'STARTED', changes };
}

function openSession(batch: Batch, { settings }: Replica, externalId: string, user: UserState, draft: ActivityDraft): SessionRow {
  return {
    id: batch.newId(),
    organisationId: batch.organisationId,
    externalId,
    userId: user.row.id,
    kind: kindOf(draft),
    startedAt: draft.occurredAt,
    lastActivityAt: draft.occurredAt,
    endedAt: null,
    terminatedAt: null,
    terminatedBy: null,
    terminationReason: null,
    nextStatusAt: null,
    lastPage: null,
    lastEndpoint: null,
    activityCount: 0,
    commandCount: 0,
    deviceType: draft.deviceType,
    sourceIp: draft.sourceIp,
    userAgent: draft.userAgent,
    riskScore: 0,
    riskFactors: [],
    policyVersion: settings.policyVersion,
    ...unseen,
  };
}

function kindOf(draft: ActivityDraft): SessionKind {
  if (draft.type === 'SSH_LOGIN' || draft.type === 'SSH_LOGOUT') return 'SSH';
  if (draft.type === 'API_CALL') return 'API';
  if (draft.kind === 'terminal' || draft.kind === 'file') return 'PTY';
  return draft.kind === 'desktop' ? 'DESKTOP' : 'WEB';
}

/** Adds the activity to the session's figures; true where it signs out of a session that was open. */
function count(session: SessionRow, draft: ActivityDraft): boolean {
  const newest = draft.occurredAt >= session.lastActivityAt;
  session.activityCount += 1;
  if (draft.kind === 'terminal') session.commandCount += 1;
  session.startedAt = Math.min(session.startedAt, draft.occurredAt);
  session.lastActivityAt = Math.max(session.lastActivityAt, draft.occurredAt);
  session.deviceType ??= draft.deviceType;
  session.sourceIp ??= draft.sourceIp;
  session.userAgent ??= draft.userAgent;
  if (newest && draft.kind === 'web') {
    session.lastPage = draft.detail.page ?? session.lastPage;
    session.lastEndpoint = draft.detail.endpoint ?? session.lastEndpoint;
  }
  if (newest && draft.kind === 'browser') session.lastPage = draft.detail.url ?? session.lastPage;
  if (session.endedAt !== null && isSignIn(draft.type) && draft.occurredAt > session.endedAt) session.endedAt = null;
  if (!signOuts.has(draft.type) || session.endedAt !== null || session.terminatedAt !== null) return false;
  session.endedAt = draft.occurredAt;
  return true;
}

function keep(user: UserState, session: SessionRow): void {
  user.sessions.set(session.externalId, session);
  if (user.sessions.size <= sessionsPerUserMax) return;
  const quietest = [...user.sessions.values()].reduce((a, b) => (a.lastActivityAt <= b.lastActivityAt ? a : b));
  user.sessions.delete(quietest.externalId);
}
