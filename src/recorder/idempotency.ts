import { hash } from 'node:crypto';
import { anomaliesOfActivities } from '../db/queries/related-anomalies.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { statusAt } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';
import type { ActivityDraft } from './draft.ts';
import type { TrackInput } from './intake.ts';
import type { Receipt } from './judge.ts';
import type { Loading } from './load.ts';

/** What an idempotency key does: the same activity again gets its receipt again, another one is refused. */

/** An activity was sent under the key of another, which was recorded at this time. */
export type KeyConflict = { conflictsWith: { activityId: string; recordedAt: Micros } };
export type Tracked = Receipt | KeyConflict;

/** What was recorded under a key. `bodyHash` is null where it was recorded before there was one. */
export type Known = { receipt: Receipt; bodyHash: string | null };

/** Half of a SHA-256 in hex, as PostgreSQL takes it for a uuid: nobody finds a second text for it, and an index holds twice as many. */
const uuidOf = (text: string): string => hash('sha256', text, 'hex').slice(0, 32);

/** As the database has it, which writes ids with hyphens. */
export const keyId = (organisationId: string, key: string): string =>
  uuidOf(organisationId + key).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

/**
 * What was sent besides the key, as far as it says anything: the order of fields does not count, nor does null where a field
 * could be left out, nor a default that is spelled out. Who does not know all of it gets no receipt by guessing a key.
 */
export function bodyHash({ idempotencyKey: _key, outcome, metadata, detail, ...envelope }: TrackInput): string {
  const kinds = Object.entries(detail).flatMap(([kind, fields]) => (fields == null ? [] : [[kind, given(fields)]]));
  return uuidOf(canonicalJson([given(envelope), outcome ?? 'SUCCESS', metadata ?? null, kinds]));
}

const given = (fields: object) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value != null));

/** The answer to an activity whose key is known. */
export function again({ receipt, bodyHash }: Known, draft: ActivityDraft): Tracked {
  if (bodyHash === null || bodyHash === draft.bodyHash) return { ...receipt, duplicate: true };
  return { conflictsWith: { activityId: receipt.activity.id, recordedAt: receipt.activity.recordedAt } };
}

/** Where the keys of these drafts lead, under their ids. */
export async function readKeys({ em, tables, replica }: Loading, drafts: readonly ActivityDraft[]) {
  const ids = drafts.flatMap(({ idempotencyKey }) => (idempotencyKey === null ? [] : keyId(replica.organisationId, idempotencyKey)));
  if (ids.length === 0) return [];
  return tables.idempotencyKey.select(em, 'where t.organisation_id = $1 and t.id = any($2)', [replica.organisationId, ids]);
}

/** The receipts of what was recorded under these keys, under the keys' ids. */
export async function receiptsOf(
  { em, tables, replica }: Loading,
  keys: Awaited<ReturnType<typeof readKeys>>,
  now: Micros,
): Promise<Map<string, Known>> {
  if (keys.length === 0) return new Map();
  const ids = keys.map(({ activityId }) => activityId);
  const [activities, anomalies] = await Promise.all([
    tables.activity.select(em, 'where t.id = any($1)', [ids]),
    anomaliesOfActivities(tables, em, replica.organisationId, ids),
  ]);
  const sessions = await tables.session.select(em, 'where t.id = any($1)', [activities.flatMap(({ sessionId }) => sessionId ?? [])]);
  const sessionOf = new Map(sessions.map((session) => [session.id, session]));
  const receipts = new Map<string, Receipt>(
    activities.map((activity) => {
      const session = sessionOf.get(activity.sessionId ?? '');
      const sessionStatus = session ? statusAt(session, now) : null;
      return [activity.id, { activity, duplicate: true, anomalies: anomalies.get(activity.id) ?? [], sessionStatus }];
    }),
  );
  return new Map(
    keys.flatMap(({ id, activityId, bodyHash }): [string, Known][] => {
      const receipt = receipts.get(activityId);
      return receipt ? [[id, { receipt, bodyHash: bodyHash?.replaceAll('-', '') ?? null }]] : [];
    }),
  );
}
