import type { ReadUnit } from './units.ts';
import { entityAt, escapeAt, formAt, percentAt } from './units.ts';

/** Encodings that spell single characters in another way, so that each decoded character has its place in the encoded text. */

/** A text as it reads decoded; `origins[place]` is where the character at `place` begins in the encoded text, one more for its end. */
export type Decoded = { text: string; origins: Int32Array };

/** Characters around a decoded one that what it is part of may take: those further off have been read as they stand. */
const around = { before: 256, after: 1_024, toSpace: 256 } as const;

export type InPlaceEncoding = {
  /** The parts of the text where something is encoded so, in order and apart from each other. */
  decode(text: string): readonly Decoded[];
  encode(text: string): string;
};

/** As in URLs. */
const percent: InPlaceEncoding = {
  decode: (text) => (/%[\da-fA-F]{2}/.test(text) ? decoded(text, '%', percentAt) : []),
  encode: encodeURIComponent,
};

/** As in form bodies and queries, where a plus stands for a space. */
const form: InPlaceEncoding = {
  decode: (text) => (/[^\s+]\+[^\s+]/.test(text) ? decoded(text, '+%', formAt) : []),
  encode: (text) => encodeURIComponent(text).replaceAll('%20', '+'),
};

/** As in JSON, programs and the shell. */
const escapes: InPlaceEncoding = {
  decode: (text) => (text.includes('\\') ? decoded(text, '\\', escapeAt) : []),
  encode: (text) => JSON.stringify(text).slice(1, -1),
};

/** As in HTML and XML. */
const entities: InPlaceEncoding = {
  decode: (text) => (/&[#a-z]/.test(text) ? decoded(text, '&', entityAt) : []),
  encode: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

export const inPlaceEncodings: readonly InPlaceEncoding[] = [percent, escapes, entities, form];

/** No encoding makes a text shorter. Units begin with one of the marks; what they mean takes one or two UTF-16 code units. */
function decoded(text: string, marks: string, readUnit: ReadUnit): Decoded[] {
  const origins = new Int32Array(text.length + 1);
  const plain = Buffer.allocUnsafe(text.length * 2);
  const [mark, other] = [marks.charCodeAt(0), marks.charCodeAt(marks.length - 1)];
  const parts: Part[] = [];
  let count = 0;
  const put = (code: number, origin: number) => {
    plain[count * 2] = code & 255;
    plain[count * 2 + 1] = code >> 8;
    origins[count] = origin;
    count += 1;
  };
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    const unit = code === mark || code === other ? readUnit(text, at) : null;
    if (unit === null) {
      put(code, at);
      at += 1;
      continue;
    }
    note(parts, count);
    const end = at + unit.length;
    if (unit.code < 0x10000) put(unit.code, at);
    else {
      put(0xd800 + ((unit.code - 0x10000) >> 10), at);
      put(0xdc00 + ((unit.code - 0x10000) & 0x3ff), end); // half of a pair is never a place to cut at
    }
    at = end;
  }
  if (parts.length === 0) return [];
  origins[count] = text.length;
  const whole = plain.toString('utf16le', 0, count * 2);
  return apart(parts, whole).map(({ start, end }) => ({ text: whole.slice(start, end), origins: origins.subarray(start, end + 1) }));
}

type Part = { start: number; end: number };

function note(parts: Part[], place: number): void {
  const last = parts.at(-1);
  const start = Math.max(place - around.before, 0);
  if (last !== undefined && start <= last.end) last.end = place + around.after;
  else parts.push({ start, end: place + around.after });
}

/** The parts from space to space, so that none begins or ends within a word; what meets becomes one. */
function apart(parts: readonly Part[], text: string): Part[] {
  const whole: Part[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    const start = spaceFrom(text, part.start, -1);
    const end = spaceFrom(text, Math.min(part.end, text.length), 1);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else whole.push({ start, end });
  }
  return whole;
}

function spaceFrom(text: string, from: number, step: 1 | -1): number {
  let place = from;
  for (let steps = 0; steps < around.toSpace && place > 0 && place < text.length && text.charCodeAt(place) > 32; steps += 1) place += step;
  return place;
}
