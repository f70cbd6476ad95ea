import { posix } from 'node:path';
import { shells } from '../shell-wrappers.ts';
import type { Program, ShellReading } from '../shell.ts';
import { isDownloader, isInterpreter, isShell, isSocket } from './execution.ts';
import { copied, normalised, written } from './paths.ts';
import { hasOption, operands, optionValue, type Rule } from './rule.ts';
import { sharedFolder } from './paths.ts';

const privilegedIds = new Set(['0', 'root']);

/** A shell that is put under another name: a door for later, or a mask. */
function shellUnderOtherName(program: Program): string | null {
  const { from, to } = copied(program);
  const shell = !['cp', 'mv', 'ln', 'install'].includes(program.name)
    ? undefined
    : from.find((path) => /^(\/usr)?(\/local)?\/bin\/\w+$/.test(path) && shells.has(posix.basename(path)));
  const target = to[0] ?? '';
  const keepsName = /(^|\/)bin$|\/$|^\.{0,2}$/.test(target) || shells.has(posix.basename(target).replace(/\.\w+$/, ''));
  return shell === undefined || (keepsName && !sharedFolder.test(target)) ? null : shell;
}

/** Programs of a line that are asked whether they put a file where another one runs. */
const droppersMax = 30;

export const persistence: readonly Rule[] = [
  {
    code: 'TRAP_RUNS',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      if (!program.via.includes('trap')) return null;
      const runs =
        isDownloader(program) ||
        isSocket(program) ||
        program.via.includes('nohup') ||
        ((isShell(program) || isInterpreter(program)) && operands(program).length > 0);
      return runs ? `waits for a signal to run ${program.name}` : null;
    },
    suspicious: ['trap "nohup sh x.sh" INT', "trap 'curl h/x' EXIT", "trap 'python3 x.py' DEBUG"],
    harmless: ["trap 'rm -f x' EXIT", 'trap cleanup INT', 'trap - INT', "trap 'kill 0' TERM", "trap 'echo failed' ERR"],
  },
  {
    code: 'BACKDOOR_ACCOUNT',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      if (!['useradd', 'usermod', 'adduser', 'pw'].includes(program.name)) return null;
      const ids = [optionValue(program, '-u', '--uid'), optionValue(program, '-g', '--gid')];
      const root =
        ids.some((id) => id !== null && privilegedIds.has(id)) ||
        normalised(optionValue(program, '-d', '--home', '--home-dir') ?? '', null) === '/root';
      const loginShell = /\/\w*sh$/.test(optionValue(program, '-s', '--shell') ?? '');
      if (program.name === 'useradd' && hasOption(program, 'r', '--system') && loginShell) return 'lets people sign in to a system account';
      return root || (program.name === 'pw' && optionValue(program, '-g') === 'wheel') ? 'gives an account the rights of root' : null;
    },
    suspicious: [
      'useradd -o -u 0 -g 0 toor',
      'usermod -u 0 -o bob',
      'useradd -g 0 -M -d /root bob',
      'pw useradd bob -g wheel',
      'useradd -r -s /bin/bash svc',
    ],
    harmless: [
      'useradd -m bob',
      'useradd -u 1001 bob',
      'useradd -r -s /usr/sbin/nologin svc',
      'usermod -aG docker bob',
      'usermod -g staff bob',
    ],
  },
  {
    code: 'PASSWORD_FROM_SCRIPT',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      const piped = program.pipedFrom !== null || program.input !== null;
      if (program.name === 'passwd' && (program.args.includes('--stdin') || (piped && operands(program).length > 0)))
        return 'sets a password without a person typing it';
      if (['usermod', 'useradd'].includes(program.name) && optionValue(program, '-p', '--password') !== null)
        return 'sets a password on the command line';
      return null;
    },
    suspicious: [
      'echo secret | passwd --stdin bob',
      '(echo a; echo a) | passwd bob',
      'usermod --password "$(openssl passwd -1 x)" bob',
      'useradd -p hash bob',
    ],
    harmless: ['passwd', 'passwd bob', 'sudo passwd -l bob', 'usermod -L bob', 'man 5 passwd', 'openssl passwd -6'],
  },
  {
    code: 'SHELL_COPIED',
    tactic: 'PERSISTENCE',
    points: 50,
    find(program, reading: ShellReading) {
      const shell = shellUnderOtherName(program);
      if (shell !== null) return `puts ${shell} under another name`;
      const hiddenFolder = /\/\.{3,}(\/|$)|\/\. +\//;
      const bound =
        program.name === 'mount' &&
        program.args.some((word) => /^(.*,)?(r?bind)(,.*)?$|^--r?bind$|^-B$/.test(word)) &&
        operands(program).some((word) => shells.has(posix.basename(word)) && word.startsWith('/'));
      if (bound) return 'puts a shell in the place of another program';
      return reading.programs.includes(program) && hiddenFolder.test(program.path)
        ? 'runs what lies in a folder named like a way up'
        : null;
    },
    suspicious: [
      'cp /bin/bash /tmp/.x',
      'cp /bin/sh /usr/bin/update',
      'ln -fs /bin/sh /bin/ln',
      'mount -o bind /bin/sh /bin/mount',
      '$HOME/.../sh',
    ],
    harmless: [
      'cp /bin/bash rootfs/bin/',
      'ln -sf /bin/bash /bin/sh',
      'cp /bin/ls rootfs/bin/',
      'cp /bin/sh /bin/sh.orig',
      'mount -o bind /srv /mnt',
      'cp run.sh /usr/local/bin/run',
    ],
  },
  {
    code: 'KERNEL_MODULE',
    tactic: 'PERSISTENCE',
    points: 50,
    find: (program) =>
      ['insmod', 'kldload', 'kextload', 'modprobe'].includes(program.name) &&
      operands(program).some(
        (word) => sharedFolder.test(normalised(word, program.directory)) || normalised(word, program.directory).startsWith('~/'),
      )
        ? "loads a module into the kernel from a folder that is not the system's"
        : null,
    suspicious: ['insmod /tmp/rootkit.ko', 'sudo kldload /dev/shm/x.ko', 'insmod ~/x.ko'],
    harmless: ['insmod driver.ko', 'modprobe kvm', 'insmod /lib/modules/x/y.ko', 'lsmod'],
  },
  {
    code: 'TRUST_ANCHOR',
    tactic: 'PERSISTENCE',
    points: 15,
    find(program) {
      const folder =
        /^(\/usr\/local\/share\/ca-certificates|\/etc\/pki\/ca-trust\/source\/anchors|\/etc\/ca-certificates\/trust-source\/anchors|\/usr\/share\/pki\/trust\/anchors|\/usr\/local\/etc\/ssl\/certs)(\/|$)/;
      const trusts =
        written(program).some((path) => folder.test(path)) ||
        (program.name === 'trust' && program.args[0] === 'anchor') ||
        (program.name === 'security' && program.args[0] === 'add-trusted-cert');
      return trusts ? 'has the system trust whoever holds a certificate' : null;
    },
    suspicious: ['cp ca.crt /usr/local/share/ca-certificates/', 'trust anchor ca.crt', 'mv x.pem /etc/pki/ca-trust/source/anchors/'],
    harmless: ['ls /usr/local/share/ca-certificates', 'trust list', 'cp x.crt /etc/nginx/'],
  },
  {
    code: 'DROPPED_AND_RUN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      const reader = isShell(program) || isInterpreter(program);
      const run = normalised(reader ? (operands(program)[0] ?? '') : program.path, program.directory);
      if (!sharedFolder.test(run)) return null;
      const dropped = reading.programs.slice(0, droppersMax).some((other) => other !== program && written(other).includes(run));
      return dropped ? `puts ${posix.basename(run).slice(0, 40)} into a folder everybody can write to, and runs it` : null;
    },
    suspicious: [
      'cp x /tmp/y && /tmp/y',
      'echo "id" > /tmp/x.sh; sh /tmp/x.sh',
      'base64 -d x > /dev/shm/y; chmod +x /dev/shm/y; /dev/shm/y',
    ],
    harmless: ['cp x /tmp/y', 'echo a > /tmp/x; cat /tmp/x', 'sh /tmp/x.sh', 'cp x build/y && build/y'],
  },
  {
    code: 'UNSAFE_PROGRAM_PATH',
    tactic: 'EXECUTION',
    points: 30,
    find(program) {
      const run = normalised(program.path, program.directory);
      // `find -exec` mostly tries a script somebody is writing out on files.
      return sharedFolder.test(run) && !program.via.includes('find')
        ? `runs ${posix.basename(run).slice(0, 40)} from a folder everybody can write to`
        : null;
    },
    suspicious: ['/tmp/x', 'sudo /dev/shm/agent -d', 'cp x /tmp/y && /tmp/y', 'cd /tmp; ./x'],
    harmless: ['ls /tmp/x', './build/x', '/usr/bin/tmp', 'insmod driver.ko', 'cat /tmp/x', 'sh build.sh'],
  },
];
