import { Migration } from '@mikro-orm/migrations';

/**
 * What summaries are read from. `summary_count` adds up: `start` is the wall clock of the organisation's time zone, and
 * `utc_offset` (in seconds, 0 but for hours) tells the two hours apart that a clock shows when it goes back. A row of
 * `summary_presence` says that somebody or something was seen in a stretch, so that it is counted in it once.
 */
const tables = [
  `create table summary_count (
    organisation_id uuid not null, span text not null, start timestamp not null, utc_offset integer not null, what text not null,
    count bigint not null, primary key (organisation_id, span, start, what, utc_offset)) with (fillfactor = 50)`,
  `create table summary_presence (
    organisation_id uuid not null, span text not null, start timestamp not null, utc_offset integer not null, what text not null,
    key uuid not null, primary key (organisation_id, span, start, what, utc_offset, key))`,
  `create table summary_page (
    organisation_id uuid not null, day date not null, page_hash uuid not null, page text not null, views bigint not null,
    primary key (organisation_id, day, page_hash)) with (fillfactor = 70)`,
];

/**
 * Every order of a list has an index, so that its pages cost the same however long it is, and so do the filters that people
 * look by. The latter are without the id, a fifth narrower: equal instants are sorted for the page that is read.
 */
const indexes = [
  'create index session_activity_count on session (organisation_id, activity_count, id)',
  'create index session_risk on session (organisation_id, risk_score, id)',
  'create index session_integrity on session (organisation_id, integrity_score, id)',
  'create index activity_risk_score on activity (organisation_id, risk_score, id)',
  'drop index activity_risk',
  'create index activity_risky on activity (organisation_id, occurred_at) where risk_score >= 30',
  'create index activity_of_type on activity (organisation_id, type, occurred_at)',
  'create index activity_from on activity (organisation_id, source_ip, occurred_at) where source_ip is not null',
];

const activities = `(select a.*, a.occurred_at at time zone o.time_zone as local,
  extract(epoch from (a.occurred_at at time zone o.time_zone) - (a.occurred_at at time zone 'UTC'))::integer as utc_offset
  from activity a join organisation o on o.id = a.organisation_id) a`;
const hash = (text: string) => `encode(substr(sha256(convert_to(${text}, 'UTF8')), 1, 16), 'hex')::uuid`;
const level = `case when risk_score < 30 then 'LOW' when risk_score < 50 then 'MEDIUM' when risk_score < 70 then 'HIGH' else 'CRITICAL' end`;

/** Counts what is there. `utc_offset` of an hour that a clock shows once is the one that holds when it begins. */
export const countWhatIsThere = [
  `insert into summary_presence select distinct organisation_id, 'hour', date_trunc('hour', local), utc_offset, 'users', user_id from ${activities}`,
  `insert into summary_presence select distinct organisation_id, 'day', date_trunc('day', start), 0, 'users', key
    from summary_presence where span = 'hour'`,
  `insert into summary_presence select distinct organisation_id, 'day', date_trunc('day', local), 0, 'sessions', session_id
    from ${activities} where session_id is not null`,
  `insert into summary_presence select distinct organisation_id, 'day', date_trunc('day', local), 0, 'addresses', ${hash('source_ip')}
    from ${activities} where source_ip is not null`,
  ...['week', 'month'].map(
    (span) => `insert into summary_presence select distinct organisation_id, '${span}', date_trunc('${span}', start), 0, what, key
      from summary_presence where span = 'day'`,
  ),
  `insert into summary_count select organisation_id, span, start, utc_offset, what, count(*) from summary_presence group by 1, 2, 3, 4, 5`,
  `insert into summary_count
    with counted as materialized (
      select organisation_id, date_trunc('hour', local) as hour, utc_offset, type, ${level} as level, count(*) as count
      from ${activities} group by 1, 2, 3, 4, 5)
    select organisation_id, 'hour', hour, utc_offset, 'activities', sum(count) from counted group by 1, 3, 4
    union all select organisation_id, 'day', date_trunc('day', hour), 0, 'type:' || type, sum(count) from counted group by 1, 3, 5
    union all select organisation_id, 'day', date_trunc('day', hour), 0, 'level:' || level, sum(count) from counted group by 1, 3, 5`,
  `insert into summary_count
    with visit as materialized (
      select s.organisation_id, date_trunc('day', s.started_at at time zone o.time_zone) as day, count(*) as visits,
        sum(extract(epoch from s.last_activity_at - s.started_at) * 1000000) as micros
      from session s join organisation o on o.id = s.organisation_id group by 1, 2)
    select organisation_id, 'day', day, 0, 'visits', visits from visit
    union all select organisation_id, 'day', day, 0, 'visitMicros', micros from visit`,
  `insert into summary_page select organisation_id, local::date, ${hash('text')}, text, count(*)
    from ${activities} where type in ('PAGE_VIEW', 'BROWSER_NAVIGATE') and text is not null group by 1, 2, 4`,
];

const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const sees = `(select current_setting('lapwing.audience', true)) = 'ALL'`;
const own = `organisation_id = ${organisation} and ${sees}`;

/** Summaries become counts that grow with what is recorded. They are of the whole organisation, so only who sees all of it sees them. */
export class Migration20261123000002Rollups extends Migration {
  override up(): void {
    for (const sql of [...indexes, ...tables]) this.addSql(sql);
    // Policies hold for the owner too, and a migration is of no organisation: without this it is shown no row.
    const read = ['organisation', 'activity', 'session'];
    for (const table of read) this.addSql(`alter table ${table} no force row level security`);
    for (const sql of countWhatIsThere) this.addSql(sql);
    for (const table of read) this.addSql(`alter table ${table} force row level security`);
    for (const table of ['summary_count', 'summary_presence', 'summary_page']) {
      this.addSql(`alter table ${table} enable row level security, force row level security`);
      this.addSql(`create policy tenant on ${table} using (${own}) with check (${own})`);
    }
  }
}
