import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const main = join(import.meta.dirname, '../../src/cli/main.ts');
let folder = '';
let closedUrl = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lapwing-cli-'));
  await writeFile(join(folder, 'access.log'), '192.0.2.7 - - [03/Feb/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1\n');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  closedUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`;
  server.close();
  await once(server, 'close');
});
afterAll(() => rm(folder, { recursive: true }));

type Run = { code: number; stdout: string; stderr: string };

function lapwing(words: string[], variables: Record<string, string> = {}): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...words],
      {
        cwd: folder,
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_DATA_DIR: folder, ...variables },
      },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    child.stdin?.end();
  });
}

test.each([
  [[]],
  [['import']],
  [['keys']],
  [['keys', 'create']],
  [['keys', 'revoke']],
  [['user']],
  [['user', 'export']],
  [['user', 'erase']],
  [['user', 'hold']],
  [['user', 'release']],
  [['detectors']],
  [['detector']],
  [['detector', 'set']],
  [['detector', 'preview']],
  [['secret', 'register']],
  [['secret', 'uses']],
  [['user', 'reveal']],
])('%j --help shows examples', async (command) => {
  const { code, stdout } = await lapwing([...command, '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Examples?:\n {2}\$ lapwing /);
});

describe('wrong arguments end with code 2 and say what is wrong', () => {
  test.each([
    [['fly'], "unknown command 'fly'"],
    [['import', 'x.log'], "required option '--format <format>' not specified"],
    [['import', 'x.log', '--format', 'pcap'], 'Allowed choices are sshd, access'],
    [['import', '--format', 'sshd', '--year', '1969'], 'A year from 1970 to 2999'],
    [['import', '--format', 'sshd', '--time-zone', 'Mars/Base'], 'No such time zone'],
    [['keys', 'create', '--role', 'admin'], "required option '--name <name>' not specified"],
    [['keys', 'create', '--name', 'x', '--role', 'king'], 'Allowed choices are admin, analyst, auditor, member, service'],
    [['detector', 'set', 'after-hours'], 'nothing to change: give --enable, --disable, --threshold or --reset'],
    [['detector', 'set', 'after-hours', '--threshold', 'dayStart'], 'Write it as name=number, e.g. failures=4.'],
    [['detector', 'set', 'after-hours', '--threshold', 'dayStart=1e9'], 'Write it as name=number, e.g. failures=4.'],
    [['detector', 'set', 'after-hours', '--enable', '--disable'], "option '--enable' cannot be used with option '--disable'"],
    [['detector', 'preview'], "missing required argument 'id'"],
    [['keys', 'revoke'], "missing required argument 'id'"],
    [['user', 'reveal', 'user-k7f39-q2mw4'], "required option '--reason <text>' not specified"],
  ])('%j', async (words, message) => {
    const { code, stdout, stderr } = await lapwing(words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});

describe('what the operator can mend is one line, without a stack', () => {
  test.each([
    ['no key anywhere', ['keys', 'revoke', 'x'], {}, 'no key: give one with --key or LAPWING_KEY'],
    [
      'a remote service gets no local key',
      ['keys', 'revoke', 'x', '--url', 'https://lapwing.example'],
      {},
      'no key for https://lapwing.example',
    ],
    ['an address that is none', ['keys', 'revoke', 'x', '--url', 'here', '--key', 'k'], {}, '"here" is no address of a service'],
    ['a key with a newline', ['keys', 'revoke', 'x'], { LAPWING_KEY: 'a\nb' }, 'the key holds characters that no key has'],
    ['a file that is not there', ['import', 'nowhere.log', '--format', 'access', '--key', 'k'], {}, 'cannot read nowhere.log (ENOENT)'],
    ['following standard input', ['import', '--follow', '--format', 'access', '--key', 'k'], {}, '--follow needs a file'],
  ])('%s', async (_, words, variables, message) => {
    const { code, stdout, stderr } = await lapwing(words, variables);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^lapwing: .*\n$/);
    expect(stderr).toContain(message);
  });
});

test('a service that is not running is named, with the counts so far', async () => {
  const { code, stdout, stderr } = await lapwing(['import', 'access.log', '--format', 'access', '--json', '--url', closedUrl], {
    LAPWING_KEY: 'k',
  });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ lines: 1, tracked: 0 });
  expect(stderr).toContain(`lapwing: cannot reach ${closedUrl} (ECONNREFUSED): is the service running? start it with \`npm start\`\n`);
}, 30_000);

test('an empty log is all zeros', async () => {
  const { code, stdout } = await lapwing(['import', '--format', 'sshd', '--json', '--url', closedUrl, '--key', 'k']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    lines: 0,
    tracked: 0,
    duplicates: 0,
    skipped: {},
    excluded: 0,
    rejected: 0,
    anomalies: 0,
    alerts: 0,
  });
});
