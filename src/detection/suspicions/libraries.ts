import type { Program } from '../shell.ts';
import { codeOf, isInterpreter } from './execution.ts';
import { normalised } from './paths.ts';
import { optionValue, type Rule } from './rule.ts';

const loadsLibrary = /\b(LoadLibrary|CDLL|Fiddle\.dlopen|dlopen|FFI::cdef|package\.loadlib|DynaLoader|process\.dlopen)\b/;
const isPreload = /^(LD_PRELOAD|LD_AUDIT|DYLD_INSERT_LIBRARIES)$/;

/** Where a library lies that no package put there. */
function strayLibrary(word: string, program: Program): boolean {
  const path = normalised(word, program.directory);
  return (
    /^(\/tmp|\/var\/tmp|\/dev\/shm|~)(\/|$)/.test(path) ||
    (/^\.{0,2}\/?[\w./-]*\.so(\.\d+)*$/.test(word) && !word.startsWith('/')) ||
    word.includes('../..')
  );
}

const libraryOptions: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    openssl: ['-engine', '-provider-path'],
    'ssh-keygen': ['-D'],
    'ssh-add': ['-s'],
    ssh: ['-I'],
    enable: ['-f'],
    mysql: ['--default-auth', '--plugin-dir'],
    nmap: ['--datadir'],
    curl: ['--engine'],
  }),
);

function libraryLoaded(program: Program): string | null {
  const options = libraryOptions.get(program.name);
  const value = options === undefined ? null : optionValue(program, ...options);
  if (value !== null && strayLibrary(value, program)) return value;
  if (/^sqlite3?$/.test(program.name)) return program.args.find((word) => /^\.load\s/.test(word)) ?? null;
  return null;
}

export const libraries: readonly Rule[] = [
  {
    code: 'LIBRARY_HANDED',
    tactic: 'EXECUTION',
    points: 30,
    find(program) {
      const library = libraryLoaded(program);
      if (library !== null) return `loads ${library.slice(0, 60)} into ${program.name}`;
      return isInterpreter(program) && loadsLibrary.test(codeOf(program)) ? `loads a library in ${program.name}` : null;
    },
    suspicious: [
      'openssl req -engine ./x.so',
      'ssh-keygen -D ./x.so',
      'enable -f ./x.so y',
      'python3 -c "from ctypes import cdll; cdll.LoadLibrary(\'x.so\')"',
      "sqlite3 a.db '.load ./x'",
    ],
    harmless: [
      'openssl req -new -key k.pem',
      'ssh-keygen -D /usr/lib/opensc-pkcs11.so',
      'sqlite3 a.db ".tables"',
      'ldd x.so',
      'python3 -c "import ctypes.util"',
    ],
  },
  {
    code: 'LIBRARY_PRELOADED',
    tactic: 'PRIVILEGE_ESCALATION',
    points: 50,
    find(program, reading) {
      if (program !== reading.programs[0]) return null;
      const set = reading.assignments.find(
        ({ name, value }) => isPreload.test(name) && /^(\/tmp|\/var\/tmp|\/dev\/shm|~|\$HOME|\/home\/[^/]+)\/|^\$\w+\/?[\w.]*$/.test(value),
      );
      return set === undefined ? null : `puts ${set.value.slice(0, 60)} into every program (${set.name})`;
    },
    suspicious: [
      'LD_PRELOAD=/tmp/x.so ls',
      'sudo LD_PRELOAD=/dev/shm/x.so id',
      'export LD_PRELOAD=/var/tmp/x.so; ls',
      'sudo LD_AUDIT=$HOME/x.so su',
    ],
    harmless: [
      'LD_PRELOAD=/usr/lib/libjemalloc.so.2 redis-server',
      'LD_PRELOAD=./build/hook.so ./test',
      'LD_LIBRARY_PATH=. ./app',
      'unset LD_PRELOAD',
      'LD_PRELOAD= ls',
    ],
  },
];
