import type { Micros } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Tables } from '../database.ts';
import type { IdempotencyKeyRow } from '../entities/log-entry.ts';
import type { Transaction } from '../statement.ts';
import { statement } from '../statement.ts';

/** The tables of a batch. Rows that may exist already are overwritten; what is in the log is only ever added. */
const written = {
  users: { table: 'user', by: 'upsert' },
  sessions: { table: 'session', by: 'upsert' },
  alerts: { table: 'alert', by: 'upsert' },
  anomalies: { table: 'anomaly', by: 'upsert' },
  apiKeys: { table: 'apiKey', by: 'upsert' },
  people: { table: 'person', by: 'upsert' },
  sharedFacts: { table: 'sharedFact', by: 'upsert' },
  commandHabits: { table: 'commandHabits', by: 'upsert' },
  commonPrograms: { table: 'commonPrograms', by: 'upsert' },
  settings: { table: 'organisationSettings', by: 'upsert' },
  evidence: { table: 'evidence', by: 'insertNew' }, // a window that has let go of much may show a detector the same activity twice
  alertAnomalies: { table: 'alertAnomaly', by: 'upsert' },
  alertHistory: { table: 'alertHistory', by: 'insert' },
  auditEntries: { table: 'auditEntry', by: 'insert' },
  secretUsages: { table: 'secretUsage', by: 'insert' },
  knownSecrets: { table: 'knownSecret', by: 'upsert' },
} as const satisfies Record<string, { table: keyof Tables; by: 'insert' | 'insertNew' | 'upsert' }>;

type Written = typeof written;
type RowOf<Name extends keyof Tables> = Awaited<ReturnType<Tables[Name]['select']>>[number];

/** What a transaction writes. */
export type Writes = { [Name in keyof Written]: Iterable<RowOf<Written[Name]['table']>> } & {
  organisationId: string;
  headSeq: number;
  /** Whether what a key or a person may has changed. */
  accessChanged: boolean;
  /** As `tables.activity.encode` gives them. */
  activities: readonly string[];
  idempotencyKeys: readonly IdempotencyKeyRow[];
  log: LogLines;
};

/** The lines that end at the new head, each in its place of every list; `leafHashes` one after the other. */
export type LogLines = { recordedAt: Micros; kinds: readonly string[]; refs: readonly string[]; leafHashes: Buffer };

/** The channels on which a commit wakes all processes. They carry no payload: the log and what keys and people may are what is read. */
export const channels = { log: 'lapwing_log', access: 'lapwing_access' } as const;

/** Takes the organisation's log head: until this transaction ends nobody else writes to the log. Null: no such organisation. */
export async function lockLogHead(tx: Transaction, organisationId: string): Promise<number | null> {
  const [head] = await statement<{ seq: string }>(tx, 'select seq from log_head where organisation_id = $1 for update', [organisationId]);
  return head ? Number(head.seq) : null;
}

/** What these idempotency keys stand for, of those that are known. */
export async function knownKeys(tx: Transaction, organisationId: string, ids: readonly string[]): Promise<IdempotencyKeyRow[]> {
  const found = await statement<{ id: string; activity_id: string; body_hash: string | null }>(
    tx,
    'select id, activity_id, body_hash from idempotency_key where organisation_id = $1 and id = any($2)',
    [organisationId, arrayOf(ids)],
  );
  return found.map((row) => ({ id: row.id, organisationId, activityId: row.activity_id, bodyHash: row.body_hash }));
}

const leafHashBytes = 32;

/** Everything in one statement, of the tables that have rows: a round trip costs more than the rows of most batches. */
export function writeBatch(tx: Transaction, tables: Tables, writes: Writes): void {
  const params: unknown[] = [];
  const param = (value: unknown) => `$${params.push(value)}`;
  const parts: string[] = [];
  const organisation = `${param(writes.organisationId)}::uuid`;
  const head = `${param(writes.headSeq)}::bigint`;
  const woken = `${param(arrayOf(writes.accessChanged ? [channels.log, channels.access] : [channels.log]))}::text[]`;
  for (const [name, { table, by }] of Object.entries(written)) {
    const rows = [...(writes[name as keyof Written] as Iterable<object>)];
    if (rows.length > 0) parts.push(tables[table][by](param(`[${rows.map(tables[table].encode).join(',')}]`)));
  }
  if (writes.activities.length > 0) parts.push(tables.activity.insert(param(`[${writes.activities.join(',')}]`)));
  if (writes.idempotencyKeys.length > 0) {
    const keys = writes.idempotencyKeys;
    const columns = [keys.map(({ id }) => id), keys.map(({ activityId }) => activityId), keys.map(({ bodyHash }) => bodyHash ?? 'null')];
    const lists = columns.map((column) => `${param(arrayOf(column))}::uuid[]`);
    parts.push(`insert into idempotency_key (organisation_id, id, activity_id, body_hash)
      select ${organisation}, key.* from unnest(${lists.join(', ')}) as key`);
  }
  const { recordedAt, kinds, refs, leafHashes } = writes.log;
  if (kinds.length > 0) {
    const lines = `unnest(${param(arrayOf(kinds))}::text[], ${param(arrayOf(refs))}::uuid[]) with ordinality as line(kind, ref, place)`;
    const first = `(${head} - ${param(kinds.length)}::bigint)`;
    const leafHash = `substring(${param(leafHashes)}::bytea from (line.place::integer - 1) * ${leafHashBytes} + 1 for ${leafHashBytes})`;
    parts.push(`insert into log_entry (organisation_id, seq, kind, ref, recorded_at, leaf_hash)
      select ${organisation}, ${first} + line.place, line.kind, line.ref, ${param(formatInstant(recordedAt))}::timestamptz, ${leafHash} from ${lines}`);
  }
  parts.push(`update log_head set seq = ${head} where organisation_id = ${organisation}`);
  const all = parts.map((part, place) => `part_${place} as (${part})`).join(',\n');
  tx.send(`with ${all}\nselect pg_notify(channel, '') from unnest(${woken}) as channel`, params);
}

/** An array of ids and of words of our own, which need no quotes, as PostgreSQL reads one: the driver would look at each for some. */
const arrayOf = (items: readonly string[]) => `{${items.join(',')}}`;
