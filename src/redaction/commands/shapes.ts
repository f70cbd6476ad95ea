import type { Finding } from '../finding.ts';
import { takeOfName } from './names.ts';
import type { Take } from './places.ts';
import { isPlausible, looksRandom } from './plausible.ts';
import type { Value } from './value.ts';

/** A text with secrets to be found, as far as it is part of a larger one. */
export type Sink = {
  text: string;
  /** Where the text begins in the one the findings are for. */
  base: number;
  found: Finding[];
  /** In prose only what looks random is taken for a secret. */
  prose: boolean;
};

/** Adds the secrets that a value holds in the shape its place has, from the character at `from` on. */
export function takeValue(sink: Sink, value: Value, from: number, take: Take): void {
  const text = from === 0 ? value.text : value.text.slice(from);
  switch (take.shape) {
    case 'X':
      return add(sink, value, from, value.text.length, take);
    case 'PIN':
      return /^\d{4,12}$/.test(text) ? add(sink, value, from, value.text.length, take) : undefined;
    case 'prefix':
      return text.startsWith(take.prefix!) ? add(sink, value, from + take.prefix!.length, value.text.length, take) : undefined;
    case 'user:X':
      return addAfter(sink, value, from, text.startsWith('//', text.indexOf(':') + 1) ? -1 : text.indexOf(':'), text.length, take);
    case 'user%X':
      return addAfter(sink, value, from, text.indexOf('%'), text.length, take);
    case 'user,X':
      return addAfter(sink, value, from, text.indexOf(','), text.length, take);
    case 'name:X':
      return addAfter(sink, value, from, text.lastIndexOf(':'), text.length, take);
    case 'X@host':
      return text.includes('@') ? add(sink, value, from, from + text.lastIndexOf('@'), take) : undefined;
    case 'id!X':
      return addAfter(sink, value, from, text.indexOf('!'), text.includes(',') ? text.indexOf(',') : text.length, take);
    case 'WIFI':
      return takeWifi(sink, value, from, text, take);
    case 'any=X':
      return addAfter(sink, value, from, text.indexOf('='), text.length, take);
    case 'user/X':
      return addAfter(sink, value, from, text.indexOf('/'), text.includes('@') ? text.lastIndexOf('@') : text.length, take);
    case 'dom/user:X':
      return text.includes('/') ? addAfter(sink, value, from, text.indexOf(':', text.indexOf('/')), text.length, take) : undefined;
    case 'dom/user:X@host':
      return addAfter(sink, value, from, text.indexOf(':'), text.lastIndexOf('@'), take);
    case 'k=X':
      return takePairs(sink, value, from, text);
    case 'COOKIE':
      return takeCookies(sink, value, from, text, take);
    default:
      return undefined;
  }
}

/** The same of a word by its position: of `name=X` only the latter half, though the place asks for it all. */
export function takeWord(sink: Sink, value: Value, take: Take): void {
  const name = take.shape === 'X' ? /^(?:[A-Za-z_.-]{2,40}=|s:)(?=.)/.exec(value.text)?.[0] : undefined;
  takeValue(sink, value, name?.length ?? 0, take);
}

function addAfter(sink: Sink, value: Value, from: number, separator: number, end: number, take: Take): void {
  if (separator >= 0 && end > separator) add(sink, value, from + separator + 1, from + end, take);
}

/** Quotes that were escaped for another shell are no part of the secret. */
function add({ base, found, prose }: Sink, value: Value, from: number, to: number, take: Take): void {
  let [start, end] = [from, to];
  while (end - start > 1 && value.text[start] === value.text[end - 1] && (value.text[start] === '"' || value.text[start] === "'")) {
    start += 1;
    end -= 1;
  }
  while (start < end && value.text[start] === '\\' && value.text[start + 1] === '"' && value.text[end - 1] === '"') {
    start += 2;
    end -= value.text[end - 2] === '\\' ? 2 : 1;
  }
  if (end <= start || value.text.endsWith('‹redacted:', start)) return;
  const secret = value.text.slice(start, end);
  if (take.kind === 'PASSWORD_HASH' && !/[0-9A-Fa-f]{16}|^\$\w|^\{|[^A-Za-z_:]{2}/.test(secret)) return;
  if (!isPlausible(secret, value.expands, take.certainty) || (prose && !looksRandom(secret))) return;
  found.push({ start: base + value.at(start), end: base + value.at(end - 1) + 1, kind: take.kind });
}

const pair = /(?:^|[,;&?|\s'"{])([\w.-]{2,48})(\s*[=:]\s*)/g;

/** `user=admin,password=X`: a value ends where the next pair begins. */
function takePairs(sink: Sink, value: Value, from: number, text: string): void {
  let open: { take: Take; start: number } | null = null;
  const finish = (end: number) => {
    if (open !== null) takeValue(sink, { ...value, text: value.text.slice(0, from + end) }, from + open.start, open.take);
    open = null;
  };
  for (const match of text.matchAll(pair)) {
    finish(match.index);
    const take = takeOfName(match[1]!);
    if (take?.shape === 'X' || take?.shape === 'PIN') open = { take, start: match.index + match[0].length };
  }
  finish(text.length);
}

/** Cookies are many things; those that stand for a login look random. */
function takeCookies(sink: Sink, value: Value, from: number, text: string, take: Take): void {
  let start = 0;
  for (const part of text.split(';')) {
    const at = start + part.indexOf('=') + 1 + (part.includes('=') ? 0 : part.length - part.trimStart().length);
    const one = text.slice(at, start + part.length);
    if (one.length >= 8) add(sink, value, from + at, from + start + part.length, take);
    start += part.length + 1;
  }
}

/** `WIFI:T:WPA;S:network;P:X;;`, which codes for cameras hold. */
function takeWifi(sink: Sink, value: Value, from: number, text: string, take: Take): void {
  const start = /^wifi:/i.test(text) ? text.search(/[:;]P:/i) : -1;
  if (start < 0) return;
  const end = text.indexOf(';', start + 3);
  add(sink, value, from + start + 3, from + (end < 0 ? text.length : end), take);
}
