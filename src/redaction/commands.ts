import { searchCommands } from './commands/search.ts';
import { toolNamed } from './commands/tools.ts';
import type { Finding } from './finding.ts';

/**
 * Secrets at the places where command-line tools take them: `mysql -p…`, `curl -u user:…`, `sshpass -p …`. The places are in the
 * tables of commands/tools; flags that are named after a secret, such as `--password`, hold one for any tool.
 */
export function findInCommand(text: string, found: Finding[]): void {
  searchCommands({ text, base: 0, found, prose: false }, 0);
}

/** Where a command may begin in prose: a line, with or without a prompt, `sudo`, or something in backticks. */
const beginnings = /(?:^|\n)[ \t]*(?:(\w[\w.-]*@[^\s$#]{0,60}[$#]|[$#>%]) )?(?=[\w./])|`(?=[\w./])|\b(?:sudo|doas) (?=[\w./-])/g;
const firstWord = /[\w./+-]{2,64}(?=\s)/y;

/** Names of tools that are words of the language as well: in prose they begin a command only after a prompt. */
const alsoWords = new Set(
  'at batch call command exec go http mail net now op pass passage pass play render safe say send share sign spark split sql start time token vault write script sc screen service services security sniff find fly forever git start step swift t theme time watch wall nice login expose env enable detach curator age act snow salt puppet chef bolt rd reg flow ghost force open import display convert compare stream identify animate composite montage links hue dict wifi act op'.split(
    ' ',
  ),
);

/** The same in a text that is no command line but may quote one: only where a tool and its flag leave no doubt. */
export function findInQuotedCommands(text: string, found: Finding[]): void {
  let done = 0;
  for (const { 0: before, 1: prompt, index } of text.matchAll(beginnings)) {
    const start = index + before.length;
    if (start < done) continue;
    const word = wordAt(text, start, firstWord);
    if (word === null || toolNamed(word) === null) continue;
    if (prompt === undefined && alsoWords.has(word.toLowerCase()) && !/\b(?:sudo|doas) $/.test(before)) continue;
    done = searchTo(text, start, before.endsWith('`') ? '`' : '\n', prompt === undefined, found);
  }
  if (text.includes(' -')) findWithinLines(text, found);
  if (text.includes('|')) findPiped(text, found);
}

/** `echo X | sudo chpasswd`: what goes into a tool that reads a secret from its input stands before it, on the same line. */
const piped = /\| {0,4}(?:(?:sudo|doas) {1,4})?(?=[\w./+-]{2,64}(?:\s|$))/g;
const pipedWord = /[\w./+-]{2,64}/y;

function findPiped(text: string, found: Finding[]): void {
  let done = 0;
  for (const { 0: pipe, index } of text.matchAll(piped)) {
    if (index < done) continue;
    const tool = toolNamed(wordAt(text, index + pipe.length, pipedWord) ?? '');
    if (tool === null || tool.stdin.length === 0) continue;
    done = searchTo(text, text.lastIndexOf('\n', index) + 1, '\n', true, found);
  }
}

/** A word that a flag follows, at once or after one more word: `ran mysql -p…`, `COMMAND=/usr/bin/mysql -u root …`, as lists of processes tell. */
const withFlag = /(?<=[\s"'(=:])(?=[\w./+-]{2,80} {1,4}(?:[^\s-]\S{0,60} {1,4})?--?[A-Za-z])/g;
const closings: Record<string, string> = { '"': '"', "'": "'", '(': ')' };

function findWithinLines(text: string, found: Finding[]): void {
  let done = 0;
  for (const { index: start } of text.matchAll(withFlag)) {
    if (start < done) continue;
    const word = wordAt(text, start, firstWord);
    if (word === null || alsoWords.has(word.toLowerCase()) || toolNamed(word) === null) continue;
    done = searchTo(text, start, closings[text[start - 1]!] ?? '\n', true, found);
  }
}

function wordAt(text: string, at: number, word: RegExp): string | null {
  word.lastIndex = at;
  return word.exec(text)?.[0] ?? null;
}

/** Searches from a place to the sign that closes it, or to the end of the line; returns where that is. */
function searchTo(text: string, start: number, closing: string, prose: boolean, found: Finding[]): number {
  const end = endOf(text, start, closing);
  searchCommands({ text: text.slice(start, end), base: start, found, prose }, 0);
  return end;
}

function endOf(text: string, start: number, closing: string): number {
  const line = text.indexOf('\n', start);
  const end = closing === '\n' ? line : text.indexOf(closing, start);
  if (end < 0) return line < 0 ? text.length : line;
  return line >= 0 && line < end ? line : end;
}
