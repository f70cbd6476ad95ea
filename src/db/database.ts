import type { EntityManager } from '@mikro-orm/postgresql';
import { MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { Migration20261121000000First } from '../../migrations/Migration20261121000000_first.ts';
import { OperatorError } from '../errors.ts';
import { Activity } from './entities/activity.ts';
import { Alert, AlertAnomaly, AlertHistory } from './entities/alert.ts';
import { Anomaly, Evidence } from './entities/anomaly.ts';
import { ApiKey } from './entities/api-key.ts';
import { IdempotencyKey, LogEntry, LogHead } from './entities/log-entry.ts';
import { Organisation } from './entities/organisation.ts';
import { Session } from './entities/session.ts';
import { User } from './entities/user.ts';
import { statement, transactBy } from './statement.ts';
import { createTable } from './table.ts';

const poolConnectionsMax = 20;
const connection = { application_name: 'lapwing', options: '-c timezone=UTC -c jit=off', connectionTimeoutMillis: 10_000 };
const versionMin = 150_000; // PostgreSQL 15, as server_version_num counts
const insufficientPrivilege = '42501'; // as PostgreSQL's appendix A numbers errors
const migrationLock = 7_264_001; // any number, the same in every process: only one migrates at a time

/** Where PostgreSQL is: an operator's URL, or the socket folder of the embedded server. */
export type DatabaseAddress = { url: string } | { socketDir: string; port: number; user: string; name: string };

export type { EntityManager };
export type Database = Awaited<ReturnType<typeof openDatabase>>;
export type Tables = Database['tables'];

export async function openDatabase(address: DatabaseAddress, warn: (message: string) => void) {
  const orm = await connect(address, warn);
  await checkVersion(orm);
  await migrate(orm);
  return {
    orm,
    /** A fresh identity map: one per request and per stream item, never shared. */
    fork: (): EntityManager => orm.em.fork(),
    transact: transactBy(orm.em.getKysely()),
    tables: {
      activity: createTable(orm.em, Activity),
      alert: createTable(orm.em, Alert),
      alertAnomaly: createTable(orm.em, AlertAnomaly),
      alertHistory: createTable(orm.em, AlertHistory),
      anomaly: createTable(orm.em, Anomaly),
      apiKey: createTable(orm.em, ApiKey),
      evidence: createTable(orm.em, Evidence),
      idempotencyKey: createTable(orm.em, IdempotencyKey),
      logEntry: createTable(orm.em, LogEntry),
      organisation: createTable(orm.em, Organisation),
      session: createTable(orm.em, Session),
      user: createTable(orm.em, User),
    },
    close: () => orm.close(true),
  };
}

async function connect(address: DatabaseAddress, warn: (message: string) => void): Promise<MikroORM> {
  const where =
    'url' in address
      ? { clientUrl: address.url, driverOptions: { ...connection, connectionString: address.url } } // pg reads more of a URL than MikroORM: ?host=, ?sslmode=
      : { host: address.socketDir, port: address.port, user: address.user, dbName: address.name, driverOptions: connection };
  const orm = new MikroORM({
    ...where,
    entities: [
      Activity,
      Alert,
      AlertAnomaly,
      AlertHistory,
      Anomaly,
      ApiKey,
      Evidence,
      IdempotencyKey,
      LogEntry,
      LogHead,
      Organisation,
      Session,
      User,
    ],
    extensions: [Migrator],
    migrations: {
      snapshot: false,
      silent: true,
      migrationsList: [{ name: 'Migration20261121000000_first', class: Migration20261121000000First }],
    },
    pool: { max: poolConnectionsMax },
    ensureDatabase: false,
    logger: warn,
    debug: false,
  });
  await orm.connect();
  const reached = await orm.checkConnection();
  if (reached.ok) return orm;
  await orm.close(true);
  throw new OperatorError(
    'url' in address
      ? `cannot use PostgreSQL at DATABASE_URL: ${firstLine(reached.reason)}; check the address, user, password and database in it, and that the server runs`
      : `cannot use the PostgreSQL in the data folder: ${firstLine(reached.reason)}; see postgres.log there`,
  );
}

const firstLine = (text: string) => text.split('\n', 1)[0];

async function checkVersion(orm: MikroORM): Promise<void> {
  const [row] = await statement<{ server_version_num: string }>(orm.em.fork(), 'show server_version_num');
  if (Number(row?.server_version_num) >= versionMin) return;
  await orm.close(true);
  throw new OperatorError(`PostgreSQL at DATABASE_URL is version ${row?.server_version_num}; Lapwing needs 15 (150000) or newer`);
}

/** Several processes may start at once: the lock lets one migrate while the others wait, then find nothing to do. */
async function migrate(orm: MikroORM): Promise<void> {
  const migrating = orm.em.transactional(async (em) => {
    await statement(em, 'select pg_advisory_xact_lock($1)', [migrationLock]);
    await orm.migrator.up();
  });
  await migrating.catch(async (cause: unknown) => {
    await orm.close(true);
    if (!(cause instanceof Error && 'code' in cause && cause.code === insufficientPrivilege)) throw cause;
    throw new OperatorError('the user in DATABASE_URL may not make tables in that database: let it own the database, or name another', {
      cause,
    });
  });
}
