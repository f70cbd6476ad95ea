import { Migration } from '@mikro-orm/migrations';

/** Every table of the first version. Ids are UUIDv7, instants keep microseconds, each row names its organisation. */
export class Migration20261121000000First extends Migration {
  override up(): void {
    this.addSql(`create table organisation (
      id uuid primary key, name text not null unique, time_zone text not null, created_at timestamptz not null)`);

    this.addSql(`create table log_head (
      organisation_id uuid primary key references organisation, seq bigint not null)`);
    this.addSql(`create table log_entry (
      organisation_id uuid not null references organisation, seq bigint not null, kind text not null, ref uuid not null,
      recorded_at timestamptz not null, leaf_hash text not null, primary key (organisation_id, seq))`);
    this.addSql(`create table idempotency_key (
      organisation_id uuid not null references organisation, key text not null, activity_id uuid not null,
      primary key (organisation_id, key))`);

    this.addSql(`create table api_key (
      id uuid primary key, organisation_id uuid not null references organisation, name text not null, role text not null,
      secret_hash text not null unique, created_at timestamptz not null, created_by text, revoked_at timestamptz)`);

    this.addSql(`create table "user" (
      id uuid primary key, organisation_id uuid not null references organisation, external_id text not null, time_zone text,
      first_seen_at timestamptz not null, baseline jsonb not null, unique (organisation_id, external_id))`);
    this.addSql(`create index user_first_seen on "user" (organisation_id, first_seen_at, id)`);

    this.addSql(`create table session (
      id uuid primary key, organisation_id uuid not null references organisation, external_id text not null,
      user_id uuid not null references "user", kind text not null, started_at timestamptz not null,
      last_activity_at timestamptz not null, ended_at timestamptz, terminated_at timestamptz, terminated_by text,
      termination_reason text, next_status_at timestamptz, last_page text, last_endpoint text,
      activity_count integer not null, command_count integer not null, device_type text, source_ip text, user_agent text,
      risk_score smallint not null, risk_factors jsonb not null, policy_version smallint not null,
      unique (organisation_id, external_id))`);
    this.addSql('create index session_last_activity on session (organisation_id, last_activity_at, id)');
    this.addSql('create index session_started on session (organisation_id, started_at, id)');
    this.addSql('create index session_of_user on session (user_id, last_activity_at, id)');
    this.addSql('create index session_next_status on session (next_status_at) where next_status_at is not null');

    this.addSql(`create table activity (
      id uuid not null, organisation_id uuid not null, seq bigint not null, recorded_at timestamptz not null,
      occurred_at timestamptz not null, kind text not null, type text not null, user_id uuid not null, session_id uuid,
      session_change text, source_ip text, user_agent text, device_type text, outcome text not null, on_behalf_of text,
      risk_score smallint not null, risk_factors jsonb not null, policy_version smallint not null, text text,
      detail jsonb not null, metadata jsonb, alert_id uuid,
      primary key (id, recorded_at)) partition by range (recorded_at)`);
    this.addSql('create index activity_occurred on activity (organisation_id, occurred_at, id)');
    this.addSql('create index activity_recorded on activity (organisation_id, recorded_at, id)');
    this.addSql('create index activity_risk on activity (organisation_id, risk_score, id) where risk_score >= 30');
    this.addSql('create index activity_of_user on activity (user_id, occurred_at, id)');
    this.addSql('create index activity_of_session on activity (session_id, occurred_at, id) where session_id is not null');
    this.addSql(`create index activity_attempts on activity (organisation_id, source_ip, occurred_at)
      where type in ('AUTH_FAILURE', 'LOGIN', 'SSH_LOGIN')`);
    this.addSql('create index activity_of_alert on activity (alert_id) where alert_id is not null');

    this.addSql(`create table alert (
      id uuid primary key, organisation_id uuid not null references organisation, seq bigint not null, type text not null,
      subject text not null, status text not null, severity text not null, title text not null,
      user_id uuid references "user", count integer not null, opened_at timestamptz not null,
      first_seen_at timestamptz not null, last_seen_at timestamptz not null, acknowledged_at timestamptz,
      acknowledged_by text, resolved_at timestamptz, resolved_by text, resolution text)`);
    this.addSql('create index alert_opened on alert (organisation_id, opened_at, id)');
    this.addSql('create index alert_last_seen on alert (organisation_id, last_seen_at, id)');
    this.addSql('create index alert_of_user on alert (user_id, opened_at, id)');
    this.addSql(`create unique index alert_unclosed on alert (organisation_id, subject, type)
      where status in ('OPEN', 'ACKNOWLEDGED')`);
    this.addSql(`create table alert_history (
      organisation_id uuid not null references organisation, seq bigint not null, alert_id uuid not null references alert,
      change text not null, changed_at timestamptz not null, actor text, note text, primary key (organisation_id, seq))`);
    this.addSql('create index alert_history_of_alert on alert_history (alert_id, seq)');

    this.addSql(`create table anomaly (
      id uuid primary key, organisation_id uuid not null references organisation, seq bigint not null,
      reference text not null, type text not null, detector text not null, key text not null, subject text not null,
      user_id uuid references "user", session_id uuid references session, detected_at timestamptz not null,
      first_at timestamptz not null, last_at timestamptz not null, score smallint not null, summary text not null,
      details jsonb not null, count integer not null, alert_id uuid references alert, resolved_at timestamptz,
      resolved_by text, resolution text)`);
    this.addSql('create index anomaly_detected on anomaly (organisation_id, detected_at, id)');
    this.addSql('create index anomaly_of_subject on anomaly (organisation_id, subject, last_at)');
    this.addSql('create index anomaly_of_user on anomaly (user_id, detected_at, id)');
    this.addSql('create index anomaly_of_alert on anomaly (alert_id) where alert_id is not null');
    this.addSql(`create table alert_anomaly (
      organisation_id uuid not null references organisation, alert_id uuid not null references alert,
      anomaly_id uuid not null references anomaly, primary key (alert_id, anomaly_id))`);
    this.addSql(`create table evidence (
      organisation_id uuid not null references organisation, anomaly_id uuid not null references anomaly,
      activity_id uuid not null, primary key (anomaly_id, activity_id))`);
    this.addSql('create index evidence_of_activity on evidence (activity_id)');
  }
}
