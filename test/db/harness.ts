import { Client } from 'pg';
import { inject } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/database.ts';
import { createOrganisation } from '../../src/db/queries/organisations.ts';
import { ensurePartitions } from '../../src/db/queries/partitions.ts';
import { parseInstant } from '../../src/domain/time.ts';

/** What the tests of the database share: plain connections as any role, and an organisation with something in every table. */

export const now = parseInstant('2026-11-20T12:00:00Z')!;

export async function connectAs(user: string, database: string, where: { socketDir: string; port: number } = inject('postgres')) {
  const client = new Client({ host: where.socketDir, port: where.port, user, database });
  await client.connect();
  return client;
}

/** As the service opens the database in a data folder: tables of one role, served by another. */
export async function openAs(user: string, name: string): Promise<Database> {
  const { socketDir, port, owner } = inject('postgres');
  return openDatabase({ socketDir, port, user, owner, name }, () => {});
}

/** Every table and partition there is, but the two that the app's role may not even look at. */
export async function tablesOf(client: Client): Promise<{ name: string; isPartition: boolean; isWalled: boolean }[]> {
  const { rows } = await client.query(`select oid::regclass::text as name, relispartition as "isPartition",
    relrowsecurity and relforcerowsecurity as "isWalled" from pg_class
    where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace and relname not in ('mikro_orm_migrations', 'service_key') order by 1`);
  return rows;
}

export async function countIn(client: Client, table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`select count(*) from ${table}`);
  return Number(rows[0]?.count);
}

/** What a user of a team leaves behind, and what belongs to no user, one row in every table each. */
const users = [
  { name: 'ada', teams: ['green'] },
  { name: 'bob', teams: ['blue', 'green'] },
  { name: 'eve', teams: ['red'] },
];

const ofOrganisation = `
  insert into log_entry values ($1, 1, 'ACTIVITY_RECORDED', gen_random_uuid(), now(), 'leaf');
  insert into idempotency_key (id, organisation_id, activity_id) values (gen_random_uuid(), $1, gen_random_uuid());
  insert into api_key (id, organisation_id, name, role, secret_hash, previous_hash, created_at)
    values (gen_random_uuid(), $1, 'key', 'ADMIN', 'hash of ' || $2, 'earlier hash of ' || $2, now());
  insert into person (id, organisation_id, issuer, subject, name, claimed, claimed_at, first_seen_at)
    values (gen_random_uuid(), $1, 'issuer', 'subject', 'name', '{}', now(), now());
  insert into audit_entry (organisation_id, seq, id, recorded_at, action, actor_kind, actor_name)
    values ($1, 1, gen_random_uuid(), now(), 'action', 'KEY', 'key');
  insert into organisation_settings values ($1, $1, '{}', now(), 'nobody');
  insert into shared_fact values ($1, 'organisation', 'program:ls', now(), 1);
  insert into common_programs values ($1, $1, '{}');
  insert into known_secret (id, organisation_id, name, registered_at, registered_by) values (gen_random_uuid(), $1, 'name', now(), 'nobody');
  insert into summary_count values ($1, 'day', '2026-11-20', 0, 'users', 1);
  insert into summary_presence values ($1, 'day', '2026-11-20', 0, 'users', gen_random_uuid());
  insert into summary_page values ($1, '2026-11-20', gen_random_uuid(), '/', 1)`;

const ofUser = `
  with made as (insert into "user" (id, organisation_id, external_id, first_seen_at, baseline, teams)
    values (gen_random_uuid(), $1, $2, now(), '{}', $3) returning id)
  insert into session (id, organisation_id, external_id, user_id, kind, started_at, last_activity_at, next_status_at, activity_count,
    command_count, risk_score, risk_factors, policy_version, clients)
    select gen_random_uuid(), $1, 'of ' || $2, id, 'WEB', now(), now(), '2026-11-20T12:00:00Z', 1, 0, 0, '[]', 1, '[]' from made;
  insert into activity (id, organisation_id, seq, recorded_at, occurred_at, kind, type, user_id, outcome, risk_score, risk_factors,
    policy_version, detail)
    select gen_random_uuid(), $1, 1, '2026-11-20T12:00:00Z', now(), 'WEB', 'PAGE_VIEW', id, 'SUCCESS', 0, '[]', 1, '{}'
    from "user" where organisation_id = $1 and external_id = $2;
  insert into secret_usage (id, organisation_id, activity_id, place, seq, recorded_at, occurred_at, user_id, type, kind, granted)
    select gen_random_uuid(), $1, id, 0, 1, now(), now(), user_id, type, 'REPORTED', true
    from activity where organisation_id = $1 and user_id = (select id from "user" where organisation_id = $1 and external_id = $2);
  insert into command_habits select id, $1, '{}' from "user" where organisation_id = $1 and external_id = $2`;

/** About the user of that name; of none where there is none. */
const ofAlert = `
  insert into alert (id, organisation_id, seq, type, subject, status, severity, title, user_id, count, opened_at, first_seen_at, last_seen_at)
    select gen_random_uuid(), $1, 1, 'type', $2, 'OPEN', 'HIGH', 'title',
      (select id from "user" where organisation_id = $1 and external_id = $2), 1, now(), now(), now();
  insert into alert_history (organisation_id, seq, alert_id, change, changed_at)
    select $1, $3, id, 'OPENED', now() from alert where organisation_id = $1 and subject = $2;
  insert into anomaly (id, organisation_id, seq, reference, type, detector, key, subject, user_id, detected_at, first_at, last_at, score,
    summary, details, count, alert_id)
    select gen_random_uuid(), $1, 1, 'reference', 'type', 'detector', 'key', $2, user_id, now(), now(), now(), 50, 'summary', '{}', 1, id
    from alert where organisation_id = $1 and subject = $2;
  insert into alert_anomaly select $1, alert_id, id from anomaly where organisation_id = $1 and subject = $2;
  insert into evidence select $1, id, gen_random_uuid() from anomaly where organisation_id = $1 and subject = $2`;

/** An organisation with rows in every table, written by the superuser: about ada, bob and eve, and about an address. */
export async function fillOrganisation(database: Database, superuser: Client, name: string): Promise<string> {
  await ensurePartitions(database.control, now);
  const { organisation } = await createOrganisation(database.control, name, 'UTC', now);
  const run = async (statements: string, values: (string | number)[]) => {
    for (const sql of statements.split(';')) {
      const used = values.filter((_, place) => sql.includes(`$${place + 1}`));
      await superuser.query(sql, used);
    }
  };
  await run(ofOrganisation, [organisation.id, name]);
  for (const user of users) await run(ofUser, [organisation.id, user.name, JSON.stringify(user.teams)]);
  for (const [place, subject] of [...users.map((user) => user.name), 'address:192.0.2.1'].entries()) {
    await run(ofAlert, [organisation.id, subject, place + 1]);
  }
  return organisation.id;
}
