import type { ReadUnit } from './units.ts';
import { entityAt, escapeAt, formAt, percentAt } from './units.ts';

/** Encodings that spell single characters in another way, so that each decoded character has its place in the encoded text. */

/** A text as it reads decoded; `origins[place]` is where the character at `place` begins in the encoded text, one more for its end. */
export type Decoded = { text: string; origins: Int32Array };

export type InPlaceEncoding = {
  /** Null where nothing of the text is encoded so. */
  decode(text: string): Decoded | null;
  encode(text: string): string;
};

/** As in URLs. */
const percent: InPlaceEncoding = {
  decode: (text) => (/%[\da-fA-F]{2}/.test(text) ? decoded(text, '%', percentAt) : null),
  encode: encodeURIComponent,
};

/** As in form bodies and queries, where a plus stands for a space. */
const form: InPlaceEncoding = {
  decode: (text) => (/[^\s+]\+[^\s+]/.test(text) ? decoded(text, '+%', formAt) : null),
  encode: (text) => encodeURIComponent(text).replaceAll('%20', '+'),
};

/** As in JSON, programs and the shell. */
const escapes: InPlaceEncoding = {
  decode: (text) => (text.includes('\\') ? decoded(text, '\\', escapeAt) : null),
  encode: (text) => JSON.stringify(text).slice(1, -1),
};

/** As in HTML and XML. */
const entities: InPlaceEncoding = {
  decode: (text) => (/&[#a-z]/.test(text) ? decoded(text, '&', entityAt) : null),
  encode: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

export const inPlaceEncodings: readonly InPlaceEncoding[] = [percent, escapes, entities, form];

/** No encoding makes a text shorter. Units begin with one of the marks; what they mean takes one or two UTF-16 code units. */
function decoded(text: string, marks: string, readUnit: ReadUnit): Decoded | null {
  const origins = new Int32Array(text.length + 1);
  const plain = Buffer.allocUnsafe(text.length * 2);
  const [mark, other] = [marks.charCodeAt(0), marks.charCodeAt(marks.length - 1)];
  let count = 0;
  let changed = false;
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
    changed = true;
    const end = at + unit.length;
    if (unit.code < 0x10000) put(unit.code, at);
    else {
      put(0xd800 + ((unit.code - 0x10000) >> 10), at);
      put(0xdc00 + ((unit.code - 0x10000) & 0x3ff), end); // half of a pair is never a place to cut at
    }
    at = end;
  }
  if (!changed) return null;
  origins[count] = text.length;
  return { text: plain.toString('utf16le', 0, count * 2), origins: origins.subarray(0, count + 1) };
}
