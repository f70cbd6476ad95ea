import type { Program, ShellReading } from '../shell.ts';
import { hasOption, operands, type Rule } from './rule.ts';
import { copied, normalised, redirectedTo, written } from './paths.ts';

const historyFile = /^~\/\.(\w*_?history|zhistory|lesshst|viminfo|python_history)$|^\$\{?HISTFILE\}?$/;
/** Logs the system keeps for those who look after it, as against the log of some program. */
const systemLog =
  /^\/var\/(log|run)\/(messages|secure|security|syslog|auth\.log|kern\.log|daemon\.log|cron(\.log)?|maillog|mail\.log|boot\.log|dmesg|wtmp|btmp|utmp|lastlog|faillog|tallylog|audit(\/.*)?|journal(\/.*)?|sudo\.log|\*)$|\/docker\/containers\/.*-json\.log$/;
const anyLog = /^\/var\/log(\/|$)/;
/** What rotation leaves behind; people remove it to make room. */
const rotated = /\.(gz|xz|bz2|zst|old|\d+)$/;

const removers = new Set(['rm', 'unlink', 'shred', 'srm', 'wipe', 'truncate']);
const removed = (program: Program): string[] => {
  if (removers.has(program.name)) return operands(program).map((word) => normalised(word, program.directory));
  const { from, to } = copied(program);
  return from.some((path) => path === '/dev/null') ? to : program.name === 'mv' && to.includes('/dev/null') ? from : [];
};

/** `> x`, `: > x`, `cat /dev/null > x`, `echo > x`: the file is left empty. */
function emptied(program: Program): string[] {
  const nothing =
    ['', ':', 'true'].includes(program.name) ||
    (program.name === 'echo' && operands(program).join('') === '') ||
    (program.name === 'cat' && /^\/dev\/(null|zero|u?random)$/.test(program.args[0] ?? ''));
  return nothing ? redirectedTo(program) : [];
}
const overwritten = (program: Program): string[] =>
  program.redirects.some(({ operator }) => operator === '>') ? redirectedTo(program) : [];

const guard =
  /^(auditd|rsyslogd?|syslogd?|syslog-ng|systemd-journald|firewalld|ufw|iptables|ip6tables|nftables|pf|apparmor|selinux\w*|fail2ban|sshguard|crowdsec|falcon-sensor|falcond?|clamav(-\w+)?|clamd|freshclam|ossec(-\w+)?|wazuh(-\w+)?|osqueryd?|sysmon|mdatp|auditbeat|filebeat|packetbeat|td-agent|nessusd|cbagentd|cbdaemon|sentinelone|sentineld|sav-protect|esets?|ds_agent|aide|samhain|tripwire\w*|snort|suricata|zeek|rkhunter|chkrootkit|splunk\w*|xagt|cybereason\w*|elastic-agent|elastic-endpoint|falco|aureport|kauditd|auoms)(\.(service|socket))?$/;
const stops = /^(stop|disable|mask|kill|off|remove|unload|bootout|onestop|purge|uninstall)$/;
const guardFiles =
  /^\/etc\/(selinux\/config|audit(\/.*)?|auditd\.conf|audisp(\/.*)?|libaudit\.conf|rsyslog\.conf|rsyslog\.d\/.*|syslog\.conf|syslog-ng\/.*|security\/audit\w*|ufw\/.*|fail2ban\/.*|apparmor\.d\/.*|systemd\/journald\.conf)$/;
const serviceTools = new Set([
  'systemctl',
  'service',
  'rc-service',
  'rc-update',
  'update-rc.d',
  'chkconfig',
  'launchctl',
  'initctl',
  'sysrc',
  'apt',
  'apt-get',
  'yum',
  'dnf',
  'rpm',
  'dpkg',
  'pacman',
  'zypper',
  'snap',
]);
const killers = new Set(['kill', 'killall', 'pkill', 'killall5']);

function stoppedGuard(program: Program, reading: ShellReading): string | null {
  const words = [program.name === 'service' ? '' : program.path, ...program.args];
  const service = words.find((word) => guard.test(word.split('=')[0]?.replace(/_enable$/, '') ?? ''));
  if (serviceTools.has(program.name)) {
    const off =
      words.some((word) => stops.test(word) || /_enable="?no"?$/i.test(word)) ||
      (program.name === 'rpm' && hasOption(program, 'e', '--erase'));
    return off ? (service ?? null) : null;
  }
  if (!killers.has(program.name))
    return /^\/etc\/(rc\.d\/)?init\.d\//.test(program.path) && guard.test(program.name) && program.args.some((word) => stops.test(word))
      ? program.name
      : null;
  if (service !== undefined) return service;
  const found = reading.programs.filter(
    ({ name, feeds }) => ['pgrep', 'pidof'].includes(name) && feeds === reading.programs.indexOf(program),
  );
  return found.flatMap(({ args }) => args).find((word) => guard.test(word)) ?? null;
}

/** Commands of one defence each that switch it off. The words are joined by blanks, options in the order written. */
const switchesOff: readonly (readonly [name: RegExp, words: RegExp])[] = [
  [/^auditctl$/, /(^| )-(e ?0|D)\b/],
  [/^setenforce$/, /^(0|permissive)$/i],
  [/^ufw$/, /(^| )(disable|reset)( |$)/],
  [
    /^ip6?tables$/,
    /(^| )(-F|--flush|-X|-P (INPUT|OUTPUT|FORWARD) ACCEPT|--policy (INPUT|OUTPUT|FORWARD) ACCEPT|-D \S+ .*(DROP|REJECT|LOG))( |$)/,
  ],
  [/^nft$/, /^flush ruleset/],
  [/^pfctl$/, /(^| )-d\b/],
  [/^(aa-teardown|aa-disable)$/, /.*/],
  [/^spctl$/, /--(master|global)-disable/],
  [/^csrutil$/, /^disable/],
  [/^mdatp$/, /(real-time-protection|passive-mode|enforcement).*(disabled|passive)/],
  [/^sysctl$/, /(randomize_va_space|kernel\.(dmesg_restrict|kptr_restrict|yama\.ptrace_scope))=0/],
  [/^journalctl$/, /--vacuum-(time=1s|size=1[KM]?$)/],
];

const historyVariables: Readonly<Record<string, RegExp>> = {
  HISTFILE: /^(\/dev\/null|)$/,
  HISTSIZE: /^0$/,
  HISTFILESIZE: /^0$/,
  HISTIGNORE: /^\*/,
  SAVEHIST: /^0$/,
};

export const concealment: readonly Rule[] = [
  {
    code: 'HISTORY_TAMPERING',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program, reading) {
      const words = program.args.join(' ');
      if (program.name === 'history' && (hasOption(program, 'c') || words.startsWith('-w /dev/null'))) return "clears the shell's history";
      if (
        (program.name === 'unset' && /\bHIST(FILE|SIZE|FILESIZE)\b/.test(words)) ||
        (program.name === 'set' && words.startsWith('+o history'))
      )
        return "switches the shell's history off";
      if ([...removed(program), ...emptied(program), ...overwritten(program)].some((path) => historyFile.test(path)))
        return "removes the shell's history";
      return historyVariableOff(program, reading) ? "switches the shell's history off" : null;
    },
    suspicious: [
      'history -c',
      'unset HISTFILE',
      'export HISTFILE=/dev/null',
      'export HISTSIZE=0',
      'set +o history',
      'rm ~/.bash_history',
      '> ~/.bash_history',
      'ln -sf /dev/null ~/.bash_history',
      'cat /dev/null > $HOME/.zsh_history',
      'truncate -s0 /home/ann/.bash_history',
      'HISTFILE= bash',
      'HISTFILESIZE=0',
    ],
    harmless: [
      'history',
      'history 10',
      'history -r',
      'export HISTSIZE=10000',
      'echo $HISTFILE',
      'set -o history',
      'tail ~/.bash_history',
      'git history -c',
      'HISTFILE=~/.h bash',
    ],
  },
  {
    code: 'LOG_TAMPERING',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const gone =
        [...removed(program), ...emptied(program)].find((path) => (anyLog.test(path) && !rotated.test(path)) || systemLog.test(path)) ??
        overwritten(program).find((path) => systemLog.test(path));
      if (gone !== undefined) return `removes the log ${gone.slice(0, 80)}`;
      const edits = ['sed', 'perl'].includes(program.name) || program.name === 'utmpdump';
      const edited = edits ? written(program).find((path) => systemLog.test(path)) : undefined;
      return edited === undefined ? null : `changes the log ${edited.slice(0, 80)}`;
    },
    suspicious: [
      'rm -rf /var/log/messages',
      'rm /var/log/nginx/access.log',
      '> /var/log/auth.log',
      'echo > /var/log/syslog',
      'truncate -s 0 /var/log/secure',
      'cat /dev/null > /var/log/wtmp',
      'sed -i /bob/d /var/log/auth.log',
      'unlink /var/log/lastlog',
      'echo 0> /var/log/secure',
      'shred -u /var/log/audit/audit.log',
      'cd /var/log; rm -f auth.log',
    ],
    harmless: [
      'tail -f /var/log/syslog',
      'job > /var/log/job.log 2>&1',
      'rm /var/log/syslog.1',
      'rm -f /var/log/*.gz',
      'echo started >> /var/log/app.log',
      'grep x /var/log/auth.log',
      'rm app.log',
      'ls -l /var/log',
    ],
  },
  {
    code: 'DEFENCE_OFF',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program, reading) {
      const words = program.args.join(' ');
      if (switchesOff.some(([name, pattern]) => name.test(program.name) && pattern.test(words)))
        return `switches a defence off with ${program.name}`;
      const service = stoppedGuard(program, reading);
      if (service !== null) return `stops ${service.slice(0, 40)}`;
      const file = written(program).find((path) => guardFiles.test(path)) ?? removed(program).find((path) => guardFiles.test(path));
      if (file !== undefined) return `changes what is audited or logged: ${file.slice(0, 80)}`;
      const hardening = written(program).some((path) =>
        /^\/proc\/sys\/kernel\/(randomize_va_space|yama\/ptrace_scope|kptr_restrict)$/.test(path),
      );
      return hardening ? 'switches a protection of the kernel off' : null;
    },
    suspicious: [
      'auditctl -e 0',
      'setenforce 0',
      'ufw disable',
      'systemctl stop auditd',
      'systemctl disable --now rsyslog.service',
      'service firewalld stop',
      'iptables -F',
      'killall auditd',
      'sudo pkill -9 falcon-sensor',
      'kill -9 $(pgrep rsyslogd)',
      'sed -i s/enforcing/disabled/ /etc/selinux/config',
      'apt-get remove -y clamav',
      'echo 0 > /proc/sys/kernel/randomize_va_space',
      'iptables -D OUTPUT -p tcp -j DROP',
    ],
    harmless: [
      'auditctl -s',
      'getenforce',
      'ufw status',
      'systemctl stop nginx',
      'systemctl status auditd',
      'systemctl restart rsyslog',
      'iptables -L',
      'ufw allow 22',
      'pgrep auditd',
      'apt-get install fail2ban',
      'kill 1234',
      'cat /etc/selinux/config',
    ],
  },
];

/** A variable counts once, with the line's first program, or with the program that sets it. */
function historyVariableOff(program: Program, reading: ShellReading): boolean {
  return program === reading.programs[0] && reading.assignments.some(({ name, value }) => historyVariables[name]?.test(value) === true);
}
