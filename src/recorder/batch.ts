import { hash } from 'node:crypto';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertAnomalyRow, AlertHistoryRow, AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow, EvidenceRow } from '../db/entities/anomaly.ts';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { AuditEntryRow } from '../db/entities/audit-entry.ts';
import type { CommandHabitsRow, CommonProgramsRow } from '../db/entities/command-habits.ts';
import type { IdempotencyKeyRow } from '../db/entities/log-entry.ts';
import type { KnownSecretRow } from '../db/entities/known-secret.ts';
import type { PersonRow } from '../db/entities/person.ts';
import type { SecretUsageRow } from '../db/entities/secret-usage.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { OrganisationSettingsRow } from '../db/entities/organisation-settings.ts';
import type { SharedFactRow } from '../db/entities/shared-fact.ts';
import type { UserRow } from '../db/entities/user.ts';
import type { LogLines } from '../db/queries/write-batch.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
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
  | { kind: Extract<LogKind, `SECRET_${string}`>; knownSecret: KnownSecretRow }
  | { kind: 'PERSON_CHANGED'; person: PersonRow }
  | { kind: 'SETTINGS_CHANGED'; settingsRow: OrganisationSettingsRow }
  | { kind: 'USER_UPDATED' | 'USER_ERASED'; userRow: UserRow }
  | { kind: 'AUDIT'; auditEntry: AuditEntryRow }
);

/** Whether what a key or a person may, or whose names they are shown, is another from this line of the log on. */
export const changesAccess = ({ kind }: LogItem): boolean =>
  kind.startsWith('API_KEY_') || kind === 'PERSON_CHANGED' || kind === 'SETTINGS_CHANGED';

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
  /** The sessions that activities belong to, with their stretch before the batch; null where it began with it. */
  visits: Map<SessionRow, Pick<SessionRow, 'startedAt' | 'lastActivityAt'> | null>;
  anomalies: Set<AnomalyRow>;
  alerts: Set<AlertRow>;
  apiKeys: Set<ApiKeyRow>;
  people: Set<PersonRow>;
  settings: Set<OrganisationSettingsRow>;
  /** By scope and fact. */
  sharedFacts: Map<string, SharedFactRow>;
  /** By user. */
  commandHabits: Map<string, CommandHabitsRow>;
  /** One at most, under the organisation's id. */
  commonPrograms: Map<string, CommonProgramsRow>;
  auditEntries: AuditEntryRow[];
  secretUsages: SecretUsageRow[];
  knownSecrets: Set<KnownSecretRow>;
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
    visits: new Map(),
    anomalies: new Set(),
    alerts: new Set(),
    apiKeys: new Set(),
    people: new Set(),
    settings: new Set(),
    sharedFacts: new Map(),
    commandHabits: new Map(),
    commonPrograms: new Map(),
    auditEntries: [],
    secretUsages: [],
    knownSecrets: new Set(),
  };
}

/** Adds a line to the log and returns its place. */
export function append(batch: Batch, content: ItemContent): number {
  batch.seq += 1;
  batch.items.push({ ...content, seq: batch.seq, recordedAt: batch.now } as LogItem);
  return batch.seq;
}

/**
 * The lines of the batch: the leaf hash is the SHA-256 of 0x00 and the entry in canonical JSON, as in RFC 6962. Its `content`
 * is the row under the names of its entity, instants as microseconds. An activity's row never changes, so its hash can be
 * computed again from what is stored; that of others tells what the row was then. `activities` are the rows of the batch as
 * they are written: what is hashed is what is stored.
 */
export function logLines(batch: Batch, activities: readonly string[]): LogLines {
  const { organisationId, items, now } = batch;
  const recordedAt = formatInstant(now);
  const refs: string[] = [];
  let leafHashes = '';
  let given = 0;
  for (const item of items) {
    const row = contentOf(item);
    const content = item.kind === 'ACTIVITY' ? activities[given++] : canonicalJson(row);
    const place = `"ref":"${row.id}","seq":${item.seq}`;
    const leaf = `\0{"content":${content},"kind":"${item.kind}","organisationId":"${organisationId}","recordedAt":"${recordedAt}",${place}}`;
    leafHashes += hash('sha256', leaf, 'hex');
    refs.push(row.id);
  }
  return { recordedAt: now, kinds: items.map(({ kind }) => kind), refs, leafHashes: Buffer.from(leafHashes, 'hex') };
}

function contentOf(item: LogItem): { id: string } {
  if ('activity' in item) return item.activity;
  if ('anomaly' in item) return item.anomaly;
  if ('alert' in item) return item.alert;
  if ('sessionRow' in item) return item.sessionRow;
  if ('apiKey' in item) return item.apiKey;
  if ('knownSecret' in item) return item.knownSecret;
  if ('person' in item) return item.person;
  if ('settingsRow' in item) return item.settingsRow;
  return 'userRow' in item ? item.userRow : item.auditEntry;
}
