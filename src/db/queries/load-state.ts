import type { ActivityType, Outcome } from '../../domain/activity.ts';
import { charactersMax, namesNoAccount } from '../../domain/activity.ts';
import { clientOf } from '../../domain/device.ts';
import type { Place } from '../../domain/place.ts';
import type { SecretUse } from '../../domain/secret-use.ts';
import { notedSecrets } from '../../domain/secret-use.ts';
import type { Trace } from '../../domain/trace.ts';
import type { Micros } from '../../domain/time.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** What the recorder's windows are rebuilt from: the activity table, by event time. */

type Found = {
  key: string;
  id: string;
  occurred_at: string;
  type: ActivityType;
  outcome: Outcome;
  user: string;
  session: string | null;
  source_ip: string | null;
  place: Place | null;
  text: string | null;
  becomes: string | null;
  method: string | null;
  amount: string | null;
  secrets_used: readonly SecretUse[] | null;
  user_agent: string | null;
  reason: string | null;
  familiar: boolean;
};
export type PastActivity = Trace & { key: string };

/**
 * The rows of a key between two times, as comparisons of rows that only the index of that key answers, and in its order. Said
 * with `=`, the planner may walk the whole organisation by time instead: of a table that grows fast its figures are old.
 */
export function between(columns: string, key: string, from: string, to: string): string {
  return `(${columns}) >= (${key}, ${from}) and (${columns}) <= (${key}, ${to}) order by ${columns.replaceAll(/,|$/g, ' desc$&')}`;
}

type Keyed = 'user_id' | 'source_ip' | 'type';
const indexed = {
  user_id: { type: 'uuid', columns: 'user_id, occurred_at', key: 'key.key', types: '' },
  source_ip: {
    type: 'text',
    columns: 'organisation_id, source_ip, occurred_at',
    key: '$2, key.key',
    types: `type in ('AUTH_FAILURE', 'LOGIN', 'SSH_LOGIN') and`,
  },
  type: { type: 'text', columns: 'organisation_id, type, occurred_at', key: '$2, key.key', types: '' },
} as const satisfies Record<Keyed, object>;

/** Which activities are looked for: those of the types, or any that used secrets, that happened from `from` on. */
export type Look = { types: readonly ActivityType[] | 'ANY'; from: Micros };
export type Looking = { looks: readonly Look[]; to: Micros; itemsMax: number; charactersOfText: number };

/**
 * The activities of each key that were looked for: the newest `itemsMax` up to `to`, oldest first. `column` is what the key
 * names: the user's id, the source address, of which only sign-ins can be asked for, or the type.
 */
export async function pastActivities(
  em: Runner,
  organisationId: string,
  column: Keyed,
  keys: readonly string[],
  { looks, to, itemsMax, charactersOfText }: Looking,
): Promise<PastActivity[]> {
  if (keys.length === 0) return [];
  const { type, columns, key } = indexed[column];
  const from = Math.min(...looks.map((look) => look.from));
  const wanted = looks.map(({ types }, place) => `${typed(types)} and occurred_at >= $${place + 5}::timestamptz`);
  const found = await statement<Found>(
    em,
    `
    select key.key::text as key, a.id, a.occurred_at, a.type, a.outcome, a.source_ip, a.place, left(a.text, ${charactersOfText}) as text,
      left(coalesce(a.detail->>'newPath', a.detail->>'after'), ${charactersOfText}) as becomes,
      case when a.kind = 'web' then a.detail->>'method' end as method,
      coalesce(a.detail->>'sizeBytes', a.detail->>'statusCode') as amount, a.secrets_used,
      (select u.external_id from "user" u where u.id = a.user_id) as "user", a.user_agent, left(a.detail->>'reason', ${charactersMax.short}) as reason,
      a.familiar is true as familiar,
      (select s.external_id from session s where s.id = a.session_id) as session
    from unnest($1::${type}[]) as key(key)
    cross join lateral (
      select * from activity
      where organisation_id = $2 and (${wanted.join(' or ')})
        and ${between(columns, key, '$3::timestamptz', '$4::timestamptz')}, id desc limit ${itemsMax}
    ) a
    order by a.occurred_at, a.seq`,
    [keys, organisationId, formatInstant(from), formatInstant(to), ...looks.map((look) => formatInstant(look.from))],
  );
  return found.map((row) => ({
    key: row.key,
    id: row.id,
    at: parseInstant(row.occurred_at)!,
    type: row.type,
    user: row.user,
    session: row.session,
    outcome: row.outcome,
    address: row.source_ip,
    place: row.place,
    text: row.text,
    becomes: row.becomes,
    method: row.method,
    amount: row.amount === null ? null : Number(row.amount),
    secrets: notedSecrets(row.secrets_used),
    client: row.user_agent ? clientOf(row.user_agent) : null,
    familiar: row.familiar,
    noAccount: namesNoAccount(row.reason),
  }));
}

const typed = (types: Look['types']) =>
  types === 'ANY' ? 'secrets_used is not null' : `type in (${types.map((one) => `'${one}'`).join(', ')})`;

/** Which users, addresses and sessions the log entries after `afterSeq` up to `upToSeq` are about; nothing but `erased` where they tell that somebody was. */
export async function touchedSince(em: Runner, organisationId: string, afterSeq: number, upToSeq: number) {
  const span = [organisationId, afterSeq, upToSeq];
  const entries = 'select kind, ref from log_entry where organisation_id = $1 and seq > $2 and seq <= $3';
  const erasures = `${entries} and kind = 'USER_ERASED'`;
  // Each row is looked up by itself: of tables without figures the planner goes through all of them for each entry.
  const one = (columns: string, table: string) => `select ${columns} from ${table} where id = e.ref limit 1`;
  return statement<{ user: string | null; address: string | null; session: string | null; subject: string | null; erased: boolean | null }>(
    em,
    `
    with entry as materialized (${entries} and not exists (${erasures})),
    acted as materialized (
      select distinct a.* from entry e cross join lateral (${one('user_id, source_ip, session_id', 'activity')}) a where e.kind = 'ACTIVITY')
    select u.external_id as "user", a.source_ip as address, s.external_id as session, null as subject, null::boolean as erased
      from acted a cross join lateral (select external_id from "user" where id = a.user_id limit 1) u
      left join lateral (select external_id from session where id = a.session_id limit 1) s on true
    union select u.external_id, null, s.external_id, null, null -- whoever acted in it, the session is held with its owner
      from acted a cross join lateral (select user_id, external_id from session where id = a.session_id limit 1) s
      cross join lateral (select external_id from "user" where id = s.user_id limit 1) u where s.user_id <> a.user_id
    union select u.external_id, null, s.external_id, null, null
      from entry e cross join lateral (${one('user_id, external_id', 'session')}) s
      cross join lateral (select external_id from "user" where id = s.user_id limit 1) u where e.kind like 'SESSION%'
    union select u.external_id, null, null, null, null from entry e cross join lateral (${one('external_id', '"user"')}) u where e.kind = 'USER_UPDATED'
    union select null, null, null, null, true from (${erasures}) e
    union select null, null, null, n.subject, null from entry e cross join lateral (${one('subject', 'anomaly')}) n where e.kind like 'ANOMALY%'
    union select null, null, null, l.subject, null from entry e cross join lateral (${one('subject', 'alert')}) l where e.kind like 'ALERT%'`,
    span,
  );
}

/** Event time of the newest activity of each key; keys without any are absent. */
export async function newestActivity(
  em: Runner,
  organisationId: string,
  column: Keyed,
  keys: readonly string[],
): Promise<Map<string, Micros>> {
  if (keys.length === 0) return new Map();
  const { type, columns, key, types } = indexed[column];
  const found = await statement<{ key: string; newest: string }>(
    em,
    `
    select key.key::text as key, a.occurred_at as newest
    from unnest($1::${type}[]) as key(key)
    cross join lateral (
      select occurred_at from activity
      where organisation_id = $2 and ${types} ${between(columns, key, `timestamptz '-infinity'`, `timestamptz 'infinity'`)} limit 1
    ) a`,
    [keys, organisationId],
  );
  return new Map(found.map((row) => [row.key, parseInstant(row.newest)!]));
}

/** When the first recorded activity of the organisation happened; null before any. */
export async function firstActivity(em: Runner, organisationId: string): Promise<Micros | null> {
  const [row] = await statement<{ first: string | null }>(em, 'select min(first_seen_at) as first from "user" where organisation_id = $1', [
    organisationId,
  ]);
  return row?.first ? parseInstant(row.first) : null;
}

/** What teams and the organisation know of these facts; those that nobody knows are absent. */
export async function sharedFacts(em: Runner, organisationId: string, scopes: readonly string[], facts: readonly string[]) {
  const found = await statement<{ scope: string; fact: string; first_at: string; users: number }>(
    em,
    `select s.scope, s.fact, s.first_at, s.users from unnest($2::text[], $3::text[]) as wanted(scope, fact)
      join shared_fact s on s.organisation_id = $1 and s.scope = wanted.scope and s.fact = wanted.fact and s.users > 0`,
    [organisationId, scopes, facts],
  );
  return found.map(({ scope, fact, first_at, users }) => ({ scope, fact, known: { firstAt: parseInstant(first_at)!, users } }));
}
