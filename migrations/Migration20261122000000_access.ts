import { Migration } from '@mikro-orm/migrations';

/** Who may do what: fuller API keys, people of an identity provider, teams of users, and the audit log. */
export class Migration20261122000000Access extends Migration {
  override up(): void {
    this.addSql(`alter table api_key add column user_external_id text, add column leads jsonb not null default '[]',
      add column scopes jsonb, add column expires_at timestamptz, add column last_used_at timestamptz,
      add column previous_hash text unique, add column previous_until timestamptz`);
    this.addSql('create index api_key_of_organisation on api_key (organisation_id, created_at)');

    this.addSql(`create table person (
      id uuid primary key, organisation_id uuid not null references organisation, issuer text not null, subject text not null,
      name text not null, claimed jsonb not null, claimed_at timestamptz not null, assigned jsonb, suspended_at timestamptz,
      first_seen_at timestamptz not null, unique (organisation_id, issuer, subject))`);
    this.addSql('create index person_first_seen on person (organisation_id, first_seen_at, id)');

    this.addSql(`alter table "user" add column display_name text, add column teams jsonb not null default '[]'`);

    this.addSql(`create index session_terminated on session (organisation_id, terminated_at) where terminated_at is not null`);

    this.addSql(`create table audit_entry (
      organisation_id uuid not null references organisation, seq bigint not null, id uuid not null unique,
      recorded_at timestamptz not null, action text not null, actor_kind text not null, actor_id uuid, actor_name text not null,
      target text, operation text, reads jsonb, rows integer, before jsonb, after jsonb, reason text,
      primary key (organisation_id, seq))`);
    this.addSql('create index audit_entry_of_actor on audit_entry (organisation_id, actor_id, seq)');
  }
}
