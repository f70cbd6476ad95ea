import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { startEmbedded } from '../src/db/embedded.ts';

/**
 * The one PostgreSQL of the bench: the embedded one with its own settings, so durable as shipped. Lapwing and its peers get
 * databases on it, with the same rights, over the same socket.
 */
export type Cluster = {
  /** The server's main process; its children serve the connections. */
  pid: number;
  version: string;
  /** Makes an empty database. */
  database(name: string): Promise<Database>;
  /** One that was made before. */
  kept(name: string): Database;
  stop(): Promise<void>;
};
export type Database = {
  /** For its owner. */
  url: string;
  superuserUrl: string;
  name: string;
  /** Runs as the superuser, whom row-level security does not hold. */
  query<Row extends object>(sql: string, params?: unknown[]): Promise<Row[]>;
};

const owner = 'bench';

export async function startCluster(folder: string, log: (line: string) => void): Promise<Cluster> {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o711 });
  chmodSync(folder, 0o711); // as root the server runs as another user, who has to pass through
  const { socketDir, port, superuser, stop } = await startEmbedded({ dataDir: folder, log });
  const query = async <Row extends object>(database: string, sql: string, params: unknown[] = []): Promise<Row[]> => {
    const client = new Client({ host: socketDir, port, user: superuser, database });
    await client.connect();
    return client
      .query<Row>(sql, params)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  await query('postgres', `do $$ begin if to_regrole('${owner}') is null then create role ${owner} login; end if; end $$`);
  const [row] = await query<{ server_version: string }>('postgres', 'show server_version');
  const urlOf = (user: string, name: string) => `postgres://${user}@localhost:${port}/${name}?host=${encodeURIComponent(socketDir)}`;
  const kept = (name: string): Database => ({
    name,
    url: urlOf(owner, name),
    superuserUrl: urlOf(superuser, name),
    query: (sql, params) => query(name, sql, params),
  });
  return {
    pid: Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
    version: row!.server_version,
    async database(name) {
      await query('postgres', `drop database if exists ${name} with (force)`);
      await query('postgres', `create database ${name} owner ${owner}`);
      return kept(name);
    },
    kept,
    stop,
  };
}

/**
 * Makes the table of activities of one database in another one: the same columns, primary key and indexes, without partitions.
 * Read from the catalogue, so that it follows every migration.
 */
export async function copyActivityTable(from: Database, to: Database): Promise<void> {
  const columns = await from.query<{ column: string }>(
    `select quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end as column
     from pg_attribute where attrelid = 'activity'::regclass and attnum > 0 and not attisdropped order by attnum`,
  );
  const indexes = await from.query<{ definition: string }>(
    `select pg_get_indexdef(indexrelid) as definition from pg_index where indrelid = 'activity'::regclass and not indisprimary`,
  );
  const [primary] = await from.query<{ definition: string }>(
    `select pg_get_constraintdef(oid) as definition from pg_constraint where conrelid = 'activity'::regclass and contype = 'p'`,
  );
  const parts = [...columns.map(({ column }) => column), ...(primary ? [primary.definition] : [])];
  await to.query(`create table activity (${parts.join(', ')})`);
  for (const { definition } of indexes) await to.query(definition.replace(' ON ONLY ', ' ON '));
  await to.query(`alter table activity owner to ${owner}`);
}
