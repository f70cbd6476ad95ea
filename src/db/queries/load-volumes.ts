import { transferTypes } from '../../domain/activity.ts';
import type { Micros } from '../../domain/time.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { between } from './load-state.ts';

/** What a user did within five minutes. */
export type DaySlot = { first: Micros; last: Micros; activities: number; transfers: number; bytes: number };

/** Most activities of a user that are counted again: a day with more is told apart from quiet ones all the same. */
const activitiesMax = 20_000;

type Found = { key: string; first: string; last: string; activities: string; transfers: string; bytes: string };

/** The activities of the two days up to each user's newest one, counted. */
export async function daySlots(em: Runner, organisationId: string, userIds: readonly string[]): Promise<Map<string, DaySlot[]>> {
  const found = await statement<Found>(
    em,
    `
    select key.key::text as key, s.* from unnest($1::uuid[]) as key(key)
    cross join lateral (
      select occurred_at as at from activity
      where organisation_id = $2 and ${between('user_id, occurred_at', 'key.key', `timestamptz '-infinity'`, `timestamptz 'infinity'`)} limit 1
    ) newest
    cross join lateral (
      select min(occurred_at) as first, max(occurred_at) as last, count(*) as activities, count(*) filter (where transfer) as transfers,
        coalesce(sum((detail->>'sizeBytes')::double precision) filter (where transfer), 0) as bytes
      from (
        select occurred_at, detail, type in (${transferTypes.map((type) => `'${type}'`).join(', ')}) as transfer from activity
        where organisation_id = $2 and ${between('user_id, occurred_at', 'key.key', `newest.at - interval '2 days'`, 'newest.at')}
        limit ${activitiesMax}
      ) a
      group by date_bin('5 minutes', occurred_at, timestamptz 'epoch')
    ) s`,
    [userIds, organisationId],
  );
  const byUser = Map.groupBy(found, ({ key }) => key);
  return new Map([...byUser].map(([key, rows]) => [key, rows.map(slotOf)]));
}

const slotOf = ({ first, last, activities, transfers, bytes }: Found): DaySlot => ({
  first: parseInstant(first)!,
  last: parseInstant(last)!,
  activities: Number(activities),
  transfers: Number(transfers),
  bytes: Number(bytes),
});
