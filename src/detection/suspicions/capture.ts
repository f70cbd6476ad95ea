/** Secrets caught where they pass: in memory, at the keyboard, on the wire. */
import type { Program, ShellReading } from '../shell.ts';
import { hasOption, joined, operands, shows, sourcesOf, type Rule } from './rule.ts';
import { pathsNamed, sharedFolder, written } from './paths.ts';
import { lookers, names } from './stores.ts';

const memory = /^\/proc\/(?!self)[^/]+\/(mem|kcore|fd\/\*)$|^\/proc\/kcore$|^\/dev\/(mem|kmem|fmem)$|^\/proc\/[^/]*\$[^/]*\/(mem|maps?)$/;
const memoryOrders = shows([
  ['gcore procdump avml memdump', /\S/],
  ['gdb lldb', /^(?=.*(-p|--pid|attach|process))(?=.*(dump (binary )?memory|gcore|generate-core|save-core))/],
  ['insmod modprobe', /(^|\/)(lime|pmem|fmem)\S*\.ko/],
  ['crash', /\/proc\/kcore/],
  ['rundll32 rundll32.exe', /comsvcs/i],
  ['dd', /if=\/(dev\/(k|f)?mem|proc\/kcore)/],
]);

const inputOrders = shows([
  ['xinput', /^(--)?test(-xi2)?\b/],
  ['showkey', /.*/],
  ['evtest libinput', /\/dev\/input\/|^debug-events/],
  ['auditctl', /-S execve.* -k |TTY/i],
  ['ttysnoop ttyrec conspy', /.*/],
]);
const readers = names('cat dd xxd hexdump od head tail tee strings python python3 perl evtest');
const signIn = /\b(sshd?|sudo|su|login|passwd|gdm|polkit-agent\S*)\b/;
const signsIn = (program: Program, reading: ShellReading): boolean =>
  signIn.test(joined(program)) ||
  sourcesOf(program, reading).some((source) => /^(pgrep|pidof|ps|grep)$/.test(source.name) && signIn.test(joined(source)));
/** `alias sudo='sudo '` is what people write; `alias sudo=/tmp/x` is not. */
const foreignAlias = /^(sudo|su|ssh|passwd|login)=(?!\s*(sudo|su|ssh|passwd|login|doas|TERM=\S+ ssh|kitt\w+|mosh|env)\b)/;
const logsInput = /history|BASH_COMMAND/;

const listeners = names(
  'tcpdump tshark dumpcap ngrep tcpflow snoop wireshark ettercap bettercap dsniff arpspoof driftnet tcpick netsniff-ng',
);

/** Listening to a network, as against reading what was recorded or asking for help. */
const listens = (program: Program): boolean =>
  listeners.has(program.name) && !hasOption(program, 'rDhLG', '--version', '--help', '--list-interfaces') && program.args.length > 0;

export const capture: readonly Rule[] = [
  {
    code: 'PROCESS_MEMORY',
    tactic: 'CREDENTIAL_ACCESS',
    points: 30,
    find(program) {
      if (memoryOrders(program)) return `copies the memory of a process with ${program.name}`;
      const path = lookers.has(program.name) ? undefined : pathsNamed(program).find((candidate) => memory.test(candidate));
      if (path !== undefined) return `reads the memory of a process: ${path.slice(0, 60)}`;
      return program.args.some((word) => /\/proc\/[^\s/]{1,40}\/(mem|maps)\b/.test(word) && /open|read|dump/.test(word))
        ? `reads the memory of a process in ${program.name}`
        : null;
    },
    suspicious: [
      'gcore 4242',
      'dd if=/proc/4242/mem of=/tmp/d bs=1',
      'gdb -p 4242 -batch -ex "dump memory /tmp/m 0x1 0x2"',
      'strings /dev/mem',
      'cat /proc/$P/maps',
      'insmod lime-5.4.ko path=/tmp/m',
      'python3 -c "open(\'/proc/1/mem\').read()"',
    ],
    harmless: [
      'cat /proc/meminfo',
      'cat /proc/4242/status',
      'cat /proc/self/maps',
      'gdb ./app core',
      'cat /proc/4242/maps',
      'ls /proc/4242',
    ],
  },
  {
    code: 'INPUT_CAPTURE',
    tactic: 'CREDENTIAL_ACCESS',
    points: 30,
    find(program, reading) {
      if (program.name !== 'auditctl' && inputOrders(program)) return `records what is typed with ${program.name}`;
      if (readers.has(program.name) && pathsNamed(program).some((path) => path.startsWith('/dev/input/event'))) return 'reads the keyboard';
      if (program.name === 'strace' && hasOption(program, 'p', '--attach') && signsIn(program, reading))
        return 'watches a program that is told passwords';
      if (program.name === 'alias' && program.args.some((word) => foreignAlias.test(word)))
        return 'puts something else in the place of a command that is told passwords';
      const kept = program.name === 'script' && operands(program).some((word) => sharedFolder.test(word) || /\/\.[^/.]/.test(word));
      if (kept) return 'keeps what is typed in a place of its own';
      const typed =
        pathsNamed(program).some((path) => /pam_(tty_audit|exec)\.so/.test(path)) && program.name !== 'grep' && program.name !== 'cat';
      if (typed || (program.name === 'trap' && program.args.includes('DEBUG') && /BASH_COMMAND.*>|>.*BASH_COMMAND/.test(joined(program))))
        return 'has what is typed recorded';
      const prompt = reading.assignments.some(
        ({ name, value }) => name === 'PROMPT_COMMAND' && logsInput.test(value) && /(tee|>>|logger|nc |curl )/.test(value),
      );
      return prompt && program === reading.programs[0] ? 'has what is typed recorded' : null;
    },
    suspicious: [
      'xinput test 12',
      'cat /dev/input/event0',
      'strace -f -p $(pgrep sshd) -e read',
      'trap \'echo "$BASH_COMMAND" >> /tmp/x\' DEBUG',
      "PROMPT_COMMAND='history 1 >> /tmp/.h'",
      'showkey -a',
      'script -f /tmp/.log',
      'alias sudo=/tmp/x',
    ],
    harmless: [
      'xinput list',
      'ls /dev/input',
      'strace -p 4242',
      'script build.log',
      "alias sudo='sudo '",
      'trap cleanup EXIT',
      'PROMPT_COMMAND="history -a"',
      "trap 'echo $LINENO' DEBUG",
    ],
  },
  {
    code: 'NETWORK_SNIFFING',
    tactic: 'COLLECTION',
    points: 15,
    find(program) {
      if (listens(program) && hasOption(program, 'i', '--interface')) return `listens to the network with ${program.name}`;
      return program.name === 'auditctl' && inputOrders(program) ? 'records every command that is run' : null;
    },
    suspicious: ['tcpdump -i eth0', 'tshark -c 5 -i en0', 'auditctl -a always,exit -S execve -k x'],
    harmless: ['tcpdump -r x.pcap', 'tcpdump -D', 'tshark -r x', 'auditctl -l'],
  },
  {
    code: 'SNIFFED_TO_FILE',
    tactic: 'CREDENTIAL_ACCESS',
    points: 30,
    find(program) {
      if (!listens(program)) return null;
      const kept =
        operands(program).some((word) => sharedFolder.test(word)) ||
        written(program).some((path) => sharedFolder.test(path) || path === '/dev/null');
      const logins = /pass|user=|login|authorization|port (21|23|110|143)\b/i.test(joined(program));
      return kept || logins ? `catches what others send with ${program.name}` : null;
    },
    suspicious: ['tcpdump -w /tmp/x.pcap', 'ngrep -d any "pass|user" port 80', 'tcpdump -A port 23', 'tshark -i eth0 > /dev/shm/x'],
    harmless: ['tcpdump -r /tmp/x.pcap', 'tshark -r /tmp/x', 'cat /tmp/x.pcap', 'tcpdump -D'],
  },
];
