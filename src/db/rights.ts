import type { Runner } from './statement.ts';
import { statement } from './statement.ts';

/** The role that serves where the user of DATABASE_URL is above row-level security. Nobody logs in as it. */
export const standInRole = 'lapwing_app';

type Rights = 'select' | 'select, insert' | 'select, update' | 'select, insert, update';

/** All that serving takes. It deletes nothing, and what is in the log stays as it was written; to erase a user there are functions. */
const tableRights: Record<string, Rights> = {
  organisation: 'select',
  organisation_settings: 'select, insert, update',
  log_head: 'select, update',
  log_entry: 'select, insert',
  audit_entry: 'select, insert',
  activity: 'select, insert',
  evidence: 'select, insert',
  secret_usage: 'select, insert',
  alert_history: 'select, insert',
  idempotency_key: 'select, insert',
  api_key: 'select, insert, update',
  person: 'select, insert, update',
  known_secret: 'select, insert, update',
  '"user"': 'select, insert, update',
  session: 'select, insert, update',
  alert: 'select, insert, update',
  alert_anomaly: 'select, insert, update',
  anomaly: 'select, insert, update',
  shared_fact: 'select, insert, update',
  command_habits: 'select, insert, update',
  common_programs: 'select, insert, update',
  summary_count: 'select, insert, update',
  summary_presence: 'select, insert',
  summary_page: 'select, insert, update',
};

const functions = [
  'organisation_of_key(text)',
  'organisation_named(text)',
  'organisations_with_due_sessions(timestamptz)',
  'create_organisation(uuid, text, text, timestamptz)',
  'make_activity_partitions(date, integer)',
  'is_service_key(text)',
  'erase_activities(uuid, uuid, uuid[], text[])',
  'erase_about(uuid, uuid, text[], text, timestamptz, text[], text[])',
  'erase_names(uuid, text[], text, timestamptz, uuid[])',
  'erase_audit(uuid, uuid, text[], text, timestamptz, bigint, bigint)',
];

/** What the functions of the owner look through: for them the policies of these tables have a door. */
const controlled = ['organisation', 'log_head', 'api_key', 'session'];

/** Whether policies do not hold for the user of this connection, whatever they say. */
export async function bypassesPolicies(runner: Runner): Promise<boolean> {
  const [user] = await statement<{ bypasses: boolean }>(
    runner,
    'select rolsuper or rolbypassrls as bypasses from pg_roles where rolname = current_user',
  );
  return user!.bypasses;
}

/** Roles belong to the whole server: another database's start may make it at the same moment. */
export async function ensureStandInRole(owner: Runner): Promise<void> {
  await statement(
    owner,
    `do $$ begin
      if to_regrole('${standInRole}') is null then create role ${standInRole} nologin; end if;
    exception when duplicate_object or unique_violation then null; end $$`,
  );
  await statement(
    owner,
    `do $$ declare needed text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end; begin
      if not pg_has_role(current_user, '${standInRole}', needed) then execute format('grant ${standInRole} to %I', current_user); end if;
    end $$`,
  );
}

/**
 * Gives the role that serves its rights. Not a migration: roles are of the server, and a database that is restored elsewhere
 * finds others. `role` is a name of our own, never somebody's input.
 */
export async function grantRights(owner: Runner, role: string): Promise<void> {
  const partitions = await statement<{ name: string }>(
    owner,
    `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'activity'::regclass`,
  );
  const grants = [
    ...Object.entries(tableRights).map(([table, rights]) => `grant ${rights} on ${table} to ${role}`),
    ...partitions.map(({ name }) => `grant select on ${name} to ${role}`),
    ...functions.map((signature) => `grant execute on function ${signature} to ${role}`),
  ];
  const [schema] = await statement<{ name: string }>(owner, 'select quote_ident(current_schema()) as name');
  await statement(owner, [`grant usage on schema ${schema!.name} to ${role}`, ...grants].join(';\n'));
}

/** Lets the functions' owner, and nobody else, through where a function has set `lapwing.control`. */
export async function openControl(owner: Runner): Promise<void> {
  const doors = controlled.map(
    (table) => `
      if not exists (select from pg_policy where polrelid = '${table}'::regclass and polname = 'control' and polroles = array[functions.owner]) then
        drop policy if exists control on ${table};
        execute format($policy$create policy control on ${table} to %s
          using ((select current_setting('lapwing.control', true)) = 'on')$policy$, functions.owner::regrole);
      end if;`,
  );
  await statement(
    owner,
    `do $$ declare functions record; begin
      select proowner as owner into functions from pg_proc where oid = 'organisation_named(text)'::regprocedure; ${doors.join('')}
    end $$`,
  );
}
