import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeKey, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

/** The commands for secrets, against a service. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
const now = '2026-11-22T10:00:00.000000Z';
const secret = 'swordfish-and-chips';
let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock(now) });
});
afterAll(() => service.close());

type Run = { code: number; stdout: string; stderr: string };
const lapwing = (words: string[], input = '', key = adminKey): Promise<Run> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, 'secret', ...words],
      { env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_URL: service.url, LAPWING_KEY: key } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
const idOf = async () => (JSON.parse((await lapwing(['list', '--json'])).stdout) as { id: string }[])[0]!.id;

describe('lapwing secret', () => {
  it('registers what is piped in, without the line break at its end, and lists it with its uses', async () => {
    const { code, stdout, stderr } = await lapwing(['register', '--name', 'fish'], `${secret}\n`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^registered fish \(\S+\) at 2026-11-22T10:00:00\.000000Z\n$/);
    expect((await lapwing(['list'])).stdout).toContain('found never\n');
    await track(service, { user: 'ada', detail: { terminal: { command: `login ${secret}` } } });
    await track(service, {
      user: 'bob',
      secretsUsed: [{ secret: 'vault', granted: false, reason: 'no\u001b[2J' }],
      detail: { web: { page: '/' } },
    });
    expect((await lapwing(['list'])).stdout).toBe(
      `${await idOf()}  fish\n  registered ${now} by LAPWING_ADMIN_KEY\n  found once, last at ${now}\n`,
    );
  });

  it('shows where secrets were used, for people and as JSON, and by whom or which', async () => {
    const { secret: analyst } = await makeKey(service, { role: 'ANALYST' });
    const ofAda = await lapwing(['uses', '--user', 'ada'], '', analyst);
    expect(ofAda.stdout).toMatch(/^\S+Z {2}granted {2}KNOWN {2}fish [0-9a-f]{12} {2}ada {2}in detail\.command\n$/);
    expect((await lapwing(['uses', '--denied'], '', analyst)).stdout).toBe(`${now}  denied   REPORTED  vault  bob  (no\\u{1b}[2J)\n`);
    const [use] = JSON.parse((await lapwing(['uses', '--secret', 'fish', '--json'], '', analyst)).stdout) as { fingerprint: string }[];
    expect(use).toMatchObject({ kind: 'KNOWN', user: { externalId: 'ada' }, activity: { type: 'COMMAND' }, at: 6 });
    const same = await lapwing(['uses', '--fingerprint', use!.fingerprint.slice(0, 12)], '', analyst);
    expect(same.stdout).toBe(ofAda.stdout);
    expect((await lapwing(['uses', '--last', '1'], '', analyst)).stderr).toBe('These are the latest 1 of 2: ask for more with --last.\n');
  });

  it('says what is wrong in one line that holds nothing of the secret', async () => {
    const again = await lapwing(['register', '--name', 'more fish'], secret);
    expect(again).toEqual({ code: 1, stdout: '', stderr: 'lapwing: no secret was registered: this secret is registered already\n' });
    const nothing = await lapwing(['register', '--name', 'nothing'], '\n');
    expect(nothing).toEqual({ code: 1, stdout: '', stderr: 'lapwing: no secret was given: type it, or pipe it in\n' });
    const asWord = await lapwing(['register', '--name', 'word', secret]);
    expect([asWord.code, asWord.stderr]).toEqual([2, expect.stringContaining('too many arguments')]);
    expect((await lapwing(['uses', '--last', '201'])).stderr).toContain('A whole number from 1 to 200 is needed.');
    const { secret: analyst } = await makeKey(service, { role: 'ANALYST' });
    expect((await lapwing(['list'], '', analyst)).stderr).toContain('use a key with the right role');
  });

  it('forgets, once', async () => {
    const id = await idOf();
    expect(await lapwing(['forget', id, '--reason', 'eaten'])).toEqual({ code: 0, stdout: 'forgot fish\n', stderr: '' });
    expect((await lapwing(['list', '--json'])).stdout).toBe('[]\n');
    expect((await lapwing(['forget', id])).stderr).toBe('lapwing: no secret was forgotten: this secret is already forgotten\n');
  });
});
