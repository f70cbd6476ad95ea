import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** A word of a text that names users. `sure`: it is the external id of one, or names no other. */
export type Named = { word: string; externalId: string; sure: boolean };

/** The columns by which a text names a user, and how it has to be spelled. */
const namedBy = { external_id: 'word', alias: 'lowered', spoken: 'lowered' };
/** Most users of one name that are looked at: more than one is as good as many. */
const namesakesMax = 2;
const lookUp = (column: string, word: string) =>
  `select w.word, found.external_id, '${column}' as by from w cross join lateral
    (select u.external_id from "user" u where u.organisation_id = $1 and u.${column} = w.${word} limit ${namesakesMax}) found`;

/**
 * Which of these texts name users: by external id exactly, by that id without its domain or by display name in any case. One
 * entry for each text that does; `externalId` is that of any of them where they are several.
 */
export async function namesIn(runner: Runner, organisationId: string, texts: readonly string[]): Promise<Named[]> {
  const found = await statement<{ word: string; exact: string | null; others: string[] }>(
    runner,
    // Looked up one by one, each in an index, however many there are: joined, all users would be read. And compared with columns
    // only, since behind row-level security nothing is looked up by what a function gives.
    `with w as materialized (select word, lower(word) as lowered from unnest($2::text[]) given(word)),
    named as (${Object.entries(namedBy)
      .map(([column, word]) => lookUp(column, word))
      .join(' union all ')})
    select word, min(external_id) filter (where by = 'external_id') as exact, array_agg(distinct external_id) as others
    from named group by word`,
    [organisationId, texts],
  );
  return found.map(({ word, exact, others }) => ({
    word,
    externalId: exact ?? others[0]!,
    sure: exact !== null || others.length === 1,
  }));
}

/** A user's place among those of an organisation, by when they were first seen. */
export type UserPlace = { firstSeenAt: string; id: string };

/** External ids of users behind a place, in order, and the place of the last one; null: there are no more. */
export async function externalIdsAfter(runner: Runner, organisationId: string, after: UserPlace | null, max: number) {
  const found = await statement<{ external_id: string; first_seen_at: string; id: string }>(
    runner,
    `select external_id, first_seen_at::text, id from "user" where organisation_id = $1
      and ($2::uuid is null or (first_seen_at, id) > ($3::timestamptz, $2::uuid)) order by first_seen_at, id limit $4`,
    [organisationId, after?.id ?? null, after?.firstSeenAt ?? null, max],
  );
  const last = found.at(-1);
  const next: UserPlace | null = last && found.length === max ? { firstSeenAt: last.first_seen_at, id: last.id } : null;
  return { externalIds: found.map((row) => row.external_id), next };
}
