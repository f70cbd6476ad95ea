/** Files and programs made to look like something else, older than they are, or not to be seen at all. */
import { posix } from 'node:path';
import type { Program } from '../shell.ts';
import { isInterpreter } from './execution.ts';
import { hasOption, joined, operands, optionValue, shows, type Rule } from './rule.ts';
import { copied, normalised, sharedFolder, written } from './paths.ts';
import { names } from './stores.ts';

const removers = names('rm shred unlink srm');

const systemPath = /^\/(usr\/|etc\/|s?bin\/|lib\w*\/|boot\/|var\/(log|lib|spool)\/|System\/|Library\/)|^~\/\.ssh(\/|$)/;
const binaries = /^\/(usr\/(local\/)?)?s?bin\/[^/]+$/;
const shellBinary = /^\/(usr\/(local\/)?)?bin\/(ba|z|da|k|c|tc|a)?sh$/;
const kernelThread = /^\[?(kworker|kthreadd|ksoftirqd|kswapd\d|khugepaged|rcu_(sched|bh)|migration\/|kdevtmpfs)[^.]*$/;
/** Sockets and locks that the system itself keeps hidden in shared folders. */
const usualHidden = /^\/tmp\/\.(X\d*-lock|X11-unix|ICE-unix|font-unix|Test-unix|XIM-unix|docker|cache|git|npm|venv|env)\b/;
/** Names of one or two dots and something, of blanks at the end, or turned round by a mark of writing direction. */
const oddName = /(^|\/)(\.{3,}|\.\.[^./ \t][^/]*|\.{1,2}[ \t][^/]*|[^/]*[^\\/ ][ \t]+)(\/|$)|[\u202a-\u202e\u2066-\u2069]/;

/** What only expressions hold, not names of files. */
const noPath = /[\n;{}|^$*"'<>\\]/;

/** Files a program makes or fills, as they were written. */
function made(program: Program): string[] {
  if (program.name === 'mkdir' || program.name === 'touch') return operands(program);
  return [...copied(program).to, ...written(program)];
}

/** The file whose time is given to another, and the time that is set. */
function timesSet(program: Program): { reference: string | null; stamp: string | null; files: string[] } | null {
  if (program.name !== 'touch') return null;
  const cluster = (letter: string): string | null =>
    program.args[program.args.findIndex((word) => new RegExp(`^-[a-zA-Z]*${letter}$`).test(word)) + 1] ?? null;
  const given = (letter: string, long: string): string | null =>
    hasOption(program, letter) ? cluster(letter) : optionValue(program, long);
  const reference = given('r', '--reference');
  const stamp = given('t', '--date') ?? given('d', '--date');
  const files = operands(program).filter((word) => word !== reference && word !== stamp);
  return { reference, stamp, files: files.map((word) => normalised(word, program.directory)) };
}

const hides = shows([
  ['chflags', /(^| )(no)?(hidden|uchg|schg|sappnd|uappnd)\b/],
  ['SetFile', /-a ?V|-[dm] /],
  ['debugfs', /set_inode_field|\bsif\b|clri/],
  ['mount', /--bind .* \/proc\/|-o \S*bind\S* .*\/proc\/\d|hidepid/],
  ['defaults', /com\.apple\.loginwindow (HiddenUsersList|Hide500Users)/],
  ['dscl', /IsHidden (1|true|yes)/i],
]);

export const concealment: readonly Rule[] = [
  {
    code: 'TIMESTOMP',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const times = timesSet(program);
      if (times === null || (times.reference === null && times.stamp === null)) return null;
      const borrowed = times.reference !== null && systemPath.test(normalised(times.reference, program.directory));
      const backdated =
        times.stamp !== null && (/^(19[789]\d|20[01]\d)\d{8}/.test(times.stamp) ? times.files.some((path) => path.startsWith('/')) : false);
      return borrowed || backdated || times.files.some((path) => systemPath.test(path)) ? 'makes a file look older than it is' : null;
    },
    suspicious: [
      'touch -r /bin/ls x',
      'touch -acmr /usr/bin/ssh /tmp/y',
      'touch -t 201001010101 /usr/bin/ssh',
      'touch -d "2 years ago" /etc/cron.d/job',
      'touch -a -t 197001010000.00 /srv/x',
    ],
    harmless: [
      'touch x',
      'touch -r a b',
      'touch -d yesterday build.stamp',
      'touch -t 202501010000 x',
      'touch /var/lib/app/ready',
      'touch -c x',
    ],
  },
  {
    code: 'HIDDEN_FILE',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const hidden = made(program).find((word) => {
        const path = normalised(word, program.directory);
        return (sharedFolder.test(path) && /\/\.[^/.]/.test(path) && !usualHidden.test(path)) || (oddName.test(path) && !noPath.test(path));
      });
      if (hidden !== undefined) return `hides a file: ${hidden.slice(0, 60)}`;
      const run = normalised(program.path, null);
      if (oddName.test(run) && program.path.includes('/') && !noPath.test(run)) return 'runs a program whose name hides it';
      return hides(program) ? `hides something with ${program.name}` : null;
    },
    suspicious: [
      'mkdir /tmp/.x',
      'cp agent /dev/shm/.agent',
      'mkdir "..."',
      'cp x $HOME/.../sh',
      'touch "/tmp/x/.. "',
      "./'update '",
      'mount --bind /tmp /proc/123',
      'echo x > /var/tmp/.cfg',
      'chflags hidden x',
      'debugfs -w -R "set_inode_field /x ctime 2020" /dev/sda1',
    ],
    harmless: [
      'mkdir ~/.config',
      'touch .gitignore',
      'mkdir /tmp/x',
      'cp x .env',
      'mount --bind /srv /mnt',
      'ls -la "my file "',
      'mkdir "my folder"',
      'cd ...',
      'mkdir -p ./.github/workflows',
    ],
  },
  {
    code: 'MASQUERADE',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      if (kernelThread.test(posix.basename(program.path))) return 'runs under the name of a thread of the kernel';
      const { from, to } = copied(program);
      const target = to[0] ?? '';
      if (kernelThread.test(posix.basename(target))) return 'puts a program under the name of a thread of the kernel';
      const taken = from.find((path) => binaries.test(path));
      if (taken === undefined || program.name === 'rsync' || program.name === 'scp') return null;
      const elsewhere = sharedFolder.test(target) || /\/\.[^/]/.test(target.slice(1));
      const renamed =
        shellBinary.test(taken) && ![posix.basename(taken), 'bin', 'sh'].includes(posix.basename(target)) && /[^./~]/.test(target);
      const renames = renamed && !/\.(bak|orig|old|save)\b|(jail|chroot|root|rootfs|bin)\/?$/.test(target) && program.name !== 'ln';
      return elsewhere || renames ? `puts ${posix.basename(taken)} under another name or where everybody can write` : null;
    },
    suspicious: [
      'cp /bin/sh /tmp/x',
      'cp /usr/bin/ping /dev/shm/p',
      'cp /bin/bash /usr/sbin/crond',
      "mv implant '/usr/sbin/[kworker]'",
      'ln -s /bin/sh /tmp/ls',
      'mv /usr/bin/curl ~/.cache/c',
    ],
    harmless: [
      'cp /bin/bash /srv/jail/bin/',
      'cp build/app /usr/local/bin/app',
      'cp /usr/bin/node bin/node',
      'ln -s /usr/bin/python3 /usr/bin/python',
      'ln -sf /bin/bash /bin/sh',
      'cp /bin/sh /bin/sh.bak',
    ],
  },
  {
    code: 'IMMUTABLE_FLAG',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      if (program.name !== 'chattr' || !/(^| )[-+=]\w*[ia]/.test(joined(program))) return null;
      const paths = operands(program).map((word) => normalised(word, program.directory));
      const file = paths.find((path) => systemPath.test(path) || sharedFolder.test(path) || path.startsWith('~/.'));
      return file === undefined ? null : `locks or unlocks ${file.slice(0, 60)} against changes`;
    },
    suspicious: ['chattr +i /etc/passwd', 'chattr -i /etc/ssh/sshd_config', 'chattr -ia /var/log/messages', 'chattr +i /tmp/x'],
    harmless: ['chattr +i x', 'lsattr /etc/passwd', 'chattr +C /srv/db', 'chattr -R +i project'],
  },
  {
    code: 'PACKED_OR_EMBEDDED',
    tactic: 'DEFENCE_EVASION',
    points: 15,
    find(program) {
      if (program.name === 'upx' && !hasOption(program, 'dtl')) return 'packs a program so that it looks different';
      if (program.name === 'steghide' || program.name === 'outguess') return 'hides data in a picture';
      const picture = program.redirects.some(({ operator, target }) => operator === '>>' && /\.(png|jpe?g|gif|bmp|mp3)$/i.test(target));
      return picture && !isInterpreter(program) ? 'appends something to a picture' : null;
    },
    suspicious: ['upx -9 agent', 'cat agent >> cat.png', 'steghide embed -cf a.jpg -ef b'],
    harmless: ['upx -d agent', 'cat a.txt >> b.txt', 'convert a.png b.png'],
  },
  {
    code: 'PADDED_FILE',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const fills = /if=\/dev\/(zero|u?random)|^-c ?\d+ \/dev\/(zero|u?random)/.test(joined(program));
      const appended = program.redirects.some(({ operator }) => operator === '>>') || /oflag=append|conv=notrunc/.test(joined(program));
      return fills && appended && !/of=\/dev\//.test(joined(program)) ? 'makes a file longer so that it is not known again' : null;
    },
    suspicious: ['dd if=/dev/zero bs=1 count=10 >> agent', 'head -c 100 /dev/urandom >> agent'],
    harmless: [
      'dd if=/dev/zero of=x.img bs=1M count=10',
      'head -c 32 /dev/urandom > key',
      'dd if=a of=b conv=notrunc',
      'head -c 8 /dev/urandom | base64',
    ],
  },
  {
    code: 'SELF_REMOVAL',
    tactic: 'DEFENCE_EVASION',
    points: 15,
    find: (program) =>
      removers.has(program.name) && program.args.some((word) => /^\$\{?(0|BASH_SOURCE\S*)\}?$|^\/proc\/self\/exe$/.test(word))
        ? 'removes the script that is running'
        : null,
    suspicious: ['rm -- "$0"', 'shred -u "$0"', 'rm -f "${0}"'],
    harmless: ['rm x', 'echo "$0"', 'rm -f "$1"'],
  },
];
