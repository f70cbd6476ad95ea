/** Searches for what opens other doors: files with passwords in them, and programs whose rights can be abused. */
import type { Program, ShellReading } from '../shell.ts';
import { isDownloader } from './execution.ts';
import { hidesErrors, normalised } from './paths.ts';
import { hasOption, joined, operands, sourcesOf, type Rule } from './rule.ts';
import { names } from './stores.ts';

const showers = names('ls cat head tail grep egrep more less file stat');

/** File names a search for credentials asks for. */
const wantedNames =
  /^\*?\/?\.?(id_(rsa|dsa|ecdsa|ed25519)\*?|ssh_host_\w+|authorized_keys\*?|known_hosts|\*?\.?(pem|ppk|pfx|p12|kdbx|ovpn|keytab|jks|gpg)|netrc|rhosts|git-credentials|pgpass|my\.cnf|(\w*\.)?htpasswd|credentials(\.\w+)?|access_?tokens?(\.\w+)?|msal_token_cache\.json|shadow|logins\.json|key[34]\.db|gnupg|wallet\.dat|\w*_?history|bash_history|docker-compose\.yml|wp-config\.php|web\.config|unattend\.xml|places\.sqlite|cookies(\.\w+)?|login data|bookmarks(\.plist)?|\.?sudo_as_admin_successful|\*?\.sqlite3?|\*?\.?(env|secrets?\*?|keychain(-db)?)(\.\w+)?|\*?secrets?\*?(\.\w+)?|\*?passwords?\*?(\.\w+)?|\*?creds?\*?(\.\w+)?)$/i;
const wholeSystem = /^(\/|\/\/|\/home|\/root|\/Users|\/etc(\/\*)?|\/var|~|\/opt|\/\*|\/mnt|\/srv|\/usr|\$\{?HOME\}?)$/;
const everywhere = (program: Program, word: string): boolean => wholeSystem.test(normalised(word, program.directory));
const secretText = /passw|passphrase|\bpwd\b|secret|api.?key|credential|PRIVATE KEY|BEGIN RSA|AKIA|access.?key|\bpass\b|token/i;
const metadataAddress = /169\.254\.169\.254|metadata\.google\.internal|100\.100\.100\.200|\[?fd00:ec2::254|169\.254\.170\.2/;
const greps = names('grep egrep fgrep rg ag ack zgrep strings');

/** Modes that ask `find` for setuid or setgid programs. */
const setsIdentity = /^[-/+]?(0?[2467]\d{3}|[ugoa,]*[+=]?\w*[ug]?[+=]\w*s)/;
const ownership = /^-(perm|writable|uid|gid|user|group|nouser|nogroup|executable|readable)$/;
const privateFolders = /^(\/|\/etc(\/.*)?|\/root(\/.*)?|\/home(\/.*)?|\/usr(\/.*)?|\/var(\/.*)?|\/opt|\/s?bin|\/lib(\/.*)?|\$.*)$/;

/** The folders a `find` starts in. */
function startsOf(program: Program): string[] {
  const firstTest = program.args.findIndex((word) => /^-[a-z]{2,}|^[!(\\]/.test(word));
  const words = firstTest < 0 ? program.args : program.args.slice(0, firstTest);
  return words.filter((word) => !word.startsWith('-')).map((word) => normalised(word, program.directory));
}

const testValues = (program: Program, test: RegExp): string[] => program.args.filter((_, at) => test.test(program.args[at - 1] ?? ''));

/** The search whose results a program gets: the `find` before `-exec`, `xargs`, a pipe or `$(find …)`. */
function searchBehind(program: Program, reading: ShellReading): Program | undefined {
  const own = reading.programs.indexOf(program);
  if (program.via.at(-1) === 'find') return reading.programs.slice(0, own).findLast(({ name }) => name === 'find');
  return sourcesOf(program, reading).find(({ name }) => ['find', 'locate', 'mdfind', 'fd'].includes(name));
}

function searchesContent(program: Program, reading: ShellReading): 'everywhere' | 'here' | null {
  if (!greps.has(program.name) || !secretText.test(joined(program))) return null;
  const behind = searchBehind(program, reading);
  if (sourcesOf(program, reading).some(({ name }) => ['env', 'printenv', 'set', 'declare'].includes(name))) return 'here';
  if (behind !== undefined) {
    const folders = hidesErrors(behind) ? privateFolders : wholeSystem;
    return startsOf(behind).some((start) => folders.test(start)) ? 'everywhere' : 'here';
  }
  const deep = hasOption(program, 'rR', '--recursive', '--dereference-recursive') || ['rg', 'ag', 'ack'].includes(program.name);
  const places = operands(program).slice(1);
  if (places.some((word) => everywhere(program, word) && (deep || /^\/(etc|home|root|var)/.test(word))))
    return deep ? 'everywhere' : 'here';
  return deep && places.every((word) => ['.', './', '*'].includes(word)) ? 'here' : null;
}

function namesWanted(program: Program): string | undefined {
  if (['locate', 'mlocate', 'plocate', 'mdfind'].includes(program.name)) return operands(program).find((word) => wantedNames.test(word));
  if (program.name !== 'find') return undefined;
  const starts = startsOf(program);
  if (!starts.some((start) => wholeSystem.test(start) || /^\/+\.|^~\/|^\/home\/|^\/(root|Users)\//.test(start))) return undefined;
  return testValues(program, /^-i?(name|path|wholename)$/).find((word) => wantedNames.test(word.slice(word.lastIndexOf('/') + 1)));
}

/** The start of a mode as `ls -l` shows it, up to a right to write or to take an identity on. */
const modePattern = /\^[-.dlrwxsStT]{2,9}[wsStT]/;
const systemFolder = /^\/($|(etc|usr|bin|sbin|lib|opt|var|home|root)(\/|$))/;

export const credentialSearch: readonly Rule[] = [
  {
    code: 'CREDENTIAL_SEARCH',
    tactic: 'CREDENTIAL_ACCESS',
    points: 30,
    find(program, reading) {
      if (
        isDownloader(program) &&
        program.args.some((word) => metadataAddress.test(word) && /credential|token|identity|user-?data/i.test(word))
      )
        return "asks the cloud for this machine's credentials";
      if (searchesContent(program, reading) === 'everywhere') return 'looks for passwords in files everywhere';
      const wanted = namesWanted(program);
      if (wanted !== undefined) return `looks for ${wanted.slice(0, 40)} everywhere`;
      if (program.name !== 'find' || !hidesErrors(program)) return null;
      const looksInside = testValues(program, /^-(exec|ok)/).some((word) => /^(grep|egrep|fgrep|cat|cp|head|strings|tar)$/.test(word));
      return looksInside && startsOf(program).some((start) => wholeSystem.test(start))
        ? 'looks into files everywhere and hides the refusals'
        : null;
    },
    suspicious: [
      'find / -name id_rsa',
      'find / -path "*chrome*/Bookmarks"',
      'find / -name "*.ini" -exec grep -H pass {} \\; 2>/dev/null',
      'find /home -name .netrc',
      'curl http://169.254.169.254/latest/meta-data/iam/security-credentials/',
      'find / -name "*.kdbx" 2>/dev/null',
      'grep -ri password /etc',
      'find / -name "*.conf" | xargs grep -i passwd',
      'locate id_rsa',
      'find /var/log -type f -exec grep -i password {} + 2>/dev/null',
      'grep -rE "BEGIN RSA PRIVATE KEY" /home',
      'find ~ -path "*firefox*/logins.json"',
    ],
    harmless: [
      'find . -name "*.pem"',
      'find / -name passwd',
      'find / -size +20M -exec ls -lh {} \\; 2>/dev/null',
      'find / -name x 2>/dev/null',
      'curl http://169.254.169.254/latest/meta-data/instance-id',
      'find / -name "*.log"',
      'grep -n password src/login.ts',
      'locate stdio.h',
      'grep -r colour /home/ann/src',
      'ps aux | grep password-agent',
    ],
  },
  {
    code: 'SECRETS_IN_SOURCES',
    tactic: 'CREDENTIAL_ACCESS',
    points: 15,
    find: (program, reading) => (searchesContent(program, reading) === 'here' ? 'looks for secrets in many files' : null),
    suspicious: [
      'grep -rn password .',
      'find . -name "*.php" | xargs grep -i "var \\$password"',
      'grep -i passw /etc/*',
      'printenv | grep -i secret',
    ],
    harmless: ['grep -rn colour .', 'grep password config.yml', 'rg "function token" src/parser.ts'],
  },
  {
    code: 'LISTING_BY_RIGHTS',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 30,
    // What `find -perm` asks, asked of a listing: who has find and the rights to use it need not read columns of modes.
    find(program, reading) {
      if (!/^([gm]?awk|[ef]?grep|sed)$/.test(program.name) || !program.args.some((word) => modePattern.test(word))) return null;
      const lists = sourcesOf(program, reading).some(
        (source) => source.name === 'ls' && hasOption(source, 'R') && operands(source).some((path) => systemFolder.test(path)),
      );
      return lists ? 'looks through a system folder for what it may change' : null;
    },
    suspicious: ["ls -lR /etc | grep '^.......rw'", "ls -laR /usr | awk '$1 ~ /^...s/'", "ls -alR / | grep '^-....w'"],
    harmless: ["ls -lR . | grep '^.......rw'", "ls -l /etc | grep '^d'", 'ls -R /etc | grep conf', "ls -lR /var/log | grep '^total'"],
  },
  {
    code: 'PRIVILEGE_SEARCH',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    // An administrator who audits permissions has the rights to see every folder; who hides the refusals has not.
    find(program) {
      if (!hidesErrors(program)) return null;
      if (program.name === 'getcap' && hasOption(program, 'r')) return 'looks for programs with rights of their own and hides the refusals';
      if (program.name !== 'find') return null;
      const modes = testValues(program, /^-perm$/);
      const starts = startsOf(program);
      if (modes.some((mode) => setsIdentity.test(mode))) return 'looks for programs whose rights can be abused and hides the refusals';
      const asks = modes.length > 0 || program.args.includes('-writable');
      return asks && starts.some((start) => wholeSystem.test(start)) ? 'looks for places it may change and hides the refusals' : null;
    },
    suspicious: [
      'find / -perm -4000 -type f 2>/dev/null',
      'find / -perm -u=s 2>/dev/null',
      'find / -perm -o+w -type d 2>/dev/null',
      'getcap -r / 2>/dev/null',
      'find / -writable -type f 2> /dev/null',
    ],
    harmless: [
      'find / -perm 777',
      'find . -perm -o+w 2>/dev/null',
      'getcap /usr/bin/ping',
      'find / -name x 2>/dev/null',
      'find . -writable',
    ],
  },
  {
    code: 'PRIVILEGE_HINT',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 15,
    find(program) {
      if (program.name === 'getcap')
        return hasOption(program, 'r') && !hidesErrors(program) ? 'looks for programs with rights of their own' : null;
      if (program.name === 'sudo') return hasOption(program, 'l', '--list') ? 'asks what it may do as somebody else' : null;
      const searches =
        program.name === 'find' && !hidesErrors(program) && testValues(program, /^-perm$/).some((mode) => setsIdentity.test(mode));
      return searches ? "looks for programs that run with their owner's rights" : null;
    },
    suspicious: ['find /usr/bin -perm -4000', 'sudo -l', 'getcap -r /', 'find / -perm /u=s -ls'],
    harmless: ['find / -perm 777', 'sudo ls', 'getcap x', 'find . -perm 755', 'find . -perm /222'],
  },
  {
    code: 'PROBING',
    tactic: 'DISCOVERY',
    points: 30,
    find(program, reading) {
      if (!showers.has(program.name) && program.name !== 'find') return null;
      if (!hidesErrors(program) && !sourcesOf(program, reading).some(hidesErrors)) return null;
      if (program.name === 'find') {
        const starts = startsOf(program);
        const asksOwner = program.args.some((word) => ownership.test(word)) && starts.some((start) => privateFolders.test(start));
        const hidden =
          testValues(program, /^-i?name$/).some((word) => /^\.\*?$/.test(word)) && starts.some((start) => wholeSystem.test(start));
        const looksAt = testValues(program, /^-(exec|ok)/).some((word) => /^(ls|cat|head|grep)$/.test(word));
        const settings =
          looksAt && testValues(program, /^-i?name$/).some((word) => /^\*?\.(conf|cnf|config|ini|bak|old|plan|log)$/.test(word));
        const asks =
          asksOwner || hidden || namesWanted(program) !== undefined || (settings && starts.some((start) => wholeSystem.test(start)));
        return asks ? 'looks for what it may abuse and hides the refusals' : null;
      }
      const places = operands(program).map((word) => normalised(word, null));
      const place =
        places.find((path) => probed.test(path)) ??
        (greps.has(program.name) && secretText.test(joined(program))
          ? places.find((path) => /^\/(etc|var|root|home)\//.test(path))
          : undefined);
      return place === undefined ? null : `tries ${place.slice(0, 60)} and hides the refusal`;
    },
    suspicious: [
      'ls -ahlR /root/ 2>/dev/null',
      'cat /etc/exports 2>/dev/null',
      'find /etc/init.d ! -uid 0 -type f 2>/dev/null',
      'find / -name ".*" -type f 2>/dev/null',
      'ls -la /var/spool/cron 2>/dev/null',
      'cat /home/*/.rhosts 2>/dev/null',
      'grep -i cred /etc/fstab 2>/dev/null',
      'find / -name "*.conf" -exec ls -l {} \\; 2>/dev/null',
      'ls -l /etc/shadow 2>/dev/null',
    ],
    harmless: [
      'ls /etc/hosts 2>/dev/null',
      'cat /etc/os-release 2>/dev/null',
      'ls -la /root',
      'find . -name ".*" 2>/dev/null',
      'find ~/src -user ann 2>/dev/null',
      'ls ~/.config 2>/dev/null',
    ],
  },
];

/** Places that are somebody else's, or tell how a system trusts others. */
const probed =
  /^(\/root(\/.*)?|~|\/home\/?\*?|~\/\.(rhosts|ssh|\w*_history|\*history\*?|.*hist.*)(\/.*)?|\/home\/\*\/.*|\/etc\/(exports|hosts\.equiv|g?shadow|master\.passwd|sudoers(\.d)?|login\.defs|security\/\w+\.conf|crontab|cron[^/]*(\/.*)?|anacrontab|inetd\.conf|xinetd\.(conf|d)|rc\.d(\/.*)?|init\.d(\/.*)?|fstab|at\.(allow|deny)|ssh\/sshd_config)|\/var\/(mail|spool\/(cron|mail|anacron))(\/.*)?)$/;
