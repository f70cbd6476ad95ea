/** Files read, written or sent through programs that were made for something else: living off the land (https://gtfobins.github.io). */
import type { Program, ShellReading } from '../shell.ts';
import { isDownloader, isInterpreter } from './execution.ts';
import { joined, operands, shows, sourcesOf, type Rule } from './rule.ts';
import { sharedFolder } from './paths.ts';
import { names } from './stores.ts';

const codeRunners = names('vim gdb awk gawk jrunscript jjs julia irb');
const lineFilters = names('grep egrep fgrep sed look');
const awks = names('awk gawk mawk nawk');

/** Options that make a program print a file it cannot use, or take a whole file as the list it works through. */
const printsByAccident = shows([
  ['date', /(^| )(-f|--file)[= ]?\/\S/],
  ['arp', /(^| )-\w*f ?\/\S/],
  ['ss', /(^| )-\w*F ?\/\S/],
  ['ip bridge tc', /-b(atch)? ?\/\S/],
  ['dig', /(^| )-f ?\/\S/],
  ['file', /(^| )-\w*f ?\/\S/],
  ['ssh', /(^| )-F ?\/(?!etc\/ssh|dev\/null)\S/],
  ['ssh-keyscan', /(^| )-f ?\/\S/],
  ['nmap', /(^| )-iL ?\/\S/],
  ['wc du sort', /--files0-from[= ]?["']?\/\S/],
  ['gcc g++ cc cpp clang as ld ar nm objdump objcopy readelf strip size c++filt strings', /(^| )@\/\S/],
  ['mtr', /(^| )(-F|--filename)[= ]?\/\S/],
  ['dmesg', /(^| )-\w*F ?\/\S/],
  ['xmodmap', /(^| )-v /],
  ['cupsfilter', /(^| )-i \S+\/octet-stream/],
  ['hping3', /(^| )--file /],
  ['ab', /(^| )-p ?\/\S/],
  ['pip pip3', /-r ?\/(etc|root|proc)\S/],
  ['iptables-restore ip6tables-restore nft', /(^| )-f? ?\/(root|proc)\S/],
  ['troff nroff groff', /^\/(etc|root)\S/],
  ['lp lpr', /^\/(etc|root)\S/],
]);

/** Filters and formatters told to leave a file as it is. */
const passesThrough = shows([
  ['fmt', /^-(w ?)?\d{3,} /],
  ['fold', /^-w ?\d{5,}/],
  ['pr', /^-T /],
  ['nl', /^(?=.*-bn)(?=.*-w ?1)/],
  ['head tail', /^-c ?\d+[GT] /],
  ['diff', /--line-format[= ]?%L/],
  ['comm join cmp', /(^| )\/dev\/(null|zero)( |$)/],
  ['openssl', /^enc -in \/\S+$/],
  ['iconv', /^-f 8859_1 -t 8859_1|^-f (\S+) -t \1 /],
  ['csplit', /^\/\S+ 1$/],
  ['shuf', /(^| )-e .* -o|^-z \/\S+$/],
  ['ptx', /^-w ?\d{3,}/],
  ['column', /^-c ?\d{4,}/],
  ['zip', /--unzip-command|^\S+ \S+ -T .*-TT/],
]);

/** A pattern that every line meets, asked of a file elsewhere. */
function matchesAll(program: Program): boolean {
  const empty = lineFilters.has(program.name) ? '' : awks.has(program.name) ? '//' : null;
  const [pattern, file] = operands(program);
  return empty !== null && pattern === empty && file?.startsWith('/') === true;
}

const coders: ReadonlyMap<string, string> = new Map([
  ['base64', 'base64'],
  ['base32', 'base32'],
  ['base58', 'base58'],
  ['basenc', 'basenc'],
  ['basez', 'basez'],
  ['xxd', 'xxd'],
  ['uuencode', 'uudecode'],
  ['gzip', 'gzip gunzip zcat'],
  ['bzip2', 'bzip2 bunzip2 bzcat'],
  ['xz', 'xz unxz xzcat'],
  ['zstd', 'zstd unzstd zstdcat'],
  ['lzma', 'lzma unlzma'],
  ['zip', 'funzip'],
  ['openssl', 'openssl'],
  ['iconv', 'iconv'],
]);

/** `base64 x | base64 -d`: encoded and decoded at once, which only reads the file. */
function goesRound(program: Program, reading: ShellReading): boolean {
  if (program.pipedFrom === null) return false;
  const before = reading.programs[program.pipedFrom];
  const back = before === undefined ? undefined : coders.get(before.name);
  if (before === undefined || back === undefined || before.pipedFrom !== null || before.redirects.some(({ operator }) => operator === '<<'))
    return false;
  return (
    back.split(' ').includes(program.name) &&
    operands(before).length > 0 &&
    (program.name !== before.name || program.args.some((word) => /^-\w*[drk]|^--de/.test(word)))
  );
}

/** Loading a library by an option that hardly anybody knows. */
const loadsLibrary = shows([
  ['ssh-keygen ssh-add', /^-[Ds] ?(?!\/usr\/lib|\/lib|\/opt|\/usr\/local\/lib)\S*[./]\S*/],
  ['openssl', /-engine [./]\S/],
  ['python python2 python3', /(cdll\.LoadLibrary|ctypes\.CDLL)\(['"]\.{0,2}\//],
  ['mysql', /--default-auth[= ]?\.\.?\//],
  ['ffmpeg', /ladspa=/],
  ['vim vi gdb rvim view', /LoadLibrary|ctypes/],
  ['sqlite3', /\.load |load_extension/],
  ['nginx', /load_module/],
  ['tar', /--(to-command|use-compress-program|rmt-command|rsh-command)[= ]?(sh|bash|\/bin|\/tmp|['"]?\.\/)/],
]);

const preloads = names('LD_PRELOAD LD_AUDIT DYLD_INSERT_LIBRARIES BASH_ENV PYTHONSTARTUP PERL5DB NODE_OPTIONS');

/** Code that fetches a file from another machine, or gives one away. */
const codeFetches =
  /(urlretrieve|urlopen|file_get_contents\(?['"]?(https?|ftp):|LWP::Simple|open-uri|URI\.open|http\.request|Net::HTTP|HTTP::Tiny|https?\.get|download_file|requests\.(get|post|put)|fetch\()/;
const codeWrites =
  /(urlretrieve|getstore|open\([^)]{1,80}['"][wa]b?\+?['"]|\.write\(|fopen\([^)]{1,80}w|createWriteStream|writeFile|file_put_contents|mirror\(|download_file|requests\.(post|put)|exec\(|eval\(|system)/;

export const oddReaders: readonly Rule[] = [
  {
    code: 'READ_IN_DISGUISE',
    tactic: 'COLLECTION',
    points: 30,
    find(program, reading) {
      if (printsByAccident(program)) return `reads a file with ${program.name}, which is not for it`;
      if (goesRound(program, reading)) return `reads a file by encoding and decoding it with ${program.name}`;
      if (passesThrough(program) || matchesAll(program)) return `reads a file through ${program.name} as it is`;
      return isDownloader(program) && program.args.some((word) => /^file:\/\//.test(word))
        ? `reads a file of this machine with ${program.name}`
        : null;
    },
    suspicious: [
      'date -f /srv/x',
      'base64 /srv/x | base64 -d',
      'gcc @/srv/x',
      'curl file:///srv/x',
      'ss -a -F /srv/x',
      'diff --line-format=%L /dev/null /srv/x',
      'fmt -9999 /srv/x',
      'xxd /srv/x | xxd -r',
      'gzip -c /srv/x | gzip -d',
      'comm /srv/x /dev/null',
      'ip -batch /srv/x',
      "grep '' /srv/x",
      "awk '//' /srv/x",
    ],
    harmless: [
      'date +%s',
      'base64 x > y',
      'gcc -o x x.c',
      'curl http://h/x',
      'ss -tlnp',
      'diff a b',
      'fmt -72 x',
      'gzip -d x.gz',
      'cmp a b',
      'echo x | base64 | base64 -d',
      'tail -c 1M x',
      'ip a',
      "grep -v '/$' x",
    ],
  },
  {
    code: 'LIBRARY_LOADED',
    tactic: 'EXECUTION',
    points: 30,
    find(program, reading) {
      const preloaded =
        program === reading.programs[0] &&
        reading.assignments.some(
          ({ name, value }) => preloads.has(name) && (sharedFolder.test(value) || /^(\.{1,2}\/|.*\/\.[^/.])/.test(value)),
        );
      if (preloaded) return 'has programs load code from a file anybody could have put there';
      return loadsLibrary(program) ? `has ${program.name} load code from a file` : null;
    },
    suspicious: [
      'LD_PRELOAD=/tmp/x.so id',
      'ssh-keygen -D ./x.so',
      'openssl req -engine ./x.so',
      'python3 -c "from ctypes import cdll; cdll.LoadLibrary(\'./x.so\')"',
      'mysql --default-auth ../../x',
    ],
    harmless: [
      'ssh-keygen -t ed25519',
      'openssl req -new',
      'ssh-add -s /usr/lib/opensc-pkcs11.so',
      'ssh-keygen -D /usr/lib/opensc-pkcs11.so',
      'ffmpeg -i a b',
    ],
  },
  {
    code: 'TRANSFER_IN_CODE',
    tactic: 'COMMAND_AND_CONTROL',
    points: 30,
    find(program, reading) {
      const code = isInterpreter(program) || codeRunners.has(program.name) ? joined(program) : '';
      if (code === '' || !program.args.some((word) => /^--?\w*[ceEr]/.test(word))) return null;
      const writes = codeWrites.test(code) || program.redirects.some(({ operator }) => operator.startsWith('>'));
      const fetched = codeFetches.test(code) && writes && sourcesOf(program, reading).length >= 0;
      return fetched ? `fetches or sends a file in code of ${program.name}` : null;
    },
    suspicious: [
      "python3 -c \"import urllib.request as u; u.urlretrieve('http://h/x', 'y')\"",
      "perl -MLWP::Simple -e \"getstore('http://h/x', 'y')\"",
      'php -r \'file_put_contents("y", file_get_contents("http://h/x"));\'',
      'ruby -e \'require "open-uri"; File.open("y", "wb") { |f| f.write(URI.open("http://h/x").read) }\'',
    ],
    harmless: [
      'python3 -c "print(1)"',
      'python3 -c "import requests; print(requests.get(\'http://h\').status_code)"',
      'node -e "console.log(1)"',
      'php -r "echo 1;"',
    ],
  },
];
