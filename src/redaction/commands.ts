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
    firstWord.lastIndex = start;
    const word = firstWord.exec(text)?.[0];
    if (word === undefined || toolNamed(word) === null) continue;
    if (prompt === undefined && alsoWords.has(word.toLowerCase()) && !/\b(?:sudo|doas) $/.test(before)) continue;
    const end = endOf(text, start, before.endsWith('`') ? '`' : '\n');
    searchCommands({ text: text.slice(start, end), base: start, found, prose: prompt === undefined }, 0);
    done = end;
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
    pipedWord.lastIndex = index + pipe.length;
    const tool = toolNamed(pipedWord.exec(text)?.[0] ?? '');
    if (tool === null || tool.stdin.length === 0) continue;
    const start = text.lastIndexOf('\n', index) + 1;
    const end = endOf(text, start, '\n');
    searchCommands({ text: text.slice(start, end), base: start, found, prose: true }, 0);
    done = end;
  }
}

/** A word that a flag follows, at once or after one more word: `ran mysql -p…`, `COMMAND=/usr/bin/mysql -u root …`, as lists of processes tell. */
const withFlag = /(?<=[\s"'(=:])(?=[\w./+-]{2,80} {1,4}(?:[^\s-]\S{0,60} {1,4})?--?[A-Za-z])/g;
const closings: Record<string, string> = { '"': '"', "'": "'", '(': ')' };

function findWithinLines(text: string, found: Finding[]): void {
  let done = 0;
  for (const { index: start } of text.matchAll(withFlag)) {
    if (start < done) continue;
    firstWord.lastIndex = start;
    const word = firstWord.exec(text)?.[0];
    if (word === undefined || alsoWords.has(word.toLowerCase()) || toolNamed(word) === null) continue;
    const end = endOf(text, start, closings[text[start - 1]!] ?? '\n');
    searchCommands({ text: text.slice(start, end), base: start, found, prose: true }, 0);
    done = end;
  }
}

function endOf(text: string, start: number, closing: string): number {
  const line = text.indexOf('\n', start);
  const end = closing === '\n' ? line : text.indexOf(closing, start);
  if (end < 0) return line < 0 ? text.length : line;
  return line >= 0 && line < end ? line : end;
}
