/** Services that record or defend, and whether a program stops one of them. */
import { posix } from 'node:path';
import type { Program, ShellReading } from '../shell.ts';
import { hasOption } from './rule.ts';
import { names } from './stores.ts';

const logging =
  /^(auditd|rsyslogd?|syslogd?|syslog-ng|systemd-journald|journald|kauditd|auditbeat|filebeat|packetbeat|journalbeat|td-agent(-bit)?|fluentd|fluent-bit|splunk\w*|auoms|audisp\w*|aureport|vector|logrotate|acct|psacct|audit|com\.apple\.(auditd|syslogd))$/;
const guards =
  /^(firewalld|ufw|iptables|ip6tables|nftables|pf|ipfw|apparmor|selinux\w*|fail2ban|sshguard|crowdsec|clamav(-\w+)?|clamd|freshclam|nessusd|aide|samhain|tripwire\w*|snort|suricata|zeek|rkhunter|chkrootkit|denyhosts|portsentry)$/;
const agents =
  /falcon(-sensor|d|ctl|_lsm\w*)$|^falcon$|crowdstrike|ossec|wazuh|osquery|^sysmon|mdatp|microsoft\.(wdav|fresno)|cbagentd|cbdaemon|carbonblack|cbosx|cbdefense|sentinel(one|d|ctl)?$|sav-protect|sophos|^esets?$|eset|ds_agent|xagt|cybereason|elastic-(agent|endpoint)|^falco|littlesnitch|opendns|lulu|blockblock|jamf|kolide|santa(d|ctl)?$|malwarebytes|symantec|mcafee|cylance|trendmicro|bitdefender|qualys|tanium|rapid7|limacharlie|threatlocker|huntress|tetragon/i;

const bareName = (word: string): string =>
  posix
    .basename(word.split('=')[0] ?? '')
    .replace(/_enable$/, '')
    .replace(/\.(service|socket|plist|timer)$/, '');

export const isLoggingService = (word: string): boolean => logging.test(bareName(word));
export const isGuard = (word: string): boolean => guards.test(bareName(word)) || isAgent(word);
export const isAgent = (word: string): boolean => !word.startsWith('-') && agents.test(bareName(word));

const stops = /^(stop|disable|mask|kill|off|remove|unload|bootout|onestop|purge|uninstall|del|autoremove|erase|-R\w*|-e|-P|-r)$/;
const managers = names(
  `systemctl service rc-service rc-update update-rc.d chkconfig launchctl initctl sysrc apt apt-get aptitude yum dnf rpm dpkg pacman
   zypper snap brew pkg apk rcctl sv s6-svc sc`,
);
const unloaders = names('rmmod kextunload kldunload');
const killers = names('kill killall pkill killall5 skill');

/** The service of `kind` that a program stops, disables, removes or kills, as it was written. */
export function stoppedService(program: Program, reading: ShellReading, kind: (word: string) => boolean): string | null {
  if (managers.has(program.name)) {
    const off =
      program.args.some((word) => stops.test(word) || /_enable\+?="?no"?$/i.test(word)) ||
      (program.name === 'rpm' && hasOption(program, 'e', '--erase'));
    return off ? (program.args.find((word) => !stops.test(word) && kind(word)) ?? null) : null;
  }
  if (unloaders.has(program.name)) return program.args.find((word) => kind(word)) ?? null;
  if (killers.has(program.name)) {
    const named = program.args.find((word) => kind(word));
    if (named !== undefined) return named;
    const own = reading.programs.indexOf(program);
    const found = program.fedBy.map((index) => reading.programs[index]).filter((source) => source?.feeds === own);
    return (
      found.flatMap((source) => (source !== undefined && sought.has(source.name) ? source.args : [])).find((word) => kind(word)) ?? null
    );
  }
  const own = program.path.includes('/') && kind(program.name);
  return own && program.args.some((word) => stops.test(word) || word === '-d') ? program.name : null;
}

const sought = names('pgrep pidof grep egrep');
