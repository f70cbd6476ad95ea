import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** A word of a text that names users. `sure`: it is the external id of one, or names no other. */
export type Named = { word: string; externalId: string; sure: boolean };

/**
 * Which of these texts name users: by external id exactly, by that id without its domain or by display name in any case. One
 * entry for each text that does; `externalId` is that of any of them where they are several.
 */
export async function namesIn(runner: Runner, organisationId: string, texts: readonly string[]): Promise<Named[]> {
  const found = await statement<{ word: string; exact: string | null; others: string[] }>(
    runner,
    `select word, min(external_id) filter (where by = 'id') as exact, array_agg(distinct external_id) as others from (
      select w.word, u.external_id, 'id' as by from unnest($2::text[]) w(word)
        join "user" u on u.organisation_id = $1 and u.external_id = w.word
      union all select w.word, u.external_id, 'alias' from unnest($2::text[]) w(word)
        join "user" u on u.organisation_id = $1 and u.alias = lower(w.word)
      union all select w.word, u.external_id, 'spoken' from unnest($2::text[]) w(word)
        join "user" u on u.organisation_id = $1 and u.spoken = lower(w.word)) named
    group by word`,
    [organisationId, texts],
  );
  return found.map(({ word, exact, others }) => ({
    word,
    externalId: exact ?? others[0]!,
    sure: exact !== null || others.length === 1,
  }));
}

/** External ids of users after this one, in order. */
export async function externalIdsAfter(runner: Runner, organisationId: string, after: string, max: number): Promise<string[]> {
  const found = await statement<{ external_id: string }>(
    runner,
    'select external_id from "user" where organisation_id = $1 and external_id > $2 order by external_id limit $3',
    [organisationId, after, max],
  );
  return found.map((row) => row.external_id);
}
