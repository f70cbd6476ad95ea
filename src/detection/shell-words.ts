/**
 * From a word as written to the words a program would receive: quotes and backslashes go, known variables are put in,
 * braces are spread, unquoted values are split at blanks. File name patterns stay: what they match is not known here.
 */
import type { BraceExpansionPart, CommandExpansionPart, ParameterExpansionPart, ProcessSubstitutionPart, Word, WordPart } from 'unbash';

/** Most words one word may spread to: `{a,b}{c,d}…` doubles with every pair of braces. */
export const spreadWordsMax = 64;

/** Longest word after expansion, in characters: `b=$a$a; c=$b$b; …` doubles with every step. */
export const wordCharactersMax = 8_192;

/** Stands for output that only running the command would tell. */
export const unknownOutput = '$(_)';

/** What expanding a word needs to know about the line around it. */
export type Surroundings = {
  /** Value of a variable, undefined when the line does not set it. */
  valueOf: (name: string) => string | undefined;
  /** What `$(…)`, backticks or `<(…)` put into the word. */
  outputOf: (part: CommandExpansionPart | ProcessSubstitutionPart) => string;
};

type Piece = Part | { choices: readonly string[] };

/** The separator variable is set in every shell; its first character is what matters when it is used to hide blanks. */
const wellKnown = new Map([['IFS', ' ']]);

const literal = (text: string): Part => ({ text, splits: false });

/** The words that `word` becomes, none if it is an unquoted empty value. */
export function wordsOf(word: Word, around: Surroundings): string[] {
  if (word.parts === undefined) return [word.value.slice(0, wordCharactersMax)];
  const pieces = word.parts.flatMap((part) => piecesOf(part, around));
  return choose(pieces).flatMap(split);
}

/** The same as one text, for places where the shell does not split: assignments, redirections, here-documents. */
export function textOf(word: Word, around: Surroundings): string {
  return wordsOf(word, around).join(' ');
}

export function textOfParts(parts: readonly WordPart[], around: Surroundings): string {
  return parts
    .flatMap((part) => piecesOf(part, around))
    .map((piece) => ('text' in piece ? piece.text : piece.choices.join(' ')))
    .join('')
    .slice(0, wordCharactersMax);
}

function piecesOf(part: WordPart, around: Surroundings): Piece[] {
  switch (part.type) {
    case 'Literal':
    case 'Glob':
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [literal(part.value)];
    case 'DoubleQuoted':
    case 'LocaleString':
      return [literal(textOfParts(part.parts, around))];
    case 'SimpleExpansion':
      return [variable(part.text.slice(1), part.text, around)];
    case 'ParameterExpansion':
      return [parameter(part, around)];
    case 'CommandExpansion':
      return [{ text: around.outputOf(part), splits: true }];
    case 'ProcessSubstitution':
      return [literal(around.outputOf(part))];
    case 'BraceExpansion':
      return [braces(part)];
    case 'ArithmeticExpansion':
    case 'ExtendedGlob':
      return [literal(part.text)];
  }
}

function variable(name: string, written: string, around: Surroundings): Piece {
  const value = around.valueOf(name) ?? wellKnown.get(name);
  return value === undefined ? literal(written) : { text: value, splits: true };
}

function parameter(part: ParameterExpansionPart, around: Surroundings): Piece {
  const { operation, parameter: name } = part;
  if (part.prefix !== undefined || part.index !== undefined) return literal(part.text);
  if (operation === undefined) return variable(name, `$${name}`, around);
  const usesDefault = operation.type === 'Default' && ['-', ':-', '=', ':='].includes(operation.operator);
  if (!usesDefault) return literal(part.text);
  return { text: around.valueOf(name) ?? textOf(operation.operand, around), splits: true };
}

/** `{a,b}` gives both; ranges such as `{1..9}` stay as written because no rule looks at them. */
function braces(part: BraceExpansionPart): Piece {
  const inner = part.text.slice(1, -1);
  const choices: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= inner.length && choices.length < spreadWordsMax; at++) {
    const character = inner[at];
    if (character === '{') depth++;
    if (character === '}') depth--;
    if (character !== undefined && !(character === ',' && depth === 0)) continue;
    choices.push(inner.slice(start, at).replaceAll(/['"\\{}]/g, ''));
    start = at + 1;
  }
  return choices.length < 2 ? literal(part.text) : { choices };
}

type Part = { text: string; splits: boolean };

function choose(pieces: readonly Piece[]): Part[][] {
  let words: Part[][] = [[]];
  // Where nothing can double any more, what follows is the same for every word and is put together once.
  const tail: Part[] = [];
  for (const piece of pieces) {
    // At the limit the first choice stands for all: hostile text has thousands of braces in one word.
    const choices = 'text' in piece ? [piece] : piece.choices.map(literal);
    const [first] = choices;
    if (first !== undefined && words.length * 2 > spreadWordsMax) lengthen(tail, first);
    else if (choices.length === 1 || choices.length * words.length > spreadWordsMax) {
      for (const word of words) word.push(...choices.slice(0, 1));
    } else {
      words = choices.flatMap((choice) => words.map((word) => [...word, choice]));
    }
  }
  return tail.length === 0 ? words : words.map((word) => [...word, ...tail]);
}

function lengthen(parts: Part[], part: Part): void {
  const last = parts.at(-1);
  if (last !== undefined && !last.splits && !part.splits) parts[parts.length - 1] = literal(joined(last.text, part.text));
  else parts.push(part);
}

function split(parts: readonly Part[]): string[] {
  const words: string[] = [];
  let current: string | null = null;
  for (const { text, splits } of parts) {
    const fields = splits ? text.split(/\s+/) : [text];
    for (const [at, field] of fields.entries()) {
      if (at > 0 && current !== null) {
        words.push(current);
        current = null;
      }
      if (field !== '' || !splits) current = joined(current, field);
    }
    if (words.length >= spreadWordsMax) break;
  }
  if (current !== null) words.push(current);
  return words;
}

function joined(start: string | null, end: string): string {
  if (start === null) return end.slice(0, wordCharactersMax);
  return start.length + end.length > wordCharactersMax ? start : start + end;
}

/** Commands split at separators and words at blanks, quotes dropped, for text that is not worth parsing: its two ends. */
export function roughCommands(text: string, endCharactersMax: number, commandsMax: number): { words: string[]; piped: boolean }[] {
  const looked = text.length <= 2 * endCharactersMax ? text : `${text.slice(0, endCharactersMax)}\n${text.slice(-endCharactersMax)}`;
  const commands: { words: string[]; piped: boolean }[] = [];
  let piped = false;
  for (const piece of looked.split(/(\|\|?|&&?|[;\n][;\s]*)/)) {
    if (/^(\|\|?|&&?|[;\n][;\s]*)$/.test(piece)) {
      piped = piece === '|';
      continue;
    }
    const words = piece
      .replaceAll(/['"\\]/g, '')
      .split(/[\s(){}`]+/)
      .filter((word) => word !== '')
      .map((word) => word.slice(0, wordCharactersMax));
    if (words.length > 0) commands.push({ words, piped });
    if (commands.length >= commandsMax) break;
  }
  return commands;
}
