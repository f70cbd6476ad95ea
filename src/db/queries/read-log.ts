import type { Tables } from '../database.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** A stretch of the log with the rows its lines are about, as they are now; those that are gone, by retention or erasure, are missing. */
export async function readLog(em: Runner, tables: Tables, organisationId: string, afterSeq: number, upToSeq: number) {
  const entries = await tables.logEntry.select(em, 'where t.organisation_id = $1 and t.seq > $2 and t.seq <= $3 order by t.seq', [
    organisationId,
    afterSeq,
    upToSeq,
  ]);
  const refs = (prefix: string) => entries.filter((entry) => entry.kind.startsWith(prefix)).map((entry) => entry.ref);
  const activities = await rowsById(tables.activity, em, refs('ACTIVITY'));
  const anomalies = await rowsById(tables.anomaly, em, refs('ANOMALY'));
  const alerts = await rowsById(tables.alert, em, refs('ALERT'));
  const apiKeys = await rowsById(tables.apiKey, em, refs('API_KEY'));
  const people = await rowsById(tables.person, em, refs('PERSON'));
  const userRows = await rowsById(tables.user, em, refs('USER'));
  const settings = await rowsById(tables.organisationSettings, em, refs('SETTINGS'));
  const auditEntries = await rowsById(tables.auditEntry, em, refs('AUDIT'));
  const sessions = await rowsById(tables.session, em, [
    ...refs('SESSION'),
    ...[...activities.values(), ...anomalies.values()].flatMap((row) => row.sessionId ?? []),
  ]);
  const users = await userNames(
    em,
    [...activities.values(), ...anomalies.values(), ...alerts.values(), ...sessions.values()].flatMap((row) => row.userId ?? []),
  );
  return { entries, activities, anomalies, alerts, apiKeys, people, userRows, settings, auditEntries, sessions, users };
}
export type LogStretch = Awaited<ReturnType<typeof readLog>>;

async function rowsById<Row extends { id: string }>(
  table: { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> },
  em: Runner,
  ids: string[],
): Promise<Map<string, Row>> {
  if (ids.length === 0) return new Map();
  const rows = await table.select(em, 'where t.id = any($1)', [[...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}

/** External ids of users, by their id. */
export async function userNames(em: Runner, ids: string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await statement<{ id: string; external_id: string }>(em, 'select id, external_id from "user" where id = any($1)', [
    [...new Set(ids)],
  ]);
  return new Map(rows.map((row) => [row.id, row.external_id]));
}

/** Place of the newest line of an organisation's log; 0 where there is none yet. */
export async function readLogHead(em: Runner, organisationId: string): Promise<number> {
  const [head] = await statement<{ seq: string }>(em, 'select seq from log_head where organisation_id = $1', [organisationId]);
  return Number(head?.seq ?? 0);
}

/**
 * The oldest place from which all activities after it can still be told, where that is later than `afterSeq`: retention removes
 * the rows of activities by whole months, oldest first, and never the lines of the log. What was erased is passed over: a cursor
 * from before it will do. Null where `afterSeq` will do.
 */
export async function oldestPosition(em: Runner, organisationId: string, afterSeq: number): Promise<number | null> {
  const [next] = await statement<{ kept: boolean }>(
    em,
    `select exists (select from activity a where a.id = e.ref and a.recorded_at = e.recorded_at)
      or exists (select from "user" u where u.organisation_id = $1 and u.erased_at is not null)
        and to_regclass('activity_' || to_char(e.recorded_at at time zone 'UTC', 'YYYY_MM')) is not null as kept from log_entry e
    where e.organisation_id = $1 and e.seq > $2 and e.kind = 'ACTIVITY' order by e.seq limit 1`,
    [organisationId, afterSeq],
  );
  if (!next || next.kept) return null;
  const [oldest] = await statement<{ seq: string }>(
    em,
    `select seq from activity where organisation_id = $1
    and recorded_at = (select min(recorded_at) from activity where organisation_id = $1) order by seq limit 1`,
    [organisationId],
  );
  return oldest ? Number(oldest.seq) - 1 : readLogHead(em, organisationId);
}
