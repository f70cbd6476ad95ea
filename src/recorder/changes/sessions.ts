import type { SessionRow } from '../../db/entities/session.ts';
import { userNames } from '../../db/queries/read-log.ts';
import { nextStatusAt, statusAt } from '../../domain/session.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit, difference } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { forgetUser } from '../state.ts';
import { conflict, notFound, one } from './finding.ts';

type Termination = { actor: Actor; reason: string | null };

export type SessionChanges = {
  terminateSession: { asks: Termination & { id: string }; gives: { session: SessionRow } | Refused };
  /** Terminates those of the sessions that are not over yet. */
  terminateSessions: { asks: Termination & { ids: readonly string[] }; gives: { sessions: SessionRow[] } };
  advanceSessions: { asks: {}; gives: { sessions: number } };
};
type Asked<Do extends keyof SessionChanges> = SessionChanges[Do]['asks'];
type Owners = ReadonlyMap<string, string>;

/** Most sessions whose status one transaction advances; the rest follow in the next. */
export const sessionsAdvancedMax = 1_000;

export async function terminateSession(
  changing: Changing,
  { id, ...termination }: Asked<'terminateSession'>,
): Promise<SessionChanges['terminateSession']['gives']> {
  const session = await one(changing.tables.session, changing, id);
  if (!session) return notFound('session');
  if (session.terminatedAt !== null) return conflict('this session is already terminated');
  return { session: terminate(changing, session, await userNames(changing.em, [session.userId]), termination) };
}

export async function terminateSessions(
  changing: Changing,
  { ids, ...termination }: Asked<'terminateSessions'>,
): Promise<SessionChanges['terminateSessions']['gives']> {
  const { em, tables, batch } = changing;
  const sessions = await tables.session.select(
    em,
    'where t.organisation_id = $1 and t.id = any($2) and t.terminated_at is null and t.ended_at is null order by t.last_activity_at, t.id',
    [batch.organisationId, ids],
  );
  const owners = await userNames(
    em,
    sessions.map((session) => session.userId),
  );
  return { sessions: sessions.map((session) => terminate(changing, session, owners, termination)) };
}

function terminate(changing: Changing, before: SessionRow, owners: Owners, { actor, reason }: Termination): SessionRow {
  const { batch } = changing;
  const session = {
    ...before,
    terminatedAt: batch.now,
    terminatedBy: actor.name,
    terminationReason: reason,
    nextStatusAt: null,
  };
  changeSession(changing, session, owners, 'SESSION_TERMINATED');
  const target = `Session:${session.id}`;
  audit(batch, { actor, action: 'SESSION_TERMINATED', target, ...difference(before, session), reason });
  return session;
}

/** Tells of every session whose status time alone has changed. Several processes may try: the log head lets one do it. */
export async function advanceSessions(changing: Changing): Promise<SessionChanges['advanceSessions']['gives']> {
  const { em, tables, batch } = changing;
  const due = await tables.session.select(
    em,
    'where t.organisation_id = $1 and t.next_status_at <= $2 order by t.next_status_at limit $3',
    [batch.organisationId, formatInstant(batch.now), sessionsAdvancedMax],
  );
  const owners = await userNames(
    em,
    due.map((session) => session.userId),
  );
  for (const session of due) {
    const status = statusAt(session, batch.now);
    session.nextStatusAt = nextStatusAt(session, batch.now);
    if (status === 'IDLE' || status === 'WARNING' || status === 'EXPIRED') changeSession(changing, session, owners, `SESSION_${status}`);
    else batch.sessions.add(session);
  }
  return { sessions: due.length };
}

function changeSession(
  { batch, replica }: Changing,
  session: SessionRow,
  owners: Owners,
  kind: `SESSION_${'IDLE' | 'WARNING' | 'EXPIRED' | 'TERMINATED'}`,
): void {
  const owner = owners.get(session.userId)!;
  batch.sessions.add(session);
  append(batch, { kind, sessionRow: { ...session }, user: owner, session: session.externalId });
  forgetUser(replica, owner);
  replica.sessions.delete(session.externalId);
}
