import { markerOf, secretKinds } from './secret-use.ts';
import type { SecretKind } from './secret-use.ts';

/**
 * What is left of a text that is not stored: how long it is and what it looks like. Made of the text without its secrets.
 *
 * A typed text may be a password that nobody knows to be one, so a shape says what everyday form each word has and of words
 * that have none nothing: not which signs they hold, nor where, nor how many, nor where letters and digits change. Only
 * within numbers it keeps what tells a date from a time from an address. A pattern of single characters (`Aa9!`) would save
 * whoever guesses most of the work.
 */
export type TextShape = {
  /** Unicode code points. */
  characters: number;
  lines: number;
  /** Its beginning, words by their forms: see `forms`. Empty for a text of fewer than `shapedCharactersMin`. */
  shape: string;
};

/** Most characters of a shape. */
export const shapeCharactersMax = 100;

/** Texts of fewer characters are all alike: keystrokes come one by one, and their shapes in a row would spell the mask of a password. */
export const shapedCharactersMin = 4;

/** How much of a text is looked at for its shape: far more than fits into one. */
const shapedCharactersMax = 8_192;

/** Longest word that has a form; no address is longer. */
const wordCharactersMax = 320;

/** What a word can look like: the first that fits. Of numbers it is how they are put together, e.g. `9-9-9` for a date. */
const forms: readonly [RegExp, string][] = [
  [/^[\p{L}\p{M}]+(?:['’-][\p{L}\p{M}]+)*$/u, 'a'],
  [/^[+-]?\p{Sc}?\p{Nd}+(?:[-/.:,T]\p{Nd}+)*(?:Z|%|\p{Sc})?$/u, '9'],
  [/^[^@]+@[^@]+\.\p{L}{2,}$/u, 'a@a.a'],
  [/^\p{L}[\p{L}\p{Nd}+.-]*:\/\//u, 'a://a'],
  [/^(?:~|\.{0,2})\/|^\p{L}:\\/u, '/a'],
  [/^[\p{P}\p{S}]+$/u, '.'],
];
/** Signs that stand around words of prose and code and belong to no form. */
const wrapping = /^[("'[{<„“‘«-]+(?=[^("'[{<„“‘«-])|(?<=[^)"'\]}>”’».,;:!?…=])[)"'\]}>”’».,;:!?…=]+$/gu;

const markers = (Object.keys(secretKinds) as SecretKind[]).map(markerOf);
const aroundMarkers = new RegExp(`(${markers.join('|')})`);

export function shapeOf(text: string): TextShape {
  const characters = text.length - (text.match(/[\uD800-\uDBFF](?=[\uDC00-\uDFFF])/g)?.length ?? 0);
  if (characters < shapedCharactersMin) return { characters, lines: Math.min(characters, 1), shape: '' };
  const breaks = text.match(/\n/g)?.length ?? 0;
  return { characters, lines: text.endsWith('\n') ? breaks : breaks + 1, shape: formsIn(text.slice(0, shapedCharactersMax)) };
}

/** The forms of its words: two and more of one form in a row are one with a `+`, and a line like the one before is left out. */
function formsIn(text: string): string {
  const lines: string[] = [];
  let length = 0;
  for (const line of linesIn(text)) {
    const shape = formsInLine(line);
    if (shape === '' || shape === lines.at(-1)) continue;
    lines.push(shape);
    length += shape.length + lineBreak.length;
    if (length > shapeCharactersMax) break;
  }
  const shape = lines.join(lineBreak);
  if (shape.length <= shapeCharactersMax) return shape;
  return `${shape.slice(0, shapeCharactersMax - 1).replace(/‹[^›]*$/, '')}…`; // no half of a marker
}

const lineBreak = ' ⏎ ';

function* linesIn(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    if (end !== start) yield text.slice(start, end === -1 ? text.length : end);
    start = end === -1 ? text.length : end + 1;
  }
}

function formsInLine(line: string): string {
  const words: { form: string; times: number }[] = [];
  let length = 0;
  for (const [word] of line.matchAll(/\S+/g)) {
    const form = formOf(word);
    const last = words.at(-1);
    if (last?.form === form) {
      last.times += 1;
      continue;
    }
    words.push({ form, times: 1 });
    length += form.length + 1;
    if (length > shapeCharactersMax) break;
  }
  return words.map(({ form, times }) => (times > 1 ? `${form}+` : form)).join(' ');
}

/** A marker is told as it is, and what is written against it by itself. */
function formOf(word: string): string {
  if (!word.includes('‹')) return formOfPlain(word);
  const parts = word.split(aroundMarkers).filter((part) => part !== '');
  return parts.map((part) => (markers.includes(part) ? part : formOfPlain(part))).join('');
}

function formOfPlain(word: string): string {
  if (word.length > wordCharactersMax) return other;
  const bare = word.replace(wrapping, '');
  const [, form] = forms.find(([pattern]) => pattern.test(bare)) ?? [];
  return form === '9' ? bare.replaceAll(/\p{Nd}+/gu, '9').replaceAll(/[^9T/.:,-]|^-/g, '') : (form ?? other);
}

/** Any other word: an identifier, a code, a password. */
const other = '*';
