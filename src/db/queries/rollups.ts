import type { Micros } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/**
 * What a batch adds to the summaries of its organisation. Times are of the wall clock there; `utcOffset`, in seconds,
 * tells the two hours apart that it shows when it goes back, and is 0 but for hours.
 */
export type Rollups = { counts: Iterable<Count>; presences: readonly Presence[]; pages: Iterable<PageViews> };
export type Span = 'hour' | 'day' | 'week' | 'month';
type Stretch = { span: Span; start: WallClock; utcOffset: number };
/** Microseconds that a clock on the wall shows, as if it hung in UTC. */
export type WallClock = Micros;
export type Count = Stretch & { what: string; count: number };
/** Somebody or something that may not have been seen in that stretch before: an id, or a source address. */
export type Presence = Stretch & { what: 'users' | 'addresses' | 'sessions'; key: string };
export type PageViews = { day: WallClock; page: string; views: number };

const columns = 'span text, start timestamp, utc_offset integer, what text';
const hash = (text: string) => `encode(substr(sha256(convert_to(${text}, 'UTF8')), 1, 16), 'hex')::uuid`;

/** Who was not there before counts once: only what `do nothing` has let in is returned. Only under the lock of the log head. */
const sql = `
  with given as (select * from jsonb_to_recordset($2::jsonb) as g(${columns}, count bigint)),
  arrived as (
    insert into summary_presence (organisation_id, span, start, utc_offset, what, key)
    select $1::uuid, span, start, utc_offset, what, case what when 'addresses' then ${hash('key')} else key::uuid end
    from jsonb_to_recordset($3::jsonb) as p(${columns}, key text)
    on conflict do nothing returning span, start, utc_offset, what
  ), viewed as (
    insert into summary_page (organisation_id, day, page_hash, page, views)
    select $1::uuid, day, ${hash('page')}, page, views from jsonb_to_recordset($4::jsonb) as v(day date, page text, views bigint)
    on conflict (organisation_id, day, page_hash) do update set views = summary_page.views + excluded.views
  )
  insert into summary_count (organisation_id, span, start, utc_offset, what, count)
  select $1::uuid, span, start, utc_offset, what, sum(count)
  from (select * from given union all select span, start, utc_offset, what, 1 from arrived) as added group by 2, 3, 4, 5
  on conflict (organisation_id, span, start, what, utc_offset) do update set count = summary_count.count + excluded.count`;

/** The one statement that writes them, with its parameters. */
export function writeRollups(organisationId: string, { counts, presences, pages }: Rollups): [sql: string, params: unknown[]] {
  const spelled = ({ span, start, utcOffset, what }: Stretch & { what: string }) => ({
    span,
    start: formatInstant(start).slice(0, 19),
    utc_offset: utcOffset,
    what,
  });
  const params = [
    organisationId,
    JSON.stringify([...counts].map((row) => ({ ...spelled(row), count: row.count }))),
    JSON.stringify(presences.map((row) => ({ ...spelled(row), key: row.key }))),
    JSON.stringify([...pages].map((row) => ({ ...row, day: formatInstant(row.day).slice(0, 10) }))),
  ];
  return [sql, params];
}

/** How many seconds the clocks of a time zone are ahead of UTC at each instant, as PostgreSQL knows it. */
export async function utcOffsets(em: Runner, timeZone: string, instants: readonly Micros[]): Promise<number[]> {
  const rows = await statement<{ seconds: number }>(
    em,
    `select extract(epoch from (at at time zone $2) - (at at time zone 'UTC'))::integer as seconds
    from unnest($1::timestamptz[]) with ordinality as t(at, place) order by place`,
    [instants.map(formatInstant), timeZone],
  );
  return rows.map((row) => row.seconds);
}
