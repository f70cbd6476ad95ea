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
  userId: string | null;
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
  topPages: { page: string; views: number }[];
};

const topPagesMax = 10;

/** Counts per calendar period of the organisation's time zone, straight from the activities; empty periods included. */
export async function summarise(em: Runner, request: SummaryRequest): Promise<SummaryRow[]> {
  const { organisationId, timeZone, period, from, to, userId } = request;
  const params = [organisationId, period, timeZone, formatInstant(from), formatInstant(to), userId];
  const bucket = (column: string) => `date_trunc($2, ${column}, $3)`;
  const end = '(select max("end") from period)'; // the last period is counted whole, though `to` may lie within it
  const scope = `from activity a where a.organisation_id = $1 and a.occurred_at >= ${bucket('$4::timestamptz')} and a.occurred_at < ${end} and ($6::uuid is null or a.user_id = $6)`;
  const rows = await statement<
    Record<string, string | null> & { by_type: Record<string, number> | null; top_pages: { page: string; views: number }[] | null }
  >(
    em,
    `
    with period as (
      select local at time zone $3 as start, (local + ('1 ' || $2)::interval) at time zone $3 as "end"
      from generate_series(date_trunc($2, $4::timestamptz at time zone $3), $5::timestamptz at time zone $3, ('1 ' || $2)::interval) as local
      where local at time zone $3 < $5::timestamptz
    ), total as (
      select ${bucket('a.occurred_at')} as start, count(*) as activities, count(distinct user_id) as users, count(distinct source_ip) as ips,
        count(distinct session_id) as sessions, count(*) filter (where risk_score < 30) as low, count(*) filter (where risk_score >= 30 and risk_score < 50) as medium,
        count(*) filter (where risk_score >= 50 and risk_score < 70) as high, count(*) filter (where risk_score >= 70) as critical
      ${scope} group by 1
    ), typed as (
      select start, jsonb_object_agg(type, count) as by_type from (select ${bucket('a.occurred_at')} as start, a.type, count(*) ${scope} group by 1, 2) t group by 1
    ), hourly as (
      select ${bucket('a.occurred_at')} as start, extract(hour from a.occurred_at at time zone $3)::int as hour, count(*) as activities ${scope} group by 1, 2
    ), peak as (
      select distinct on (start) start, hour from hourly order by start, activities desc, hour
    ), crowd as (
      select start, max(users) as users from (
        select ${bucket('a.occurred_at')} as start, date_trunc('hour', a.occurred_at), count(distinct user_id) as users ${scope} group by 1, 2) t group by 1
    ), page as (
      select start, jsonb_agg(jsonb_build_object('page', text, 'views', views) order by views desc, text) filter (where place <= ${topPagesMax}) as top_pages from (
        select *, row_number() over (partition by start order by views desc, text) as place from (
          select ${bucket('a.occurred_at')} as start, a.text, count(*) as views ${scope} and a.type in ('PAGE_VIEW', 'BROWSER_NAVIGATE') and a.text is not null group by 1, 2) p) r group by 1
    ), visit as (
      select ${bucket('started_at')} as start, avg(extract(epoch from last_activity_at - started_at)) as seconds from session
      where organisation_id = $1 and started_at >= ${bucket('$4::timestamptz')} and started_at < ${end} and ($6::uuid is null or user_id = $6) group by 1
    )
    select period.start, period."end", total.activities, total.users, total.ips, total.sessions, total.low, total.medium, total.high, total.critical, typed.by_type, peak.hour, crowd.users as crowd, page.top_pages, visit.seconds
    from period left join total using (start) left join typed using (start) left join peak using (start)
      left join crowd using (start) left join page using (start) left join visit using (start)
    order by period.start desc`,
    params,
  );
  return rows.map((row) => ({
    from: parseInstant(row.start!)!,
    to: parseInstant(row.end!)!,
    activities: Number(row.activities ?? 0),
    uniqueUsers: Number(row.users ?? 0),
    uniqueIps: Number(row.ips ?? 0),
    sessions: Number(row.sessions ?? 0),
    averageSessionSeconds: row.seconds == null ? null : Number(row.seconds),
    peakHour: row.hour == null ? null : Number(row.hour),
    peakConcurrentUsers: Number(row.crowd ?? 0),
    byType: row.by_type ?? {},
    byRiskLevel: {
      LOW: Number(row.low ?? 0),
      MEDIUM: Number(row.medium ?? 0),
      HIGH: Number(row.high ?? 0),
      CRITICAL: Number(row.critical ?? 0),
    },
    topPages: row.top_pages ?? [],
  }));
}
