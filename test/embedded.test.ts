import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MikroORM } from '@mikro-orm/postgresql';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Embedded, startEmbedded } from '../src/db/embedded.ts';
import { OperatorError } from '../src/errors.ts';

const isRoot = process.getuid?.() === 0;
const parent = realpathSync(mkdtempSync(join(tmpdir(), 'lapwing-embedded-')));
const shared = join(parent, 'shared');
const running = new Set<Embedded>();
const processes = new Set<ChildProcess>();

/** For `expect.poll`: PostgreSQL takes a while to recover on a loaded machine. */
const patience = { timeout: 10_000 };

beforeAll(() => chmodSync(parent, 0o711));

afterEach(async () => {
  for (const child of processes) await kill(child);
  for (const embedded of running) await embedded.stop();
  running.clear();
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

describe('the built-in PostgreSQL', () => {
  test('makes a database the first time and finds it again the second', async () => {
    const lines: string[] = [];
    const first = await start(shared, lines);
    await query(first, 'create table kept (id int); insert into kept values (1)', first.superuser);
    await stop(first);
    const again = await start(shared, lines);
    expect(await query(again, 'select id from kept', again.superuser)).toEqual([{ id: 1 }]);
    expect(lines.filter((line) => line.startsWith('Making a new'))).toHaveLength(1);
    expect(existsSync(join(shared, 'postgres', 'postmaster.pid'))).toBe(true);
    await stop(again);
    expect(existsSync(join(shared, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('is durable, in UTC and UTF-8, off the network, and its application role has no powers', async () => {
    const embedded = await start(shared);
    const names = ['fsync', 'TimeZone', 'server_encoding', 'listen_addresses', 'shared_buffers', 'max_connections'];
    const settings = `select name, setting from pg_settings where name in ('${names.join("','")}')`;
    const rows: { name: string; setting: string }[] = await query(embedded, settings);
    expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      TimeZone: 'UTC',
      server_encoding: 'UTF8',
      listen_addresses: '',
      shared_buffers: '16384',
      max_connections: '100',
    });
    const role = `select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user`;
    expect(await query(embedded, role)).toEqual([{ rolsuper: false, rolbypassrls: false, rolcreaterole: false }]);
  });

  test('keeps what clients say out of its log, in errors and in crashes', async () => {
    const embedded = await start(shared);
    await expect(query(embedded, `select 'hush-1'::uuid`)).rejects.toThrow('hush-1');
    await expect(query(embedded, `do $$ begin raise warning 'hush-2'; end $$; select hush_3`)).rejects.toThrow('hush_3');
    const doomed = query(embedded, `select pg_backend_pid(), pg_sleep(60) /* hush-4 */`).catch((error: Error) => error);
    const find = `select pid from pg_stat_activity where query like '%hush-4 */'`;
    let backends: { pid: number }[] = [];
    await expect.poll(async () => (backends = await query(embedded, find, embedded.superuser)), patience).toHaveLength(1);
    process.kill(backends[0]?.pid ?? 0, 'SIGKILL');
    expect(await doomed).toBeInstanceOf(Error);
    const log = () => readFileSync(join(shared, 'postgres.log'), 'utf8');
    await expect.poll(log, patience).toContain('terminated by signal 9'); // the server notices later than the client
    await expect.poll(() => query(embedded, 'select 1 as one').catch(() => null), patience).toEqual([{ one: 1 }]);
    expect(log()).not.toContain('hush');
  });

  test('is joined by a second process, and stays until the last has left', async () => {
    const owner = await startProcess(shared);
    const guest = await start(shared);
    await stopProcess(owner);
    expect(await query(guest, 'select 1 as one')).toEqual([{ one: 1 }]);
    const lines: string[] = [];
    const late = await start(shared, lines);
    await stop(guest);
    expect(lines.join()).toContain('Joined');
    expect(await query(late, 'select 1 as one')).toEqual([{ one: 1 }]);
    await stop(late);
    expect(existsSync(join(shared, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('is made once by two processes that start on a fresh folder at the same moment', async () => {
    const dataDir = join(parent, 'race');
    const both = await Promise.all([startProcess(dataDir), startProcess(dataDir)]);
    const lines = both.flatMap((one) => one.lines);
    expect(lines.filter((line) => line.startsWith('Making a new'))).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('Joined'))).toHaveLength(1);
    await Promise.all(both.map(stopProcess));
    expect(existsSync(join(dataDir, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('outlives kill -9 of its process, and the next start joins it', async () => {
    const killed = await startProcess(shared);
    const pid = postmasterPid(shared);
    await kill(killed.child);
    const next = await start(shared);
    expect(postmasterPid(shared)).toBe(pid);
    await stop(next);
    expect(existsSync(join(shared, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  test('starts again after kill -9 of everything, with every commit, even if its pid belongs to another by now', async () => {
    const killed = await startProcess(shared);
    await query(killed.embedded, 'create table committed as select 7 as id', 'postgres');
    const busy = query(killed.embedded, 'select pg_sleep(60)').catch((error: Error) => error);
    await kill(killed.child);
    process.kill(postmasterPid(shared), 'SIGKILL');
    const next = await start(shared);
    expect(await busy).toBeInstanceOf(Error);
    expect(await query(next, 'select id from committed', next.superuser)).toEqual([{ id: 7 }]);
    process.kill(postmasterPid(shared), 'SIGKILL');
    const pidFile = join(shared, 'postgres', 'postmaster.pid');
    writeFileSync(pidFile, readFileSync(pidFile, 'utf8').replace(/^\d+/, String(process.pid)));
    const third = await start(shared);
    expect(await query(third, 'select id from committed', third.superuser)).toEqual([{ id: 7 }]);
  });

  test('recovers from kill -9 in the middle of making the database', async () => {
    const dataDir = join(parent, 'half');
    const child = launch(dataDir);
    await expect.poll(() => existsSync(dataDir) && readdirSync(dataDir).join(), patience).toContain('postgres.new-');
    await kill(child);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    const next = await start(dataDir);
    expect(await query(next, 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(readdirSync(dataDir).join()).not.toContain('postgres.new-');
  });

  test('works in a folder whose path is too long for a socket, with spaces, commas and an apostrophe', async () => {
    const dataDir = join(parent, `it's long, ${'x'.repeat(120)}`);
    const first = await start(dataDir);
    expect(Buffer.byteLength(join(first.socketDir, '.s.PGSQL.5432'))).toBeLessThanOrEqual(100);
    const joined = await start(dataDir);
    expect(joined.socketDir).toBe(first.socketDir);
    expect(await query(joined, 'select 1 as one')).toEqual([{ one: 1 }]);
    await stop(first);
    await stop(joined);
    expect(existsSync(first.socketDir)).toBe(false);
  });
});

describe('a data folder that cannot be used is refused with what to do', () => {
  test('below a file', async () => {
    const file = join(parent, 'file');
    writeFileSync(file, '');
    await expect(refusal(join(file, 'data'))).resolves.toContain('set LAPWING_DATA_DIR');
  });

  test.skipIf(isRoot)('closed to us', async () => {
    const closed = join(parent, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    await expect(refusal(closed)).resolves.toContain('cannot be written to');
  });

  test.runIf(isRoot)("closed to the server's user", async () => {
    const closed = join(parent, 'private');
    mkdirSync(closed, { mode: 0o700 });
    await expect(refusal(join(closed, 'data'))).resolves.toMatch(/cannot enter .*private\. .*LAPWING_DATA_DIR/);
  });

  test('of another major version', async () => {
    const old = join(parent, 'old', 'postgres');
    mkdirSync(old, { recursive: true });
    writeFileSync(join(old, 'PG_VERSION'), '16\n');
    await expect(refusal(join(parent, 'old'))).resolves.toMatch(/written by PostgreSQL 16, .* brings PostgreSQL 18/);
  });

  test('damaged, with the words of PostgreSQL', async () => {
    const control = join(shared, 'postgres', 'global', 'pg_control');
    renameSync(control, `${control}.away`);
    await expect(refusal(shared)).resolves.toMatch(/does not start\.[^]*pg_control/);
    renameSync(`${control}.away`, control);
  });
});

async function start(dataDir: string, lines: string[] = []): Promise<Embedded> {
  const embedded = await startEmbedded({ dataDir, log: (line) => lines.push(line) });
  running.add(embedded);
  return embedded;
}

async function stop(embedded: Embedded): Promise<void> {
  await embedded.stop();
  running.delete(embedded);
}

async function refusal(dataDir: string): Promise<string> {
  const error: unknown = await start(dataDir).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(OperatorError);
  return error instanceof OperatorError ? error.message : '';
}

async function query<Row>(embedded: Embedded, sql: string, user = embedded.user): Promise<Row[]> {
  const { socketDir: host, port, database: dbName } = embedded;
  const orm = await MikroORM.init({ host, port, user, dbName, entities: [], discovery: { warnWhenNoEntities: false } });
  return orm.em
    .getConnection()
    .execute<Row[]>(sql)
    .finally(() => orm.close(true));
}

const postmasterPid = (dataDir: string) => Number.parseInt(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8'), 10);

type Started = { child: ChildProcess; embedded: Embedded; lines: string[] };

const program = `
  import { startEmbedded } from ${JSON.stringify(new URL('../src/db/embedded.ts', import.meta.url).href)};
  const lines = [];
  const embedded = await startEmbedded({ dataDir: process.argv[1], log: (line) => lines.push(line) });
  process.once('message', () => embedded.stop().then(() => process.disconnect()));
  process.send({ embedded, lines });
`;

function launch(dataDir: string): ChildProcess {
  const args = ['--input-type=module', '-e', program, dataDir];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  processes.add(child);
  return child;
}

async function startProcess(dataDir: string): Promise<Started> {
  const child = launch(dataDir);
  const [message] = await once(child, 'message');
  return { child, ...message };
}

async function stopProcess({ child }: Started): Promise<void> {
  child.send('stop');
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  processes.delete(child);
}

async function kill(child: ChildProcess): Promise<void> {
  processes.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
