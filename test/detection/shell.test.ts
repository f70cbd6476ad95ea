import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  argumentCharactersMax,
  argumentsMax,
  costlyMarksMax,
  isElevated,
  nestingLevelsMax,
  parsedCharactersMax,
  programsMax,
  redirectsMax,
  readCommand,
  substitutionMarksMax,
} from '../../src/detection/shell.ts';

/** What would run, as plain text: one string per program. */
const run = (command: string): string[] => readCommand(command).programs.map(({ name, args }) => [name, ...args].join(' '));

describe('spelling does not hide a program', () => {
  test.each([
    ['quotes inside a word', "r''m -rf '/'"],
    ['a backslash before a word', '\\rm -r"f" /'],
    ['a full path', '/bin/rm -rf /'],
    ['an encoded string', "$'\\x72m' -rf /"],
    ['a variable that the line sets', 'a=rm; b=/; $a -rf "$b"'],
    ['a variable with several words', 'c="rm -rf /"; $c'],
    ['the separator variable', 'rm${IFS}-rf${IFS}/'],
    ['braces', '{rm,-rf,/}'],
    ['the output of echo', '$(echo rm) -rf /'],
    ['a default value', '${nothing:-rm} -rf /'],
  ])('%s', (_, command) => {
    expect(run(command).at(-1)).toBe('rm -rf /');
  });

  test('the path is kept as written and the name is its last part', () => {
    const [program] = readCommand('/usr/local/bin/Tool x').programs;
    expect(program).toMatchObject({ name: 'Tool', path: '/usr/local/bin/Tool', args: ['x'] });
  });

  test('a value that only running would tell stays as written', () => {
    expect(run('rm -rf "$DIR/x" $(unknown)')).toEqual(['unknown', 'rm -rf $DIR/x $(_)']);
  });
});

describe('wrappers are seen through', () => {
  test.each([
    'sudo rm x',
    'sudo -nu bob -- rm x',
    'sudo --user bob A=b rm x',
    'doas -u bob rm x',
    'pkexec --user bob rm x',
    'runuser -u bob rm x',
    'env A=b rm x',
    'env -i -u A rm x',
    'nohup rm x',
    'time rm x',
    '/usr/bin/time -f %e rm x',
    'timeout 5 rm x',
    'timeout -s 9 --kill-after=1 5 rm x',
    'nice -n 5 rm x',
    'stdbuf -oL rm x',
    'setsid rm x',
    'command rm x',
    'exec -a y rm x',
    'builtin rm x',
    'busybox rm x',
    'chroot /mnt rm x',
    'flock /tmp/l rm x',
    'ionice -c 3 rm x',
    'A=b rm x',
    'sudo env A=b nohup timeout 5 nice rm x',
  ])('%s', (command) => {
    expect(run(command)).toEqual(['rm x']);
  });

  test.each([
    ['sh -c "rm x"'],
    ['bash -lc "rm x"'],
    ['bash --norc -e -c "rm x" name'],
    ['zsh -c "rm x"'],
    ['dash -c "rm x"'],
    ['ksh -c "rm x"'],
    ['eval "rm x"'],
    ['eval rm x'],
    ['su - bob -c "rm x"'],
    ['su -c "rm x"'],
    ['find . -exec rm x \\;'],
    ['find . -execdir rm x {} +'.replace(' {}', ' {}')],
    ['find . -ok rm x \\;'],
    ['xargs rm x'],
    ['xargs -0 -n 1 -I {} rm x'],
    ['ssh -p 22 host rm x'],
    ['watch -n 5 rm x'],
    ['trap "rm x" EXIT'],
    ['bash <<< "rm x"'],
    ['sh <<E\nrm x\nE'],
    ["cat <<'E' | sh\nrm x\nE"],
    ['echo rm x | sh'],
    ['echo cm0geA== | base64 -d | sh'],
    ['bash <<< "$(echo cm0geA== | base64 --decode)"'],
    ['printf "\\x72m %s" x | sudo bash'],
    ['echo 726d2078 | xxd -r -p | sh'],
    ['sh -c "eval \'rm x\'"'],
    ['env -S "rm x"'],
    ['echo x | xargs rm'],
    ['echo x | xargs -I{} rm {}'],
    ['echo x | xargs -0 rm'],
    ['ip netns exec blue rm x'],
    ['perf stat -e cycles rm x'],
    ['start-stop-daemon -S -x "rm x"'],
    ['sg staff -c "rm x"'],
    ['capsh -- -c "rm x"'],
    ['echo "rm x" | at now'],
    ['torsocks rm x'],
    ['sshpass -p y ssh h rm x'],
    ['echo "ez k" | tr A-Za-z N-ZA-Mn-za-m | sh'],
    ['echo "rQm x" | tr -d Q | sh'],
    ['echo "rQm x" | sed s/Q//g | sh'],
    ['echo OJWSA6A= | base32 -d | sh'],
    ['echo "x mr" | rev | sh'],
  ])('what %s runs is listed too', (command) => {
    expect(run(command).join('\n')).toMatch(/^rm x( \{\})?$/m);
  });

  test.each(['sudo -l', 'command -v rm', 'env', 'timeout 5', 'ssh host', 'nohup'])('%s runs nothing else', (command) => {
    expect(run(command)).toEqual([command]);
  });

  test('every command of find is listed', () => {
    expect(run('find / -exec rm {} \\; -exec chmod 777 {} +').slice(1)).toEqual(['rm {}', 'chmod 777 {}']);
  });

  test('the wrappers are named, outermost first', () => {
    expect(readCommand('sudo nice sh -c "env A=b rm x"').programs.at(-1)?.via).toEqual(['sudo', 'nice', 'sh', 'env']);
  });
});

describe('every part of a line is read', () => {
  test.each([
    ['a; b && c || d & e\nf'],
    ['(a; b) ; { c; d; } ; e; f'],
    ['if a; then b; elif c; then d; else e; f; fi'],
    ['while a; do b; done; until c; do d; done; e; f'],
    ['x() { a; b; c; }; d; e; f'],
    ['case a in x) a;; *) b; c;; esac; d; e; f'],
    ['a | b | c; ! d |& e; f'],
  ])('%j', (command) => {
    expect(run(command)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  test('substitutions come before the program that uses their output', () => {
    expect(run('a "$(b)" `c` <(d) "x$(e "$(f)")"')).toEqual(['b', 'c', 'd', 'f', 'e $(_)', 'a $(_) $(_) /dev/fd/63 x$(_)']);
  });

  test('a pipeline knows who reads from whom, through wrappers too', () => {
    expect(readCommand('a | sudo b | c').programs.map(({ pipedFrom }) => pipedFrom)).toEqual([null, 0, 1]);
  });

  test('of a group in a pipeline every program feeds the next stage', () => {
    const { programs } = readCommand('(a; b) | c');
    expect(programs[2]).toMatchObject({ pipedFrom: 1, fedBy: [0] });
  });

  test('output kept in a variable feeds the program that uses it later', () => {
    const { programs } = readCommand('X=$(a); b; c "$X"');
    expect(programs[0]?.feeds).toBe(programs.findIndex(({ name }) => name === 'c'));
  });

  test("redirections are kept with operator, target and descriptor, a group's with each of its programs", () => {
    const { programs } = readCommand('{ a; b 2>>e; } > /tmp/x');
    expect(programs.map(({ redirects }) => redirects)).toEqual([
      [{ operator: '>', target: '/tmp/x', descriptor: null }],
      [
        { operator: '>', target: '/tmp/x', descriptor: null },
        { operator: '>>', target: 'e', descriptor: 2 },
      ],
    ]);
  });

  test('a line that only redirects has a program without a name', () => {
    expect(readCommand('> /tmp/x').programs).toMatchObject([{ name: '', redirects: [{ target: '/tmp/x' }] }]);
  });

  test('assignments and functions are listed', () => {
    expect(readCommand('A=1; export B=2; f() { g; }')).toMatchObject({
      assignments: [
        { name: 'A', value: '1' },
        { name: 'B', value: '2' },
      ],
      functions: [{ name: 'f', from: 2, to: 3 }],
    });
  });

  test('a change of folder holds for what follows, and ends with its subshell', () => {
    expect(readCommand('(cd /etc && cat x); ls; cd ~; cd y; ls').programs.map(({ directory }) => directory)).toEqual([
      null,
      '/etc',
      null,
      null,
      '~',
      '~/y',
    ]);
  });

  test.each(['', '   ', '# only a comment'])('nothing runs in %j', (command) => {
    expect(readCommand(command)).toEqual({ programs: [], assignments: [], functions: [], complete: true });
  });
});

describe('elevation', () => {
  test.each([
    'sudo ls',
    'a; sudo b',
    'a | doas tee x',
    'pkexec x',
    'su -c x',
    'sh -c "sudo x"',
    'nohup sudo x',
    'sudo -i',
    'su',
    'sudo sh -c "a"',
    '/usr/bin/sudo ls',
  ])('%s is elevated', (command) => {
    expect(isElevated(readCommand(command))).toBe(true);
  });

  test.each(['ls', 'echo sudo ls', 'man sudo', 'grep "sudo" log', 'ls /usr/bin/sudo', 'sudoku'])('%s is not elevated', (command) => {
    expect(isElevated(readCommand(command))).toBe(false);
  });

  test('only the programs under sudo are marked', () => {
    expect(readCommand('a; sudo sh -c "b; c"; d').programs.map(({ elevated }) => elevated)).toEqual([false, true, true, true, false]);
  });
});

describe('limits', () => {
  test('programs are listed up to the limit, and one more makes the reading incomplete', () => {
    for (const [count, complete] of [
      [programsMax - 1, true],
      [programsMax, true],
      [programsMax + 1, false],
    ] as const) {
      const reading = readCommand('a;'.repeat(count));
      expect([reading.programs.length, reading.complete]).toEqual([Math.min(count, programsMax), complete]);
    }
  });

  test("a text over the parser's limit is still judged from both ends", () => {
    const padded = (length: number) => `rm -rf /etc;${' '.repeat(length - 24)}rm -rf /usr;`;
    for (const [length, complete] of [
      [parsedCharactersMax - 1, true],
      [parsedCharactersMax, true],
      [parsedCharactersMax + 1, false],
      [1_000_000, false],
    ] as const) {
      const reading = readCommand(padded(length));
      expect([reading.programs.map(({ args }) => args.at(-1)), reading.complete]).toEqual([['/etc', '/usr'], complete]);
    }
  });

  test('scripts in scripts are followed to the limit', () => {
    const nested = (levels: number) => `${'eval '.repeat(levels)}rm x`;
    expect(run(nested(nestingLevelsMax)).at(-1)).toBe('rm x');
    expect(readCommand(nested(nestingLevelsMax)).complete).toBe(true);
    expect(readCommand(nested(nestingLevelsMax + 1)).complete).toBe(false);
  });

  test('marks that cost the parser much time are counted', () => {
    const marked = (count: number) => `a ${'<<<x '.repeat(count)}; rm x`;
    expect([costlyMarksMax - 1, costlyMarksMax, costlyMarksMax + 1].map((count) => readCommand(marked(count)).complete)).toEqual([
      true,
      true,
      false,
    ]);
    expect(run(marked(costlyMarksMax + 1)).at(-1)).toBe('rm x');
  });

  test('starts of substitutions are counted', () => {
    const marked = (count: number) => `a ${'$(b) '.repeat(count)}; rm x`;
    expect([substitutionMarksMax - 1, substitutionMarksMax, substitutionMarksMax + 1].map((count) => run(marked(count)).at(-1))).toEqual([
      'rm x',
      'rm x',
      'rm x',
    ]);
    expect(readCommand(marked(substitutionMarksMax + 1)).complete).toBe(false);
  });

  test('characters of arguments are kept up to the limit, whatever doubles them', () => {
    const kept = (command: string) => readCommand(command).programs.reduce((sum, { args }) => sum + args.join('').length, 0);
    const long = 'a'.repeat(1_000);
    for (const command of [
      `x=${long}; ${'x=$x$x; '.repeat(6)} b ${'$x '.repeat(900)}`,
      `x=${long}; ${'b $x $x $x $x; '.repeat(150)}`,
      `x='sh -c "${'b;'.repeat(60)}"'; ${'x=$x$x; '.repeat(5)} ${'eval "$x"; '.repeat(100)}`,
      `x='exec("sh");'; ${'x=$x$x; '.repeat(9)} ${'python -c "$x"; '.repeat(200)}`,
      'b '.repeat(500_000),
      `b ${'a'.repeat(1_000_000)}`,
    ]) {
      expect(kept(command)).toBeLessThanOrEqual(argumentCharactersMax);
      expect(readCommand(command).programs.length).toBeLessThanOrEqual(programsMax);
    }
  });

  test('redirections are kept up to the limit', () => {
    const kept = [redirectsMax - 1, redirectsMax, redirectsMax + 1].map(
      (count) => readCommand(`a ${'> x '.repeat(count)}`).programs[0]?.redirects.length,
    );
    expect(kept).toEqual([redirectsMax - 1, redirectsMax, redirectsMax]);
  });

  test('arguments are kept up to the limit', () => {
    expect(readCommand(`a ${'b '.repeat(argumentsMax + 5)}`).programs[0]?.args.length).toBeLessThan(argumentsMax);
  });
});

describe('hostile text', () => {
  test.each([
    ['an unclosed quote', 'rm -rf "/etc'],
    ['a NUL', 'rm\0 -rf /'],
    ['a lone backslash', 'rm \\'],
    ['an unclosed substitution', 'a $(b'],
    ['an unended here-document', 'sh <<E\nrm x'],
    ['a stray keyword', 'fi; rm x'],
    ['deep parentheses', '('.repeat(100_000)],
    ['deep substitutions', '$('.repeat(100_000)],
    ['backticks', '`'.repeat(100_001)],
    ['here-documents', '<<a '.repeat(100_000)],
    ['braces in one word', '{a,b}'.repeat(1_600)],
    ['variables that double', 'x=$x$x;'.repeat(1_000)],
    ['a megabyte', 'a '.repeat(500_000)],
    ['a lone surrogate', 'rm \ud800'],
  ])('%s gives a reading', (_, command) => {
    expect(Array.isArray(readCommand(command).programs)).toBe(true);
  });

  test('what stands before an unclosed quote is read', () => {
    expect(run('rm -rf "/etc')[0]).toMatch(/^rm -rf/);
  });

  test('no text makes the reader throw', () => {
    const mark = fc.constantFrom(
      '$(',
      ')',
      '`',
      '"',
      "'",
      '{',
      '}',
      '((',
      '<<E\n',
      '|',
      ';',
      '&',
      ' ',
      '\\',
      'sh -c ',
      'sudo ',
      'eval ',
      'xargs ',
      'find . -exec ',
      '$x',
      'x=',
      '> ',
      'base64 -d',
      'echo ',
      'if ',
      'case ',
      '\0',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.oneof(mark, fc.string()), { maxLength: 60 }).map((parts) => parts.join('')),
        ),
        (command) => {
          const { programs } = readCommand(command);
          return programs.length <= programsMax && programs.every(({ pipedFrom }, at) => pipedFrom === null || pipedFrom < at);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
