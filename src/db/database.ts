import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { Migration20261121000000First } from '../../migrations/Migration20261121000000_first.ts';
import { Migration20261122000000Access } from '../../migrations/Migration20261122000000_access.ts';
import { Migration20261122000001RowLevelSecurity } from '../../migrations/Migration20261122000001_row_level_security.ts';
import { Migration20261122000002SessionIntegrity } from '../../migrations/Migration20261122000002_session_integrity.ts';
import { Migration20261123000001SmallerRows } from '../../migrations/Migration20261123000001_smaller_rows.ts';
import { Migration20261123000002Rollups } from '../../migrations/Migration20261123000002_rollups.ts';
import { Migration20261124000000Detection } from '../../migrations/Migration20261124000000_detection.ts';
import { Migration20261125000000CommandHabits } from '../../migrations/Migration20261125000000_command_habits.ts';
import { Migration20261125000003SteadySources } from '../../migrations/Migration20261125000003_steady_sources.ts';
import { Migration20261126000000SettingsRevision } from '../../migrations/Migration20261126000000_settings_revision.ts';
import { Migration20261126000001SecretUsage } from '../../migrations/Migration20261126000001_secret_usage.ts';
import { Migration20261126000002KnownSecrets } from '../../migrations/Migration20261126000002_known_secrets.ts';
import { Migration20261126000003Names } from '../../migrations/Migration20261126000003_names.ts';
import { Migration20261126000004Erasure } from '../../migrations/Migration20261126000004_erasure.ts';
import { Migration20261126000005KeyedKeys } from '../../migrations/Migration20261126000005_keyed_keys.ts';
import { Migration20261126000006ServiceKey } from '../../migrations/Migration20261126000006_service_key.ts';
import type { Audience } from '../domain/access.ts';
import { OperatorError } from '../errors.ts';
import type { DatabaseAddress } from './connect.ts';
import { checkVersion, connect } from './connect.ts';
import { Activity } from './entities/activity.ts';
import { Alert, AlertAnomaly, AlertHistory } from './entities/alert.ts';
import { Anomaly, Evidence } from './entities/anomaly.ts';
import { ApiKey } from './entities/api-key.ts';
import { AuditEntry } from './entities/audit-entry.ts';
import { CommandHabits, CommonPrograms } from './entities/command-habits.ts';
import { KnownSecret } from './entities/known-secret.ts';
import { IdempotencyKey, LogEntry, LogHead } from './entities/log-entry.ts';
import { Organisation } from './entities/organisation.ts';
import { OrganisationSettings } from './entities/organisation-settings.ts';
import { Person } from './entities/person.ts';
import { SecretUsage } from './entities/secret-usage.ts';
import { Session } from './entities/session.ts';
import { SharedFact } from './entities/shared-fact.ts';
import { User } from './entities/user.ts';
import { readerPatience, recorderPatience } from './patience.ts';
import { bypassesPolicies, ensureStandInRole, grantRights, openControl, standInRole } from './rights.ts';
import type { Runner } from './statement.ts';
import { runnerOf, statement } from './statement.ts';
import { createTable } from './table.ts';
import { readerBy, transactBy } from './transactions.ts';

const readerConnectionsMax = 16;
/** Apart from the readers', so that reads which hold all of theirs cannot keep a batch from its commit. */
const recorderConnectionsMax = 4;
/**
 * The recorder looks up few rows by their keys. Of tables that grow fast the planner has old figures, and takes a scan of the
 * whole organisation for cheap; an index in the order that is asked for and a nested loop are never far off.
 */
const lookUps = '-c enable_seqscan=off -c enable_bitmapscan=off -c enable_sort=off -c enable_hashjoin=off -c enable_mergejoin=off';
const insufficientPrivilege = '42501'; // as PostgreSQL's appendix A numbers errors
const migrationLock = 7_264_001; // any number, the same in every process: only one migrates at a time

const entities = [
  Activity,
  Alert,
  AlertAnomaly,
  AlertHistory,
  Anomaly,
  ApiKey,
  AuditEntry,
  CommandHabits,
  CommonPrograms,
  Evidence,
  IdempotencyKey,
  KnownSecret,
  LogEntry,
  LogHead,
  Organisation,
  OrganisationSettings,
  Person,
  SecretUsage,
  Session,
  SharedFact,
  User,
];
export const migrationsList = [
  { name: 'Migration20261121000000_first', class: Migration20261121000000First },
  { name: 'Migration20261122000000_access', class: Migration20261122000000Access },
  { name: 'Migration20261122000001_row_level_security', class: Migration20261122000001RowLevelSecurity },
  { name: 'Migration20261122000002_session_integrity', class: Migration20261122000002SessionIntegrity },
  { name: 'Migration20261123000001_smaller_rows', class: Migration20261123000001SmallerRows },
  { name: 'Migration20261123000002_rollups', class: Migration20261123000002Rollups },
  { name: 'Migration20261124000000_detection', class: Migration20261124000000Detection },
  { name: 'Migration20261125000000_command_habits', class: Migration20261125000000CommandHabits },
  { name: 'Migration20261125000003_steady_sources', class: Migration20261125000003SteadySources },
  { name: 'Migration20261126000000_settings_revision', class: Migration20261126000000SettingsRevision },
  { name: 'Migration20261126000001_secret_usage', class: Migration20261126000001SecretUsage },
  { name: 'Migration20261126000002_known_secrets', class: Migration20261126000002KnownSecrets },
  { name: 'Migration20261126000003_names', class: Migration20261126000003Names },
  { name: 'Migration20261126000004_erasure', class: Migration20261126000004Erasure },
  { name: 'Migration20261126000005_keyed_keys', class: Migration20261126000005KeyedKeys },
  { name: 'Migration20261126000006_service_key', class: Migration20261126000006ServiceKey },
];

export type { DatabaseAddress };
export type Database = Awaited<ReturnType<typeof openDatabase>>;
export type Tables = Database['tables'];

/**
 * The tables belong to one role, which migrates and leaves again, and another serves, held by row-level security. The user of
 * a DATABASE_URL may be both, since the policies hold for an owner too. Where they do not, for a superuser or a user with
 * BYPASSRLS, the service goes by `lapwing_app`, as each connection's own default: RESET ROLE does not lead back.
 */
export async function openDatabase(address: DatabaseAddress, warn: (message: string) => void) {
  const role = await migrate(address, warn);
  const settings = role === null ? '' : `-c role=${role}`;
  const reading = {
    as: 'user',
    name: 'lapwing',
    settings,
    patience: readerPatience,
    connectionsMax: readerConnectionsMax,
    pipeline: true,
  } as const;
  const recording = {
    as: 'user',
    name: 'lapwing recorder',
    settings: `${settings} ${lookUps}`,
    patience: recorderPatience,
    connectionsMax: recorderConnectionsMax,
    pipeline: true,
  } as const;
  const readers = await connect(address, reading, { entities }, warn);
  const { orm } = readers;
  const closing = [readers];
  const close = async () => {
    for (const one of closing) await one.close();
  };
  const cut = () => closing.forEach((one) => one.cut());
  const open = async () => {
    await refuseBypass(runnerOf(orm.em));
    const recorder = await connect(address, recording, withoutEntities, warn);
    closing.push(recorder);
    return recorder.orm;
  };
  const recorder = await open().catch(async (cause: unknown) => {
    await close();
    throw cause;
  });
  const pool = await poolOf(orm);
  return {
    orm,
    /** What a viewer of this organisation, with this audience, may see. */
    reader: (organisationId: string, audience: Audience) => readerBy(pool, organisationId, audience),
    transact: transactBy(await poolOf(recorder), cut),
    /** Drops every connection: the next statements make new ones. */
    cut,
    /** Without an organisation, for the functions that find or make one: no table shows it a row. */
    control: runnerOf(orm.em),
    /** The same over the recorder's connections, for what recording waits for. */
    recorderControl: runnerOf(recorder.em),
    tables: tablesOf(orm.em),
    close,
  };
}

const withoutEntities = { entities: [], discovery: { warnWhenNoEntities: false } };

const poolOf = (orm: MikroORM) => orm.em.getDriver().getConnection().getNativeClient();

function tablesOf(em: EntityManager) {
  return {
    activity: createTable(em, Activity),
    alert: createTable(em, Alert),
    alertAnomaly: createTable(em, AlertAnomaly),
    alertHistory: createTable(em, AlertHistory),
    anomaly: createTable(em, Anomaly),
    apiKey: createTable(em, ApiKey),
    auditEntry: createTable(em, AuditEntry),
    commandHabits: createTable(em, CommandHabits),
    commonPrograms: createTable(em, CommonPrograms),
    evidence: createTable(em, Evidence),
    idempotencyKey: createTable(em, IdempotencyKey),
    knownSecret: createTable(em, KnownSecret),
    logEntry: createTable(em, LogEntry),
    organisation: createTable(em, Organisation),
    organisationSettings: createTable(em, OrganisationSettings),
    person: createTable(em, Person),
    secretUsage: createTable(em, SecretUsage),
    session: createTable(em, Session),
    sharedFact: createTable(em, SharedFact),
    user: createTable(em, User),
  };
}

/** The `options` of a URL stand in place of ours, and so could lose the role. */
async function refuseBypass(runner: Runner): Promise<void> {
  if (!(await bypassesPolicies(runner))) return;
  throw new OperatorError(
    'the user in DATABASE_URL is above row-level security, and `options` there keep Lapwing from giving that up: remove them, or name another user',
  );
}

/**
 * Brings the tables up to date; answers with the role that connections have to take on, if any. Several processes may start at
 * once: the lock lets one migrate while the others wait, then find nothing to do. Policies hold for the owner too: a migration
 * that has to see rows is refused here (`row_security`) rather than shown none, and has to lift FORCE for its time.
 */
async function migrate(address: DatabaseAddress, warn: (message: string) => void): Promise<string | null> {
  const access = { as: 'owner', name: 'lapwing', settings: '-c row_security=off', connectionsMax: 2 } as const;
  const migrations = { snapshot: false, silent: true, migrationsList };
  const { orm, close } = await connect(address, access, { ...withoutEntities, extensions: [Migrator], migrations }, warn);
  const migrating = async () => {
    await checkVersion(orm);
    return orm.em.transactional(async (em) => {
      await statement(runnerOf(em), 'select pg_advisory_xact_lock($1)', [migrationLock]);
      await orm.migrator.up();
      const owner = runnerOf(orm.em);
      await openControl(owner);
      const role = 'url' in address ? await standInFor(owner) : null;
      const server = 'url' in address ? role : address.user;
      if (server !== null) await grantRights(owner, server);
      return role;
    });
  };
  return migrating()
    .catch((cause: unknown) => {
      throw isRefusal(cause)
        ? new OperatorError('the user in DATABASE_URL may not make tables in that database: let it own the database, or name another', {
            cause,
          })
        : cause;
    })
    .finally(close);
}

async function standInFor(owner: Runner): Promise<string | null> {
  if (!(await bypassesPolicies(owner))) return null;
  await ensureStandInRole(owner).catch((cause: unknown) => {
    if (!isRefusal(cause)) throw cause;
    throw new OperatorError(
      `the user in DATABASE_URL is above row-level security and may not make the role that is not: take BYPASSRLS from it, or let a superuser "create role ${standInRole} nologin" and grant it to that user`,
      { cause },
    );
  });
  return standInRole;
}

const isRefusal = (cause: unknown) => cause instanceof Error && 'code' in cause && cause.code === insufficientPrivilege;
