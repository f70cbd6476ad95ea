import { Migration } from '@mikro-orm/migrations';

/**
 * What a session has been seen with, and what changed in it. Sessions from before have been seen with what their row
 * holds; their client, which SQL cannot read from a user agent, is set by the next activity that tells one.
 */
export class Migration20261122000002SessionIntegrity extends Migration {
  override up(): void {
    this.addSql(`alter table session add column clients jsonb, add column integrity_score smallint not null default 100,
      add column integrity_changes jsonb not null default '[]'`);
    // Policies hold for the owner too, and a migration is of no organisation: without this it is shown no row.
    for (const table of ['session', '"user"']) this.addSql(`alter table ${table} no force row level security`);
    this.addSql(`update session s set clients = jsonb_build_object(
        'addresses', case when s.source_ip is null then '[]'::jsonb else jsonb_build_array(s.source_ip) end,
        'networks', case when s.source_ip is null then '[]'::jsonb else jsonb_build_array((
          select network(set_masklen(ip, case family(ip) when 4 then 24 else 48 end))::text
          from (select split_part(s.source_ip, '%', 1)::inet as ip) as address)) end,
        'clients', '[]'::jsonb,
        'deviceTypes', case when coalesce(s.device_type, 'UNKNOWN') = 'UNKNOWN' then '[]'::jsonb else jsonb_build_array(s.device_type) end,
        'users', jsonb_build_array(u.external_id))
      from "user" u where u.id = s.user_id`);
    for (const table of ['session', '"user"']) this.addSql(`alter table ${table} force row level security`);
    this.addSql('alter table session alter column clients set not null');
  }
}
