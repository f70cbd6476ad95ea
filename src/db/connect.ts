import type { Options } from '@mikro-orm/postgresql';
import { MikroORM } from '@mikro-orm/postgresql';
import { Socket } from 'node:net';
import { OperatorError } from '../errors.ts';
import type { Patience } from './patience.ts';
import { patienceSettings } from './patience.ts';
import { runnerOf, statement } from './statement.ts';

/** Where PostgreSQL is: an operator's URL, or the socket folder of the embedded server, which has a role to own the tables. */
export type DatabaseAddress = { url: string } | { socketDir: string; port: number; user: string; owner: string; name: string };

/**
 * As whom, under which name in pg_stat_activity, with which settings besides ours, how patiently (a migration takes what it
 * takes), and over how many connections at most. With `pipeline` they take a statement while others are under way.
 */
type Access = {
  as: 'user' | 'owner';
  name: string;
  settings?: string;
  patience?: Patience;
  connectionsMax: number;
  pipeline?: boolean;
};
type Parts = Pick<Options, 'entities' | 'extensions' | 'migrations'>;

const settings = '-c timezone=UTC -c jit=off';
const connectMs = 5_000;
const versionMin = 150_000; // PostgreSQL 15, as server_version_num counts

/**
 * `close` resolves when the connections are gone, not only told to go. `cut` drops them all, used or not, so that the next
 * statements find another server where the address leads to another by now.
 */
export type Connected = { orm: MikroORM; close(): Promise<void>; cut(): void };

/** A pool of connections, tried once. Throws `OperatorError` where the database cannot be used. */
export async function connect(address: DatabaseAddress, access: Access, parts: Parts, warn: (message: string) => void): Promise<Connected> {
  const options = [settings, access.settings, access.patience && patienceSettings(access.patience)].join(' ');
  const lines = { connectionTimeoutMillis: connectMs, keepAlive: true, pipeline: access.pipeline ?? false };
  const connection = { application_name: access.name, options, ...lines };
  const where =
    'url' in address
      ? { clientUrl: address.url, driverOptions: { ...connection, connectionString: address.url } } // pg reads more of a URL than MikroORM: ?host=, ?sslmode=
      : { host: address.socketDir, port: address.port, user: address[access.as], dbName: address.name, driverOptions: connection };
  const orm = new MikroORM({
    ...where,
    ...parts,
    pool: { max: access.connectionsMax },
    ensureDatabase: false,
    logger: warn,
    debug: false,
  });
  await orm.connect();
  const { gone, cut } = await watchConnections(orm, access.patience?.silenceMs ?? 0);
  const close = async () => {
    await orm.close(true);
    await gone();
  };
  const reached = await orm.checkConnection();
  if (reached.ok) return { orm, close, cut };
  await close();
  throw new OperatorError(
    'url' in address
      ? `cannot use PostgreSQL at DATABASE_URL: ${firstLine(reached.reason)}; check the address, user, password and database in it, and that the server runs`
      : `cannot use the PostgreSQL in the data folder: ${firstLine(reached.reason)}; see postgres.log there`,
  );
}

/**
 * Answers with how to wait until no connection is left. The end of a pool is none of its connections': a server that stops
 * meanwhile tells each so, as an error that nobody listens for any more, which would end the process. A line on which nothing
 * is heard for `silenceMs` (0: however long) is dropped; the pool lets go of those that are idle long before.
 */
async function watchConnections(orm: MikroORM, silenceMs: number) {
  const pool = await orm.em.getDriver().getConnection().getNativeClient();
  const { promise, resolve } = Promise.withResolvers<void>();
  const lines = new Set<Socket>();
  let left = pool.totalCount;
  pool.on('connect', (client) => {
    left += 1;
    const { stream } = client.connection;
    if (!(stream instanceof Socket)) return;
    lines.add(stream);
    stream.once('close', () => lines.delete(stream));
    stream.setTimeout(silenceMs, () => stream.destroy(lost(`the database has said nothing for ${silenceMs} ms`)));
  });
  pool.on('remove', () => {
    left -= 1;
    if (left === 0 && pool.ended) resolve();
  });
  return {
    gone: () => (left === 0 ? Promise.resolve() : promise),
    cut: () => {
      for (const line of lines) line.destroy(lost('dropped, because the database is read-only there or does not answer'));
    },
  };
}

const lost = (message: string) => Object.assign(new Error(`connection ended: ${message}`), { code: 'ETIMEDOUT' });

const firstLine = (text: string) => text.split('\n', 1)[0];

export async function checkVersion(orm: MikroORM): Promise<void> {
  const [row] = await statement<{ server_version_num: string }>(runnerOf(orm.em), 'show server_version_num');
  if (Number(row?.server_version_num) >= versionMin) return;
  throw new OperatorError(`PostgreSQL at DATABASE_URL is version ${row?.server_version_num}; Lapwing needs 15 (150000) or newer`);
}
