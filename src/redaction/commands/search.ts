import { takeAddressed, takeByCustom, takeNamedBefore } from './customs.ts';
import { takeOfName } from './names.ts';
import type { Take, Tool } from './places.ts';
import type { Sink } from './shapes.ts';
import { takeValue } from './shapes.ts';
import { beginsCommand, takePositions } from './positions.ts';
import { mayHoldSql, takeSql } from './sql.ts';
import { takeStdin } from './stdin.ts';
import { toolAt } from './tool-at.ts';
import { toolNamed } from './tools.ts';
import type { Value } from './value.ts';
import { valueOf } from './value.ts';
import type { Command, Word } from './words.ts';
import type { Walk } from './walk.ts';
import { holds } from './walk.ts';
import { readCommands } from './words.ts';

/** `bash -c` within `ssh` within `docker exec`: deeper texts are left alone, so that the work stays linear. */
const textsMax = 4;

/** Adds the secrets of all commands of a text. */
export function searchCommands(sink: Sink, depth: number): void {
  for (const command of readCommands(sink.text)) searchCommand(sink, depth, command);
}

/** Of a user, a secret and a host in one word. */
const addressUnits = [12, 300] as const;

const noTool: Tool = { flags: new Map(), glued: [], patterns: [], stdin: [], slashes: false, longDashes: true };
function searchCommand(sink: Sink, depth: number, command: Command): void {
  for (const word of command.words) if (word.quoted && mayHoldSql(sink.text, word)) takeSql(sink, valueOf(sink.text, word));
  const conditions = new Map<string, boolean>();
  for (let at: number | null = 0; at !== null && at < command.words.length;) at = searchFrom(sink, depth, command, at, conditions);
}

/** Returns where a command inside this one begins, of a tool that runs others. */
function searchFrom(sink: Sink, depth: number, command: Command, from: number, conditions: Map<string, boolean>): number | null {
  const { words } = command;
  const first = toolAt(sink.text, words, from);
  if (first === words.length) return null;
  const tool = toolNamed(valueOf(sink.text, words[first]!).text) ?? noTool;
  const walk: Walk = { sink, depth, command, tool, first, positions: [], conditions };
  if (tool.stdin.length > 0) {
    for (const take of tool.stdin) if (holds(walk, take)) takeStdin(sink, command, take);
  }
  const inner = walkWords(walk);
  if (tool.patterns.length > 0) takePositions(walk);
  return inner;
}

function walkWords(walk: Walk): number | null {
  const { sink, tool, first } = walk;
  const { words } = walk.command;
  for (let at = first + 1; at < words.length; at += 1) {
    const word = words[at]!;
    const lead = sink.text.charCodeAt(word.start);
    const units = word.end - word.start;
    if (at > first + 1 && units >= 6) takeNamedBefore(sink, words, at, first);
    if (units >= addressUnits[0] && units <= addressUnits[1] && lead !== 45) takeAddressed(sink, word);
    // Most words of most commands end here: no flag, no quotes, and no tool that has places for them.
    if (tool === noTool && lead !== 45 && lead !== 47 && !word.quoted) continue;
    const value = valueOf(sink.text, word);
    if (value.text === '--') {
      if (at + 1 < words.length && isTool(sink.text, words[at + 1]!)) return at + 1;
      continue;
    }
    const isFlag =
      value.text.length > 1 && (value.text[0] === '-' || value.text[0] === '+' || (value.text[0] === '/' && isSlashFlag(walk, value.text)));
    if (!isFlag) {
      if (beginsCommand(walk)) return startOf(walk, at, value);
      walk.positions.push({ word: at, value });
      if (word.quoted && value.text.includes(' ')) searchText(walk, value, false);
      continue;
    }
    const used = takeFlag(walk, at, value);
    if (used < 0) return startOf(walk, at + 1, null);
    at += used;
  }
  return null;
}

const isTool = (text: string, word: Word) => word.end - word.start <= 64 && toolNamed(valueOf(text, word).text) !== null;

const isSlashFlag = ({ tool }: Walk, text: string) =>
  /^\/(?:[\w.-]+[:=]|[A-Za-z?]{1,16}$)/.test(text) && (tool.slashes || /[:=]/.test(text));

/** Takes what the flag at this word takes. Returns how many more words are used up; -1 where a command follows. */
function takeFlag(walk: Walk, at: number, value: Value): number {
  const { tool } = walk;
  const { text } = value;
  const equals = text.search(/^-\w:/.test(text) ? /=/ : /[=:]/);
  const name = equals > 1 ? text.slice(0, equals) : text;
  if (name !== text && takeGlued(walk, value, /[=:]$/)) return 0;
  const known = takesOfFlag(walk, text) ?? (name === text ? null : takesOfFlag(walk, name));
  if (known !== null) {
    if (name !== text && tool.flags.get(text) === undefined) {
      for (const take of known) takeAll(walk, value, equals + 1, take);
      return 0;
    }
    return takeNext(walk, at, known);
  }
  if (takeGlued(walk, value, /./)) return 0;
  return takeGeneral(walk, at, value, equals, name) ?? takeBundle(walk, at, value) ?? takeByCustom(walk, at, value) ?? 0;
}

/** `-pX`, of the flags that end as asked for. */
function takeGlued(walk: Walk, value: Value, ending: RegExp): boolean {
  const { text } = value;
  for (const { prefix, take } of walk.tool.glued) {
    if (text.length <= prefix.length || !text.startsWith(prefix) || !ending.test(prefix)) continue;
    if (isLongName(text, prefix) || !holds(walk, take)) continue;
    takeAll(walk, value, prefix.length, take);
    return true;
  }
  return false;
}

/** `-password` is that flag and not `-p` with `assword`. */
const isLongName = (text: string, prefix: string) => prefix.length === 2 && /^-(?:pass(?:word|wd|phrase)?|pwd|pin|psk)$/i.test(text);

/** Places with a condition come before those without, and of these the later ones, of the tool's own row, before a `_`. */
function takesOfFlag(walk: Walk, name: string): readonly Take[] | null {
  const takes = walk.tool.flags.get(name);
  if (takes === undefined) return null;
  if (takes.length === 1) return holds(walk, takes[0]!) ? takes : null;
  const conditional = takes.filter((take) => take.when !== undefined && holds(walk, take));
  if (conditional.length > 0) return conditional;
  const plain = takes.filter(({ when }) => when === undefined);
  const own = plain.slice(plain.findLastIndex(({ shape }) => shape === '_') + 1);
  if (own.length > 0) return own;
  return plain.length > 0 ? plain.slice(-1) : null;
}

/** `--auth` takes one as well as a pair of name and password. */
const generatedToken: Take = { shape: 'X', kind: 'TOKEN', certainty: 'LONG' };

/** The rule for the flags of any tool whose name is that of a secret. */
function takeGeneral(walk: Walk, at: number, value: Value, equals: number, name: string): number | null {
  const { sink } = walk;
  const long = name.startsWith('--') ? 2 : name.length > 3 || name === '-pw' ? 1 : 0;
  if (long === 0) return null;
  const glued = /^--(?:password|passwd|passphrase)(?=.{6})/.exec(value.text)?.[0];
  const given = /-(?:(?:on-|from-)?stdin|fd)$/.test(name) ? takeOfName(name.slice(long).replace(/-(?:(?:on-|from-)?stdin|fd)$/, '')) : null;
  if (given !== null) takeStdin(sink, walk.command, given);
  const take = takeOfName(name.slice(long));
  if (take !== null) {
    const takes = take.shape === 'user:X' ? [take, generatedToken] : [take];
    if (name !== value.text) for (const one of takes) takeValue(sink, value, equals + 1, one);
    else if (!name.startsWith('/')) return takeNext(walk, at, takes);
    return 0;
  }
  if (glued !== undefined && name === value.text) takeValue(sink, value, glued.length, { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK' });
  return null;
}

/** `curl -sku user:X`: letters in one word, the last of which takes a value. And `-pX` where `-p X` is meant as well, if X looks random. */
function takeBundle(walk: Walk, at: number, value: Value): number | null {
  const { text } = value;
  const own = walk.tool.longDashes || text[1] === '-' ? null : takesOfFlag(walk, text.slice(0, 2));
  if (own !== null && text.length > 7) {
    const before = walk.sink.found.length;
    for (const take of own) if (take.shape !== '_' && take.shape !== 'CMD') takeAll(walk, value, 2, { ...take, certainty: 'WEAK' });
    if (walk.sink.found.length > before) return 0;
  }
  if (walk.tool.longDashes || !/^-[A-Za-z0-9]{2,6}$/.test(text)) return null;
  const takes = takesOfFlag(walk, `-${text.at(-1)}`);
  return takes === null ? null : takeNext(walk, at, takes);
}

function takeNext(walk: Walk, at: number, takes: readonly Take[]): number {
  if (takes[0]!.shape === 'CMD') return -1;
  const { sink, command } = walk;
  const next = command.words[at + 1];
  if (next === undefined || next.apart) return 0;
  const value = valueOf(sink.text, next);
  if (takes[0]!.shape !== '_' && /^-(?:-|[A-Za-z][\w-]*(?:$|=))/.test(value.text)) return 0;
  let used = 1;
  for (const take of takes) {
    if (value.text === '-') takeStdin(sink, command, take);
    if (take.among === undefined) takeAll(walk, value, 0, take);
    else used = Math.max(used, takeAmong(walk, at + 1, take, take.among));
  }
  return used;
}

/** `--encrypt user owner`: some of the words after a flag, up to the next flag. */
function takeAmong({ sink, command }: Walk, from: number, take: Take, among: readonly boolean[]): number {
  for (const [place, secret] of among.entries()) {
    const word = command.words[from + place];
    if (word === undefined || '-+'.includes(sink.text[word.start]!)) return place;
    if (secret) takeValue(sink, valueOf(sink.text, word), 0, take);
  }
  return among.length;
}

function takeAll(walk: Walk, value: Value, from: number, take: Take): void {
  if (take.shape === 'TEXT') searchText(walk, value, true);
  else takeValue(walk.sink, value, from, take);
}

/** A command that is one quoted word is a text of its own, and what follows it more words of the same. */
function startOf(walk: Walk, at: number, known: Value | null): number {
  const word = walk.command.words[at];
  if (word === undefined || !word.quoted) return at;
  const value = known ?? valueOf(walk.sink.text, word);
  if (/\s/.test(value.text)) searchText(walk, value, true);
  return at;
}

/** A quoted word may be a command line: where a flag says so, or where it begins with a tool of the table. */
function searchText(walk: Walk, value: Value, sure: boolean): void {
  const { sink, depth } = walk;
  if (depth >= textsMax || value.text.length === 0) return;
  if (!sure && toolNamed(/^[\w./-]{1,64}/.exec(value.text)?.[0] ?? '') === null) return;
  const start = value.at(0);
  const text = sink.text.slice(start, value.at(value.text.length - 1) + 1);
  searchCommands({ ...sink, text, base: sink.base + start }, depth + 1);
}
