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
      return true;
    default:
      return false;
  }
}

function decoded(name: string, words: readonly string[], input: string): string | null {
  if (name === 'xxd') return Buffer.from(input.replaceAll(/\s|\\x|0x/g, ''), 'hex').toString('utf8');
  if (name === 'base32' || name === 'basenc' || name === 'uudecode') return null;
  if (name === 'openssl' && !words.some((word) => ['base64', '-base64', '-a', '-A'].includes(word))) return null;
  return Buffer.from(input, 'base64').toString('utf8');
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
  if (isDecoder(name, words)) return decoded(name, words, input);
  if (name === 'rev')
    return input
      .split('\n')
      .map((line) => [...line].toReversed().join(''))
      .join('\n');
  return name === 'tee' || (name === 'cat' && words.every((word) => word === '-')) ? input : null;
}
