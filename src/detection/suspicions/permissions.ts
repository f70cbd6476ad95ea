import type { Program } from '../shell.ts';
import { operands, optionValue, type Rule } from './rule.ts';

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
      if (program.name === 'setcap' && /cap_(set[ug]id|sys_admin|dac_override|sys_ptrace)[\w,]*[+=]\w*[ep]/.test(program.args.join(' '))) {
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
];
