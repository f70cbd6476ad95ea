/** Programs that run another program. One table: what they take before the command, and whether they give it more rights. */

export type Wrapper = {
  /** Options that take the next word as their value. */
  valued: readonly string[];
  /** Words between the options and the command: a duration, a lock file, a root folder. */
  positionals?: number;
  /** Runs the command with another account's rights. */
  elevates?: true;
  /** `NAME=value` words may come before the command. */
  assigns?: true;
  /** With one of these the words are not run: `command -v rm` only looks `rm` up. */
  unless?: readonly string[];
};

export const wrappers: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  [
    'sudo',
    {
      elevates: true,
      assigns: true,
      unless: ['-e', '--edit', '-l', '--list', '-v', '-V'],
      valued: [
        '-u',
        '-g',
        '-h',
        '-p',
        '-C',
        '-T',
        '-r',
        '-t',
        '-U',
        '-D',
        '-R',
        '-c',
        '-a',
        '--user',
        '--group',
        '--host',
        '--prompt',
        '--close-from',
        '--chdir',
        '--chroot',
        '--role',
        '--type',
        '--other-user',
      ],
    },
  ],
  ['doas', { elevates: true, valued: ['-u', '-C', '-a'] }],
  ['pkexec', { elevates: true, valued: ['--user', '-u'] }],
  ['runuser', { elevates: true, valued: ['-u', '--user', '-g', '-G', '-s'], unless: ['-c', '-', '-l'] }],
  ['gosu', { elevates: true, valued: [], positionals: 1 }],
  ['env', { assigns: true, valued: ['-u', '--unset', '-C', '--chdir'], unless: ['-S', '--split-string'] }],
  ['nohup', { valued: [] }],
  ['time', { valued: ['-f', '-o', '--format', '--output'] }],
  ['timeout', { valued: ['-s', '-k', '--signal', '--kill-after'], positionals: 1 }],
  ['nice', { valued: ['-n', '--adjustment'] }],
  ['ionice', { valued: ['-c', '-n', '--class', '--classdata'], unless: ['-p', '--pid'] }],
  ['stdbuf', { valued: ['-i', '-o', '-e', '--input', '--output', '--error'] }],
  ['unbuffer', { valued: [] }],
  ['setsid', { valued: [] }],
  ['command', { valued: [], unless: ['-v', '-V'] }],
  ['exec', { valued: ['-a'] }],
  ['builtin', { valued: [] }],
  ['busybox', { valued: [] }],
  ['toybox', { valued: [] }],
  ['chroot', { valued: [], positionals: 1 }],
  ['flock', { valued: ['-w', '-E', '--timeout', '--wait'], positionals: 1, unless: ['-c', '--command'] }],
  ['taskset', { valued: [], positionals: 1, unless: ['-p', '--pid'] }],
  ['chrt', { valued: ['-T', '-P', '-D'], positionals: 1, unless: ['-p', '--pid'] }],
  ['unshare', { valued: ['-S', '-G', '-R', '-w'] }],
  ['nsenter', { valued: ['-t', '-S', '-G', '--target'] }],
  ['setarch', { valued: [], positionals: 1 }],
  ['strace', { valued: ['-e', '-o', '-s', '-p', '-u', '-P', '-S', '-E'] }],
  ['ltrace', { valued: ['-e', '-o', '-s', '-p', '-u', '-l', '-n'] }],
  ['rlwrap', { valued: [] }],
  ['valgrind', { valued: [] }],
  ['logsave', { valued: [], positionals: 1 }],
  ['faketime', { valued: [], positionals: 1 }],
  ['caffeinate', { valued: ['-t', '-w'] }],
  [
    'systemd-run',
    {
      valued: [
        '-p',
        '-u',
        '-E',
        '-M',
        '-H',
        '-t',
        '--unit',
        '--property',
        '--on-calendar',
        '--on-active',
        '--uid',
        '--gid',
        '--slice',
        '--description',
        '--setenv',
        '--working-directory',
      ],
    },
  ],
  ['systemd-inhibit', { valued: [] }],
  ['dbus-run-session', { valued: [] }],
  ['torify', { valued: [] }],
  ['torsocks', { valued: ['-u', '-p', '-a', '-P'] }],
  ['proxychains', { valued: ['-f'] }],
  ['proxychains4', { valued: ['-f'] }],
  ['sshpass', { valued: ['-p', '-f', '-d', '-P'] }],
  ['ssh-agent', { valued: ['-t', '-a', '-E'], unless: ['-k', '-s', '-c'] }],
  ['choom', { valued: ['-n', '--adjust'], unless: ['-p', '--pid'] }],
  ['cpulimit', { valued: ['-l', '--limit'], unless: ['-p', '--pid', '-e', '--exe'] }],
  ['softlimit', { valued: [] }],
  ['setlock', { valued: [], positionals: 1 }],
  ['setpriv', { valued: [] }],
  ['runcon', { valued: ['-t', '-u', '-r', '-l'], positionals: 1 }],
  ['prlimit', { valued: [], unless: ['-p', '--pid'] }],
  ['numactl', { valued: [] }],
  ['fakeroot', { valued: ['-l', '-s', '-i'] }],
  ['multitime', { valued: ['-n', '-s', '-i', '-I'] }],
  ['pexec', { valued: ['-n', '-p'] }],
  ['gtimeout', { valued: ['-s', '-k'], positionals: 1 }],
  ['chronic', { valued: [] }],
  ['aa-exec', { valued: ['-p', '--profile', '-n', '--namespace'] }],
  ['xvfb-run', { valued: ['-n', '-s', '-e', '-f'] }],
  ['firejail', { valued: [] }],
]);

export const shells: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'ash',
  'mksh',
  'rbash',
  'fish',
  'csh',
  'tcsh',
  'ksh93',
  'pdksh',
  'yash',
]);

const isAssignment = (word: string): boolean => /^[A-Za-z_]\w*=/.test(word);

/** A short cluster such as `-nu` takes the next word when its last letter does. */
const takesNext = (word: string, valued: readonly string[]): boolean =>
  valued.includes(word) || (/^-\w{2,}$/.test(word) && valued.includes(`-${word.at(-1)}`) && !valued.includes(word.slice(0, 2)));

/** The command among a wrapper's words (without the wrapper's own name), or null when it runs none. */
export function unwrapped(wrapper: Wrapper, words: readonly string[]): string[] | null {
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (wrapper.unless?.includes(word)) return null;
    if (wrapper.assigns && isAssignment(word)) at++;
    else if (word.startsWith('-') && word !== '-') at += takesNext(word, wrapper.valued) ? 2 : 1;
    else break;
  }
  at += wrapper.positionals ?? 0;
  while (wrapper.assigns && isAssignment(words[at] ?? '')) at++;
  return at < words.length ? words.slice(at) : null;
}

/** The script a shell, `su` or `script` is given by `-c` (also in a cluster such as `-lc`), or null. */
export function scriptOption(words: readonly string[], names: readonly string[] = ['-c', '--command', '--session-command']): string | null {
  const at = words.findIndex((word) => names.includes(word) || /^-[a-z]*c$/.test(word));
  if (at < 0) return words.find((word) => word.startsWith('--command='))?.slice('--command='.length) ?? null;
  return words.slice(at + 1).find((word) => word !== '--' && !/^[-+][a-zA-Z]+$/.test(word)) ?? null;
}

/** What `find` runs: the words between `-exec` and `;` or `+`, for each of its actions. */
export function findCommands(words: readonly string[]): string[][] {
  const commands: string[][] = [];
  for (let at = 0; at < words.length; at++) {
    if (!['-exec', '-execdir', '-ok', '-okdir'].includes(words[at] ?? '')) continue;
    const end = words.findIndex((word, index) => index > at && (word === ';' || (word === '+' && words[index - 1] === '{}')));
    const command = words.slice(at + 1, end < 0 ? undefined : end);
    if (command.length > 0) commands.push(command);
    at += command.length;
  }
  return commands;
}

const xargs: Wrapper = {
  valued: [
    '-I',
    '-n',
    '-P',
    '-L',
    '-s',
    '-d',
    '-E',
    '-a',
    '--replace',
    '--max-args',
    '--max-procs',
    '--delimiter',
    '--arg-file',
    '--max-lines',
  ],
};

/** What `xargs` runs, with the words it would read put where they belong when they are known. */
export function xargsCommand(words: readonly string[], input: string | null): string[] | null {
  const command = unwrapped(xargs, words);
  if (command === null || input === null) return command;
  const read = input.trim();
  const options = words.slice(0, words.length - command.length);
  const at = options.findIndex((word) => /^(-I|-i|--replace=)/.test(word));
  const joined = options[at]?.replace(/^(-I|-i|--replace=)/, '') ?? '';
  const marker = joined !== '' ? joined : options[at] === '-I' ? (options[at + 1] ?? '') : '{}';
  if (at >= 0 && marker !== '') return command.map((word) => word.replaceAll(marker, () => read));
  return [
    ...command,
    ...read
      .split(/\s+/)
      .filter((word) => word !== '')
      .slice(0, 64),
  ];
}

const ssh: Wrapper = {
  positionals: 1,
  valued: ['-b', '-c', '-D', '-E', '-e', '-F', '-I', '-i', '-J', '-L', '-l', '-m', '-O', '-o', '-p', '-Q', '-R', '-S', '-W', '-w'],
};
const perf: Wrapper = { valued: ['-e', '-o', '-r', '-F', '-C', '-c'] };

/** Words as a line that reads back as the same words; one word may be a whole line already. */
function commandLine(words: readonly string[] | null): string | null {
  if (words === null || words.length === 0) return null;
  if (words.length === 1) return words[0] ?? null;
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ');
}

const watch: Wrapper = { valued: ['-n', '--interval'] };

/** The variables a wrapper sets for the command behind it: `env A=b command`. */
export function assignmentsBefore(words: readonly string[], inner: readonly string[]): { name: string; value: string }[] {
  return words
    .slice(1, words.length - inner.length)
    .filter(isAssignment)
    .map((word) => ({ name: word.slice(0, word.indexOf('=')), value: word.slice(word.indexOf('=') + 1) }));
}

/** A script given as plain words or by an option: `eval`, `trap`, `watch`, `ssh host`, `su -c`, `sh -c`; null for none. */
export function scriptIn(name: string, words: readonly string[]): string | null {
  if (shells.has(name)) return scriptOption(words);
  switch (name) {
    case 'eval':
      return words.join(' ');
    case 'trap':
      return words.find((word) => !word.startsWith('-')) ?? null;
    case 'watch':
      return commandLine(unwrapped(watch, words));
    case 'ip':
      return words[0] === 'netns' && words[1] === 'exec' ? commandLine(words.slice(3)) : null;
    case 'perf':
      return ['stat', 'record', 'trace'].includes(words[0] ?? '') ? commandLine(unwrapped(perf, words.slice(1))) : null;
    case 'start-stop-daemon':
      return words[words.findIndex((word) => /^(-\w*[xa]|--exec|--startas)$/.test(word)) + 1] ?? null;
    case 'capsh':
      return words.includes('--') ? commandLine(['bash', ...words.slice(words.indexOf('--') + 1)]) : null;
    case 'sg':
      return words[1] === '-c' ? (words[2] ?? null) : (words[1] ?? null);
    case 'ssh':
      return unwrapped(ssh, words)?.join(' ') ?? null;
    case 'su':
    case 'runuser':
    case 'script':
    case 'flock':
      return scriptOption(words);
    case 'env':
      return words[words.findIndex((word) => word === '-S' || word === '--split-string') + 1] ?? null;
    default:
      return null;
  }
}
