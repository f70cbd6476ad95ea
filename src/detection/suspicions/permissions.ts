import type { Program } from '../shell.ts';
import { operands, optionValue, shows, type Rule } from './rule.ts';
import { isAmong, normalised } from './paths.ts';
import { hashStores, names, systemStores } from './stores.ts';

const ownershipTools = names('chmod chown chgrp setfacl');

/** The mode a `chmod` or `install` sets, null for none. A symbolic mode may begin with a minus: `chmod -x file`. */
function modeOf(program: Program): string | null {
  if (program.name === 'chmod') return operands(program)[0] ?? null;
  return program.name === 'install' ? optionValue(program, '-m', '--mode') : null;
}

const stickyBit = 0o1000;
const setuidBit = 0o4000;
const othersWriteBit = 0o2;

const octal = (mode: string): number => (/^[0-7]{1,5}$/.test(mode) ? Number.parseInt(mode, 8) : 0);

/** Whether a clause of a symbolic mode adds one of `rights` for one of `whom`. */
const grants = (mode: string, whom: RegExp, rights: RegExp): boolean =>
  mode.split(',').some((clause) => {
    const [, who = '', changes = ''] = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause) ?? [];
    return changes !== '' && whom.test(who) && [...changes.matchAll(/[+=]([rwxXstugo]*)/g)].some(([, added = '']) => rights.test(added));
  });

export const permissions: readonly Rule[] = [
  {
    code: 'WORLD_WRITABLE',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const mode = modeOf(program);
      if (mode === null) return null;
      // A shared folder with the sticky bit, such as /tmp itself, is meant to be written by all.
      const bits = octal(mode);
      const open = (bits & othersWriteBit) !== 0 && (bits & stickyBit) === 0;
      return open || grants(mode, /[oa]/, /w/) ? `lets everybody write (mode ${mode.slice(0, 20)})` : null;
    },
    suspicious: [
      'chmod 777 x',
      'chmod 0777 x',
      'chmod -R 777 .',
      'chmod 666 x',
      'chmod a+rwx x',
      'chmod o+w x',
      'chmod ugo+w x',
      'chmod u=rw,o+rw x',
      'find . -exec chmod 777 {} \\;',
      'sudo chmod --recursive 777 /srv',
      'install -m 777 a b',
    ],
    harmless: [
      'chmod 755 x',
      'chmod 775 x',
      'chmod u+w x',
      'chmod +x x',
      'chmod o-w x',
      'chmod 1777 /tmp',
      'chmod a+rX x',
      'chmod go-w,a+r x',
      'chmod 644 777',
      'find . -perm 777',
      'ls 777',
    ],
  },
  {
    code: 'SETUID_BIT',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 30,
    find(program) {
      const mode = modeOf(program);
      if (
        program.name === 'setcap' &&
        /cap_(set[ug]id|setfcap|sys_admin|dac_(override|read_search)|sys_(ptrace|module|rawio)|fowner|chown)[\w,]*[+=]\w*[ep]/.test(
          program.args.join(' '),
        )
      ) {
        return "lets a program take over root's rights";
      }
      if (mode === null) return null;
      return (octal(mode) & setuidBit) !== 0 || grants(mode, /^$|[ua]/, /s/) ? "makes a program run with its owner's rights" : null;
    },
    suspicious: [
      'chmod u+s /bin/bash',
      'chmod 4755 x',
      'chmod 06755 x',
      'chmod +s x',
      'chmod u+xs x',
      'install -m 4755 a b',
      'setcap cap_setuid+ep /usr/bin/python3',
    ],
    harmless: [
      'chmod 2775 shared',
      'chmod g+s shared',
      'chmod u-s x',
      'chmod 755 x',
      'setcap cap_net_bind_service=+ep node',
      'chmod u+x s',
    ],
  },
  {
    code: 'SETUID_SHELL',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find(program) {
      const mode = modeOf(program);
      if (mode === null || !((octal(mode) & setuidBit) !== 0 || grants(mode, /^$|[ua]/, /s/))) return null;
      const file = operands(program).find((word) => shellOrShared.test(normalised(word, program.directory)));
      return file === undefined ? null : `lets ${file.slice(0, 60)} run with its owner's rights`;
    },
    suspicious: ['chmod u+s /bin/bash', 'chmod 4755 /tmp/x', 'chmod 4777 /usr/bin/python3.11', 'chmod u+s /usr/bin/find'],
    harmless: ['chmod 755 /bin/bash', 'chmod u-s /bin/bash', 'chmod +x /tmp/x'],
  },
  {
    code: 'SETGID_BIT',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 15,
    find(program) {
      const mode = modeOf(program) ?? '';
      return mode.split(',').some((clause) => /^g\+(xs|sx)$/.test(clause)) ? "makes a program run with its group's rights" : null;
    },
    suspicious: ['chmod g+xs x', 'chmod g+sx x'],
    harmless: ['chmod g+s shared', 'chmod 2775 shared', 'chmod g+x x'],
  },
  {
    code: 'PROTECTED_FILE_OPENED',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find(program) {
      if (!ownershipTools.has(program.name)) return null;
      const words = operands(program);
      const file = words
        .map((word) => normalised(word, program.directory))
        .find((path) => isAmong(path, hashStores) || isAmong(path, systemStores));
      if (file === undefined) return null;
      const to =
        program.name === 'chmod'
          ? opensToOthers(modeOf(program) ?? '', file)
          : program.name === 'setfacl' || !/^(root|0)?([:.](root|shadow|wheel|0)?)?$/.test(words[0] ?? '');
      return to && !(program.name === 'chgrp' && /^(root|shadow|wheel|sys|0)$/.test(words[0] ?? ''))
        ? `opens ${file.slice(0, 60)} to others`
        : null;
    },
    suspicious: [
      'chmod 644 /etc/shadow',
      'chown bob /etc/sudoers',
      'setfacl -m u:bob:rw /etc/shadow',
      'chmod o+w /etc/passwd',
      'chmod 6777 /etc/sudoers',
    ],
    harmless: [
      'chmod 640 /etc/shadow',
      'chown root:shadow /etc/shadow',
      'chmod 644 /etc/passwd',
      'chmod 440 /etc/sudoers',
      'chgrp shadow /etc/shadow',
      'chmod u=rw,g=r,o= /etc/shadow',
    ],
  },
  {
    code: 'IDENTITY_TAKEN',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 30,
    find(program) {
      return takesRights(program) ? `takes the rights of root with ${program.name}` : null;
    },
    suspicious: ['capsh --gid=0 --uid=0 --', 'lxc config device add c d disk source=/ path=/mnt'],
    harmless: [
      'capsh --print',
      'docker run -v /srv:/srv x',
      'sudo -u app id',
      'python3 -c "import os; print(os.getuid())"',
      'docker run -v "$PWD":/x y',
    ],
  },
];

const shellOrShared =
  /^\/(usr\/(local\/)?)?s?bin\/((ba|z|da|k|c|tc|a)?sh|python[\d.]*|perl[\d.]*|ruby|node|lua|php|find|vim?|nano|less|more|cp|mv|env|awk|gawk|nmap|tar|dd|busybox|docker|systemctl|gdb|tee|xxd|base64)$|^\/(private\/)?(tmp|var\/tmp|dev\/shm)\//;

/** Whether a mode lets others read what only root may, or write at all. */
function opensToOthers(mode: string, file: string): boolean {
  const bits = octal(mode);
  const secret = isAmong(file, hashStores) || /sudoers|environ|secrets/.test(file);
  return (bits & (secret ? 0o6 : othersWriteBit)) !== 0 || (bits & setuidBit) !== 0 || grants(mode, /^$|[oa]/, secret ? /[rw]/ : /w/);
}

const takesRights = shows([
  ['capsh', /--(uid|gid)=0/],
  ['lxc incus', /config device add .* source=\/ |init .*security\.privileged=true/],
  [
    'kubectl oc',
    /create clusterrolebinding .*--clusterrole[= ]cluster-admin|"?(hostPID|privileged)"?: ?true|adm policy add-scc-to-user privileged/,
  ],
  ['unshare', /^(?=.*(-r|--map-root-user))(?=.*(-U|--user))(?=.*cap)/],
  ['pkexec', /^--disable-internal-agent/],
  ['curl', /^(?=.*--unix-socket \S*(docker|containerd|podman)\S*\.sock)(?=.*(create|exec|start))/],
]);
