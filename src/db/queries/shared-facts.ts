import type { FactScope, SharedKind } from '../../domain/baseline.ts';
import type { Micros } from '../../domain/time.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

type Request = { organisationId: string; scope: FactScope; kind: SharedKind; after: string; items: number };

/** What a team or the organisation knows of a kind, by value, from behind `after` on: along the primary key. */
export async function sharedFactsPage(
  em: Runner,
  { organisationId, scope, kind, after, items }: Request,
): Promise<{ value: string; firstAt: Micros; users: number }[]> {
  const found = await statement<{ fact: string; first_at: string; users: number }>(
    em,
    `select fact, first_at, users from shared_fact
      where organisation_id = $1 and scope = $2 and starts_with(fact, $3) and fact > $4 order by fact limit $5`,
    [organisationId, scope, `${kind}:`, `${kind}:${after}`, items],
  );
  return found.map(({ fact, first_at, users }) => ({ value: fact.slice(kind.length + 1), firstAt: parseInstant(first_at)!, users }));
}
