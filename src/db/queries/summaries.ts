import type { Micros } from '../../domain/time.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

export type SummaryPeriod = 'day' | 'week' | 'month';
export type SummaryRequest = {
  organisationId: string;
  timeZone: string;
  period: SummaryPeriod;
  from: Micros;
  to: Micros;
  /**
   * Whom to count: all of the organisation, from the counts that the recorder keeps, or one user or those whom the reader
   * sees (null), from the activities themselves.
   */
  of: 'ALL' | { userId: string | null };
};

export type SummaryRow = {
  from: Micros;
  to: Micros;
  activities: number;
  uniqueUsers: number;
  uniqueIps: number;
  sessions: number;
  averageSessionSeconds: number | null;
  peakHour: number | null;
  peakConcurrentUsers: number;
  byType: Record<string, number>;
  byRiskLevel: Record<'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL', number>;
};
export type TopPage = { page: string; views: number };

const topPagesMax = 10;

type Stored = {
  start: string;
  end: string;
  hour: number | null;
  crowd: string | null;
  /** Counts by what they count: `type:…`, `level:…`, `users`, `addresses`, `sessions`, `visits`, `visitMicros`. */
  figures: Record<string, number> | null;
};

/**
 * The periods, as wall clock (`local` to `until`) and as instants; the last is counted whole, though the request may end
 * within it. A rollup is joined by the wall clock, an activity by the instant that its period starts.
 */
const periods = `
  period as (
    select local, local + ('1 ' || $2)::interval as until, local at time zone $3 as start, (local + ('1 ' || $2)::interval) at time zone $3 as "end"
    from generate_series(date_trunc($2, $4::timestamptz at time zone $3), $5::timestamptz at time zone $3, ('1 ' || $2)::interval) as local
    where local at time zone $3 < $5::timestamptz
  )`;
const untilLast = '(select max(until) from period)';
const firstLocal = 'date_trunc($2, $4::timestamptz at time zone $3)';
const within = (column: string) => `${column} >= date_trunc($2, $4::timestamptz, $3) and ${column} < (select max("end") from period)`;
const bucket = (column: string) => `date_trunc($2, ${column} at time zone $3)`;

const fromRollups = `
  counted as (
    select date_trunc($2, start) as local, what, sum(count) as count from summary_count
    where organisation_id = $1 and span = 'day' and start >= ${firstLocal} and start < ${untilLast} and what not in ('users', 'addresses', 'sessions')
    group by 1, 2
    union all
    select start, what, count from summary_count
    where organisation_id = $1 and span = $2 and start >= ${firstLocal} and start < ${untilLast} and what in ('users', 'addresses', 'sessions')
  ), hourly as (
    select date_trunc($2, start) as local, extract(hour from start)::integer as hour,
      sum(count) filter (where what = 'activities') as activities, max(count) filter (where what = 'users') as crowd
    from summary_count where organisation_id = $1 and span = 'hour' and start >= ${firstLocal} and start < ${untilLast} group by 1, 2
  )`;

/** `a` is read once: all figures are counted from it. An hour in which the clock goes back is two. */
const fromActivities = `
  a as materialized (
    select ${bucket('a.occurred_at')} as local, a.occurred_at at time zone $3 as clock, date_trunc('hour', a.occurred_at, $3) as hour,
      a.type, a.user_id, a.source_ip, a.session_id,
      case when a.risk_score < 30 then 'LOW' when a.risk_score < 50 then 'MEDIUM' when a.risk_score < 70 then 'HIGH' else 'CRITICAL' end as level
    from activity a where a.organisation_id = $1 and ${within('a.occurred_at')} and ($6::uuid is null or a.user_id = $6)
  ), visit as (
    select ${bucket('started_at')} as local, count(*) as visits, sum(extract(epoch from last_activity_at - started_at) * 1000000) as micros from session
    where organisation_id = $1 and ${within('started_at')} and ($6::uuid is null or user_id = $6) group by 1
  ), counted as (
    select local, 'type:' || type as what, count(*) from a group by 1, 2
    union all select local, 'level:' || level, count(*) from a group by 1, 2
    union all select local, 'users', count(distinct user_id) from a group by 1
    union all select local, 'addresses', count(distinct source_ip) from a group by 1
    union all select local, 'sessions', count(distinct session_id) from a group by 1
    union all select local, 'visits', visits from visit
    union all select local, 'visitMicros', micros from visit
  ), hourly as (
    select local, extract(hour from clock)::integer as hour, sum(activities) as activities, max(users) as crowd
    from (select local, date_trunc('hour', clock) as clock, hour, count(*) as activities, count(distinct user_id) as users from a group by 1, 2, 3) h
    group by 1, 2
  )`;

/** Figures per calendar period of the organisation's time zone, latest first; empty periods included. */
export async function summarise(em: Runner, request: SummaryRequest): Promise<SummaryRow[]> {
  const rows = await statement<Stored>(
    em,
    `with ${periods}, ${request.of === 'ALL' ? fromRollups : fromActivities},
    peak as (select distinct on (local) local, hour from hourly order by local, activities desc, hour),
    crowd as (select local, max(crowd) as crowd from hourly group by 1),
    figure as (select local, jsonb_object_agg(what, count) as figures from counted group by 1)
    select period.start, period."end", figure.figures, peak.hour, crowd.crowd
    from period left join figure using (local) left join peak using (local) left join crowd using (local) order by local desc`,
    paramsOf(request),
  );
  return rows.map(readRow);
}

/** Each period is ranked by itself: one sort of all pages of all periods costs a quarter more. */
const pagesFromRollups = `
  with ${periods} select (
    select jsonb_agg(jsonb_build_object('page', page, 'views', views) order by views desc, page) from (
      select page, sum(views)::bigint as views from summary_page
      where organisation_id = $1 and day >= period.local::date and day < period.until::date
      group by page_hash, page order by 2 desc, 1 limit ${topPagesMax}) top
  ) as pages from period order by local desc`;

const pagesFromActivities = `
  with ${periods}, viewed as (
    select ${bucket('a.occurred_at')} as local, a.text as page, count(*) as views from activity a
    where a.organisation_id = $1 and ${within('a.occurred_at')} and ($6::uuid is null or a.user_id = $6)
      and a.type in ('PAGE_VIEW', 'BROWSER_NAVIGATE') and a.text is not null group by 1, 2
  ), ranked as (
    select *, row_number() over (partition by local order by views desc, page) as place from viewed
  ), top as (
    select local, jsonb_agg(jsonb_build_object('page', page, 'views', views) order by place) as pages
    from ranked where place <= ${topPagesMax} group by 1
  )
  select top.pages from period left join top using (local) order by local desc`;

/** The pages opened most in each period, latest period first: what costs most, so it is read only where it is asked for. */
export async function topPages(em: Runner, request: SummaryRequest): Promise<TopPage[][]> {
  const sql = request.of === 'ALL' ? pagesFromRollups : pagesFromActivities;
  const rows = await statement<{ pages: TopPage[] | null }>(em, sql, paramsOf(request));
  return rows.map(({ pages }) => pages ?? []);
}

/** All activities of an organisation: counted, where counting their rows takes the longer the more there are. */
export async function countActivities(em: Runner, organisationId: string): Promise<number> {
  const [row] = await statement<{ count: string }>(
    em,
    `select coalesce(sum(count), 0) as count from summary_count where organisation_id = $1 and span = 'day' and what like 'level:%'`,
    [organisationId],
  );
  return Number(row!.count);
}

function paramsOf({ organisationId, period, timeZone, from, to, of }: SummaryRequest): unknown[] {
  const params = [organisationId, period, timeZone, formatInstant(from), formatInstant(to)];
  return of === 'ALL' ? params : [...params, of.userId];
}

function readRow({ start, end, figures, hour, crowd }: Stored): SummaryRow {
  const figure = (what: string) => figures?.[what] ?? 0;
  const byRiskLevel = {
    LOW: figure('level:LOW'),
    MEDIUM: figure('level:MEDIUM'),
    HIGH: figure('level:HIGH'),
    CRITICAL: figure('level:CRITICAL'),
  };
  const types = Object.entries(figures ?? {}).filter(([what]) => what.startsWith('type:'));
  return {
    from: parseInstant(start)!,
    to: parseInstant(end)!,
    activities: Object.values(byRiskLevel).reduce((sum, count) => sum + count, 0),
    uniqueUsers: figure('users'),
    uniqueIps: figure('addresses'),
    sessions: figure('sessions'),
    averageSessionSeconds: figure('visits') === 0 ? null : figure('visitMicros') / figure('visits') / 1_000_000,
    peakHour: hour,
    peakConcurrentUsers: Number(crowd ?? 0),
    byType: Object.fromEntries(types.map(([what, count]) => [what.slice('type:'.length), count])),
    byRiskLevel,
  };
}
