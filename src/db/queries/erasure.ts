import type { Erased, ErasedThing } from '../../domain/erasure.ts';
import type { Micros } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Tables } from '../database.ts';
import type { ActivityRow } from '../entities/activity.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { between } from './load-state.ts';

/** What the owner's functions erase for the recorder, which deletes nothing itself (migrations/Migration20261126000004_erasure.ts). */

/** Who is erased: the words they are known by, the external id first, and what is said instead. */
export type Erasing = { organisationId: string; userId: string; names: readonly string[]; instead: string; at: Micros };

const inOthersSession = 'exists (select from session s where s.id = t.session_id and s.user_id <> t.user_id)';

/** The newest activities of the user, at most `max`; `IN_SESSIONS_OF_OTHERS` are those that changed rows of others. */
export async function activitiesToErase(
  em: Runner,
  tables: Tables,
  { userId }: Erasing,
  which: 'IN_SESSIONS_OF_OTHERS' | 'OTHER',
  max: number,
): Promise<ActivityRow[]> {
  const isWanted = which === 'OTHER' ? `not ${inOthersSession}` : inOthersSession;
  const ofUser = between('user_id, occurred_at', '$1', `timestamptz '-infinity'`, `timestamptz 'infinity'`);
  return tables.activity.select(em, `where ${isWanted} and ${ofUser} limit ${max}`, [userId]);
}

/** Who still signs in as somebody of this name: people, and keys that are not revoked. */
export async function accountsNamed(em: Runner, organisationId: string, name: string): Promise<{ people: number; apiKeys: number }> {
  const [found] = await statement<{ people: number; keys: number }>(
    em,
    `select (select count(*)::int from person where organisation_id = $1 and claimed->>'user' = $2) as people,
      (select count(*)::int from api_key where organisation_id = $1 and user_external_id = $2 and revoked_at is null) as keys`,
    [organisationId, name],
  );
  return { people: found!.people, apiKeys: found!.keys };
}

type Counted = Partial<Record<ErasedThing, number>>;
const counted = async (em: Runner, sql: string, params: unknown[]): Promise<Counted> =>
  (await statement<{ counted: Counted }>(em, `select ${sql} as counted`, params))[0]!.counted;

/** `facts` are all that the activities taught: what only one user of the organisation is known for goes with them.
 * `addresses` are those at which nobody is left. */
export async function eraseActivities(em: Runner, { organisationId, userId }: Erasing, ids: readonly string[], facts: readonly string[]) {
  const [found] = await statement<{ erased: { counted: Counted; addresses: string[] } }>(
    em,
    'select erase_activities($1, $2, $3::uuid[], $4::text[]) as erased',
    [organisationId, userId, ids, facts],
  );
  return found!.erased;
}

/** What is about the user. Once all activities are gone. `known` are the facts that the user shares in these scopes. */
export const eraseAbout = (
  em: Runner,
  { organisationId, userId, names, instead, at }: Erasing,
  known: readonly string[],
  scopes: readonly string[],
) =>
  counted(em, 'erase_about($1, $2, $3::text[], $4, $5::timestamptz, $6::text[], $7::text[])', [
    organisationId,
    userId,
    names,
    instead,
    formatInstant(at),
    known,
    scopes,
  ]);

/** The names in what is about others; `visits` are the sessions of others that the user acted in. */
export const eraseNames = (em: Runner, { organisationId, names, instead, at }: Erasing, visits: readonly string[]) =>
  counted(em, 'erase_names($1, $2::text[], $3, $4::timestamptz, $5::uuid[])', [organisationId, names, instead, formatInstant(at), visits]);

/** Where the next stretch of the audit log after `afterSeq` ends, of so many entries; null where there are fewer. */
export async function auditStretch(em: Runner, organisationId: string, afterSeq: number, entries: number): Promise<number | null> {
  const [end] = await statement<{ seq: string }>(
    em,
    `select seq from audit_entry where organisation_id = $1 and seq > $2 order by seq offset ${entries - 1} limit 1`,
    [organisationId, afterSeq],
  );
  return end ? Number(end.seq) : null;
}

/** The names in a stretch of the audit log, and what was set of the user. */
export async function eraseAudit(
  em: Runner,
  { organisationId, userId, names, instead, at }: Erasing,
  afterSeq: number,
  upToSeq: number,
): Promise<Pick<Erased, 'auditEntries'>> {
  const [found] = await statement<{ entries: number }>(
    em,
    'select erase_audit($1, $2, $3::text[], $4, $5::timestamptz, $6::bigint, $7::bigint) as entries',
    [organisationId, userId, names, instead, formatInstant(at), afterSeq, upToSeq],
  );
  return { auditEntries: found!.entries };
}
