import { Migration } from '@mikro-orm/migrations';

const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const sees = `(select current_setting('lapwing.audience', true)) = 'ALL'`;
const own = `organisation_id = ${organisation} and ${sees}`;

/**
 * What detection stands on: what an organisation sets for itself, what its teams and it know, where an address is, and what
 * came late. The baselines of users change their shape: addresses become facts among others, none of which waits to settle.
 */
export class Migration20261124000000Detection extends Migration {
  override up(): void {
    this.addSql(
      'alter table activity add column late_by bigint, add column place jsonb, add column secrets_used jsonb, add column familiar boolean',
    );
    this.addSql('alter table anomaly add column late boolean not null default false');
    this.addSql(`create table organisation_settings (
      id uuid primary key, organisation_id uuid not null references organisation, settings jsonb not null,
      updated_at timestamptz not null, updated_by text not null)`);
    this.addSql(`create table shared_fact (
      organisation_id uuid not null, scope text not null, fact text not null, first_at timestamptz not null, users integer not null,
      primary key (organisation_id, scope, fact))`);
    for (const table of ['organisation_settings', 'shared_fact']) {
      this.addSql(`alter table ${table} enable row level security, force row level security`);
      this.addSql(`create policy tenant on ${table} using (${own}) with check (${own})`);
    }
    this.addSql('alter table "user" no force row level security');
    this.addSql(`update "user" set baseline = jsonb_build_object(
      'signIns', baseline->'signIns', 'pending', '[]'::jsonb,
      'facts', (select coalesce(jsonb_object_agg('address:' || (known->>'address'), known->'firstAt'), '{}')
        from jsonb_array_elements(baseline->'addresses') known))`);
    this.addSql('alter table "user" force row level security');
  }
}
