import { programNames, readCommand } from './shell.ts';
import { shells, wrappers } from './shell-wrappers.ts';
import { programName } from '../domain/command-habits.ts';

/** A word and arguments that mean nothing else to the shell: read without the parser, which takes tens of times as long. */
const plain = /^([\w./+-]+)(?: [\w./+,:@%-]*)*$/;

/**
 * The program a command line runs first, for what users usually do: of those it is known to run or else of the line's text.
 * Where the shell would run none, such as for a lone `while`, its first word.
 */
export function leadProgram(line: string, programs: readonly string[] = programsOf(line)): string {
  return programName(programs[0] ?? line.trim().split(/\s/, 1)[0] ?? '');
}

const reserved = new Set('! case coproc do done elif else esac fi for function if in select then time until while { }'.split(' '));
const others = new Set(['find', 'xargs', 'eval', 'su', 'parallel', 'watch']);
const runsOthers = (word: string) => wrappers.has(word) || shells.has(word) || reserved.has(word) || others.has(word);

function programsOf(line: string): readonly string[] {
  const [, word] = plain.exec(line) ?? [];
  if (word === undefined || word.includes('/') || runsOthers(word)) return programNames(readCommand(line));
  return [word];
}
