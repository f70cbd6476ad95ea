/** One word of a command as it stands in the text, with its quotes; `end` exclusive. */
export type Word = {
  start: number;
  end: number;
  /** It holds quotes or backslashes, so that what the command gets differs from what stands here. */
  quoted: boolean;
  /** The shell puts something else in place of a part of it. */
  expands: boolean;
  /** A redirection or a group stands before it, so it is no value of the flag before that. */
  apart: boolean;
};

export type Command = {
  words: Word[];
  /** What `<<<` or `<<` gives it. */
  given: Word | null;
  /** The commands whose output is piped into it. */
  feeders: readonly Command[];
};

type Reader = { text: string; at: number; depth: number; lasts: Map<number, number>; hereDocuments: boolean; into: Command[] };

/** Deeper `$(…)` are read as ordinary characters: nobody nests that far, and the work stays linear. */
const depthMax = 8;
const placeholder = /<[A-Za-z][\w .:/|-]{0,60}>/y;

const code = (character: string) => character.charCodeAt(0);
const [newline, space, quote, dollar, ampersand, apostrophe, open, close] = [...'\n "$&\'()'].map(code) as Codes;
const [semicolon, less, greater, backslash, backtick, brace, bar, nothing] = [...';<>\\`{|\0'].map(code) as Codes;
type Codes = [number, number, number, number, number, number, number, number];

/** Characters that a word has to look at; all others just belong to it. */
const special = new Uint8Array(128);
for (const character of ' \t\r\n"\'`$\\;&|<>()') special[code(character)] = 1;
const isBlank = (character: number) => character === space || character === 9 || character === 13;

/**
 * The commands of a line as a POSIX shell would split it, also those inside `$(…)`, backticks and groups, in the order of their
 * ends. An unclosed quote is an ordinary character, and so is a backslash before a letter, as in the paths of Windows.
 */
export function readCommands(text: string): Command[] {
  const reader: Reader = { text, at: 0, depth: 0, lasts: new Map(), hereDocuments: true, into: [] };
  while (reader.at < text.length) readList(reader, nothing);
  return reader.into;
}

const newCommand = (feeders: readonly Command[] = []): Command => ({ words: [], given: null, feeders });

function readList(reader: Reader, until: number): void {
  const { text, into } = reader;
  let command = newCommand();
  let apart = false;
  let group: number | null = null;
  let delimiter: Word | null = null;
  const finish = (piped: boolean) => {
    const feeders = !piped ? [] : command.words.length > 0 ? [command] : into.slice(group ?? into.length);
    if (command.words.length > 0) into.push(command);
    command = newCommand(feeders);
    apart = false;
    group = null;
  };
  while (reader.at < text.length) {
    const character = text.charCodeAt(reader.at);
    if (character === until) {
      reader.at += 1;
      break;
    }
    if (isBlank(character)) reader.at += 1;
    else if (character === newline) {
      if (delimiter !== null) {
        command.given = readHereDocument(reader, delimiter);
        delimiter = null;
      } else reader.at += 1;
      finish(false);
    } else if (character === semicolon || character === ampersand || character === close) {
      reader.at += 1;
      finish(false);
    } else if (character === bar) {
      const piped = text.charCodeAt(reader.at + 1) !== bar;
      reader.at += piped ? 1 : 2;
      finish(piped);
    } else if (character === open) {
      group = into.length;
      readNested(reader, 1, close);
      apart = true;
    } else if ((character === less || character === greater) && !isPlaceholder(reader)) {
      const given = readRedirection(reader);
      if (given?.document) delimiter = given.word;
      else if (given !== null) command.given = given.word;
      apart = true;
    } else if (!skipContinuation(reader)) {
      const word = readWord(reader, until, apart);
      const next = text.charCodeAt(reader.at);
      const descriptor = (next === less || next === greater) && /^\d$/.test(text.slice(word.start, word.end));
      if (!descriptor) command.words.push(word);
      apart = false;
    }
  }
  finish(false);
}

function isPlaceholder({ text, at }: Reader): boolean {
  placeholder.lastIndex = at;
  return placeholder.test(text);
}

/** A backslash at the end of a line, or the backtick of PowerShell. */
function skipContinuation(reader: Reader): boolean {
  const { text, at } = reader;
  const character = text.charCodeAt(at);
  if (character !== backslash && character !== backtick) return false;
  const length = text.charCodeAt(at + 1) === newline ? 2 : text.startsWith('\r\n', at + 1) ? 3 : 0;
  reader.at += length;
  return length > 0;
}

function readNested(reader: Reader, skipped: number, until: number): void {
  reader.at += skipped;
  if (reader.depth >= depthMax) return;
  reader.depth += 1;
  readList(reader, until);
  reader.depth -= 1;
}

function readRedirection(reader: Reader): { word: Word; document: boolean } | null {
  const { text } = reader;
  const from = reader.at;
  while (reader.at < from + 3 && (text.charCodeAt(reader.at) === less || text.charCodeAt(reader.at) === greater)) reader.at += 1;
  const operator = text.slice(from, reader.at);
  if (text.charCodeAt(reader.at) === open) {
    readNested(reader, 1, close);
    return null;
  }
  while (reader.at < text.length && /[&\-| \t]/.test(text[reader.at]!)) reader.at += 1;
  if (reader.at >= text.length || text.charCodeAt(reader.at) === newline) return null;
  const word = readWord(reader, nothing, true);
  if (word.end === word.start) reader.at += 1;
  if (operator === '<<<') return { word, document: false };
  return operator === '<<' && reader.hereDocuments ? { word, document: true } : null;
}

/** The lines up to the one that is the delimiter. One that never comes ends the search for all, which keeps it linear. */
function readHereDocument(reader: Reader, delimiter: Word): Word | null {
  const { text } = reader;
  const name = text.slice(delimiter.start, delimiter.end).replaceAll(/['"\\]/g, '');
  const start = reader.at + 1;
  const end = name === '' ? -1 : text.indexOf(`\n${name}`, reader.at);
  if (end < 0) {
    reader.hereDocuments = false;
    reader.at += 1;
    return null;
  }
  reader.at = end + 1 + name.length;
  return { start: Math.min(start, end), end, quoted: false, expands: false, apart: false };
}

function readWord(reader: Reader, until: number, apart: boolean): Word {
  const { text } = reader;
  const word: Word = { start: reader.at, end: reader.at, quoted: false, expands: false, apart };
  while (reader.at < text.length) {
    const character = text.charCodeAt(reader.at);
    if (character > 127 || special[character] === 0) reader.at += 1;
    else if (isBlank(character) || character === newline || character === semicolon || character === ampersand || character === bar) break;
    else if (character === close || character === open) {
      if (character === close && until === close) break;
      reader.at += 1;
    } else if (character === less || character === greater) {
      if (!isPlaceholder(reader)) break;
      reader.at = placeholder.lastIndex;
    } else if (character === backtick && until === backtick) break;
    else readSpecial(reader, word, character);
  }
  if (reader.at === word.start) reader.at += 1;
  word.end = Math.min(reader.at, text.length);
  return word;
}

const isLast = (reader: Reader, character: number) => {
  const known = reader.lasts.get(character) ?? reader.text.lastIndexOf(String.fromCharCode(character));
  reader.lasts.set(character, known);
  return reader.at >= known;
};

function readSpecial(reader: Reader, word: Word, character: number): void {
  const { text } = reader;
  const next = text.charCodeAt(reader.at + 1);
  if (character === backslash) {
    word.quoted = true;
    reader.at += next === newline ? 1 : 2;
  } else if (character === dollar) {
    word.expands = word.expands || next !== apostrophe;
    if (next === open) readNested(reader, 2, close);
    else if (next === brace) skipBraces(reader);
    else reader.at += 1;
  } else if (isLast(reader, character)) reader.at += 1;
  else if (character === backtick) {
    word.expands = true;
    readNested(reader, 1, backtick);
  } else {
    word.quoted = true;
    reader.at += 1;
    if (character === quote) readDoubleQuoted(reader, word);
    else reader.at = text.indexOf("'", reader.at) + 1;
  }
}

function skipBraces(reader: Reader): void {
  const end = reader.text.slice(reader.at, reader.at + 200).search(/[}\s]/);
  reader.at += end < 0 ? 2 : end;
}

function readDoubleQuoted(reader: Reader, word: Word): void {
  const { text } = reader;
  while (reader.at < text.length) {
    const character = text.charCodeAt(reader.at);
    const next = text.charCodeAt(reader.at + 1);
    if (character === quote) {
      reader.at += 1;
      return;
    }
    if (character === backslash) reader.at += 2;
    else if (character === dollar) {
      word.expands = true;
      if (next === open) readNested(reader, 2, close);
      else reader.at += 1;
    } else if (character === backtick && !isLast(reader, backtick)) {
      word.expands = true;
      readNested(reader, 1, backtick);
    } else reader.at += 1;
  }
}
