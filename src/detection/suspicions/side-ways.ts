/**
 * Ordinary programs made to show or to write any file, with the rights they run with: what remains to whom `cat` is forbidden.
 * Most of these have a use, so they are hints that count with elevated rights or with something else.
 */
import type { Program, ShellReading } from '../shell.ts';
import { hasOption, operands, optionValue, type Rule } from './rule.ts';

/** Encoders and what undoes them. */
const pairs: readonly (readonly [encodes: RegExp, decodes: RegExp])[] = [
  [/^g?base64$/, /^g?base64$/],
  [/^base32$/, /^base32$/],
  [/^basenc$/, /^basenc$/],
  [/^basez$/, /^basez$/],
  [/^xxd$/, /^xxd$/],
  [/^uuencode$/, /^uudecode$/],
  [/^xz$/, /^(xz|unxz|xzcat)$/],
  [/^gzip$/, /^(gzip|gunzip|zcat)$/],
  [/^bzip2$/, /^(bzip2|bunzip2|bzcat)$/],
  [/^zstd$/, /^(zstd|unzstd|zstdcat)$/],
  [/^rev$/, /^rev$/],
];
const undoes = (program: Program): boolean =>
  /^(un|gun|bun|uudecode|rev|xzcat|zcat|bzcat|zstdcat)/.test(program.name) ||
  hasOption(program, 'dDr', '--decode', '--decompress', '--uncompress', '--revert');

function undone(program: Program, reading: ShellReading): Program | null {
  const source = program.pipedFrom === null ? undefined : reading.programs[program.pipedFrom];
  if (
    source === undefined ||
    program.via.includes('ssh') ||
    source.pipedFrom !== null ||
    source.input !== null ||
    operands(source).length === 0
  )
    return null;
  const pair = pairs.some(([encodes, decodes]) => encodes.test(source.name) && decodes.test(program.name));
  return pair && undoes(program) && (source.name === 'rev' || !undoes(source)) && operands(program).every((word) => word === '-')
    ? source
    : null;
}

/** Options by which a program takes lines from a file, and tells of each line that it is none of its own. */
const listOptions: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    date: ['-f', '--file'],
    dig: ['-f'],
    arp: ['-f', '--file'],
    'ssh-keyscan': ['-f'],
    wc: ['--files0-from'],
    ss: ['-F', '--filter'],
    file: ['-f', '--files-from'],
    nmap: ['-iL'],
    mtr: ['-F', '--filename'],
    nasm: ['-@'],
    sort: ['--files0-from'],
    du: ['--files0-from'],
    whiptail: ['--textbox'],
    dialog: ['--textbox'],
    tic: ['-C'],
    restic: ['--files-from'],
  }),
);
const usualList = /\.(txt|list|lst|hosts|csv|conf|log|magic)$|^-$|\/ethers$|^\/dev\//;
const takesResponseFile = /^(as|ld|gcc|cc|g\+\+|clang|nm|objdump|readelf|ar|strip)$/;

/** Longest line that means something to a formatter, in characters: past it nothing is formatted. */
const wide = /^(-\w*|--\w+=)?\d{4,}$/;
const formatters = /^(fold|fmt|unexpand|expand|od|pr|ptx|column|par)$/;
const emptyScript = /^(|\/\/|\.|p|"")$/;

/** Whether a program passes a file through as it is, by an edit that changes nothing or by what differs from nothing. */
function passesThrough(program: Program): boolean {
  const words = operands(program);
  const fromFile = program.pipedFrom === null && program.input === null && !(words.at(-1) ?? '/dev/').startsWith('/dev/');
  if (!fromFile) return false;
  switch (program.name) {
    case 'sed':
    case 'grep':
    case 'egrep':
    case 'awk':
    case 'gawk':
    case 'mawk':
    case 'nawk':
    case 'look':
      return words.length > 1 && /^(\/\/|)$/.test(words[0] ?? 'x') && !program.args.some((word) => /^-\w*[cnlrRie]/.test(word));
    case 'jq':
      return hasOption(program, 'R', '--raw-input') && emptyScript.test(words[0] ?? 'x');
    case 'cut':
      return optionValue(program, '-d', '--delimiter') === '' && program.args.includes('-f1');
    case 'diff':
    case 'comm':
    case 'join':
    case 'cmp':
      return program.args.some((word) => /^\/dev\/(null|zero)$/.test(word));
    case 'iconv': {
      const from = optionValue(program, '-f', '--from-code');
      return from !== null && from === optionValue(program, '-t', '--to-code');
    }
    case 'head':
    case 'tail':
      return program.args.some((word) => /^(-c|--bytes=)?\d+[GTPE]$/.test(word));
    case 'tac':
      return optionValue(program, '-s', '--separator') === 'RANDOM';
    case 'nl':
      return program.args.some((word) => /^(-b|--body-numbering=)n$/.test(word));
    default:
      return formatters.test(program.name) && program.args.some((word) => wide.test(word));
  }
}

/** The file a program is made to write by a side way, null for none. */
function sideWritten(program: Program): string | null {
  const words = operands(program);
  switch (program.name) {
    case 'cp':
    case 'install':
      return /^\/dev\/(stdin|fd\/0)$/.test(words[0] ?? '') ? (words[1] ?? null) : null;
    case 'find': {
      const at = program.args.indexOf('-fprintf');
      return at >= 0 && !(program.args[at + 2] ?? '%').includes('%') ? (program.args[at + 1] ?? null) : null;
    }
    case 'sed':
      return /(^|[;/\d])w \S/.test(words[0] ?? '') ? (words[0] ?? '').replace(/^.*\bw /, '') : null;
    case 'shuf':
      return hasOption(program, 'e', '--echo') ? optionValue(program, '-o', '--output') : null;
    case 'xxd':
      return hasOption(program, 'r') && program.args.includes('-') ? (words[0] ?? null) : null;
    case 'gdb':
      return program.args.find((word) => word.startsWith('dump value ')) ?? null;
    case 'sqlite3':
      return program.args.find((word) => /^\.(output|once) /.test(word)) ?? null;
    case 'socat':
      return program.args.find((word) => /^(open|create|file):[^,]+,.*creat/i.test(word)) ?? null;
    case 'update-alternatives':
      return program.args.includes('--force') && program.args.includes('--install') ? (words[0] ?? null) : null;
    default:
      return null;
  }
}

/** Programs that only lay text out or turn it into another form: their work needs nobody's rights. */
const rarelyElevated = new Set(
  'ul pr nl expand unexpand fold fmt paste column eqn neqn troff nroff groff tbl pic soelim zsoelim csplit tac rev shuf uniq comm join look ptx hd od base32 base64 basenc basez uuencode ascii-xfr iconv msgcat msgconv msgattrib msgmerge msguniq pandoc w3m lynx elinks links highlight pg xmore aspell ispell redcarpet yelp zathura run-mailcap whiptail dialog cmp sort hexdump xxd strings fmt rst2html asciidoctor markdown figlet lolcat'.split(
    ' ',
  ),
);

export const sideWays: readonly Rule[] = [
  {
    code: 'ROUND_TRIP',
    tactic: 'COLLECTION',
    points: 30,
    find(program, reading) {
      const source = undone(program, reading);
      return source === null ? null : `encodes a file by ${source.name} only to decode it again`;
    },
    suspicious: [
      'base64 x | base64 --decode',
      'xxd x | xxd -r',
      'sudo xz -c x | xz -d',
      'uuencode x /dev/stdout | uudecode',
      'rev x | rev',
    ],
    harmless: [
      'echo x | base64 | base64 -d',
      'base64 -d x | gzip -d',
      'xz -dc x | tar x',
      'base64 x | ssh h base64 -d',
      'gzip -c x | ssh h "gzip -d > y"',
      'echo x | rev',
      'xxd x | less',
    ],
  },
  {
    code: 'FILE_AS_LIST',
    tactic: 'COLLECTION',
    points: 15,
    find(program) {
      const options = listOptions.get(program.name);
      const list = options === undefined ? null : optionValue(program, ...options);
      if (list !== null && !usualList.test(list)) return `has ${program.name} read ${list.slice(0, 60)} line by line`;
      const response = takesResponseFile.test(program.name)
        ? program.args.find((word) => /^@./.test(word) && !/\.(rsp|txt|args)$/.test(word))
        : undefined;
      if (response !== undefined) return `has ${program.name} read ${response.slice(1, 60)}`;
      return program.name === 'curl' && program.args.some((word) => /^file:\/\/./.test(word))
        ? 'has curl read a file of this machine'
        : null;
    },
    suspicious: ['date -f x', 'sudo file -f secretfile', 'wc --files0-from x', 'as @x', 'curl file:///x'],
    harmless: ['date -d tomorrow', 'ld @objects.rsp', 'file -f names.txt', 'curl http://h/x', 'find . -print0 | wc --files0-from=-'],
  },
  {
    code: 'PASSED_THROUGH',
    tactic: 'COLLECTION',
    points: 15,
    find: (program) => (passesThrough(program) ? `shows a file through ${program.name}, which changes nothing in it` : null),
    suspicious: [
      'sudo fold -w99999999 x',
      "sed '' x",
      'diff --line-format=%L /dev/null x',
      'cut -d "" -f1 x',
      'iconv -f 8859_1 -t 8859_1 x',
      'head -c1G x',
      'jq -Rr . x',
    ],
    harmless: [
      'fold -w 80 x',
      "sed 's/a/b/' x",
      'diff a b',
      'cut -d, -f1 x',
      'iconv -f latin1 -t utf8 x',
      "grep -c '' x",
      'jq . x',
      'od -c x',
    ],
  },
  {
    code: 'ELEVATED_FORMATTER',
    tactic: 'COLLECTION',
    points: 15,
    find(program) {
      if (!program.elevated || !rarelyElevated.has(program.name) || program.pipedFrom !== null) return null;
      const file = operands(program).find((word) => word !== '' && !word.startsWith('/dev/'));
      return file === undefined ? null : `has ${program.name} show a file with elevated rights`;
    },
    suspicious: ['sudo ul x', 'sudo nl x', 'sudo base32 x', 'sudo iconv -f utf8 x', 'sudo rev x'],
    harmless: ['nl x', 'sudo cat x', 'sudo xxd /dev/sda', 'cat x | sudo rev', 'sudo grep a x'],
  },
  {
    code: 'WRITTEN_SIDEWAYS',
    tactic: 'PERSISTENCE',
    points: 15,
    find(program) {
      const file = sideWritten(program);
      return file === null ? null : `writes ${file.slice(0, 60)} by ${program.name}`;
    },
    suspicious: [
      'echo y | sudo cp /dev/stdin x',
      'find / -fprintf x y -quit',
      "sed -n '1s/.*/y/w x' z",
      'shuf -e y -o x',
      'echo y | xxd -r - x',
      'gdb -ex "dump value x \\"y\\""',
    ],
    harmless: [
      'cp a b',
      'find . -fprintf x "%p\\n"',
      'sed s/w/x/ y',
      'shuf x -o y',
      'xxd -r x.hex y',
      'update-alternatives --install /usr/bin/x x /opt/x 1',
    ],
  },
];
