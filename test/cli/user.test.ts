import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

/** The commands for one user, against a service. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
let service: Service;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lapwing-export-'));
  service = await startService({ clock: testClock('2026-10-20T00:00:00Z') });
  const page = (user: string, at: number) => ({
    user,
    occurredAt: new Date(Date.UTC(2026, 9, 19) - at * 3_600_000).toISOString(),
    detail: { web: { page: '/a' } },
  });
  await trackAll(service, [...Array.from({ length: 250 }, (_, at) => page('ada', at)), page('bob', 0)]);
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await service.close();
});

type Run = { code: number; stdout: string; stderr: string };
const lapwing = (words: string[], key = adminKey): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, 'user', ...words],
      { env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_URL: service.url, LAPWING_KEY: key } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
const kindsIn = (text: string) => Map.groupBy(text.trim().split('\n'), (line) => (JSON.parse(line) as { kind: string }).kind);

describe('lapwing user export', () => {
  it('writes a record on each line, and says on standard error how many of what', async () => {
    const { code, stdout, stderr } = await lapwing(['export', 'ada']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'exported 1 USER, 250 ACTIVITY\n' });
    expect(kindsIn(stdout).get('ACTIVITY')).toHaveLength(250);
  });

  it('writes a file that only its owner reads, of the last days, and none over another', async () => {
    const out = join(folder, 'ada.ndjson');
    const { code, stdout, stderr } = await lapwing(['export', 'ada', '--days', '7', '--out', out, '--json']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '{"USER":1,"ACTIVITY":145}\n' });
    expect(kindsIn(readFileSync(out, 'utf8')).get('ACTIVITY')).toHaveLength(145); // six days and the hour itself
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(await lapwing(['export', 'ada', '--out', out])).toMatchObject({ code: 1, stderr: expect.stringContaining('EEXIST') });
  });

  it('says that there is no such user, and that it takes an admin', async () => {
    expect(await lapwing(['export', 'nobody'])).toMatchObject({ code: 1, stderr: 'lapwing: there is no user nobody\n' });
    const { secret } = await makeKey(service, { role: 'ANALYST' });
    expect(await lapwing(['export', 'ada'], secret)).toMatchObject({ code: 1, stderr: expect.stringContaining('Query.userExport') });
    expect(await lapwing(['export', 'ada', '--days', '0'])).toMatchObject({ code: 2 });
  });
});

describe('lapwing user hold, release and erase', () => {
  it('keep a user, let go, and erase without a question where that is said', async () => {
    expect(await lapwing(['hold', 'bob', '--reason', 'case 12', '--until', '2027-01-01T00:00:00Z'])).toEqual({
      code: 0,
      stdout: 'bob cannot be erased until 2027-01-01T00:00:00.000000Z; held since 2026-10-20T00:00:00.000000Z\n',
      stderr: '',
    });
    const erase = ['erase', 'bob', '--reason', 'asked to'];
    expect(await lapwing([...erase, '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing more was erased: a legal hold'),
    });
    expect(await lapwing(['release', 'bob'])).toEqual({ code: 0, stdout: 'bob can be erased again\n', stderr: '' });
    expect(await lapwing(['release', 'bob'])).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing was released') });
    expect(await lapwing(erase)).toEqual({ code: 1, stdout: '', stderr: 'lapwing: there is nobody to ask: give --yes to erase without\n' });
    expect(await lapwing([...erase, '--yes'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^erased at 2026-10-20T00:00:00.000000Z; what is left is erased:\S+\n {9}1 {2}activities\n/),
    });
    expect(await lapwing([...erase, '--yes', '--json'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no such user'),
    });
  });
});
