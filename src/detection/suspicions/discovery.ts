/** Looking around as somebody does who has just come in. */
import type { Program, ShellReading } from '../shell.ts';
import { hasOption, joined, operands, shows, sourcesOf, type Rule } from './rule.ts';
import { hidesErrors } from './paths.ts';
import { isAgent } from './services.ts';
import { names } from './stores.ts';

const finders = names('which whereis type command hash');
const hardware = names('dmidecode lspci lsmod kldstat ioreg system_profiler dmesg lscpu');

/** What a program tells: who one is, what machine it is, how it is connected, what runs, who else there is. */
const tells: ReadonlyMap<string, string> = new Map(
  Object.entries({
    self: 'whoami id groups who w users logname',
    machine: 'uname hostname hostnamectl lsb_release sw_vers system_profiler arch lscpu uptime dmidecode lsmod',
    network: 'ifconfig ip netstat ss arp route networksetup ipconfig scutil iwconfig nmcli',
    processes: 'ps top pstree lsof launchctl',
    accounts: 'last lastlog getent dscl lastb finger',
  }).flatMap(([kind, programs]) => programs.split(' ').map((name) => [name, kind] as const)),
);
const versionFiles = /^\/etc\/(issue|os-release|lsb-release|\*-?release|\S*release|hostname)$|^\/proc\/(version|cpuinfo)$/;

function kindOf(program: Program): string | undefined {
  if (program.name === 'cat' && program.args.some((word) => versionFiles.test(word))) return 'machine';
  if (program.name === 'cat' && program.args.includes('/etc/passwd')) return 'accounts';
  if (program.name === 'ip' && !/^(-\S+ )*(a|addr|address|r|route|n|neigh\w*|l|link)( show| ls| list)?$/.test(joined(program)))
    return undefined;
  return tells.get(program.name);
}

/** Kinds of questions on one line from which it is a round and no question. */
const kindsOfARound = 3;
const questionsOfARound = 3;
/** Programs of a line whose complaints are thrown away, from which it is a habit. */
const quietPrograms = 2;

function round(reading: ShellReading): { questions: number; kinds: number; self: boolean } {
  const asked = new Map<string, string>();
  for (const program of reading.programs) {
    const kind = kindOf(program);
    if (kind !== undefined) asked.set(`${program.name} ${program.args[0] ?? ''}`, kind);
  }
  const kinds = new Set(asked.values());
  return { questions: asked.size, kinds: kinds.size, self: kinds.has('self') };
}

const helpers = names(
  'nc netcat ncat nc.traditional socat wget curl gcc cc g++ clang perl python python2 python3 ruby php lua tftp ftp nmap gdb tcpdump scp awk vim docker lxc expect',
);
const helpersOfAnInventory = 4;

const machinesNamed = /vmware|virtualbox|vbox|qemu|\bkvm\b|\bxen\b|hyper-?v|parallels|bochs|hypervisor|\bvmm\b|innotek/gi;

const network = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.(0|\*|\d+-\d+|\$\S*|\{\d+\.\.\d+\})(\/\d+)?$|\/(8|16|2[0-4])$/;
const portRange = /^\d+-\d*$/;
const scanners = names('nmap masscan zmap rustscan naabu unicornscan fping arp-scan netdiscover nbtscan onesixtyone hping3');

function scansNetwork(program: Program, reading: ShellReading): boolean {
  const targets = operands(program);
  if (['ping', 'ping6', 'nc', 'netcat', 'ncat', 'nslookup', 'host', 'dig'].includes(program.name)) {
    const variable = targets.some((word) => /^\d{1,3}(\.(\d{1,3}|\$\S+)){0,2}\.(\$\S+|\{\d+\.\.\d+\})$/.test(word));
    return variable || (/^(nc|netcat|ncat)$/.test(program.name) && targets.some((word) => portRange.test(word)));
  }
  if (!scanners.has(program.name)) {
    const socket = program.redirects.find(({ target }) => /^\/dev\/(tcp|udp)\//.test(target))?.target ?? '';
    const loops = reading.programs.some(({ name }) => name === 'seq') || reading.programs.length > 1;
    return (
      loops &&
      /\/\$?\S*[$*{]/.test(socket.slice('/dev/tcp'.length)) &&
      ['echo', ':', '', 'exec', 'true', 'printf', 'cat'].includes(program.name)
    );
  }
  if (program.args.some((word) => /^(-p-|-p(0|1)?-65535|0-65535|1-65535)$|^(--script=)?\S*(vuln|exploit|brute)\b/.test(word))) return true;
  return targets.some((word) => network.test(word)) || (hasOption(program, 'gal', '--localnet') && program.name !== 'nmap');
}

const asksNeighbours = shows([
  ['showmount', /(^| )(-\w*[ead]|--exports|--all)/],
  ['smbclient', /(^| )(-L|--list)/],
  ['smbutil', /^(view|statshares)/],
  ['rpcclient', /enum|querydisp|lookupnames|srvinfo/],
  ['enum4linux enum4linux-ng nbtscan nmblookup', /\S/],
  ['ldapsearch', /objectClass=(user|computer|person|\*)|samAccountType|adminCount|objectCategory=/i],
  ['net', /^(rpc|ads) |view/],
  ['arp', /^-\w*a/],
  ['dig', /\baxfr\b/i],
  ['host', /^-l /],
  ['smbstatus', /--shares|-S/],
  ['scutil', /--dns/],
  ['pwpolicy', /getaccountpolicies/],
]);

const asksForMachine = shows([
  ['systemd-detect-virt virt-what', /^(?!--(help|list))/],
  ['sysctl', /hw\.(hv_vendor|model)|machdep\.cpu|kern\.hv/],
  [
    'cat grep head',
    /\/sys\/(class\/dmi\/id\/(product|sys_vendor|bios|board)|hypervisor)|\/proc\/(1|self)\/cgroup|\/\.dockerenv|\/proc\/scsi\/scsi/,
  ],
  ['ls test [ stat', /\/\.dockerenv|\/run\/\.containerenv/],
  ['ioreg', /IOPlatformExpert|-l/],
  ['kldstat', /.*/],
]);

/** Who has the number of root. */
const rootAccounts = /x:0:|\$3 ?={1,2} ?["']?0\b|\$3 ?~ ?\/\^0/;
const accountsFrom = names('cut awk getent cat grep dscl');
const asksAboutAccounts = names('id groups finger chage crontab passwd lsof sudo');

export const discovery: readonly Rule[] = [
  {
    code: 'ACCOUNT_ROUND',
    tactic: 'DISCOVERY',
    points: 30,
    find: (program, reading) =>
      (accountsFrom.has(program.name) && rootAccounts.test(joined(program)) && /\/etc\/passwd/.test(joined(program))) ||
      (asksAboutAccounts.has(program.name) &&
        sourcesOf(program, reading).some(
          (source) => accountsFrom.has(source.name) && /\/etc\/passwd|^passwd$|\/Users/.test(joined(source)),
        ))
        ? "asks about every account in turn, or which are root's"
        : null,
    suspicious: [
      "awk -F: '$3 == 0' /etc/passwd",
      'for u in $(cut -d: -f1 /etc/passwd); do id $u; done',
      'getent passwd | cut -d: -f1 | xargs -n1 groups',
    ],
    harmless: ['id ann', 'for u in ann bob; do id $u; done', 'groups $(whoami)', 'chage -l "$USER"'],
  },
  {
    code: 'ENUMERATION',
    tactic: 'DISCOVERY',
    points: 30,
    find(program, reading) {
      if (kindOf(program) === undefined) return null;
      const { questions, kinds, self } = round(reading);
      return self && kinds >= kindsOfARound && questions >= questionsOfARound ? 'asks who and where it is in one go' : null;
    },
    suspicious: [
      'whoami; id; uname -a; ifconfig',
      'id && hostname && netstat -an && ps aux',
      'uname -a; w; last; ip a',
      'id; cat /etc/issue; cat /proc/version; ps aux',
    ],
    harmless: [
      'whoami',
      'uname -a; lsb_release -a',
      'ps aux | grep node',
      'ip a; ip r',
      'id; groups',
      'uptime; free -m; df -h',
      'ip link set eth0 up',
    ],
  },
  {
    code: 'QUIET_QUESTIONS',
    tactic: 'DISCOVERY',
    points: 30,
    // Who looks for himself wants to see what goes wrong; a script written to look around anywhere does not.
    find(program, reading) {
      const kind = hidesErrors(program) ? kindOf(program) : undefined;
      if (kind === undefined || kind === 'machine') return null;
      return reading.programs.filter(hidesErrors).length >= quietPrograms ? 'asks about the system and hides every refusal' : null;
    },
    suspicious: [
      'lastlog 2>/dev/null | grep -v Never 2>/dev/null',
      'ps aux 2>/dev/null | awk "{print}" 2>/dev/null',
      '(id; w) 2>/dev/null',
    ],
    harmless: [
      'ps aux 2>/dev/null | grep node',
      'uname -s 2>/dev/null || uname -m 2>/dev/null',
      'command -v ip >/dev/null 2>&1',
      'id ann 2>/dev/null',
    ],
  },
  {
    code: 'TOOL_INVENTORY',
    tactic: 'DISCOVERY',
    points: 30,
    find(program) {
      if (!finders.has(program.name)) return null;
      const asked = program.args.filter((word) => helpers.has(word)).length;
      return asked >= helpersOfAnInventory && program.args.some((word) => /^(nc|netcat|ncat|wget|tftp|nmap|socat|docker)$/.test(word))
        ? 'looks which tools there are to go on with'
        : null;
    },
    suspicious: ['which nc wget curl gcc python3', 'which perl python ruby nmap netcat 2>/dev/null'],
    harmless: ['which node npm', 'command -v curl wget', 'which gcc g++ make cmake', 'type ls'],
  },
  {
    code: 'DEFENCE_DISCOVERY',
    tactic: 'DISCOVERY',
    points: 30,
    find(program) {
      if (!/grep$|^(rg|pgrep|pidof|awk|ls)$/.test(program.name)) return null;
      const asked = program.args
        .flatMap((word) => word.split(/[|\\/ ]+/))
        .filter((word) => isAgent(word) || /^(b?carbon|CbOsx\w*|falcond?|auditd|snitch|avg|avast)$/i.test(word));
      const machines = new Set([...joined(program).matchAll(machinesNamed)].map(([name]) => name.toLowerCase()));
      if (machines.size >= 2 && program.name !== 'ls') return 'looks whether the machine is a virtual one';
      return new Set(asked).size >= 2 ? 'looks which defences are running' : null;
    },
    suspicious: [
      'ps aux | grep -E "falcond|osqueryd|wazuh"',
      'dmidecode | grep -iE "vmware|virtualbox|qemu"',
      'pgrep -l "falcon-sensor|mdatp"',
    ],
    harmless: ['ps aux | grep falcond', 'systemctl status wazuh-agent', 'ls /opt', 'grep -ri vmware docs'],
  },
  {
    code: 'MACHINE_DISCOVERY',
    tactic: 'DISCOVERY',
    points: 15,
    find(program, reading) {
      if (asksForMachine(program)) return 'looks whether it is in a virtual machine or a container';
      const asked = program.name.endsWith('grep') && joined(program).search(machinesNamed) >= 0;
      const told = asked && sourcesOf(program, reading).some(({ name }) => hardware.has(name));
      return told ? 'looks whether it is in a virtual machine' : null;
    },
    suspicious: [
      'systemd-detect-virt',
      'dmidecode | grep -i vmware',
      'cat /sys/class/dmi/id/product_name',
      'ls /.dockerenv',
      'grep docker /proc/1/cgroup',
    ],
    harmless: ['lscpu', 'dmidecode', 'lsmod | grep snd', 'cat /proc/cpuinfo', 'ls /'],
  },
  {
    code: 'NETWORK_SCAN',
    tactic: 'DISCOVERY',
    points: 30,
    find: (program, reading) => (scansNetwork(program, reading) ? `scans the network with ${program.name || 'the shell'}` : null),
    suspicious: [
      'nmap -sS 10.0.0.0/24',
      'for i in $(seq 1 254); do ping -c 1 10.0.0.$i; done',
      'nc -zv 10.0.0.1 1-1024',
      'masscan 10.0.0.0/8 -p80',
      'for p in $(seq 1 9); do (echo > /dev/tcp/10.0.0.1/$p); done',
      'arp-scan --localnet',
    ],
    harmless: ['ping 10.0.0.1', 'nc -zv h 22', 'ping -c 1 $HOST', 'nmap --version', 'dig example.org'],
  },
  {
    code: 'NEIGHBOUR_DISCOVERY',
    tactic: 'DISCOVERY',
    points: 15,
    find(program) {
      if (asksNeighbours(program)) return `asks what is shared and who is there with ${program.name}`;
      return scanners.has(program.name) &&
        operands(program).length > 0 &&
        (program.name !== 'nmap' || /(^| )-(s[SUFXNAV]|O|A)\b/.test(joined(program)))
        ? `looks for open doors with ${program.name}`
        : null;
    },
    suspicious: ['nmap -sS h', 'showmount -e h', 'smbclient -L //h', 'rpcclient -U "" -c enumdomusers h', 'arp -a'],
    harmless: ['showmount', 'arp -d h', 'ldapsearch -x uid=ann', 'smbclient //h/share', 'nmap --version'],
  },
];
