import type { Program, ShellReading } from '../shell.ts';

/** What a command is for, as MITRE ATT&CK names it (https://attack.mitre.org/tactics/enterprise/), and what it does to the system. */
export const tactics = {
  EXECUTION: 'runs what it downloaded, decoded or was handed',
  COMMAND_AND_CONTROL: 'talks to somebody outside who commands it',
  CREDENTIAL_ACCESS: 'reads or looks for passwords and keys',
  PERSISTENCE: 'sees to it that it comes back',
  PRIVILEGE_ESCALATION: 'gains rights',
  DEFENCE_EVASION: 'hides, or switches off what watches',
  DISCOVERY: 'looks around as attackers do',
  COLLECTION: 'gathers what is worth taking',
  EXFILTRATION: 'takes it away',
  DESTRUCTION: 'destroys',
} as const;
export type Tactic = keyof typeof tactics;

/** What is suspicious about a command line: a stable code for rules and statistics, a sentence for people, what it is worth. */
export type Suspicion = { code: string; tactic: Tactic; points: number; reason: string };

/** One thing to look for in what the shell would run. A rule without samples of both kinds does not pass the tests. */
export type Rule = {
  code: string;
  tactic: Tactic;
  /** Risk it brings: 15 is a hint that needs another, 30 (MEDIUM) is worth a look by itself, 50 (HIGH) has hardly a use but attack. */
  points: number;
  /** The reason when `program` is suspicious in this reading, else null. Pure. */
  find: (program: Program, reading: ShellReading) => string | null;
  /** Command lines the rule must find. */
  suspicious: readonly [string, ...string[]];
  /** Command lines nearby that it must leave alone. */
  harmless: readonly [string, ...string[]];
};

/**
 * Computes something of a program once, however many rules ask for it in turn: the last program is remembered, for rules are
 * asked program by program. A WeakMap of all of them cost more than it saved.
 */
export function perProgram<T>(compute: (program: Program) => T): (program: Program) => T {
  let last: { program: Program; value: T } | null = null;
  return (program) => {
    if (last?.program !== program) last = { program, value: compute(program) };
    return last.value;
  };
}

/** Of a program's words this many characters are looked at as one text, from each end: patterns with gaps take the square of it. */
const textEndCharactersMax = 512;

/** The words of a program as one text, joined by blanks; the middle of a very long one is left out. */
export const joined = perProgram((program) => {
  const text = program.args.join(' ');
  return text.length <= 2 * textEndCharactersMax ? text : `${text.slice(0, textEndCharactersMax)} ${text.slice(-textEndCharactersMax)}`;
});

/** Programs, their names separated by blanks, and how their words look when they mean something. */
export type Sign = readonly [names: string, words: RegExp];

/** Whether a program shows one of the signs: one look-up by its name, then only the patterns of that name. */
export function shows(signs: readonly Sign[]): (program: Program) => boolean {
  const byName = new Map<string, RegExp[]>();
  for (const [names, words] of signs) for (const name of names.split(' ')) byName.set(name, [...(byName.get(name) ?? []), words]);
  return (program) => byName.get(program.name)?.some((words) => words.test(joined(program))) === true;
}

/** The words of a program that are not options. */
export const operands = perProgram((program): string[] => program.args.filter((word) => !word.startsWith('-')));

/** Whether a short option is given, alone or in a cluster (`-rf`), or one of the long ones. */
export function hasOption(program: Program, letters: string, ...long: readonly string[]): boolean {
  return program.args.some(
    (word) =>
      long.some((name) => word === name || word.startsWith(`${name}=`)) ||
      (/^-[A-Za-z0-9]+$/.test(word) && [...letters].some((letter) => word.includes(letter))),
  );
}

/** The word after an option, or the value joined to it: `-o x`, `-ox`, `--output x`, `--output=x`. */
export function optionValue(program: Program, ...names: readonly string[]): string | null {
  for (const [at, word] of program.args.entries()) {
    for (const name of names) {
      if (word === name) return program.args[at + 1] ?? null;
      if (name.startsWith('--') && word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (/^-[A-Za-z]$/.test(name) && word.startsWith(name)) return word.slice(2);
    }
  }
  return null;
}

/** Most programs followed backwards from one: long enough for any real line, short enough for a hostile one. */
const sourcesMax = 100;

/** Every program whose output reaches this one, through pipes or substitutions, nearest first. */
export function sourcesOf(program: Program, reading: ShellReading): Program[] {
  const found = new Set<Program>();
  const queue = [program];
  for (let next = queue.shift(); next !== undefined && found.size < sourcesMax; next = queue.shift()) {
    for (const index of [...(next.pipedFrom === null ? [] : [next.pipedFrom]), ...next.fedBy.slice(0, sourcesMax)]) {
      const source = reading.programs[index];
      if (source === undefined || source === program || found.has(source)) continue;
      found.add(source);
      queue.push(source);
    }
  }
  return [...found];
}
