import type { Program } from '../shell.ts';
import { hasOption, operands, type Rule } from './rule.ts';
import { normalised, redirectedTo } from './paths.ts';

const systemFolders = new Set([
  '/',
  '~',
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/home',
  '/lib',
  '/lib64',
  '/opt',
  '/proc',
  '/root',
  '/sbin',
  '/srv',
  '/sys',
  '/usr',
  '/var',
  '/usr/bin',
  '/usr/lib',
  '/usr/sbin',
  '/usr/local',
  '/usr/share',
  '/var/lib',
  '/var/log',
  '/home/*',
  '/Users',
  '/System',
  '/Library',
  '/Applications',
]);

/** The system folder a path empties: the folder itself or everything in it. */
function systemFolder(word: string, directory: string | null): string | null {
  const path = normalised(word, directory);
  const folder = path.replace(/\/(\*|\.\*|\.\?\*|\{\})$/, '') || '/';
  return systemFolders.has(path) || systemFolders.has(folder) ? path : null;
}

const firstSystemFolder = (program: Program, words: readonly string[]): string | null =>
  words.map((word) => systemFolder(word, program.directory)).find((path) => path !== null) ?? null;

/** What a `find` that acts on everything below its starting points may still say; any other word is a test. */
const findWithoutTest = /^-(delete|exec|execdir|ok|okdir|depth|d|xdev|mount|print|print0|follow|L|P|H|ignore_readdir_race|noleaf)$/;

export const destruction: readonly Rule[] = [
  {
    code: 'SYSTEM_REMOVAL',
    tactic: 'DESTRUCTION',
    points: 50,
    find(program) {
      if (program.name === 'rm') {
        if (program.args.includes('--no-preserve-root')) return 'removes files with the protection of / switched off';
        const path = hasOption(program, 'rR', '--recursive', '--recurs', '--rec') ? firstSystemFolder(program, operands(program)) : null;
        return path === null ? null : `removes ${path} recursively`;
      }
      if (
        program.name !== 'find' ||
        program.args.some((word) => /^-[a-zA-Z]/.test(word) && !findWithoutTest.test(word) && !/^-[rRf]+$/.test(word))
      )
        return null;
      const removes =
        program.args.includes('-delete') ||
        program.args.some((word, at) => word === 'rm' && /^-exec|^-ok/.test(program.args[at - 1] ?? ''));
      const path = removes ? firstSystemFolder(program, program.args.slice(0, 1)) : null;
      return path === null ? null : `removes everything below ${path}`;
    },
    suspicious: [
      'rm -fr /',
      'rm -r -f /',
      'rm --recursive --force /',
      'sudo rm -rf /*',
      'rm -rf ~',
      'rm -rf "$HOME"/',
      'rm -rf /usr/./',
      'cd / && rm -rf *',
      'rm -rf /tmp/x /etc',
      'rm -rf --no-preserve-root /x',
      'find / -delete',
      'find /etc -exec rm -rf {} +',
      'rm -rf /{etc,usr}',
    ],
    harmless: [
      'rm -rf ./build',
      'rm -rf /tmp/build',
      'rm -rf node_modules',
      'rm /etc',
      'rm -rf *',
      'rm -rf /usr/local/bin/node',
      'rm -rf ~/project/dist',
      'find /var/log -name "*.gz" -delete',
      'find ~ -used +365 -delete',
      'echo rm -rf /',
      'git rm -r .',
    ],
  },
  {
    code: 'DISK_OVERWRITE',
    tactic: 'DESTRUCTION',
    points: 50,
    find(program) {
      const nothing = program.name === 'dd' && /^\/dev\/(zero|u?random)$/.test(optionValueOf(program, 'if='));
      const wiped = ['shred', 'blkdiscard', 'srm', 'wipe'].includes(program.name)
        ? operands(program)
        : nothing
          ? [optionValueOf(program, 'of=')]
          : [];
      const device = [...wiped, ...redirectedTo(program)].find((path) => disk.test(path));
      return device === undefined ? null : `overwrites the disk ${device.slice(0, 40)}`;
    },
    suspicious: [
      'dd if=/dev/zero of=/dev/sda bs=1M',
      'cat x > /dev/sda',
      'shred -n 3 /dev/sda',
      'sudo dd if=/dev/urandom of=/dev/nvme0n1',
      'blkdiscard /dev/nvme0n1',
    ],
    harmless: [
      'dd if=/dev/sda of=backup.img',
      'dd if=/dev/zero of=swapfile bs=1M count=64',
      'cat x > /dev/null',
      'lsblk /dev/sda',
      'shred secret.txt',
    ],
  },
  {
    // A new disk is formatted and an image is written to a stick in the same words as somebody else's disk is.
    code: 'DISK_FORMAT',
    tactic: 'DESTRUCTION',
    points: 15,
    find(program) {
      const device = formatted(program).find((path) => disk.test(path));
      return device === undefined ? null : `formats the disk ${device.slice(0, 40)}`;
    },
    suspicious: ['mkfs.ext4 /dev/nvme0n1', 'sudo mkfs -t xfs /dev/sdb1', 'wipefs -a /dev/sda', 'dd if=x.iso of=/dev/sdb'],
    harmless: ['mkfs.ext4 disk.img', 'wipefs /dev/sda', 'wipefs --all --no-act /dev/sda', 'dd if=/dev/sda of=x.img'],
  },
  {
    code: 'FORK_BOMB',
    tactic: 'DESTRUCTION',
    points: 50,
    find(program, reading) {
      const { pipedFrom } = program;
      const index = reading.programs.indexOf(program);
      const inside = reading.functions.some(({ name, from, to }) => name === program.name && index >= from && index < to);
      return inside && pipedFrom !== null && reading.programs[pipedFrom]?.name === program.name ? 'starts itself without end' : null;
    },
    suspicious: [':(){ :|:& };:', 'bomb() { bomb | bomb & }; bomb'],
    harmless: ['f() { cat | sort; }; f', 'f() { f; }', 'list() { ls | wc; }; list | list'],
  },
];

const disk = /^\/dev\/(sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper\/|md)\w*/;

function formatted(program: Program): string[] {
  if (program.name === 'dd') return [optionValueOf(program, 'of=')];
  if (/^mkfs(\.|$)|^mke2fs$|^mkswap$/.test(program.name)) return operands(program);
  return program.name === 'wipefs' && hasOption(program, 'a', '--all') && !hasOption(program, 'n', '--no-act') ? operands(program) : [];
}

const optionValueOf = (program: Program, prefix: string): string =>
  program.args.find((word) => word.startsWith(prefix))?.slice(prefix.length) ?? '';
