/**
 * What the shell would run. Reads a command line as the shell does and lists every program it would start, whatever the
 * spelling: quotes, wrappers, pipelines, substitutions, scripts in arguments, in here-documents or behind an encoding.
 * Nothing is run and nothing is looked up; what cannot be known stays as written.
 */
import { parse, forEachChild, type Command, type Function as ShellFunction, type Pipeline, type SyntaxNode } from 'unbash';
import { posix } from 'node:path';
import { codeGiven, commandsIn, commandsTyped } from './script-code.ts';
import { globbed } from './shell-globs.ts';
import { commandInVariable, commandsHanded, escapedTo } from './shell-handed.ts';
import { outputOf } from './shell-output.ts';
import { assigned, redirection, type Redirect } from './shell-redirects.ts';
import { roughCommands, unknownOutput, wordsOf, type Surroundings } from './shell-words.ts';
import { assignmentsBefore, findCommands, scriptIn, shells, unwrapped, wrappers, xargsCommand } from './shell-wrappers.ts';

/** Scripts inside scripts (`sh -c`, `$(…)`, decoded text) are followed this many levels down. */
export const nestingLevelsMax = 12;
/** Programs listed per reading. */
export const programsMax = 300;
/** Characters given to the parser per reading, scripts inside scripts included. Hostile text took it 0.1 s at this length and 0.4 s at four times it. */
export const parsedCharactersMax = 8_192;
/** Here-documents, `((` and `${` given to the parser: its time grows with their square, to seconds when they fill a line. */
export const costlyMarksMax = 64;
/** Starts of substitutions given to the parser: unended ones cost it the square of their number. */
export const substitutionMarksMax = 256;
/** Of a text that is too long for the parser this much is looked at, from each end. */
export const scannedCharactersMax = 32_768;
/** In `via`: what follows is run out of the program before it, by an escape, an option or code, and not by a line for it. */
export const escapeMark = '!';
/** Arguments kept per program. */
export const argumentsMax = 1_000;
/** Redirections kept per program. */
export const redirectsMax = 64;
/** Characters of arguments kept per reading: every rule looks at each of them. As long as the longest command. */
export const argumentCharactersMax = 65_536;

export type Program = {
  /** Last part of `path`; empty when the shell only sets variables or redirects. */
  name: string;
  /** The program's word as written, unquoted. */
  path: string;
  /** The words after it, unquoted; a value that only running would tell stays as `$name` or `$(_)`. */
  args: string[];
  /** Runs with another account's rights: under sudo, doas, pkexec or su. */
  elevated: boolean;
  redirects: Redirect[];
  /** Index of the program whose output it reads, null for none. */
  pipedFrom: number | null;
  /** Index of the program that gets this one's output as words, file or further input, null for none. */
  feeds: number | null;
  /** Indexes of the programs whose `feeds` is this one. */
  fedBy: number[];
  /** Text it reads from a here-document or a pipe, where that is known. */
  input: string | null;
  /** The wrappers it was seen through, outermost first: sudo, nohup, env, find, xargs, … */
  via: string[];
  /** Folder it runs in when the line changed to one, else null. */
  directory: string | null;
};

export type ShellReading = {
  programs: Program[];
  /** Variables the line sets, in order. */
  assignments: { name: string; value: string }[];
  /** Functions the line defines, with the range of the programs in their bodies. */
  functions: { name: string; from: number; to: number }[];
  /** False when a limit cut the reading or the parser gave up. */
  complete: boolean;
};

type Variable = { value: string; from: readonly number[] };
type State = ShellReading & {
  outputs: (string | null)[];
  variables: Map<string, Variable>;
  directory: string | null;
  charactersLeft: number;
  argumentCharactersLeft: number;
  scannedCharactersLeft: number;
};
type Place = {
  level: number;
  elevated: boolean;
  pipedFrom: number | null;
  redirects: readonly Redirect[];
  input: string | null;
  via: readonly string[];
};

export function readCommand(command: string): ShellReading {
  const state: State = {
    programs: [],
    assignments: [],
    functions: [],
    complete: true,
    outputs: [],
    variables: new Map(),
    directory: null,
    charactersLeft: parsedCharactersMax,
    argumentCharactersLeft: argumentCharactersMax,
    scannedCharactersLeft: 4 * scannedCharactersMax,
  };
  const place: Place = { level: 0, elevated: false, pipedFrom: null, redirects: [], input: null, via: [] };
  // The parser promises not to throw, and hostile text is where such promises break; a line must be judged all the same.
  try {
    readScript(state, command, place);
    for (const typed of commandsTyped(command)) readScript(state, typed, { ...place, level: 1, via: ['prompt'] });
  } catch {
    scan(state, command, place);
  }
  const { programs, assignments, functions, complete } = state;
  return { programs, assignments, functions, complete };
}

/** Whether any program of the line runs with another account's rights. */
export function isElevated(reading: ShellReading): boolean {
  return reading.programs.some((program) => program.elevated);
}

/** Names of programs that are told of one command line. */
export const programNamesMax = 20;

/** What the line would run, each program once, without the wrappers it is seen through. */
export function programNames({ programs }: ShellReading): string[] {
  return [...new Set(programs.map(({ name }) => name).filter((name) => name !== '' && !name.includes('$')))].slice(0, programNamesMax);
}

function readScript(state: State, text: string, place: Place): void {
  if (place.level > nestingLevelsMax) {
    state.complete = false;
    return;
  }
  const costly =
    text.split(/<<|\(\(|\$\{/, costlyMarksMax + 2).length > costlyMarksMax + 1 ||
    text.split(/[$<>]\(|`/, substitutionMarksMax + 2).length > substitutionMarksMax + 1;
  if (text.length > state.charactersLeft || costly) return scan(state, text, place);
  state.charactersLeft -= text.length;
  const script = parse(text);
  forEachChild(script, (child) => visit(state, child, place));
}

/** The cheap way for a text the parser should not get. */
function scan(state: State, text: string, place: Place): void {
  state.complete = false;
  if (state.scannedCharactersLeft <= 0) return;
  state.scannedCharactersLeft -= Math.min(text.length, 2 * scannedCharactersMax);
  for (const { words, piped } of roughCommands(text, scannedCharactersMax, programsMax)) {
    const before = state.programs.length - 1;
    // One level deeper, so that a script found in these words ends at the limit however it is written.
    run(state, words.slice(0, argumentsMax), { ...place, level: place.level + 1, pipedFrom: piped && before >= 0 ? before : null }, []);
  }
}

function visit(state: State, node: SyntaxNode, place: Place): void {
  if (state.programs.length >= programsMax) {
    state.complete = false;
    return;
  }
  switch (node.type) {
    case 'Command':
      return visitCommand(state, node, place);
    case 'Pipeline':
      return visitPipeline(state, node, place);
    case 'Function':
      return visitFunction(state, node, place);
    case 'Word':
      return void expand(state, place, (around) => wordsOf(node, around));
    case 'Redirected': {
      const {
        value: { redirects, input },
        from,
      } = expand(state, place, (around) => redirection(node.redirects, around));
      const start = state.programs.length;
      visit(state, node.command, { ...place, redirects: [...place.redirects, ...redirects], input: input ?? place.input });
      return feed(state, from, start, null);
    }
    case 'Subshell': {
      const { directory } = state;
      visit(state, node.body, place);
      state.directory = directory;
      return;
    }
    case 'For':
    case 'Select': {
      const { value, from } = expand(state, place, (around) => node.wordlist?.flatMap((word) => wordsOf(word, around)) ?? []);
      state.variables.set(node.name.value, { value: value.join(' '), from });
      return visit(state, node.body, place);
    }
    default:
      return forEachChild(node, (child) => visit(state, child, place));
  }
}

function visitPipeline(state: State, node: Pipeline, place: Place): void {
  let { pipedFrom, input } = place;
  let previous: readonly [number, number] | null = null;
  for (const stage of node.commands) {
    const start = state.programs.length;
    visit(state, stage, { ...place, pipedFrom, input });
    const end = state.programs.length;
    if (end === start) continue;
    // Of `(a; b) | c` only `b` is the program before `c`; `a` still feeds it.
    if (previous !== null) feed(state, range(...previous), start, previous[1] - 1);
    previous = [start, end];
    pipedFrom = end - 1;
    input = null;
  }
}

function visitFunction(state: State, node: ShellFunction, place: Place): void {
  const from = state.programs.length;
  visit(state, node.body, place);
  state.functions.push({ name: node.name.value, from, to: state.programs.length });
}

function visitCommand(state: State, node: Command, place: Place): void {
  const { value, from } = expand(state, place, (around) => {
    const words = [node.name, ...node.args].flatMap((word) => {
      if (word === undefined) return [];
      return word.type === 'Word' ? wordsOf(word, around) : [`${word.name}=${assigned(word, around)}`];
    });
    return { words, ...redirection(node.redirects, around) };
  });
  for (const part of node.prefix) {
    if (part.type !== 'Assignment') continue;
    const assignment = expand(state, place, (around) => assigned(part, around));
    assign(state, part.name, assignment.value, assignment.from, place);
  }
  run(
    state,
    value.words.slice(0, argumentsMax),
    {
      ...place,
      redirects: [...place.redirects, ...value.redirects],
      input: value.input ?? place.input,
    },
    from,
  );
}

function assign(state: State, name: string, value: string, from: readonly number[], place: Place): void {
  state.variables.set(name, { value, from });
  state.assignments.push({ name, value });
  const command = commandInVariable(name, value);
  if (command !== null) readScript(state, command, inside(place, name));
}

/** Where a command stands that `host` runs by itself, apart from the pipe and the input of its line. */
const inside = (place: Place, host: string): Place => ({
  ...place,
  level: place.level + 1,
  pipedFrom: null,
  input: null,
  via: [...place.via, host],
});

/** Expands words; the programs whose output went into them come back as `from`. */
function expand<T>(state: State, place: Place, step: (around: Surroundings) => T): { value: T; from: number[] } {
  const from: number[] = [];
  const value = step({
    valueOf: (name) => {
      const variable = state.variables.get(name);
      if (variable !== undefined) from.push(...variable.from.slice(0, argumentsMax - from.length));
      return variable?.value;
    },
    outputOf: (part) => {
      const start = state.programs.length;
      const script = part.script;
      // A script that was put together from words holds the mark of an expansion that has been followed already.
      if (script !== undefined && part.text !== unknownOutput && place.level < nestingLevelsMax) {
        forEachChild(script, (child) =>
          visit(state, child, { ...place, level: place.level + 1, pipedFrom: null, redirects: [], input: null }),
        );
      }
      from.push(...range(start, state.programs.length));
      if (part.type === 'ProcessSubstitution') return '/dev/fd/63';
      return (state.programs.length > start ? state.outputs.at(-1)?.trimEnd() : null) ?? unknownOutput;
    },
  });
  return { value, from };
}

const range = (start: number, end: number): number[] => Array.from({ length: end - start }, (_, at) => start + at);

function feed(state: State, sources: readonly number[], target: number, except: number | null): void {
  const fed = state.programs[target];
  if (fed === undefined) return;
  for (const source of sources) {
    const program = state.programs[source];
    if (program === undefined || program.feeds !== null || source === target || source === except) continue;
    program.feeds = target;
    fed.fedBy.push(source);
  }
}

/** Lists the program these words start, seen through its wrappers, then whatever it is told to run itself. */
function run(state: State, given: readonly string[], place: Place, from: readonly number[]): void {
  if (place.level > nestingLevelsMax || state.programs.length >= programsMax) {
    state.complete = false;
    return;
  }
  const via = [...place.via];
  let words = given;
  let { elevated } = place;
  for (let name = nameOf(words[0]); ; name = nameOf(words[0])) {
    const wrapper = wrappers.get(name);
    if (wrapper?.elevates || name === 'su' || name === 'sudoedit') elevated = true;
    const inner = wrapper === undefined ? escapedWords(words) : unwrapped(wrapper, words.slice(1));
    if (inner === null) break;
    if (wrapper?.assigns) assignmentsBefore(words, inner).forEach((set) => assign(state, set.name, set.value, from, place));
    via.push(wrapper === undefined ? escapeMark : name);
    words = inner;
  }
  const [written = '', ...args] = withinLimit(state, words);
  const path = globbed(written);
  if (path === unknownOutput && from.length === 0) return;
  const name = nameOf(path);
  const index = state.programs.length;
  const input = place.input ?? (place.pipedFrom === null ? null : (state.outputs[place.pipedFrom] ?? null));
  state.programs.push({
    name,
    path: written,
    args,
    elevated,
    input,
    via: via.slice(0, nestingLevelsMax),
    redirects: place.redirects.slice(0, redirectsMax),
    pipedFrom: place.pipedFrom,
    feeds: null,
    fedBy: [],
    directory: state.directory,
  });
  state.outputs.push(outputOf(name, args, input));
  feed(state, from, index, null);
  if (name === 'cd' || name === 'pushd') changeDirectory(state, args);
  if (['export', 'declare', 'local', 'readonly', 'typeset'].includes(name)) {
    for (const [, variable = '', value = ''] of args.map((word) => /^([A-Za-z_]\w*)=([^]*)$/.exec(word) ?? [])) {
      if (variable !== '') assign(state, variable, value, from, place);
    }
  }
  runInner(state, name, args, input, { ...place, level: place.level + 1, elevated, via: [...via, name] });
}

function runInner(state: State, name: string, args: readonly string[], input: string | null, place: Place): void {
  if (name === 'find') return findCommands(args).forEach((words) => run(state, words, place, []));
  if (name === 'xargs' || name === 'parallel') {
    const words = xargsCommand(args, input);
    return words === null ? undefined : run(state, words, place, []);
  }
  const script = scriptIn(name, args);
  if (script !== null) return readScript(state, script, place);
  const readsScript = shells.has(name) && args.every((word) => /^[-+]/.test(word) || word === '/dev/stdin' || args.includes('-s'));
  if ((readsScript || name === 'at' || name === 'batch') && input !== null) {
    return readScript(state, input, { ...place, pipedFrom: null, input: null });
  }
  const code = codeGiven(name, args, input);
  const handed = { ...place, pipedFrom: null, input: null, via: [...place.via, escapeMark] };
  for (const command of [...commandsHanded(name, args), ...(code === '' ? [] : commandsIn(name, code))]) readScript(state, command, handed);
}

/** The words that are still to be kept; all of them in any line that a person or a script writes. */
function withinLimit(state: State, words: readonly string[]): readonly string[] {
  for (const [at, word] of words.entries()) {
    state.argumentCharactersLeft -= word.length;
    if (state.argumentCharactersLeft >= 0) continue;
    state.complete = false;
    return words.slice(0, at);
  }
  return words;
}

/** The words behind an escape to the shell that was typed into another program: `!/bin/sh`; null for none. */
function escapedWords(words: readonly string[]): string[] | null {
  const [path = '', ...args] = words;
  if (path === '!') return args.length > 0 ? args : null;
  const escaped = escapedTo(path);
  return escaped === null ? null : [escaped, ...args];
}

function nameOf(path: string | undefined): string {
  if (path === undefined || path.includes('$(') || path.includes('`')) return path ?? '';
  return path.slice(path.lastIndexOf('/') + 1);
}

function changeDirectory(state: State, args: readonly string[]): void {
  const target = args.find((word) => !word.startsWith('-')) ?? '~';
  if (/^[/~]|^\$HOME/.test(target)) state.directory = target;
  else if (state.directory !== null) state.directory = posix.join(state.directory, target);
}
