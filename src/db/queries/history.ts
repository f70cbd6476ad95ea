import type { Micros } from '../../domain/time.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { between } from './load-state.ts';

/** What was recorded, for those who go through it again. */

export type Recorded = { id: string; seq: number; at: Micros };

/** The newest `max` activities of an organisation that happened from `from` to `to`, both included, in the order of the log. */
export async function recordedBetween(
  em: Runner,
  organisationId: string,
  { from, to }: { from: Micros; to: Micros },
  max: number,
): Promise<Recorded[]> {
  const found = await statement<{ id: string; seq: string; occurred_at: string }>(
    em,
    `select id, seq, occurred_at from activity where organisation_id = $1 and occurred_at >= $2 and occurred_at <= $3
      order by occurred_at desc, id desc limit ${max}`,
    [organisationId, formatInstant(from), formatInstant(to)],
  );
  return found.map(({ id, seq, occurred_at }) => ({ id, seq: Number(seq), at: parseInstant(occurred_at)! })).sort((a, b) => a.seq - b.seq);
}

/** When the newest activity of each user before `before` happened; users without any are absent. */
export async function newestBefore(em: Runner, userIds: readonly string[], before: Micros): Promise<Map<string, Micros>> {
  if (userIds.length === 0) return new Map();
  const found = await statement<{ key: string; newest: string }>(
    em,
    `select key.key::text as key, a.occurred_at as newest from unnest($1::uuid[]) as key(key) cross join lateral (
      select occurred_at from activity
      where ${between('user_id, occurred_at', 'key.key', `timestamptz '-infinity'`, '$2::timestamptz')} limit 1) a`,
    [userIds, formatInstant(before - 1)],
  );
  return new Map(found.map(({ key, newest }) => [key, parseInstant(newest)!]));
}
