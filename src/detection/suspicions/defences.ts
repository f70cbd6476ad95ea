/** What watches or holds attackers back, switched off. */
import { joined, operands, shows, type Rule } from './rule.ts';
import { normalised, written, copied } from './paths.ts';
import { names } from './stores.ts';
import { isGuard, isLoggingService, stoppedService } from './services.ts';

const guardFiles =
  /^\/etc\/(selinux\/config|ufw\/.*|fail2ban\/.*|apparmor\.d\/.*|nftables\.conf|default\/ufw|sysconfig\/(iptables|selinux)|pf\.conf|falco\/.*|osquery\/.*|clamav\/.*|crypto-policies\/config|hosts\.(allow|deny))$|^\/(var\/ossec|opt\/(CrowdStrike|microsoft\/mdatp|sentinelone|carbonblack|Elastic))(\/|$)/;
const kernelGuard =
  /^\/proc\/sys\/kernel\/(randomize_va_space|yama\/ptrace_scope|kptr_restrict|dmesg_restrict|modules_disabled|perf_event_paranoid)$|^(\/sys\/fs)?\/selinux\/enforce$|^\/proc\/sys\/kernel\/core_pattern$/;

/** Orders to one defence each that switch it off. */
const switchesOff = shows([
  ['setenforce', /^(0|permissive)$/i],
  ['ufw', /(^| )(disable|reset)( |$)/],
  [
    'iptables ip6tables',
    /(^| )(-F|--flush|-X|--delete-chain|-P (INPUT|OUTPUT|FORWARD) ACCEPT|--policy (INPUT|OUTPUT|FORWARD) ACCEPT)( |$)|(^| )(-D|--delete) \S+ (\S+ ){0,8}(DROP|REJECT|LOG|\d+)( |$)/,
  ],
  ['nft', /^(flush ruleset|delete table|flush table)/],
  ['pfctl', /(^| )(-d|-F ?(all|rules))\b/],
  ['ipfw', /(^| )(disable firewall|(-f )?flush)/],
  ['firewall-cmd', /--panic-off|--set-default-zone=trusted/],
  ['aa-teardown aa-disable', /.*/],
  ['spctl', /--(master|global)-disable/],
  ['csrutil', /^disable/],
  ['mdatp', /(real-time-protection|passive-mode|enforcement|protection).*(disabled|passive)|^(exclusion|threat policy) /],
  ['sysctl', /(randomize_va_space|kernel\.(dmesg_restrict|kptr_restrict|yama\.ptrace_scope))=0|kernel\.core_pattern=/],
  [
    'defaults',
    /com\.apple\.(alf|LaunchServices|screensaver|loginwindow|SoftwareUpdate).*(globalstate|LSQuarantine|askForPassword|CriticalUpdateInstall).*(0|false|no)\b/i,
  ],
  ['kldunload', /^(pf|ipfw|ipl)/],
  ['grubby', /(selinux|apparmor|audit)=0/],
  ['socketfilterfw', /--setglobalstate off/],
  ['xattr', /-[a-z]*[dc][a-z]* .*(quarantine|provenance)|^-c /],
  ['tccutil', /^reset/],
  ['esxcli', /^network firewall (set .*(-e|--enabled)[= ]?(f|false|0)|unload)|execinstalledonly.*(f|false|0)\b/i],
  ['fail2ban-client', /^(stop|unban --all|set \S+ unbanip)/],
  ['crowdsec cscli', /^decisions delete --all/],
  ['dpkg-divert', /auditd|falco/],
  ['auditpol', /disable/],
]);

/** Trust in certificates, and what is cached in memory: written for good reasons, and to hide behind. */
const loweredBy =
  /^\/proc\/sys\/vm\/drop_caches$|^\/(usr\/local\/share|usr\/share|etc)\/(ca-certificates|pki\/ca-trust|pki\/tls\/certs|ssl\/certs)(\/|$)/;

const removers = names('rm unlink shred truncate');

export const defences: readonly Rule[] = [
  {
    code: 'DEFENCE_OFF',
    tactic: 'DEFENCE_EVASION',
    points: 30,
    find(program, reading) {
      if (switchesOff(program)) return `switches a defence off with ${program.name}`;
      const service = stoppedService(program, reading, isGuard);
      if (service !== null) return `stops ${service.slice(0, 40)}`;
      const gone = removers.has(program.name)
        ? operands(program).map((word) => normalised(word, program.directory))
        : program.name === 'mv'
          ? copied(program).from
          : [];
      const disabled =
        program.name === 'chmod' && /^(-x|a-x|0?000|[0-7]*[0246][0246][0246]) /.test(joined(program)) ? operands(program) : [];
      const programGone = [...gone, ...disabled].find((path) => /\/s?bin\//.test(path) && (isGuard(path) || isLoggingService(path)));
      if (programGone !== undefined) return `takes ${programGone.slice(0, 60)} away`;
      const file = [...written(program), ...gone].find((path) => guardFiles.test(path));
      if (file !== undefined) return `changes a defence: ${file.slice(0, 80)}`;
      return written(program).some((path) => kernelGuard.test(path)) ? 'switches a protection of the kernel off' : null;
    },
    suspicious: [
      'setenforce 0',
      'ufw disable',
      'service firewalld stop',
      'iptables -F',
      'sudo pkill -9 falcon-sensor',
      'sed -i s/enforcing/disabled/ /etc/selinux/config',
      'apt-get remove -y clamav',
      'echo 0 > /proc/sys/kernel/randomize_va_space',
      'iptables -D OUTPUT -p tcp -j DROP',
      'nft flush ruleset',
      'systemctl mask wazuh-agent',
      'rm -rf /opt/CrowdStrike',
      'launchctl unload /Library/LaunchDaemons/com.crowdstrike.falcond.plist',
      'xattr -d com.apple.quarantine x.app',
      'csrutil disable',
      'mdatp config real-time-protection --value disabled',
      'kill $(pidof osqueryd)',
      'chmod -x /usr/sbin/auditd',
      'mv /usr/sbin/rsyslogd /usr/sbin/x',
    ],
    harmless: [
      'getenforce',
      'ufw status',
      'systemctl stop nginx',
      'systemctl status wazuh-agent',
      'iptables -L',
      'ufw allow 22',
      'apt-get install fail2ban',
      'kill 1234',
      'cat /etc/selinux/config',
      'xattr -l x.app',
      'nft list ruleset',
      'systemctl restart falcon-sensor',
      'brew install osquery',
      'iptables -A INPUT -p tcp --dport 22 -j ACCEPT',
    ],
  },
  {
    code: 'DEFENCE_LOWERED',
    tactic: 'DEFENCE_EVASION',
    points: 15,
    find(program) {
      if (lowers(program)) return `lowers a defence with ${program.name}`;
      const path = written(program).find((candidate) => loweredBy.test(candidate));
      return path === undefined ? null : `changes ${path.slice(0, 60)}`;
    },
    suspicious: [
      'ulimit -c 0',
      'sudo semanage permissive -a httpd_t',
      'docker run --security-opt seccomp=unconfined x',
      'update-ca-certificates',
      'echo 3 > /proc/sys/vm/drop_caches',
      'aa-complain /usr/sbin/ntpd',
      'date -s "1 Jan 2020"',
    ],
    harmless: ['ulimit -n 4096', 'semanage permissive -l', 'docker run x', 'date', 'sysctl -a', 'aa-status'],
  },
];

/** What administrators do for a reason now and then, and attackers to have it easier. */
const lowers = shows([
  ['ulimit', /(^| )-(\w*c|Sc|Hc) 0$/],
  ['semanage', /^permissive (-a|--add)/],
  ['docker podman', /--security-opt[= ]\S*(unconfined|disable)/],
  ['update-ca-certificates', /.*/],
  ['update-ca-trust', /^(extract|force-enable)?$/],
  ['trust', /^anchor /],
  ['security', /^add-trusted-cert/],
  ['aa-complain', /\S/],
  ['apparmor_parser', /(^| )(-R|--remove)( |$)/],
  ['date', /(^| )(-s|--set)/],
  ['timedatectl', /^set-(time|ntp)/],
  ['systemsetup', /-setusingnetworktime off/],
  ['swapoff', /-a/],
  ['sysctl', /vm\.drop_caches|net\.ipv4\.(icmp_echo_ignore_all)/],
]);
