import type { Tables } from '../db/database.ts';
import type { Runner } from '../db/statement.ts';
import type { AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { SessionRow } from '../db/entities/session.ts';
import { userNames } from '../db/queries/read-log.ts';
import { userOfSubject } from '../detection/detector.ts';
import type { AlertAction, Resolution } from '../domain/alert.ts';
import { alertActions, mayAct } from '../domain/alert.ts';
import { nextStatusAt, statusAt } from '../domain/session.ts';
import { formatInstant } from '../domain/time.ts';
import type { Batch } from './batch.ts';
import { append } from './batch.ts';
import type { Replica } from './state.ts';
import { forgetSubject, forgetUser } from './state.ts';

/** Everything besides activities that goes into the log. `actor` is who asked, as it will be shown in the history. */
export type Change =
  | { do: 'actOnAlert'; id: string; action: AlertAction; actor: string; note: string | null; resolution: Resolution | null }
  | { do: 'resolveAnomaly'; id: string; actor: string; resolution: Resolution }
  | { do: 'terminateSession'; id: string; actor: string; reason: string | null }
  | { do: 'advanceSessions' }
  | { do: 'createApiKey'; key: ApiKeyRow }
  | { do: 'ensureAdminKey'; key: ApiKeyRow; configured: boolean }
  | { do: 'revokeApiKey'; id: string };

/** Why a change was not made. `NOT_FOUND` is also the answer for what belongs to another organisation. */
export type Refused = { refused: 'NOT_FOUND' | 'CONFLICT'; message: string };
export type Changed =
  | { alert: AlertRow }
  | { anomaly: AnomalyRow }
  | { session: SessionRow }
  | { apiKey: ApiKeyRow }
  | { sessions: number }
  | Refused;

export type Changing = { em: Runner; tables: Tables; replica: Replica; batch: Batch };

/** Most sessions whose status one transaction advances; the rest follow in the next. */
export const sessionsAdvancedMax = 1_000;

export async function applyChange(changing: Changing, change: Change): Promise<Changed> {
  switch (change.do) {
    case 'actOnAlert':
      return actOnAlert(changing, change);
    case 'resolveAnomaly':
      return resolveAnomaly(changing, change);
    case 'terminateSession':
      return terminateSession(changing, change);
    case 'advanceSessions':
      return advanceSessions(changing);
    case 'createApiKey':
      return createApiKey(changing, change.key);
    case 'ensureAdminKey':
      return ensureAdminKey(changing, change);
    case 'revokeApiKey':
      return revokeApiKey(changing, change.id);
  }
}

const notFound = (what: string): Refused => ({ refused: 'NOT_FOUND', message: `there is no such ${what}` });

async function one<Row>(
  table: { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> },
  { em, batch }: Changing,
  id: string,
): Promise<Row | undefined> {
  const [row] = await table.select(em, 'where t.organisation_id = $1 and t.id = $2', [batch.organisationId, id]);
  return row;
}

async function actOnAlert(
  changing: Changing,
  { id, action, actor, note, resolution }: Extract<Change, { do: 'actOnAlert' }>,
): Promise<Changed> {
  const { batch, tables, replica } = changing;
  const alert = await one(tables.alert, changing, id);
  if (!alert) return notFound('alert');
  if (!mayAct(action, alert.status)) return { refused: 'CONFLICT', message: `cannot ${action} an alert that is ${alert.status}` };
  if (action === 'reopen' && (await hasUnclosedTwin(changing, alert))) {
    return { refused: 'CONFLICT', message: 'another alert of this subject and type is open; handle that one' };
  }
  const { to, change } = alertActions[action];
  alert.status = to;
  if (action === 'acknowledge') Object.assign(alert, { acknowledgedAt: batch.now, acknowledgedBy: actor });
  if (action === 'resolve' || action === 'dismiss') Object.assign(alert, { resolvedAt: batch.now, resolvedBy: actor, resolution });
  if (action === 'reopen')
    Object.assign(alert, { resolvedAt: null, resolvedBy: null, resolution: null, acknowledgedAt: null, acknowledgedBy: null });
  batch.alerts.add(alert);
  const user = userOfSubject(alert.subject);
  const seq = append(batch, { kind: `ALERT_${change}`, alert, user, session: null });
  batch.alertHistory.push({ organisationId: batch.organisationId, seq, alertId: id, change, changedAt: batch.now, actor, note });
  forgetSubject(replica, alert.subject);
  return { alert };
}

async function hasUnclosedTwin({ em, tables, batch }: Changing, alert: AlertRow): Promise<boolean> {
  const twins = await tables.alert.select(
    em,
    `where t.organisation_id = $1 and t.subject = $2 and t.type = $3 and t.status in ('OPEN', 'ACKNOWLEDGED') limit 1`,
    [batch.organisationId, alert.subject, alert.type],
  );
  return twins.length > 0;
}

async function resolveAnomaly(changing: Changing, { id, actor, resolution }: Extract<Change, { do: 'resolveAnomaly' }>): Promise<Changed> {
  const { batch, tables, replica } = changing;
  const anomaly = await one(tables.anomaly, changing, id);
  if (!anomaly) return notFound('anomaly');
  if (anomaly.resolvedAt !== null) return { refused: 'CONFLICT', message: 'this anomaly is already resolved' };
  Object.assign(anomaly, { resolvedAt: batch.now, resolvedBy: actor, resolution });
  batch.anomalies.add(anomaly);
  const user = userOfSubject(anomaly.subject);
  append(batch, { kind: 'ANOMALY_RESOLVED', anomaly, user, session: null });
  forgetSubject(replica, anomaly.subject);
  return { anomaly };
}

async function terminateSession(changing: Changing, { id, actor, reason }: Extract<Change, { do: 'terminateSession' }>): Promise<Changed> {
  const { batch, tables } = changing;
  const session = await one(tables.session, changing, id);
  if (!session) return notFound('session');
  if (session.terminatedAt !== null) return { refused: 'CONFLICT', message: 'this session is already terminated' };
  Object.assign(session, { terminatedAt: batch.now, terminatedBy: actor, terminationReason: reason, nextStatusAt: null });
  changeSession(changing, session, await userNames(changing.em, [session.userId]), 'SESSION_TERMINATED');
  return { session };
}

/** Tells of every session whose status time alone has changed. Several processes may try: the log head lets one do it. */
async function advanceSessions(changing: Changing): Promise<Changed> {
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
  owners: ReadonlyMap<string, string>,
  kind: `SESSION_${'IDLE' | 'WARNING' | 'EXPIRED' | 'TERMINATED'}`,
): void {
  const owner = owners.get(session.userId)!;
  batch.sessions.add(session);
  append(batch, { kind, sessionRow: { ...session }, user: owner, session: session.externalId });
  forgetUser(replica, owner);
  replica.sessions.delete(session.externalId);
}

async function createApiKey({ batch }: Changing, key: ApiKeyRow): Promise<Changed> {
  batch.apiKeys.add(key);
  append(batch, { kind: 'API_KEY_CREATED', apiKey: key, user: null, session: null });
  return { apiKey: key };
}

/**
 * Makes the key where none serves: a configured one also where it is new, in place of the configured one before it.
 * Several processes may start at once: under the log head the second finds what the first has made.
 */
async function ensureAdminKey(changing: Changing, { key, configured }: Extract<Change, { do: 'ensureAdminKey' }>): Promise<Changed> {
  const { em, tables, batch } = changing;
  const serves = configured ? 't.secret_hash = $2' : 't.role = $2 and t.revoked_at is null';
  const [known] = await tables.apiKey.select(em, `where t.organisation_id = $1 and ${serves} limit 1`, [
    batch.organisationId,
    configured ? key.secretHash : 'ADMIN',
  ]);
  if (known) return known.revokedAt === null ? { apiKey: known } : { refused: 'CONFLICT', message: 'this API key was revoked' };
  const before = await tables.apiKey.select(em, 'where t.organisation_id = $1 and t.name = $2 and t.revoked_at is null', [
    batch.organisationId,
    key.name,
  ]);
  for (const { id } of configured ? before : []) await revokeApiKey(changing, id);
  return createApiKey(changing, key);
}

async function revokeApiKey(changing: Changing, id: string): Promise<Changed> {
  const { batch, tables } = changing;
  const apiKey = await one(tables.apiKey, changing, id);
  if (!apiKey) return notFound('API key');
  if (apiKey.revokedAt !== null) return { refused: 'CONFLICT', message: 'this API key is already revoked' };
  apiKey.revokedAt = batch.now;
  batch.apiKeys.add(apiKey);
  append(batch, { kind: 'API_KEY_REVOKED', apiKey, user: null, session: null });
  return { apiKey };
}
