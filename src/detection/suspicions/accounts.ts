/** Who may do what: rights, groups and accounts handed out. */
import { hasOption, joined, operands, optionValue, shows, type Rule } from './rule.ts';
import { written } from './paths.ts';
import { names } from './stores.ts';

const accountTools = names('usermod useradd gpasswd adduser addgroup pw');

const adminGroups = /(^|[,\s])(sudo|wheel|admin|staff-admin|adm|lxd)([,\s]|$)/;
const rootGroups = /(^|[,\s])(root|shadow|disk|kmem)([,\s]|$)/;
const serviceAccounts = names(
  'nobody daemon bin sys www-data apache nginx httpd mail news lp games postgres mysql redis ftp uucp backup sshd man proxy',
);

/** The groups an order puts an account into. */
function groupsGiven(program: { name: string; args: string[] }, words: string): string {
  if (program.name === 'gpasswd') return /(^| )(-a|--add)( |=)/.test(words) ? (words.split(' ').at(-1) ?? '') : '';
  if (program.name === 'adduser' || program.name === 'addgroup') {
    const plain = program.args.filter((word) => !word.startsWith('-'));
    return plain.length === 2 ? (plain[1] ?? '') : '';
  }
  return '';
}

const opensAccounts = shows([
  ['dseditgroup', /-o edit .*-a .*\badmin\b|\badmin\b.*-a /],
  ['dscl', /-?(append|merge) \/Groups\/admin|UniqueID 0$|-?create \/Users\/\S+ UniqueID 0\b/],
  ['sysadminctl', /-admin\b|-addUser/],
  ['passwd', /(^| )(-d|--delete)( |$)|^(-u|--unlock) root/],
  ['usermod', /^(-U|--unlock) root/],
  ['dsenableroot', /^(?!.*-d)/],
  ['kickstart', /-activate|-access -on/],
  ['gsettings', /disable-user-list true/],
  ['net', /localgroup administrators .*\/add/i],
  ['pw', /^(groupmod|group mod) wheel .*-m/],
  ['visudo', /(^| )-f \/(tmp|dev\/shm)/],
]);

export const accounts: readonly Rule[] = [
  {
    code: 'ACCOUNT_OPENED',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 30,
    find(program) {
      if (opensAccounts(program)) return `opens an account or gives it rights with ${program.name}`;
      if (
        written(program).some((path) => path.startsWith('/etc/ssh/sshd_config')) &&
        /(PermitRootLogin|PermitEmptyPasswords|PermitUserEnvironment) yes/.test(`${joined(program)} ${program.input ?? ''}`)
      )
        return 'lets root or whoever has no password sign in';
      const shell = program.name === 'chsh' || program.name === 'usermod' ? optionValue(program, '-s', '--shell') : null;
      if (shell !== null && shell.endsWith('sh') && operands(program).some((word) => serviceAccounts.has(word)))
        return 'lets people sign in to the account of a service';
      const words = joined(program);
      const groups = `${groupsGiven(program, words)} ${['usermod', 'useradd'].includes(program.name) ? groupOption(program) : ''}`;
      return rootGroups.test(groups) ? 'puts an account into a group of the system' : null;
    },
    suspicious: [
      'passwd -d root',
      'chsh -s /bin/bash www-data',
      'usermod -s /bin/sh nobody',
      'usermod -aG shadow bob',
      'gpasswd -a bob disk',
      'dseditgroup -o edit -a bob -t user admin',
      'adduser bob root',
      'echo "PermitRootLogin yes" >> /etc/ssh/sshd_config',
    ],
    harmless: [
      'passwd -S root',
      'chsh -s /bin/zsh',
      'usermod -aG docker bob',
      'gpasswd -d bob disk',
      'adduser bob',
      'usermod -s /usr/sbin/nologin www-data',
    ],
  },
  {
    code: 'ADMIN_GROUP',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 15,
    find(program) {
      if (!accountTools.has(program.name)) return null;
      const given = `${groupsGiven(program, joined(program))} ${groupOption(program)}`;
      return adminGroups.test(given) ? "makes an account an administrator's" : null;
    },
    suspicious: ['usermod -aG sudo bob', 'gpasswd -a bob wheel', 'adduser bob sudo', 'useradd -G wheel bob'],
    harmless: ['usermod -aG docker bob', 'groups bob', 'gpasswd -d bob wheel', 'adduser bob audio'],
  },
];

const groupOption = (program: Parameters<typeof optionValue>[0]): string =>
  optionValue(program, '-G', '--groups', '-aG', '-Ga', '-a -G') ?? (hasOption(program, 'G') ? joined(program) : '');
