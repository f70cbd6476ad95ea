import { digitValues, plausibleStart, plausibleText } from './plausible.ts';

/** Encodings of whole texts: runs of base64 or hexadecimal digits, of which no part can be replaced without the rest. */

export type Run = { start: number; end: number; text: string; encode(text: string): string };

/** Of 8 characters, the shortest that says anything, without padding. */
const base64DigitsMin = 11;
const hexDigitsMin = 16;
/** Lines shorter than this are not what a long run is wrapped to. */
const lineDigitsMin = 20;

const nextLine = /((?:\\?\r?\n)[ \t]*)([\w+/-]+={0,2})/y;

/** Decodes what in a text is base64 or hexadecimal and holds plausible text. */
export function runsIn(text: string): Run[] {
  const runs: Run[] = [];
  let unwrapped = 0; // lines up to here were tried as one run, and are none
  for (let start = 0, end = 0; start < text.length; start = end + 1) {
    end = digitsEnd(text, start);
    if (end - start < base64DigitsMin) continue;
    const word = text.slice(start, paddingEnd(text, end));
    const lines = start < unwrapped ? null : linesAt(text, start, word);
    const run = (lines === null ? null : wrappedRun(lines, start)) ?? runOf(word, start);
    if (lines !== null) unwrapped = lines.end;
    if (run !== null) {
      runs.push(run);
      end = run.end;
    } else if (/[/_+-]/.test(word)) runs.push(...partsOf(word, start));
  }
  return runs;
}

function digitsEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    if (code > 127 || digitValues[code] === 255) break;
    end += 1;
  }
  return end;
}

function paddingEnd(text: string, end: number): number {
  if (text[end] !== '=') return end;
  return text[end + 1] === '=' ? end + 2 : end + 1;
}

/** A slash, a dash and the like are digits in one alphabet and come between words and values elsewhere. */
function partsOf(word: string, start: number): Run[] {
  return [...word.matchAll(/[A-Za-z\d]{11,}={0,2}/g)].flatMap(({ 0: part, index }) => runOf(part, start + index) ?? []);
}

type Lines = { lines: readonly string[]; separator: string; end: number };

/** Lines of one length but for the last, as encoders and mail programs wrap them. */
function linesAt(text: string, start: number, first: string): Lines | null {
  if (first.length < lineDigitsMin || first.length % 4 !== 0 || first.endsWith('=')) return null;
  let end = start + first.length;
  const lines = [first];
  let separator = '';
  while (lines.at(-1)!.length === first.length) {
    nextLine.lastIndex = end;
    const [, gap = '', line = ''] = nextLine.exec(text) ?? [];
    if (line === '' || line.length > first.length || (separator !== '' && gap !== separator)) break;
    separator = gap;
    lines.push(line);
    end = nextLine.lastIndex;
  }
  return lines.length === 1 ? null : { lines, separator, end };
}

function wrappedRun({ lines, separator, end }: Lines, start: number): Run | null {
  const run = runOf(lines.join(''), start);
  const wrap = new RegExp(`.{1,${lines[0]!.length}}`, 'g');
  return run && { ...run, end, encode: (inner) => (run.encode(inner).match(wrap) ?? []).join(separator) };
}

function runOf(run: string, start: number): Run | null {
  return hexRun(run, start) ?? base64Run(run, start);
}

const hexDigits = /^(?:0x)?(?:[\da-f]{2}){8,}$/i;

function hexRun(run: string, start: number): Run | null {
  if (run.length < hexDigitsMin || !hexDigits.test(run)) return null;
  const prefix = run.slice(0, run.length % 2 === 0 && run[1]!.toLowerCase() === 'x' ? 2 : 0);
  const found = plausibleText(Buffer.from(run.slice(prefix.length), 'hex'));
  if (found === null) return null;
  const upper = /[A-F]/.test(run);
  const encode = (text: string) => {
    const hex = Buffer.from(text, found.charset).toString('hex');
    return prefix + (upper ? hex.toUpperCase() : hex);
  };
  return { start, end: start + run.length, text: found.text, encode };
}

function base64Run(run: string, start: number): Run | null {
  if (!plausibleStart(run, 0)) return null;
  const padding = run.length - run.indexOf('=') - 1;
  const padded = run.includes('=');
  const length = padded ? run.length - 1 - padding : run.length;
  const isUrl = /[-_]/.test(run);
  if (length < base64DigitsMin || length % 4 === 1 || (isUrl && /[+/]/.test(run))) return null;
  const found = plausibleText(Buffer.from(run, 'base64'));
  if (found === null) return null;
  const keepsPadding = padded || (!isUrl && length % 4 === 0);
  const encode = (text: string) => {
    const encoded = Buffer.from(text, found.charset).toString('base64');
    const alphabet = isUrl ? encoded.replaceAll('+', '-').replaceAll('/', '_') : encoded;
    return keepsPadding ? alphabet : alphabet.replaceAll('=', '');
  };
  return { start, end: start + run.length, text: found.text, encode };
}
