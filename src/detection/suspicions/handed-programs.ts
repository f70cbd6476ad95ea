import type { Program } from '../shell.ts';
import { normalised } from './paths.ts';
import { optionValue, type Rule } from './rule.ts';
import { sharedFolder } from './paths.ts';

/** Options of ordinary programs that name a program for them to run. */
const programOptions: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    tcpdump: ['-z'],
    scp: ['-S'],
    sftp: ['-S'],
    rsync: ['-e', '--rsh'],
    wget: ['--use-askpass'],
    aria2c: ['--on-download-error', '--on-download-complete', '--on-download-start', '--on-download-stop'],
    nmap: ['--script'],
    man: ['-P', '--pager', '-H', '--html'],
    split: ['--filter'],
    sort: ['--compress-program'],
    tar: ['--to-command', '--use-compress-program', '--rmt-command', '--rsh-command', '-F', '--info-script'],
    zip: ['-TT', '--unzip-command'],
    git: ['--exec-path'],
    openvpn: ['--up', '--down', '--route-up', '--auth-user-pass-verify'],
    msgfilter: ['-P'],
    tshark: ['-X'],
    'run-parts': ['--regex'],
    'apt-get': ['-c', '--config-file'],
    apt: ['-c', '--config-file'],
    neofetch: ['--config'],
    cowsay: ['-f'],
    cowthink: ['-f'],
  }),
);
/** What people hand over daily. */
const usual =
  /^(ssh|rsh|gzip|bzip2|xz|zstd|lz4|pigz|pbzip2|pixz|lzop|brotli|less|more|most|cat|bat|gunzip|unzip|default|vuln|safe|discovery|lua_script:\w+\.lua)\b/;
/** A path nobody installed: in a shared folder, or only known when the line runs. */
const unplaced = (word: string, program: Program): boolean =>
  sharedFolder.test(normalised(word.replace(/^\w+:/, ''), program.directory)) || /^(?:\w+:)?["']?(\$\{?\w+\}?|\$\(_\))["']?$/.test(word);

const runsVariable = /^(\w*EDITOR|VISUAL|\w*PAGER|BROWSER|SUDO_ASKPASS|SSH_ASKPASS)$/;
/** Where interpreters and libraries look for what they load; developers set these to folders of their own. */
const searchVariable =
  /^(PERLLIB|PERL5LIB|PYTHONPATH|PYTHONSTARTUP|RUBYLIB|FACTERLIB|NODE_PATH|LUA_PATH|TERMINFO|GCONV_PATH|LD_LIBRARY_PATH)$/;
const packageHook = /^(APT|DPkg)::(\w+::)*(Pre|Post)-\w+/i;

/** Writable by everybody, or the whole disk of the host, given into a container. */
const mountsHost = /^(type=bind,)?(source=|src=)?\/(:\/\w[\w/]*(:(?!ro)\w+)?|,(target|dst|destination)=[^,]*)$/;
const containers = new Set(['docker', 'podman', 'nerdctl', 'ctr', 'crictl']);

function escapesContainer(program: Program): string | null {
  if (!containers.has(program.name) || !program.args.some((word) => word === 'run' || word === 'create')) return null;
  const mounts = program.args
    .filter((_, at) => /^(-v|--volume|--mount)$/.test(program.args[at - 1] ?? ''))
    .concat(program.args.flatMap((word) => /^(?:-v|--volume=|--mount=)(.+)$/.exec(word)?.[1] ?? []));
  if (mounts.some((mount) => mountsHost.test(mount))) return 'gives a container the whole disk of its host';
  const inHost = program.args.includes('nsenter') || program.args.includes('chroot');
  return inHost && program.args.some((word) => word === '--privileged' || word === '--pid=host') ? 'leaves a container for its host' : null;
}

export const handedPrograms: readonly Rule[] = [
  {
    code: 'HANDED_PROGRAM',
    tactic: 'EXECUTION',
    points: 30,
    find(program, reading) {
      const options = programOptions.get(program.name);
      const value = options === undefined ? null : optionValue(program, ...options);
      if (value !== null && !usual.test(value) && unplaced(value, program)) return `makes ${program.name} run ${value.slice(0, 60)}`;
      const set =
        program === reading.programs[0] && program.name !== ''
          ? reading.assignments.find(({ name, value: path }) =>
              runsVariable.test(name)
                ? unplaced(path, program)
                : searchVariable.test(name) && (sharedFolder.test(path) || (program.elevated && /^\$\{?(?!PWD|HOME)\w+\}?$/.test(path))),
            )
          : undefined;
      return set === undefined ? null : `makes ${set.value.slice(0, 60)} run in place of ${set.name}`;
    },
    suspicious: [
      'tcpdump -w x -z $f',
      'scp -S /tmp/x a b:',
      'wget --use-askpass=/tmp/x h',
      'sudo SYSTEMD_EDITOR=$f systemctl edit x',
      'nmap --script=$f',
      'sudo apt-get install -c /tmp/c vim',
      'EDITOR=/dev/shm/x crontab -e',
    ],
    harmless: [
      'rsync -e ssh a b:',
      'EDITOR=vim crontab -e',
      'tar --use-compress-program=pigz -cf x y',
      'PAGER=cat git log',
      'man -P cat ls',
      'rsync -e "ssh -p 2222" a b:',
      'EDITOR=$VISUAL',
      'export PYTHONPATH=$PWD',
      'NODE_PATH=$(npm root -g) node x.js',
    ],
  },
  {
    code: 'PACKAGE_HOOK',
    tactic: 'EXECUTION',
    points: 50,
    find: (program) =>
      /^apt(-get|itude)?$/.test(program.name) && program.args.some((word) => packageHook.test(word.replace(/^-o/, '')))
        ? `makes ${program.name} run a command`
        : null,
    suspicious: ['apt-get update -o APT::Update::Pre-Invoke::=id', 'sudo apt install -o DPkg::Pre-Invoke::=x y'],
    harmless: ['apt-get -o Dpkg::Options::=--force-confold upgrade', 'apt-get -o APT::Get::Assume-Yes=true install x', 'apt update'],
  },
  {
    code: 'CONTAINER_ESCAPE',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find: escapesContainer,
    suspicious: [
      'docker run -v /:/mnt --rm -it alpine chroot /mnt sh',
      'podman run --volume=/:/host:rw x',
      'docker run --mount type=bind,source=/,target=/h x',
      'docker run --privileged --pid=host x nsenter -t 1 -m sh',
    ],
    harmless: ['docker run -v /srv:/srv x', 'docker run -v "$PWD:/app" x', 'docker run -v /:/rootfs:ro cadvisor', 'docker ps'],
  },
];
