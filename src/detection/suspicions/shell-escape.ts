import { escapeMark, type Program } from '../shell.ts';
import { namesShellsAsText, startsShellsDaily } from '../shell-handed.ts';
import { wrappers } from '../shell-wrappers.ts';
import { isShell } from './execution.ts';
import { operands, type Rule } from './rule.ts';

const shellWords = /^(-\w*[ilpsm]|--(login|norc|noprofile|posix|rcfile=.*)|[-+]o|posix|emacs|vi|privileged)$/;
/** Where a person's shell gets its streams from when they are set by hand: other descriptors, the terminal. */
const ownTerminal = /^(\d|-|\/dev\/(tty|stdin|stdout|stderr|fd\/\d)|@std\w+|\$\(_\))$/;

/** Whether nothing is given to the shell to run: somebody is going to type into it. */
const isForTyping = (program: Program): boolean =>
  isShell(program) &&
  program.args.every((word) => shellWords.test(word)) &&
  program.input === null &&
  program.pipedFrom === null &&
  program.redirects.every(({ target }) => ownTerminal.test(target));

/** Descriptors tied crosswise, or both ends to the terminal by name: `sh 0<&2 1>&2`, `sh <$(tty) >$(tty)`. */
const crossed = /^(<&\d|>&0|<\$\(_\)|<@stdin)$/;
const givenNoScript = (program: Program): boolean => program.args.every((word) => shellWords.test(word) || /^(_|echo|sh)$/.test(word));

/** Hosts under which starting a shell is what they are for, or where the shell only passes through. */
const shellOpeners = new Set(['ssh', 'script', 'su', 'runuser', 'eval', 'trap', 'exec', 'sudo', 'doas', 'prompt$']);
/** Wrappers with a shell for a purpose: other namespaces, another root, a clean environment, another account. */
const usualAround = new Set([
  'sudo',
  'doas',
  'pkexec',
  'runuser',
  'gosu',
  'exec',
  'command',
  'builtin',
  'env',
  'nohup',
  'chroot',
  'unshare',
  'nsenter',
  'systemd-run',
  'dbus-run-session',
  'firejail',
  'fakeroot',
  'ssh-agent',
  'rlwrap',
  'torify',
  'torsocks',
  'proxychains',
  'proxychains4',
  'setpriv',
  'xvfb-run',
  'systemd-inhibit',
  'caffeinate',
  'linux32',
  'linux64',
  'setarch',
  'faketime',
]);
/** Programs read as wrappers of a whole line: a namespace, a measurement, a service. */
const lineWrappers = new Set(['ip', 'perf', 'start-stop-daemon', 'capsh', 'sg', 'watch', 'flock', 'at', 'batch', 'xargs', 'parallel']);
/** Of those, the ones after which a person writes the shell's name and not its path. */
const clean = new Set(['env', 'nohup', 'torify', 'torsocks', 'proxychains', 'proxychains4', 'setarch', 'rlwrap']);
const isWrapper = (name: string): boolean => wrappers.has(name) || lineWrappers.has(name);
const isShellName = (name: string): boolean => /^(r|ba|z|da|k|c|tc|a|fi|mk|ya)?sh$/.test(name);

/** The program out of which this one was started, undefined where it was started by a line of its own. */
function hostOf(program: Program): string | undefined {
  const mark = program.via.lastIndexOf(escapeMark);
  if (mark >= 0) return program.via[mark - 1] ?? 'a program';
  return program.via.findLast((name) => !isWrapper(name) && !shellOpeners.has(name) && !isShellName(name));
}
const oddWrapperOf = (program: Program): string | undefined =>
  program.via.findLast((name) => isWrapper(name) && (!usualAround.has(name) || (program.path.startsWith('/') && clean.has(name))));

const editorOpensShell = (program: Program): boolean =>
  /^:(sh(ell)?|ter(minal)?)!?$/.test(program.name) ||
  (/^:set?$/.test(program.name) && program.args.some((word) => /^sh(ell)?=/.test(word))) ||
  (/^(r?vim?|nvim|r?view|vimdiff|ex|nano|emacs)$/.test(program.name) &&
    program.args.some((word) => /^\+?:?(shell|terminal)!?$|^\+?:?set? sh(ell)?=|\((term|shell|eshell)[\s)]/.test(word)));

const shellPath = String.raw`(?:\/usr)?\/bin\/(?:ba|z|da|k|c|tc)?sh`;
const onlyShell = new RegExp(`^(?:--?[\\w-]*(?:exec|command|cmd|run|prog(?:ram)?)[\\w-]*=)?${shellPath}$`);
const shellAmong = new RegExp(
  `(?:[:!"'(,;|{]|\\n\\s*[-@]+|^\\s*(?=\\S+[,#])|\\b(?:exec|system|spawn|call)[=\\s]|(?:exec|command|action|pager|editor|invoke|invoke::|eval|wrapper)=)\\s*${shellPath}(?=$|[\\s"'),;}])`,
  'i',
);
const climbsToShell = /(?:^|[^\w/])(?:\.\.\/)+(?:usr\/)?bin\/(?:ba|z|da)?sh$/;
/** Programs that read, copy or describe a file, a shell's too, or keep its path as a setting. */
const treatsShellAsFile =
  /^(rpm|objdump|readelf|nm|hexdump|xxd|od|hd|scp|rsync|tar|zip|sha\d+sum|b2sum|cksum|dpkg\S*|pacman|yum|dnf|zypper|brew|equery|apk|checksec|getcap|setcap|getfacl|setfacl|chcon|restorecon|ldd|patchelf|qemu-\S+|gdb|lldb|perf|strace|ltrace|vi|vim|nvim|nano|emacs|less|more|tmux|screen|npm|yarn|pnpm|cmake|make|configure|ansible\S*|terraform|packer|buildah|systemctl|pkg|port|checkinstall|fakechroot|pivot_root|switch_root|visudo|base64|gzip|xz|bzip2|split|dd|auditctl|ausearch|aa-\S+|semanage|bpftrace|bash|sh|zsh|env|set|readonly|for|case|vipw|getent|id|lslogins|chpasswd|newusers|kill|killall|uname|busybox|unshare|nsenter)$/;

/** Whether the word before a shell's path says that it is to be run. */
const runsNext = (program: Program, before: string): boolean =>
  /^(exec|execute|run)$/.test(before) || (/^-[cexlP]$/.test(before) && !treatsShellAsFile.test(program.name));

export const shellEscapes: readonly Rule[] = [
  {
    code: 'SHELL_ESCAPE',
    tactic: 'EXECUTION',
    points: 50,
    find(program) {
      if (isShell(program)) {
        if (program.redirects.some(({ operator, target }) => crossed.test(operator + target)) && givenNoScript(program))
          return 'starts a shell whose input and output are set by hand';
        if (!isForTyping(program)) return null;
        const host = hostOf(program);
        if (host !== undefined) return `starts a shell from inside ${host.slice(0, 40)}`;
        const wrapper = oddWrapperOf(program);
        if (wrapper !== undefined && program.path.startsWith('/')) return `starts a shell from inside ${wrapper}`;
        return null;
      }
      if (program.name === 'nmap' && program.args.includes('--interactive')) return 'opens the shell of nmap';
      if (editorOpensShell(program)) return `starts a shell from inside ${program.name || 'an editor'}`;
      if (program.args.some((word) => climbsToShell.test(word))) return `makes ${program.name} climb to a shell`;
      if (namesShellsAsText.has(program.name) || startsShellsDaily.has(program.name)) return null;
      const toRun = program.args.some((word, at) => onlyShell.test(word) && runsNext(program, program.args[at - 1] ?? ''));
      return toRun || program.args.some((word) => shellAmong.test(word)) ? `starts a shell from inside ${program.name}` : null;
    },
    suspicious: [
      'python3 -c "import pty; pty.spawn(\'/bin/bash\')"',
      'awk \'BEGIN {system("/bin/sh")}\'',
      'vim -c ":!/bin/sh"',
      'vim -c ":lua os.execute(\'reset; exec sh\')"',
      'find . -exec /bin/sh \\; -quit',
      'tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=/bin/sh',
      'sudo timeout 7d /bin/sh',
      'perl -e \'exec "/bin/sh";\'',
      'node -e \'require("child_process").spawnSync("/bin/bash", {stdio: "inherit"})\'',
      'make -s --eval="x: ; /bin/sh"',
      'sudo git -c core.pager=/bin/sh help',
      'PAGER="sh -c \'exec sh 0<&1\'" git -p help',
      'env /bin/sh',
      'emacs -Q -nw --eval \'(term "/bin/sh")\'',
      'man x\n!/bin/sh',
      ':set shell=/bin/bash',
      'os.execute("/bin/sh")',
      'ruby: exec "/bin/bash"',
      'rsync -e \'sh -c "sh 0<&2 1>&2"\' a b:c',
      'sed -n "1e exec sh 1>&0" x',
      "mysql -e '\\! /bin/sh'",
      'service ../../bin/sh',
      'genie -c /bin/sh',
      'npm exec /bin/sh',
      'echo "sh <$(tty) >$(tty)" | at now',
      "expect -c 'spawn /bin/bash; interact'",
    ],
    harmless: [
      'bash',
      'sudo bash',
      'sudo -i',
      'exec bash -l',
      'sh -c bash',
      'env -i bash --norc',
      'useradd --shell=/bin/bash bob',
      'docker exec -it x sh',
      'ssh -t host bash',
      'timeout 5 sh build.sh',
      'find . -exec sh -c "echo {}" \\;',
      'find . -name "*.sh" | xargs bash',
      'vim +10 run.sh',
      'awk "{print}" x.sh',
      'chroot /mnt /bin/bash',
      'screen /bin/bash',
      'ls -l /bin/sh',
      'sed -i s,/bin/sh,/bin/bash, x',
      'git commit -m "use exec /bin/sh"',
      'EDITOR=vim git commit',
      'make SHELL=/bin/bash all',
      'tmux set -g default-shell /bin/zsh',
      'grep -r "system(\\"/bin/sh\\")" src',
      'awk \'{system("mv " $1 " " $2)}\' list',
    ],
  },
  {
    code: 'SHELL_IN_WRAPPER',
    tactic: 'EXECUTION',
    points: 30,
    find(program) {
      if (isForTyping(program)) {
        const wrapper = oddWrapperOf(program);
        return wrapper === undefined || hostOf(program) !== undefined || program.path.startsWith('/')
          ? null
          : `starts a shell under ${wrapper}`;
      }
      if (isShell(program) || namesShellsAsText.has(program.name) || startsShellsDaily.has(program.name)) return null;
      return !treatsShellAsFile.test(program.name) &&
        !wrappers.has(program.name) &&
        program.args.some((word, at) => onlyShell.test(word) && !/^(-s|--\w*shell)$/.test(program.args[at - 1] ?? ''))
        ? `is given a shell to run: ${program.name.slice(0, 40)}`
        : null;
    },
    suspicious: ['nice sh', 'xargs -a /dev/null sh', 'busybox sh', 'task start /bin/sh', 'sudo stdbuf -i0 bash -i'],
    harmless: [
      'nice sh build.sh',
      'tar czf x.tgz /bin/sh',
      'objdump -d /bin/sh',
      'setarch i686 bash',
      'strings /bin/bash',
      'scp /bin/sh h:',
    ],
  },
  {
    code: 'NAMESPACE_SHELL',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 15,
    find(program) {
      const around = program.via.findLast((name) => ['unshare', 'nsenter', 'pkexec', 'setpriv', 'capsh', 'systemd-run'].includes(name));
      return around !== undefined && isForTyping(program) ? `starts a shell under ${around}` : null;
    },
    suspicious: ['unshare /bin/sh', 'nsenter -t 1 -m sh', 'pkexec /bin/sh'],
    harmless: ['nsenter -t 1 -n ip addr', 'chroot /mnt /bin/bash', 'unshare -r ls'],
  },
  {
    code: 'KEEPS_RIGHTS',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find(program) {
      const keeps = isShell(program) && program.args.some((word) => /^-[ilsmc]*p[ilsmc]*$/.test(word) || word === 'privileged');
      return keeps ? "starts a shell that keeps another account's rights" : null;
    },
    suspicious: ['bash -p', '/bin/sh -pi', 'python3 -c \'import os; os.execl("/bin/sh", "sh", "-p")\'', './bash -p -c id'],
    harmless: ['bash -l', 'sh -c ls', 'mkdir -p x', 'bash --posix', 'zsh -i'],
  },
  {
    code: 'BLIND_SHELL',
    tactic: 'EXECUTION',
    points: 30,
    find(program) {
      // Scripts record to nowhere to have a terminal for one command; a person who wants a terminal had none.
      const recordsNothing =
        program.name === 'script' &&
        program.args.includes('/dev/null') &&
        !program.args.some((word) => /^-\w*c$|^--command/.test(word)) &&
        operands(program).length === 1;
      const raw = program.name === 'stty' && program.args.includes('raw') && program.args.includes('-echo');
      return recordsNothing || raw ? 'gives a shell without a terminal one' : null;
    },
    suspicious: ['script -q /dev/null', 'stty raw -echo; fg', 'script /dev/null'],
    harmless: ['script session.log', 'script -qec "npm test" /dev/null', 'stty -echo', 'stty sane'],
  },
];
