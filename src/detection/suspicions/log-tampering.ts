/** The record of what people did, switched off, cut or destroyed: shell history, logs, audit. */
import type { Program, ShellReading } from '../shell.ts';
import { joined, operands, shows, type Rule } from './rule.ts';
import { copied, normalised, redirectedTo, written } from './paths.ts';
import { isLoggingService, stoppedService } from './services.ts';
import { historyFile, names } from './stores.ts';

/** Logs the system keeps for those who look after it, as against the log of some program. */
const systemLog =
  /^(\/private)?\/var\/(log|run|account)\/(messages|secure|security|syslog|system\.log.*|auth\.log|kern\.log|daemon\.log|cron(\.log)?|maillog|mail\.log|boot\.log|dmesg|wtmp|btmp|utmp|utx\.\w+|lastlog|faillog|tallylog|pacct|acct|audit(\/.*)?|journal(\/.*)?|sudo\.log|\*)$|^(\/private)?\/var\/audit(\/.*)?$|\/docker\/containers\/.*-json\.log$|^\/(var\/spool\/mail|var\/mail)(\/.*)?$/;
const anyLog = /^(\/private)?\/var\/log(\/|$)|^(\/Library|~\/Library)\/Logs(\/|$)/;
/** What rotation leaves behind; people remove it to make room. */
const rotated = /\.(gz|xz|bz2|zst|old|\d+)$/;

const removers = names('rm unlink shred srm wipe truncate');
function removed(program: Program): string[] {
  if (removers.has(program.name)) return operands(program).map((word) => normalised(word, program.directory));
  if (program.name === 'find') return removedByFind(program);
  const { from, to } = copied(program);
  if (from.some((path) => path === '/dev/null')) return to;
  return program.name === 'mv' && to.includes('/dev/null') ? from : [];
}

/** What a `find` without a test by age, size or name removes or empties. */
function removedByFind(program: Program): string[] {
  const acts = program.args.some(
    (word, at) => word === '-delete' || (/^-(exec|ok)/.test(program.args[at - 1] ?? '') && (removers.has(word) || word === 'dd')),
  );
  const chosen = program.args.some(
    (word, at) =>
      /^-([acm]?(time|min)|newer\w*|size|i?regex|i?path)$/.test(word) ||
      (/^-i?name$/.test(program.args[at - 1] ?? '') && !/^\*?(\.log)?\*?$/.test(word)),
  );
  return acts && !chosen ? program.args.slice(0, 1).map((word) => normalised(word, program.directory)) : [];
}

/** `> x`, `: > x`, `cat /dev/null > x`, `echo > x`: the file is left empty. */
function emptied(program: Program): string[] {
  if (program.name === 'dd' && program.args.some((word) => /^if=\/dev\/(null|zero|u?random)$/.test(word))) return written(program);
  if (program.name === 'tee' && (program.input?.trim() === '' || program.args.includes('/dev/null'))) return written(program);
  const nothing =
    ['', ':', 'true'].includes(program.name) ||
    (program.name === 'echo' && operands(program).join('').trim() === '') ||
    (program.name === 'cat' && /^\/dev\/(null|zero|u?random)$/.test(program.args[0] ?? ''));
  return nothing ? redirectedTo(program) : [];
}
const overwritten = (program: Program): string[] =>
  program.redirects.some(({ operator }) => operator === '>' || operator === '>|') ? redirectedTo(program) : [];

const historyVariables = new Map<string, RegExp>([
  ['HISTFILE', /^(\/dev\/null|)$/],
  ['HISTSIZE', /^0$/],
  ['HISTFILESIZE', /^0$/],
  ['HISTIGNORE', /^['"]?\*/],
  ['SAVEHIST', /^0$/],
  ['fish_history', /^$/],
  ['MYSQL_HISTFILE', /^\/dev\/null$/],
  ['LESSHISTFILE', /^$/],
]);

/** A variable counts once, with the line's first program, or with the program that sets it. */
const historyVariableOff = (program: Program, reading: ShellReading): boolean =>
  program === reading.programs[0] && reading.assignments.some(({ name, value }) => historyVariables.get(name)?.test(value) === true);

const historyOff = shows([
  ['history', /^(-\w*c|clear( |$)|-w \/dev\/null)/],
  ['unset', /\bHIST(FILE|SIZE|FILESIZE)\b/],
  ['set', /^\+o history|^(-\w+ )?fish_history( ['"]*)?$/],
  ['fc', /^-p( |$)/],
  ['shopt', /^-(u|uo|ou|u -o) history/],
  ['kill', /^(-s )?-?(9|KILL|SIGKILL) \$(\$|BASHPID|\{BASHPID\})$/],
  ['Set-PSReadlineOption Set-PSReadLineOption', /SaveNothing/i],
  ['Clear-History', /.*/],
]);

const leavesOut = shows([
  ['history', /^(-d|delete)( |$)/],
  ['fish', /(^| )(--private|-P)( |$)/],
]);

const logOrders = shows([
  ['journalctl', /--vacuum-(time=\d+s|size=\d{1,2}[BKM]?\b|files=[01]\b)|--vacuum-time=1(s|m)$/],
  ['log', /^erase|^config .*level:off/],
  ['mount', / \/var\/log\/?$/],
  ['auditctl', /(^| )-(e ?0|D)\b/],
  ['utmpdump', /(^| )(-r|--reverse)\b/],
  ['auditpol', /\/(clear|remove)/i],
  ['wevtutil', /^cl /],
  ['esxcli', /^system (syslog|auditrecords) .*(disable|unset|--loghost= ?$)/],
  ['kubectl', /^delete events\b/],
  ['docker', /--log-driver[= ]none/],
]);

const loggingFiles =
  /^\/etc\/(audit(\/.*)?|auditd\.conf|audisp(\/.*)?|libaudit\.conf|rsyslog\.conf|rsyslog\.d\/.*|syslog\.conf|syslog-ng\/.*|syslog\.d\/.*|newsyslog\.conf|security\/audit\w*|systemd\/journald\.conf)$/;

const inlineEditors = names('sed gsed perl ruby utmpdump ed ex vi vim nano grep awk');

/** In which way a program destroys the shell's history or switches it off, null for none. */
function historyTampered(program: Program, reading: ShellReading): string | null {
  if (historyOff(program)) return "clears the shell's history or switches it off";
  if ([...removed(program), ...emptied(program), ...overwritten(program), ...moved(program)].some((path) => historyFile.test(path)))
    return "removes the shell's history";
  const edits = inlineEditors.has(program.name) || program.name === 'chattr' || program.name === 'sponge';
  if (
    edits &&
    (written(program).some((path) => historyFile.test(path)) || (program.name === 'chattr' && /\+\w*i.*_history/.test(joined(program))))
  )
    return "changes the shell's history";
  return historyVariableOff(program, reading) ? "switches the shell's history off" : null;
}

export const logTampering: readonly Rule[] = [
  {
    code: 'HISTORY_TAMPERING',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find: historyTampered,
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
      'kill -9 $$',
      'shopt -uo history',
      'sed -i /curl/d ~/.bash_history',
      'dd if=/dev/null of=~/.bash_history',
      'echo "" > ~/.bash_history',
      'mv ~/.bash_history /tmp/x',
      'set fish_history ""',
    ],
    harmless: [
      'history',
      'history 10',
      'history -r',
      'history -a',
      'export HISTSIZE=10000',
      'echo $HISTFILE',
      'set -o history',
      'tail ~/.bash_history',
      'git history -c',
      'HISTFILE=~/.h bash',
      'kill -9 1234',
      'kill $$',
      'shopt -s histappend',
    ],
  },
  {
    code: 'HISTORY_WIPED',
    tactic: 'DEFENCE_EVASION',
    points: 50,
    find(program, reading) {
      const ways = reading.programs.length > 1 && historyTampered(program, reading) !== null;
      const others = ways && reading.programs.some((other) => other !== program && historyTampered(other, reading) !== null);
      return others ? "destroys the shell's history in more than one way" : null;
    },
    suspicious: ['history -c; rm ~/.bash_history', '> ~/.bash_history && unset HISTFILE', 'history -c && kill -9 $$'],
    harmless: ['history; history -a', 'echo $HISTFILE; history 10', 'ls ~/.bash_history; tail ~/.bash_history'],
  },
  {
    code: 'HISTORY_SELECTIVE',
    tactic: 'DEFENCE_EVASION',
    points: 15,
    find: (program, reading) =>
      (program === reading.programs[0] &&
        reading.assignments.some(({ name, value }) => name === 'HISTCONTROL' && /ignore(space|both)/.test(value))) ||
      leavesOut(program)
        ? 'keeps some commands out of the history'
        : null,
    suspicious: ['history -d 5', 'fish --private', 'export HISTCONTROL=ignoreboth', 'HISTCONTROL=ignorespace'],
    harmless: ['export HISTCONTROL=ignoredups', 'echo $HISTCONTROL', 'export HISTCONTROL=erasedups'],
  },
  {
    code: 'LOG_TAMPERING',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program) {
      const gone =
        [...removed(program), ...emptied(program)].find((path) => (anyLog.test(path) && !rotated.test(path)) || systemLog.test(path)) ??
        [...overwritten(program), ...moved(program)].find((path) => systemLog.test(path));
      if (gone !== undefined) return `removes the log ${gone.slice(0, 80)}`;
      const edited = inlineEditors.has(program.name) ? written(program).find((path) => systemLog.test(path)) : undefined;
      if (edited !== undefined) return `changes the log ${edited.slice(0, 80)}`;
      return logOrders(program) && program.name !== 'auditctl' ? `cuts what ${program.name} has recorded` : null;
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
      'dd if=/dev/zero of=/var/log/lastlog',
      'journalctl --vacuum-time=1s',
      'sudo log erase --all',
      'rm -rf /private/var/audit/*',
      'echo "" | sudo tee /var/log/auth.log',
      'find /var/log -type f -exec shred -u {} \\;',
      'find /var/log -name "*.log" -exec truncate -s 0 {} \\;',
      'mount -t tmpfs tmpfs /var/log',
      'rm -rf /var/spool/mail/*',
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
      'journalctl --vacuum-size=500M',
      'journalctl --vacuum-time=2weeks',
      'find /var/log -name "*.gz" -mtime +30 -delete',
      'log show --last 5m',
      'cp /var/log/syslog /tmp/s',
    ],
  },
  {
    code: 'LOGGING_OFF',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program, reading) {
      if (program.name === 'auditctl' && logOrders(program)) return 'switches the audit off';
      const service = stoppedService(program, reading, isLoggingService);
      if (service !== null) return `stops ${service.slice(0, 40)}`;
      if (/LogLevel (QUIET|FATAL)/.test(joined(program)) && written(program).some((path) => path === '/etc/ssh/sshd_config'))
        return 'keeps sign-ins out of the log';
      const file = [...written(program), ...removed(program), ...moved(program)].find((path) => loggingFiles.test(path));
      return file === undefined ? null : `changes what is audited or logged: ${file.slice(0, 80)}`;
    },
    suspicious: [
      'auditctl -e 0',
      'auditctl -D',
      'systemctl stop auditd',
      'systemctl disable --now rsyslog.service',
      'killall auditd',
      'kill -9 $(pgrep rsyslogd)',
      'sed -i s/yes/no/ /etc/audit/auditd.conf',
      'rm /etc/rsyslog.d/50-remote.conf',
      'sysrc auditd_enable=NO',
      'pkill syslogd',
      'sed -i "s/.*LogLevel.*/LogLevel QUIET/" /etc/ssh/sshd_config',
      'apt-get purge -y auditd',
      'launchctl unload /System/Library/LaunchDaemons/com.apple.auditd.plist',
    ],
    harmless: [
      'auditctl -s',
      'auditctl -w /srv -p w',
      'systemctl status auditd',
      'systemctl restart rsyslog',
      'pgrep auditd',
      'apt-get install auditd',
      'cat /etc/rsyslog.conf',
      'kill 1234',
    ],
  },
];

/** Where files were that are somewhere else now. */
function moved(program: Program): string[] {
  return program.name === 'mv' ? copied(program).from : [];
}

/** The rules that speak of a record of what people did being switched off or destroyed, for a detector of its own. */
export const tamperingCodes: ReadonlySet<string> = new Set([
  'HISTORY_TAMPERING',
  'HISTORY_WIPED',
  'LOG_TAMPERING',
  'LOGGING_OFF',
  'CLOUD_LOGGING_OFF',
]);
