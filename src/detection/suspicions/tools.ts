/** Tools made for attacks, known by their names, and mined coins. */
import { posix } from 'node:path';
import { isInterpreter, isShell } from './execution.ts';
import { operands, perProgram, type Rule } from './rule.ts';
import { names } from './stores.ts';

/** Hardly anybody has them who does not attack. */
const attackTools =
  /^(linpeas\w*|winpeas|linenum|lse|linux-smart-enumeration|linux-exploit-suggester(-2)?|les2?|pspy(32|64)?s?|mimipenguin|mimikatz|lazagne\w*|unix-privesc-check|upc|gtfonow|deepce|traitor|pwnkit|dirtypipe\w*|dirtycow\w*|pwncat(-cs)?|evil-winrm|kerbrute|msfconsole|msfvenom|meterpreter|xmrig\w*|minerd|cpuminer|xmr-stak|cgminer|t-rex|nbminer|beroot|sudo_killer|chisel|ligolo(-ng)?|sliver(-client)?|merlin\w*|beef|reptile|diamorphine|3snake|swapdumper|keysniffer|logkeys|stratus|pacu|peirates|sandcat|splunkd-agent|reverse_?shell\w*|keylogger\w*|rootkit\w*|bindshell|webshell|unshadow|swap_digger|truffleproc|empire|covenant|poshc2|koadic|weevely\w*|reptile_cmd|prism|vlany|jynx2?|azazel|cryptominer|ccminer|hping-exfil|dnsexfiltrator|dnscat2?|nishang|powersploit|sharphound|rubeus|invoke-mimikatz|pupy\w*|mythic\w*|havoc|bettercap|ettercap)$/;

/** Tools of those who test defences for a living, which distributions package. */
const testingTools =
  /^(crackmapexec|netexec|nxc|responder|bloodhound(-python)?|secretsdump|impacket-\w+|sqlmap|hydra|xhydra|medusa|patator|ncrack|crowbar|dnsrecon|dnsenum|fierce|sublist3r|amass|theharvester|smbmap|hashcat|john|wpscan|nikto|gobuster|feroxbuster|dirbuster|dirb|ffuf|wfuzz|commix|searchsploit|enum4linux(-ng)?|\w*bruteforce\w*|sucrack|su-?bruteforce)$/;

const toolName = (path: string): string =>
  posix
    .basename(path)
    .replace(/([_.-](linux|darwin|freebsd|amd64|x86_64|x64|arm64|static|musl|\d[\d.]*))*(\.(sh|py|pl|rb|exe|elf|bin|ps1))?$/i, '')
    .toLowerCase();

/** The names a program goes by: its own, and that of the script an interpreter or shell is given. */
const exploit = /^cve-\d{4}-\d{4,}/i;
const toolNames = perProgram((program) => {
  const script = isShell(program) || isInterpreter(program) ? (operands(program)[0] ?? '') : '';
  return script === '' ? [toolName(program.path)] : [toolName(program.path), toolName(script)];
});

const asksHelp = (program: { args: string[] }): boolean => program.args.some((word) => /^(-h|--help|--version|-V)$/.test(word));
const getsIt = names('git wget curl go pip pip3 cargo gem npm apt apt-get brew docker');
/** Where such tools come from, as far as their names say. */
const toolAddress =
  /\/(linpeas|PEASS-ng|LaZagne|PowerSploit|LinEnum|pspy\d*|mimipenguin|LaZagne|xmrig|linux-exploit-suggester|deepce|traitor|pwncat|chisel|CVE-\d{4}-\d+)[^/\s]*([/\s]|$)/i;

export const tools: readonly Rule[] = [
  {
    code: 'ATTACK_TOOL',
    tactic: 'DISCOVERY',
    points: 50,
    find(program) {
      const name = toolNames(program).find((candidate) => attackTools.test(candidate));
      if (name !== undefined && !asksHelp(program)) return `runs ${name}, a tool made for attacks`;
      if (exploit.test(posix.basename(program.path))) return 'runs what is named after a weakness';
      return program.args.some((word) => /^(--?url[= ]?)?stratum\+(tcp|ssl)/.test(word)) ? 'mines coins for somebody' : null;
    },
    suspicious: [
      './linpeas.sh -a',
      'bash /opt/x/LinEnum.sh',
      'unshadow passwd shadow',
      'sudo mimipenguin',
      './xmrig -o pool:1',
      './pspy64',
      './CVE-2021-4034',
      './m -o stratum+tcp://pool:3333',
      'python3 laZagne.py all',
    ],
    harmless: ['ls linpeas.sh', 'bash build.sh', 'python3 app.py', 'echo hydra', 'msfconsole --help', 'man john'],
  },
  {
    code: 'TESTING_TOOL',
    tactic: 'DISCOVERY',
    points: 30,
    find(program) {
      const name = asksHelp(program) ? undefined : toolNames(program).find((candidate) => testingTools.test(candidate));
      if (name !== undefined) return `runs ${name}, a tool that tries out attacks`;
      return getsIt.has(program.name) && program.args.some((word) => toolAddress.test(word)) ? 'fetches a tool made for attacks' : null;
    },
    suspicious: [
      'python3 sqlmap.py -u http://h',
      'hydra -l x h ssh',
      'john hashes',
      'git clone https://h/x/LinEnum',
      'wget https://h/linpeas.sh -O l',
    ],
    harmless: ['hydra --help', 'ls john', 'git clone https://h/x/app', 'man sqlmap'],
  },
];
