import type { Tables } from '../database.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

type RowOf<Name extends keyof Tables> = Parameters<Tables[Name]['insert']>[1][number];
type Rows<Name extends keyof Tables> = Iterable<RowOf<Name>>;

/** What a transaction writes. Rows that may exist already are overwritten; activities and log lines are only ever added. */
export type Writes = {
  organisationId: string;
  headSeq: number;
  /** Whether what a key or a person may has changed. */
  accessChanged: boolean;
  users: Rows<'user'>;
  sessions: Rows<'session'>;
  alerts: Rows<'alert'>;
  anomalies: Rows<'anomaly'>;
  apiKeys: Rows<'apiKey'>;
  people: Rows<'person'>;
  auditEntries: Rows<'auditEntry'>;
  activities: Rows<'activity'>;
  evidence: Rows<'evidence'>;
  alertAnomalies: Rows<'alertAnomaly'>;
  alertHistory: Rows<'alertHistory'>;
  idempotencyKeys: Rows<'idempotencyKey'>;
  logEntries: Rows<'logEntry'>;
};

/** The channels on which a commit wakes all processes. They carry no payload: the log and what keys and people may are what is read. */
export const channels = { log: 'lapwing_log', access: 'lapwing_access' } as const;

/** Takes the organisation's log head: until this transaction ends nobody else writes to the log. Null: no such organisation. */
export async function lockLogHead(em: Runner, organisationId: string): Promise<number | null> {
  const [head] = await statement<{ seq: string }>(em, 'select seq from log_head where organisation_id = $1 for update', [organisationId]);
  return head ? Number(head.seq) : null;
}

export async function writeBatch(em: Runner, tables: Tables, writes: Writes): Promise<void> {
  await tables.user.upsert(em, [...writes.users]);
  await tables.session.upsert(em, [...writes.sessions]);
  await tables.alert.upsert(em, [...writes.alerts]);
  await tables.anomaly.upsert(em, [...writes.anomalies]);
  await tables.apiKey.upsert(em, [...writes.apiKeys]);
  await tables.person.upsert(em, [...writes.people]);
  await tables.activity.insert(em, [...writes.activities]);
  await tables.evidence.insert(em, [...writes.evidence]);
  await tables.alertAnomaly.upsert(em, [...writes.alertAnomalies]);
  await tables.alertHistory.insert(em, [...writes.alertHistory]);
  await tables.auditEntry.insert(em, [...writes.auditEntries]);
  await tables.idempotencyKey.insert(em, [...writes.idempotencyKeys]);
  await tables.logEntry.insert(em, [...writes.logEntries]);
  const woken = writes.accessChanged ? [channels.log, channels.access] : [channels.log];
  await statement(
    em,
    `with head as (update log_head set seq = $2 where organisation_id = $1) select pg_notify(channel, '') from unnest($3::text[]) as channel`,
    [writes.organisationId, writes.headSeq, woken],
  );
}
