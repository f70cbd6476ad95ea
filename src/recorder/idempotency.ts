import { hash } from 'node:crypto';
import type { IdempotencyKeyRow } from '../db/entities/log-entry.ts';
import { anomaliesOfActivities } from '../db/queries/related-anomalies.ts';
import { canonicalJson } from '../domain/canonical-json.ts';
import { statusAt } from '../domain/session.ts';
import type { Micros } from '../domain/time.ts';
import type { DraftKey } from './draft.ts';
import type { IntakePolicy } from './intake-policies.ts';
import type { TrackInput } from './intake.ts';
import type { Receipt } from './judge.ts';
import type { Loading } from './load.ts';

/** What an idempotency key does: the same activity again gets its receipt again, another one is refused. */

/** An activity was sent under the key of another, which was recorded at this time. */
export type KeyConflict = { conflictsWith: { activityId: string; recordedAt: Micros } };
/** The settings have changed since it was checked: it is to be checked again by those of now. */
export type Outdated = { outdated: true };
/** What was recorded under its key is not kept any more: it is not recorded again by being sent again. */
export type Gone = { gone: true };
export type Tracked = Receipt | KeyConflict | Outdated | Gone;

/** What was recorded under a key, null where it is gone. `bodyHash` is null where it was recorded before there was one. */
export type Known = { receipt: Receipt | null; bodyHash: string | null };

const half = (hex: string): string => hex.slice(0, 32);
/** As it is in the database, where PostgreSQL has put hyphens into it. */
const plain = (uuid: string): string => uuid.replaceAll('-', '');

/** What a key stands for; null without one. */
export function draftKey(input: TrackInput, { organisationId, keyHash, hasPlainKeys }: IntakePolicy): DraftKey | null {
  if (input.idempotencyKey == null) return null;
  const body = bodyOf(input);
  const plainHash = (text: string) => half(hash('sha256', text, 'hex'));
  return {
    id: half(keyHash(input.idempotencyKey)),
    bodyHash: half(keyHash(body)),
    plain: hasPlainKeys ? { id: plainHash(organisationId + input.idempotencyKey), bodyHash: plainHash(body) } : null,
  };
}

/** Everything a key may be known by. */
export const idsOf = (key: DraftKey): string[] => (key.plain === null ? [key.id] : [key.id, key.plain.id]);

/**
 * What was sent besides the key, as far as it says anything: the order of fields does not count, nor does null where a field
 * could be left out, nor a default that is spelled out. Who does not know all of it gets no receipt by guessing a key.
 */
function bodyOf({ idempotencyKey: _key, outcome, metadata, location, detail, ...envelope }: TrackInput): string {
  const said: unknown[] = [];
  const say = (fields: Record<string, unknown>) => {
    for (const name of Object.keys(fields).sort()) if (fields[name] != null) said.push(name, fields[name]);
  };
  say(envelope);
  said.push('outcome', outcome ?? 'SUCCESS', 'detail');
  for (const [kind, fields] of Object.entries(detail)) {
    if (fields == null) continue;
    said.push(kind);
    say(fields);
  }
  if (location) {
    said.push('location');
    say(location);
  }
  return JSON.stringify(said) + canonicalJson(metadata ?? null);
}

/** The answer to an activity whose key is known. */
export function again({ receipt, bodyHash }: Known, { bodyHash: sent, plain: before }: DraftKey): Tracked {
  if (receipt === null) return { gone: true };
  if (bodyHash === null || bodyHash === sent || bodyHash === before?.bodyHash) return { ...receipt, duplicate: true };
  return { conflictsWith: { activityId: receipt.activity.id, recordedAt: receipt.activity.recordedAt } };
}

/** The receipts of what was recorded under these keys, under the keys' ids. */
export async function receiptsOf(
  { em, tables, replica }: Loading,
  keys: readonly IdempotencyKeyRow[],
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
    keys.map(({ id, activityId, bodyHash }): [string, Known] => [
      plain(id),
      { receipt: receipts.get(activityId) ?? null, bodyHash: bodyHash === null ? null : plain(bodyHash) },
    ]),
  );
}
