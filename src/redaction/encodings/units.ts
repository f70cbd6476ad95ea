/** A character that is spelled in another way: what it means, and over how many characters it is spelled. */
export type Unit = { code: number; length: number };
/** Reads the unit that begins at a place; null where what stands there means nothing else. */
export type ReadUnit = (text: string, at: number) => Unit | null;

const codePointMax = 0x10ffff;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

/** Value of a hexadecimal digit, or something above 15. */
function hexValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 16;
}

/** The number in `count` hexadecimal digits, or -1. */
function hexAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let place = at; place < at + count; place += 1) {
    const value = place < text.length ? hexValue(text.charCodeAt(place)) : 16;
    if (value > 15) return -1;
    number = number * 16 + value;
  }
  return number;
}

const byteAt = (text: string, at: number, mark: string) => (text.startsWith(mark, at) ? hexAt(text, at + mark.length, 2) : -1);

/** A character in UTF-8, each byte as two hexadecimal digits behind a mark. */
function utf8At(text: string, at: number, mark: string): Unit | null {
  const lead = byteAt(text, at, mark);
  const each = mark.length + 2;
  if (lead < 0x80) return lead < 0 ? null : { code: lead, length: each };
  const more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  if (lead < 0xc2 || lead > 0xf4) return null;
  let code = lead & (0x3f >> more);
  for (let next = 1; next <= more; next += 1) {
    const byte = byteAt(text, at + next * each, mark);
    if (byte < 0x80 || byte > 0xbf) return null;
    code = (code << 6) | (byte & 0x3f);
  }
  const least = [0x80, 0x800, 0x10000][more - 1]!;
  return code < least || code > codePointMax || isSurrogate(code) ? null : { code, length: (more + 1) * each };
}

export const percentAt: ReadUnit = (text, at) => utf8At(text, at, '%');
export const formAt: ReadUnit = (text, at) => (text.charCodeAt(at) === 43 ? { code: 32, length: 1 } : percentAt(text, at));

const named: Record<string, number> = { b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, e: 27 };
const isDigitOrLetter = (code: number) => (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 122);

/** As in JSON, JavaScript, C and the shell: also any sign behind a backslash. */
export const escapeAt: ReadUnit = (text, at) => {
  const what = text.charAt(at + 1);
  if (what === '') return null;
  if (what === 'u') return unicodeAt(text, at);
  if (what === 'x') {
    const byte = hexAt(text, at + 2, 2);
    return byte < 0 ? null : (utf8At(text, at, '\\x') ?? { code: byte, length: 4 });
  }
  if (what >= '0' && what <= '3' && /^[0-7]{2}$/.test(text.slice(at + 2, at + 4)))
    return { code: Number.parseInt(text.slice(at + 1, at + 4), 8), length: 4 };
  const code = named[what] ?? text.charCodeAt(at + 1);
  return named[what] === undefined && (isDigitOrLetter(code) || code < 32 || code > 126) ? null : { code, length: 2 };
};

const bracedDigitsMax = 6;

function unicodeAt(text: string, at: number): Unit | null {
  if (text[at + 2] !== '{') {
    const code = hexAt(text, at + 2, 4);
    return code < 0 ? null : { code, length: 6 };
  }
  const digits = text.slice(at + 3, at + 4 + bracedDigitsMax).indexOf('}');
  const code = digits <= 0 ? -1 : hexAt(text, at + 3, digits);
  return code < 0 || code > codePointMax ? null : { code, length: digits + 4 };
}

const entities = new Map(Object.entries({ amp: 38, lt: 60, gt: 62, quot: 34, apos: 39, nbsp: 160 }));
const nameCharactersMax = 8;

/** As in HTML and XML. */
export const entityAt: ReadUnit = (text, at) => {
  const length = text.slice(at + 1, at + 2 + nameCharactersMax).indexOf(';');
  if (length < 2) return null;
  const name = text.slice(at + 1, at + 1 + length);
  const code = name.startsWith('#') ? numberOf(name) : (entities.get(name) ?? -1);
  return code < 0 || code > codePointMax ? null : { code, length: length + 2 };
};

function numberOf(name: string): number {
  if (name[1] === 'x' || name[1] === 'X') return name.length > 2 ? hexAt(name, 2, name.length - 2) : -1;
  return /^#\d+$/.test(name) ? Number(name.slice(1)) : -1;
}
