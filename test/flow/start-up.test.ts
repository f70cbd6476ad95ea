import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';
import { ask, data } from '../harness/client.ts';
import { freshDatabase } from '../harness/service.ts';
import { dataFolder, end, endAll, launch, removeFolder, startProcess, until } from './harness.ts';

const isRoot = process.getuid?.() === 0;
const folder = dataFolder();
const [firstKey, secondKey] = ['first-admin-key-0123456789-abcdefgh', 'other-admin-key-0123456789-abcdefgh'];
afterEach(endAll);
afterAll(() => removeFolder(folder));

/** The one line a start with these settings ends with. */
async function refusal(settings: Record<string, string>): Promise<string> {
  const { code, err } = await launch({ LOG_LEVEL: 'silent', LAPWING_DATA_DIR: folder, ...settings }).ended;
  expect(code, err).toBe(1);
  expect(err).toMatch(/^lapwing: [^\n]+\n$/);
  return err;
}

const processOf = (pidFile: string) => `/proc/${readFileSync(pidFile, 'utf8').split('\n')[0]}`;
const nameOf = 'query { viewer { name roles } }';

describe('a start that cannot be ends with one line that says what to do:', () => {
  it('a setting that is wrong', async () => {
    expect(await refusal({ PORT: 'abc' })).toContain('PORT is "abc": it must be a whole number');
  });

  it('several wrong settings, a line for each, which shows nothing secret', async () => {
    const settings = { PORT: '70000', LAPWING_ADMIN_KEY: 'too-short-hush', DATABASE_URL: 'mysql://u:hush@h/d', LOG_LEVEL: 'loud' };
    const { code, err } = await launch(settings).ended;
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^lapwing: PORT is "70000": it must be a whole number/),
      expect.stringMatching(/^lapwing: DATABASE_URL is set but wrong: it must be a URL like/),
      expect.stringMatching(/^lapwing: LAPWING_ADMIN_KEY is set but wrong: it must be 32/),
      expect.stringMatching(/^lapwing: LOG_LEVEL is "loud": it must be trace/),
      '',
    ]);
    expect(err).not.toContain('hush');
  });

  it('a database that is not there, not ours, or does not let us in', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const unreachable = await refusal({ DATABASE_URL: `postgres://u:hush@127.0.0.1:${port}/d` });
    expect(unreachable).toMatch(/DATABASE_URL: .*ECONNREFUSED.*; check the address.*that the server runs/);
    expect(unreachable).not.toContain('hush');
    const { socketDir, port: real, user } = inject('postgres');
    const at = (who: string, name: string) => `postgres://${who}@localhost:${real}/${name}?host=${encodeURIComponent(socketDir)}`;
    expect(await refusal({ DATABASE_URL: at(user, 'no_such') })).toContain('database "no_such" does not exist; check the address');
    expect(await refusal({ DATABASE_URL: at(user, 'template1') })).toContain('may not make tables in that database');
  });

  it('a data folder that cannot be made', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal({ LAPWING_DATA_DIR: join(file, 'data') })).toContain('set LAPWING_DATA_DIR to another folder');
  });

  it.skipIf(isRoot)('a data folder that is closed to us', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    expect(await refusal({ LAPWING_DATA_DIR: closed })).toContain('cannot be written to: give this user the right to');
  });

  it('a port that is taken; and no PostgreSQL stays behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    expect(await refusal({ PORT: String(port) })).toContain(`port ${port} on 127.0.0.1 is in use: stop the other process or set PORT`);
    taken.close();
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  });
});

describe('a start', () => {
  const own = join(folder, 'own');
  const settings = { LAPWING_DATA_DIR: own };

  it('prints a command that works as it stands in a shell, the first time and the next, and keeps data and keys', async () => {
    const first = await startProcess(settings);
    expect(first.startMs).toBeLessThan(10_000);
    const tracked = {
      receipt: { risk: { factors: expect.arrayContaining([{ code: 'SUSPICIOUS_COMMAND', points: 30 }]) } },
      userErrors: [],
    };
    const runCurl = (banner: string) => JSON.parse(String(execFileSync('sh', ['-c', /^ +(curl .*)$/m.exec(banner)?.[1] ?? 'false'])));
    expect(runCurl(first.banner).data.trackActivity).toMatchObject(tracked);
    const cliKey = readFileSync(join(own, 'cli-key'), 'utf8');
    const server = processOf(join(own, 'postgres', 'postmaster.pid'));
    expect(existsSync(server)).toBe(true);
    expect(await end(first)).toBe(0);
    expect(existsSync(server)).toBe(false);
    expect(first.errors()).toBe('');

    const second = await startProcess(settings);
    expect(second.banner).not.toContain(first.key);
    expect(runCurl(second.banner).data.trackActivity).toMatchObject(tracked);
    expect(JSON.parse(readFileSync(join(own, 'cli-key'), 'utf8')).key).toBe(JSON.parse(cliKey).key);
    const { activities } = await data(second, '{ activities { totalCount } }', {}, first.key);
    expect(activities.totalCount).toBe(2);
    expect(await end(second)).toBe(0);
  });

  it('takes LAPWING_ADMIN_KEY, revokes it for the one that replaces it, and refuses it from then on', async () => {
    const database = await freshDatabase();
    const given = { LAPWING_DATA_DIR: join(folder, 'file'), DATABASE_URL: database.url }; // no folder: only the command line's key is not left
    const first = await startProcess({ ...given, LAPWING_ADMIN_KEY: firstKey });
    expect(first.banner).not.toContain(firstKey);
    expect((await ask(first, nameOf, {}, firstKey)).data.viewer).toEqual({ name: 'LAPWING_ADMIN_KEY', roles: ['ADMIN'] });
    await end(first);
    const second = await startProcess({ ...given, LAPWING_ADMIN_KEY: secondKey });
    expect((await ask(second, nameOf, {}, secondKey)).data.viewer.roles).toEqual(['ADMIN']);
    expect((await ask(second, nameOf, {}, firstKey)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    await end(second);
    expect(await refusal({ ...given, LAPWING_ADMIN_KEY: firstKey })).toContain('LAPWING_ADMIN_KEY was revoked: choose another');
    await database.drop();
  });

  it('that is told to stop before it is ready stops in order: exit code 0, no PostgreSQL left', async () => {
    const pidFile = join(own, 'postgres', 'postmaster.pid');
    expect(existsSync(pidFile)).toBe(false);
    const { child, ended } = launch({ ...settings, LOG_LEVEL: 'silent' });
    await until('PostgreSQL is starting', () => existsSync(pidFile));
    child.kill('SIGTERM');
    expect(await ended).toMatchObject({ code: 0, err: '' });
    expect(existsSync(pidFile)).toBe(false);
  });
});
