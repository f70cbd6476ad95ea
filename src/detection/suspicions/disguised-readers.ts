/** Files in another place read through programs that were made for something else: living off the land (https://gtfobins.github.io). */
import type { Program } from '../shell.ts';
import { isDownloader } from './execution.ts';
import { operands, shows, type Rule } from './rule.ts';
import { names } from './stores.ts';

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
  ['head tail', /^-c ?\d+[GT] (?!\/dev)/],
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

export const disguisedReaders: readonly Rule[] = [
  {
    code: 'READ_IN_DISGUISE',
    tactic: 'COLLECTION',
    points: 30,
    find(program) {
      if (printsByAccident(program)) return `reads a file with ${program.name}, which is not for it`;
      if (passesThrough(program) || matchesAll(program)) return `reads a file through ${program.name} as it is`;
      return isDownloader(program) && program.args.some((word) => word.startsWith('file://'))
        ? `reads a file of this machine with ${program.name}`
        : null;
    },
    suspicious: [
      'date -f /srv/x',
      'gcc @/srv/x',
      'curl file:///srv/x',
      'ss -a -F /srv/x',
      'diff --line-format=%L /dev/null /srv/x',
      'fmt -9999 /srv/x',
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
];
