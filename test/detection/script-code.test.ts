import { describe, expect, test } from 'vitest';
import { readCommand } from '../../src/detection/shell.ts';

/** What would run, as plain text: one string per program. */
const run = (command: string): string[] => readCommand(command).programs.map(({ name, args }) => [name, ...args].join(' '));

describe('what other languages and other programs are made to run is read', () => {
  test.each([
    ['python3 -c \'import os; os.system("rm x")\''],
    ['python3 -c \'import subprocess as s; s.run(["rm", "x"])\''],
    ['python3 -c \'import os; os.execlp("rm", "rm", "x")\''],
    ['python3 -c \'exec(__import__("base64").b64decode("b3Muc3lzdGVtKCJybSB4Iik="))\''],
    ['perl -e \'system("rm", "x")\''],
    ["perl -e 'print `rm x`'"],
    ["ruby -e 'puts %x(rm x)'"],
    ['php -r \'shell_exec("rm " . "x");\''],
    ['node -e \'require("child_process").execSync("rm x")\''],
    ['lua -e \'os.execute("rm x")\''],
    ['awk \'BEGIN {system("rm x")}\''],
    ['awk \'BEGIN {"rm x" | getline y}\''],
    ['osascript -e \'do shell script "rm x"\''],
    ["expect -c 'spawn rm x'"],
    ["tclsh <<< 'exec rm x'"],
    ['python3 <<E\nimport os\nos.system("rm x")\nE'],
    ["vim -c ':!rm x'"],
    ["gdb -ex '!rm x'"],
    ["mysql -e '\\! rm x'"],
    ["sed '1e rm x' y"],
    ['os.execute("rm x")'],
    ['!rm x'],
    [':!rm x'],
  ])('code in %s runs it', (command) => {
    expect(run(command).at(-1)).toBe('rm x');
  });

  test.each([
    ['PAGER="sh -c \'rm x\'" man y'],
    ['tar cf y z --checkpoint-action="exec=sh -c \'rm x\'"'],
    ['ssh -o ProxyCommand="sh -c \'rm x\'" y'],
    ['rsync -e \'sh -c "rm x"\' a b:c'],
    ['zip y z -T -TT \'sh -c "rm x"\''],
    ['sudo env EDITOR=\'sh -c "rm x"\' crontab -e'],
  ])('a shell handed over in %s is followed', (command) => {
    expect(run(command)).toContain('rm x');
  });

  test('what a program is made to run is marked as run out of it', () => {
    expect(readCommand("sudo vim -c ':!rm x'").programs.at(-1)).toMatchObject({ name: 'rm', elevated: true, via: ['sudo', 'vim', '!'] });
  });

  test.each([
    'git commit -m "system(\'rm x\')"',
    'grep "exec(\\"rm\\")" y',
    'echo \'os.system("rm x")\'',
    'curl -d "!rm x" h',
    'find . ! -name rm',
  ])('in %s such a text stays a text', (command) => {
    expect(run(command)).toHaveLength(1);
  });

  test('a pattern for a program finds the program', () => {
    expect(readCommand('/???/c?t x').programs).toMatchObject([{ name: 'cat', path: '/???/c?t' }]);
    expect(readCommand('./b* x').programs).toMatchObject([{ name: 'b*' }]);
  });

  test('variables that a wrapper sets are listed', () => {
    expect(readCommand('sudo LD_PRELOAD=x env A=b c').assignments).toEqual([
      { name: 'LD_PRELOAD', value: 'x' },
      { name: 'A', value: 'b' },
    ]);
  });
});
