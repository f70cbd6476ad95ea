import { Migration } from '@mikro-orm/migrations';

/**
 * The second wall, between organisations and between audiences. What a transaction may touch is told to it in settings, and
 * one that is missing matches nothing. The settings are read in subqueries: once for a statement, not for each of its rows.
 */
const setting = (name: string) => `(select nullif(current_setting('lapwing.${name}', true), ''))`;
const organisation = `(select nullif(current_setting('lapwing.organisation', true), '')::uuid)`;
const all = `${setting('audience')} = 'ALL'`;
const some = `${setting('audience')} = 'SOME'`;

const ofUser = `user_id in (select u.id from "user" u)`;
const ofAlert = 'alert_id in (select a.id from alert a)';
const ofAnomaly = 'anomaly_id in (select n.id from anomaly n)';

/**
 * What an audience that does not see all asks of a row besides its organisation. What a row leads to has a policy of its own.
 * `in` rather than `exists`, for which PostgreSQL makes two plans each time, also for an audience that needs neither.
 */
const seenBySome: Record<string, string> = {
  organisation: some,
  '"user"': `${some} and (external_id = ${setting('self')}
    or teams ?| array(select jsonb_array_elements_text(nullif(current_setting('lapwing.leads', true), '')::jsonb)))`,
  session: ofUser,
  activity: ofUser,
  anomaly: ofUser,
  alert: ofUser,
  alert_history: ofAlert,
  alert_anomaly: `${ofAlert} and ${ofAnomaly}`,
  evidence: ofAnomaly,
};
const seenByAllOnly = ['log_head', 'log_entry', 'idempotency_key', 'api_key', 'person', 'audit_entry'];

/**
 * Row-level security on every table that belongs to organisations, and the functions for what comes before an organisation
 * is known. They run as the owner of the tables, whom the policies bind like anybody (an owner may serve as well), but for
 * what `lapwing.control` opens to the owner; that policy names a role, so it is made with the grants (src/db/rights.ts).
 */
export class Migration20261122000001RowLevelSecurity extends Migration {
  override async up(): Promise<void> {
    const [found] = await this.execute(`select quote_ident(current_schema()) as schema`);
    // Whoever calls a function of the owner's must not choose what its names mean.
    const asOwner = `security definer set search_path = ${found!.schema}, pg_temp`;
    this.#enable();
    this.#findOrganisations(asOwner);
    this.#makeOrganisations(asOwner);
    this.#makePartitions(asOwner);
  }

  #enable(): void {
    const conditions = [...Object.entries(seenBySome), ...seenByAllOnly.map((table) => [table, 'false'] as const)];
    for (const [table, seen] of conditions) {
      const own = `${table === 'organisation' ? 'id' : 'organisation_id'} = ${organisation}`;
      this.addSql(`alter table ${table} enable row level security, force row level security`);
      this.addSql(`create policy tenant on ${table} using (${own} and (${all} or ${seen})) with check (${own} and ${all})`);
    }
    // The policies of `activity` hold for what is asked of it. Its partitions have none: asked by name, they show nothing.
    this.addSql(`do $$ declare partition regclass; begin
      for partition in select inhrelid from pg_inherits where inhparent = 'activity'::regclass loop
        execute format('alter table %s enable row level security, force row level security', partition);
      end loop; end $$`);
  }

  #findOrganisations(asOwner: string): void {
    const found = (signature: string, returns: string, query: string) =>
      this.addSql(`create function ${signature} returns ${returns} language plpgsql ${asOwner} as $$ begin
        perform set_config('lapwing.control', 'on', true);
        return query ${query};
        perform set_config('lapwing.control', '', true);
      end $$`);
    found('organisation_of_key(hash text)', 'setof uuid', 'select organisation_id from api_key where hash in (secret_hash, previous_hash)');
    found(
      'organisation_named(wanted text)',
      'table (id uuid, time_zone text)',
      'select o.id, o.time_zone from organisation o where o.name = wanted',
    );
    found(
      'organisations_with_due_sessions(now timestamptz)',
      'table (id uuid, time_zone text)',
      `select o.id, o.time_zone from organisation o
        where o.id in (select s.organisation_id from session s where s.next_status_at <= now)`,
    );
    for (const signature of ['organisation_of_key(text)', 'organisation_named(text)', 'organisations_with_due_sessions(timestamptz)']) {
      this.addSql(`revoke execute on function ${signature} from public`);
    }
  }

  #makeOrganisations(asOwner: string): void {
    const signature = 'create_organisation(new_id uuid, new_name text, new_time_zone text, at timestamptz)';
    this.addSql(`create function ${signature} returns boolean language plpgsql ${asOwner} as $$ declare made boolean; begin
      perform set_config('lapwing.control', 'on', true);
      insert into organisation (id, name, time_zone, created_at) values (new_id, new_name, new_time_zone, at)
        on conflict (name) do nothing;
      made := found;
      if made then insert into log_head (organisation_id, seq) values (new_id, 0); end if;
      perform set_config('lapwing.control', '', true);
      return made;
    end $$`);
    this.addSql(`revoke execute on function create_organisation(uuid, text, text, timestamptz) from public`);
  }

  /** Whoever may read `activity` may read a new partition as well: by name, for which there is no policy, so nothing. */
  #makePartitions(asOwner: string): void {
    const lock = 7_264_002; // any number of its own: only one process makes partitions at a time
    this.addSql(`create function make_activity_partitions(first date, months integer) returns void
    language plpgsql ${asOwner} set timezone = 'UTC' as $$ declare month timestamptz; name text; reader text; begin
      perform pg_advisory_xact_lock(${lock});
      for ahead in 0 .. months - 1 loop
        month := date_trunc('month', first) + make_interval(months => ahead);
        name := 'activity_' || to_char(month, 'YYYY_MM');
        if to_regclass(name) is not null then continue; end if;
        execute format('create table %I partition of activity for values from (%L) to (%L)', name, month, month + interval '1 month');
        execute format('alter table %I enable row level security, force row level security', name);
        for reader in select grantee::regrole from pg_class, aclexplode(relacl)
          where pg_class.oid = 'activity'::regclass and privilege_type = 'SELECT' and grantee <> 0 loop
          execute format('grant select on %I to %s', name, reader);
        end loop;
      end loop;
    end $$`);
    this.addSql(`revoke execute on function make_activity_partitions(date, integer) from public`);
  }
}
