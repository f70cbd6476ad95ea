import { createHash } from 'node:crypto';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertAnomalyRow, AlertHistoryRow, AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow, EvidenceRow } from '../db/entities/anomaly.ts';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { AuditEntryRow } from '../db/entities/audit-entry.ts';
import type { IdempotencyKeyRow, LogEntryRow } from '../db/entities/log-entry.ts';
import type { PersonRow } from '../db/entities/person.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { UserRow } from '../db/entities/user.ts';
import type { NewId } from '../domain/ids.ts';
import type { LogKind } from '../domain/log.ts';
import type { Micros } from '../domain/time.ts';
import { formatInstant } from '../domain/time.ts';

/** What one line of the log is about, as subscribers get it. `user` and `session` are external ids, for filters. */
export type LogItem = { seq: number; recordedAt: Micros; user: string | null; session: string | null } & (
  | { kind: 'ACTIVITY'; activity: ActivityRow; visit: Visit | null }
  | { kind: Extract<LogKind, `ANOMALY_${string}`>; anomaly: AnomalyRow }
  | { kind: Extract<LogKind, `ALERT_${string}`>; alert: AlertRow }
  | { kind: Extract<LogKind, `SESSION_${string}`>; sessionRow: SessionRow }
  | { kind: Extract<LogKind, `API_KEY_${string}`>; apiKey: ApiKeyRow }
  | { kind: 'PERSON_CHANGED'; person: PersonRow }
  | { kind: 'USER_UPDATED'; userRow: UserRow }
  | { kind: 'AUDIT'; auditEntry: AuditEntryRow }
);

/** Whether what a key or a person may is another from this line of the log on. */
export const changesAccess = ({ kind }: LogItem): boolean => kind.startsWith('API_KEY_') || kind === 'PERSON_CHANGED';

/** The session an activity happened in, as it was then, and the external id of whose it is: not always who acted. */
export type Visit = { session: SessionRow; owner: string | null };

type ItemContent<T = LogItem> = T extends LogItem ? Omit<T, 'seq' | 'recordedAt'> : never;

/** One transaction in the making: where the log stands, what is to be written, what subscribers will see. */
export type Batch = {
  organisationId: string;
  now: Micros;
  newId: NewId;
  seq: number;
  items: LogItem[];
  activities: ActivityRow[];
  idempotencyKeys: IdempotencyKeyRow[];
  evidence: EvidenceRow[];
  alertAnomalies: AlertAnomalyRow[];
  alertHistory: AlertHistoryRow[];
  users: Set<UserRow>;
  sessions: Set<SessionRow>;
  anomalies: Set<AnomalyRow>;
  alerts: Set<AlertRow>;
  apiKeys: Set<ApiKeyRow>;
  people: Set<PersonRow>;
  auditEntries: AuditEntryRow[];
};

export function openBatch(organisationId: string, headSeq: number, now: Micros, newId: NewId): Batch {
  return {
    organisationId,
    now,
    newId,
    seq: headSeq,
    items: [],
    activities: [],
    idempotencyKeys: [],
    evidence: [],
    alertAnomalies: [],
    alertHistory: [],
    users: new Set(),
    sessions: new Set(),
    anomalies: new Set(),
    alerts: new Set(),
    apiKeys: new Set(),
    people: new Set(),
    auditEntries: [],
  };
}

/** Adds a line to the log and returns its place. */
export function append(batch: Batch, content: ItemContent): number {
  batch.seq += 1;
  batch.items.push({ ...content, seq: batch.seq, recordedAt: batch.now } as LogItem);
  return batch.seq;
}

/**
 * The log entries of the batch: `leafHash` is the SHA-256 of 0x00 and the entry in canonical JSON, as in RFC 6962. Its
 * `content` is the row under the names of its entity, instants as microseconds. An activity's row never changes, so its
 * hash can be computed again from what is stored; that of others tells what the row was then.
 */
export function logEntries(batch: Batch): LogEntryRow[] {
  return batch.items.map((item) => {
    const content = contentOf(item);
    const entry = { organisationId: batch.organisationId, seq: item.seq, kind: item.kind, ref: content.id, recordedAt: item.recordedAt };
    const leaf = canonicalJson({ ...entry, recordedAt: formatInstant(item.recordedAt), content });
    return { ...entry, leafHash: createHash('sha256').update('\0').update(leaf).digest('hex') };
  });
}

function contentOf(item: LogItem): { id: string } {
  if ('activity' in item) return item.activity;
  if ('anomaly' in item) return item.anomaly;
  if ('alert' in item) return item.alert;
  if ('sessionRow' in item) return item.sessionRow;
  if ('apiKey' in item) return item.apiKey;
  if ('person' in item) return item.person;
  return 'userRow' in item ? item.userRow : item.auditEntry;
}

/**
 * JSON with the keys of every object in code-unit order, so that equal content has equal bytes. Written by hand because
 * JavaScript's own objects put keys such as "10" first and in the order of their numbers.
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
