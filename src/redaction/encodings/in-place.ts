/** Encodings that spell single characters in another way, so that each decoded character has its place in the encoded text. */

/** A text as it reads decoded; `origins[place]` is where the character at `place` begins in the encoded text, one more for its end. */
export type Decoded = { text: string; origins: Int32Array };

export type InPlaceEncoding = {
  /** Null where nothing of the text is encoded so. */
  decode(text: string): Decoded | null;
  encode(text: string): string;
};

/** A character in UTF-8, each byte as two hexadecimal digits behind `mark`. */
const bytesAfter = (mark: string): string => {
  const next = `${mark}[89abAB][\\da-fA-F]`;
  return [
    `${mark}[0-7][\\da-fA-F]`,
    `${mark}[cdCD][\\da-fA-F]${next}`,
    `${mark}[eE][\\da-fA-F](?:${next}){2}`,
    `${mark}[fF][0-4](?:${next}){3}`,
  ].join('|');
};
const percentUnits = bytesAfter('%');

/** As in URLs. */
const percent: InPlaceEncoding = {
  decode: (text) => (text.includes('%') ? decoded(text, new RegExp(percentUnits, 'g'), ofBytes) : null),
  encode: encodeURIComponent,
};

/** As in form bodies and queries, where a plus stands for a space. */
const form: InPlaceEncoding = {
  decode: (text) =>
    /[^\s+]\+[^\s+]/.test(text)
      ? decoded(text, new RegExp(`\\+|${percentUnits}`, 'g'), (unit) => (unit === '+' ? ' ' : ofBytes(unit)))
      : null,
  encode: (text) => encodeURIComponent(text).replaceAll('%20', '+'),
};

const escapeUnits = new RegExp(
  [
    String.raw`\\u[\da-fA-F]{4}`,
    String.raw`\\u\{[\da-fA-F]{1,6}\}`,
    bytesAfter(String.raw`\\x`),
    String.raw`\\x[\da-fA-F]{2}`,
    String.raw`\\[0-3][0-7]{2}`,
    String.raw`\\[bfnrtve]`,
    String.raw`\\[^\w\s]`,
    String.raw`\\ `,
  ].join('|'),
  'g',
);
const namedEscapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', e: '\x1b' };

/** As in JSON, JavaScript, C and the shell. */
const escapes: InPlaceEncoding = {
  decode: (text) => (text.includes('\\') ? decoded(text, escapeUnits, ofEscape) : null),
  encode: (text) => JSON.stringify(text).slice(1, -1),
};

const entityUnits = /&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|amp|lt|gt|quot|apos|nbsp);/g;
const namedEntities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** As in HTML and XML. */
const entities: InPlaceEncoding = {
  decode: (text) => (text.includes('&') ? decoded(text, entityUnits, ofEntity) : null),
  encode: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
};

export const inPlaceEncodings: readonly InPlaceEncoding[] = [percent, escapes, entities, form];

/** Null where a unit says nothing that could be meant: it is left as it stands. */
type Unit = (unit: string) => string | null;

function decoded(text: string, units: RegExp, meaning: Unit): Decoded | null {
  const origins = new Int32Array(text.length + 1);
  let plain = '';
  let done = 0;
  const copyTo = (end: number) => {
    for (let place = done, at = plain.length; place < end; place += 1, at += 1) origins[at] = place;
    plain += text.slice(done, end);
  };
  for (const { 0: unit, index } of text.matchAll(units)) {
    const meant = meaning(unit);
    if (meant === null) continue;
    copyTo(index);
    done = index + unit.length;
    origins[plain.length] = index;
    if (meant.length === 2) origins[plain.length + 1] = done; // half of a pair is never a place to cut at
    plain += meant;
  }
  if (done === 0) return null;
  copyTo(text.length);
  origins[plain.length] = text.length;
  return { text: plain, origins };
}

function ofBytes(unit: string): string | null {
  const bytes = Buffer.from(unit.replaceAll(/%|\\x/g, ''), 'hex');
  if (bytes.length === 1) return String.fromCharCode(bytes[0]!);
  const character = bytes.toString();
  return character.includes('\ufffd') ? null : character; // of overlong forms and surrogates UTF-8 has none
}

function ofEscape(unit: string): string | null {
  const what = unit.charAt(1);
  if (what === 'u') return ofCodePoint(Number.parseInt(unit.replaceAll(/[\\u{}]/g, ''), 16));
  if (what === 'x') return unit.length === 4 ? String.fromCharCode(Number.parseInt(unit.slice(2), 16)) : ofBytes(unit);
  if (what >= '0' && what <= '3') return String.fromCharCode(Number.parseInt(unit.slice(1), 8));
  return namedEscapes[what] ?? what;
}

function ofEntity(unit: string): string | null {
  const name = unit.slice(1, -1);
  if (!name.startsWith('#')) return namedEntities[name]!;
  return ofCodePoint(/^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1)));
}

const codePointMax = 0x10ffff;
const ofCodePoint = (code: number): string | null => (code > codePointMax ? null : String.fromCodePoint(code));
