import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { giveTo, run, serverAccount } from '../../src/db/embedded-account.ts';
import { usableBinaries } from '../../src/db/embedded-binaries.ts';

/** A PostgreSQL of a test's own, from the binaries the service brings, to be restarted, killed, filled and failed over. */
export type Cluster = {
  data: string;
  socketDir: string;
  /** The file of its socket, for a proxy. */
  socket: string;
  /** For DATABASE_URL, as its superuser. */
  url: string;
  start(): Promise<void>;
  stop(mode: 'fast' | 'immediate'): Promise<void>;
  promote(): Promise<void>;
  /** Ends all of its processes at once, none with a word: as a machine that dies. */
  kill(): void;
  /** As its superuser, in the database of the service. */
  query<Row extends object>(sql: string): Promise<Row[]>;
};

type Settings = Record<string, string>;
const name = 'lapwing';

/** A new cluster in `root`, a folder that everybody may pass through; it has an empty database for the service. */
export async function makeCluster(root: string, settings: Settings = {}): Promise<Cluster> {
  const { cluster, account, initdb } = await prepare(root, settings);
  await must(
    run(account, initdb, ['-D', cluster.data, '--username=postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync']),
  );
  await cluster.start();
  await ask(cluster.socketDir, 'postgres', `create database ${name}`);
  return cluster;
}

/** A standby of a primary that runs, copied with the backup functions: pg_basebackup is not among the binaries. */
export async function makeStandby(root: string, primary: Cluster, settings: Settings = {}): Promise<Cluster> {
  const primary_conninfo = `host=${primary.socketDir}\\ user=postgres\\ application_name=standby`;
  const { cluster, account } = await prepare(root, { ...settings, primary_conninfo });
  const session = new Client({ host: primary.socketDir, user: 'postgres', database: 'postgres' });
  await session.connect();
  await session.query(`select pg_backup_start('test', true)`);
  const ofThatServer = /\/(postmaster\.(pid|opts)|pg_wal\/.+|pg_replslot\/.+)$/;
  await cp(primary.data, cluster.data, { recursive: true, filter: (path) => !ofThatServer.test(path) });
  const { rows } = await session.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
  await session.end();
  writeFileSync(join(cluster.data, 'backup_label'), rows[0]!.labelfile);
  writeFileSync(join(cluster.data, 'standby.signal'), '');
  giveTo(account, cluster.data);
  await cluster.start();
  return cluster;
}

async function prepare(root: string, settings: Settings) {
  const account = serverAccount([root]);
  const { initdb, pgCtl } = await usableBinaries(root, account, () => {});
  const [data, socketDir] = [join(root, 'data'), join(root, 'socket')];
  for (const folder of [data, socketDir]) {
    mkdirSync(folder, { mode: 0o700 });
    giveTo(account, folder);
  }
  // Without fsync: what the kernel has is kept over the death of processes, and no test cuts the power.
  const all = {
    listen_addresses: "''",
    unix_socket_directories: socketDir,
    fsync: 'off',
    max_connections: '60',
    shared_buffers: '32MB',
    ...settings,
  };
  const options = Object.entries(all).map(([setting, value]) => `-c ${setting}=${value}`);
  const control = (...args: string[]) => must(run(account, pgCtl, [...args, '-w', '-D', data]));
  const cluster: Cluster = {
    data,
    socketDir,
    socket: join(socketDir, '.s.PGSQL.5432'),
    url: `postgres://postgres@localhost:5432/${name}?host=${encodeURIComponent(socketDir)}`,
    start: () => control('start', '-l', join(data, 'server.log'), '-o', options.join(' ')),
    stop: (mode) => control('stop', '-m', mode),
    promote: () => control('promote'),
    kill() {
      const [postmaster, children] = processesOf(data);
      if (postmaster === null) return;
      process.kill(postmaster, 'SIGSTOP'); // so that it sees none of them die, and starts none anew
      for (const pid of children()) kill(pid);
      process.kill(postmaster, 'SIGKILL');
    },
    query: (sql) => ask(socketDir, name, sql),
  };
  return { cluster, account, initdb };
}

/** The postmaster, if it runs, and who its children are now. */
function processesOf(data: string): [postmaster: number | null, children: () => number[]] {
  const file = join(data, 'postmaster.pid');
  const postmaster = existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null;
  const children = () => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === postmaster);
  return [postmaster !== null && existsSync(`/proc/${postmaster}`) ? postmaster : null, () => children().map(Number)];
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it has ended by itself meanwhile
  }
}

function parentOf(pid: string): number | null {
  try {
    return Number(/^\d+ \(.*\) \w (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]);
  } catch {
    return null; // it has ended meanwhile
  }
}

/** One statement, as the superuser, in a database of a cluster. */
export async function ask<Row extends object>(host: string, database: string, sql: string): Promise<Row[]> {
  const client = new Client({ host, user: 'postgres', database });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

async function must(running: ReturnType<typeof run>): Promise<void> {
  const { succeeded, output } = await running;
  if (!succeeded) throw new Error(output);
}
