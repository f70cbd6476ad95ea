/** What a program would print when that can be told without running it: the way encoded commands are hidden. */

/** Most characters of computed output that are kept. */
export const outputCharactersMax = 16_384;

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', a: '', b: '', f: '\f', v: '\v', '\\': '\\', e: '\u001b' };

function unescaped(text: string): string {
  return text.replaceAll(
    /\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|(.))/g,
    (all, hex: string | undefined, octal: string | undefined, letter: string | undefined) => {
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
      return escapes[letter ?? ''] ?? all;
    },
  );
}

function echoed(words: readonly string[]): string {
  const start = words.findIndex((word) => !/^-[neE]+$/.test(word));
  const text = start < 0 ? '' : words.slice(start).join(' ');
  return words.slice(0, Math.max(start, 0)).some((flag) => flag.includes('e')) ? unescaped(text) : text;
}

function printed(words: readonly string[]): string {
  const [format = '', ...values] = words;
  if (!/%[sbd]/.test(format)) return unescaped(format);
  let next = 0;
  return unescaped(format).replaceAll(/%[sbd]/g, () => values[next++] ?? '') + values.slice(next).join('');
}

const decodes = (words: readonly string[]): boolean => words.some((word) => /^-[a-zA-Z]*[dD]$|^--decode$/.test(word));

/** Whether the program turns encoded text back into plain text. */
export function isDecoder(name: string, words: readonly string[]): boolean {
  switch (name) {
    case 'base64':
    case 'base32':
    case 'basenc':
    case 'gbase64':
      return decodes(words);
    case 'openssl':
      return ['enc', 'base64'].includes(words[0] ?? '') && decodes(words);
    case 'xxd':
      return words.some((word) => /^-[a-z]*r/.test(word));
    case 'b64decode':
    case 'uudecode':
    case 'rev':
      return true;
    default:
      return false;
  }
}

function decoded(name: string, words: readonly string[], input: string): string | null {
  if (name === 'xxd') return Buffer.from(input.replaceAll(/\s|\\x|0x/g, ''), 'hex').toString('utf8');
  if (name === 'base32') return fromBase32(input);
  if (name === 'basenc' || name === 'uudecode') return null;
  if (name === 'openssl' && !words.some((word) => ['base64', '-base64', '-a', '-A'].includes(word))) return null;
  return Buffer.from(input, 'base64').toString('utf8');
}

const base32Bits = 5;

function fromBase32(text: string): string {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text.slice(0, outputCharactersMax)) {
    const digit = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character);
    if (digit < 0) continue;
    value = ((value << base32Bits) | digit) & 0xfff;
    bits += base32Bits;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((value >> bits) & 0xff);
  }
  return Buffer.from(bytes).toString('utf8');
}

/** The characters of a set of `tr`, ranges spread; null for classes and whatever else is not told here. */
function charactersOf(set: string): string[] | null {
  if (set.includes('[:') || set.includes('\\') || set.length > 256) return null;
  return [
    ...set.replaceAll(/([A-Za-z0-9!-~])-([A-Za-z0-9!-~])/g, (all, first: string, last: string) => {
      const from = first.charCodeAt(0);
      const to = last.charCodeAt(0);
      return to < from ? all : Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at)).join('');
    }),
  ];
}

/** `tr a b`, `tr -d a`: letters put in place of others, as ciphers of one alphabet do it. */
function translated(words: readonly string[], input: string): string | null {
  const deletes = words[0] === '-d';
  const [from, to] = (deletes ? words.slice(1) : words).map(charactersOf);
  if (from === undefined || from === null || (words[0] ?? '').startsWith('-') !== deletes) return null;
  const text = input.slice(0, outputCharactersMax);
  if (deletes) return [...text].filter((character) => !from.includes(character)).join('');
  if (to === undefined || to === null || to.length === 0) return null;
  const map = new Map(from.map((character, at) => [character, to[at] ?? to.at(-1) ?? '']));
  return [...text].map((character) => map.get(character) ?? character).join('');
}

/** `sed s/text/other/g` with plain text on both sides. */
function replaced(words: readonly string[], input: string): string | null {
  const [, , from = '', to = '', flags = ''] =
    /^s(\W)([\w@#%:_-]{1,40})\1([^\\&]{0,40})\1(g?)$/.exec(words.length === 1 ? (words[0] ?? '') : '') ?? [];
  if (from === '') return null;
  const text = input.slice(0, outputCharactersMax);
  return flags === 'g' ? text.replaceAll(from, () => to) : text.replace(from, () => to);
}

/** The text `name` prints given its words and the text it reads; null when only running it would tell. */
export function outputOf(name: string, words: readonly string[], input: string | null): string | null {
  const output = compute(name, words, input);
  return output === null ? null : output.slice(0, outputCharactersMax);
}

function compute(name: string, words: readonly string[], input: string | null): string | null {
  if (name === 'echo') return echoed(words);
  if (name === 'printf') return printed(words);
  if (input === null) return null;
  if (name !== 'rev' && isDecoder(name, words)) return decoded(name, words, input);
  if (name === 'rev')
    return input
      .split('\n')
      .map((line) => [...line].toReversed().join(''))
      .join('\n');
  if (name === 'tr') return translated(words, input);
  if (name === 'sed') return replaced(words, input);
  return name === 'tee' || (name === 'cat' && words.every((word) => word === '-')) ? input : null;
}
