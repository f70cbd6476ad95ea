import { isUtf8 } from 'node:buffer';

/** Whether decoded bytes are a text: what merely looks encoded, as paths, names and hashes do, decodes to noise. */

export type Charset = 'utf8' | 'utf16le';

/** Control characters in a text: the separators of a few formats, not the noise of bytes. */
const controls = { ofAnyText: 2, share: 0.1 } as const;
/** Of the characters of a UTF-16 text at least this share are Latin, which is how it is told from bytes. */
const latinShareMin = 0.7;

export function plausibleText(bytes: Buffer): { text: string; charset: Charset } | null {
  const charset = isUtf16(bytes) ? 'utf16le' : 'utf8';
  if (charset === 'utf8' && !isUtf8(bytes)) return null;
  const text = bytes.toString(charset);
  // oxlint-disable-next-line no-control-regex -- it is what this looks for
  const control = text.match(/[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]/g)?.length ?? 0;
  return control > controls.ofAnyText + text.length * controls.share || !text.isWellFormed() ? null : { text, charset };
}

function isUtf16(bytes: Buffer): boolean {
  if (bytes.length % 2 !== 0 || bytes.length < 4) return false;
  let latin = 0;
  for (let place = 1; place < bytes.length; place += 2) if (bytes[place] === 0 && bytes[place - 1] !== 0) latin += 1;
  return latin >= (bytes.length / 2) * latinShareMin;
}

/** Of each digit of base64 or base64url its value, of all else 255. */
export const digitValues = new Uint8Array(128).fill(255);
for (const [value, digit] of [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].entries())
  digitValues[digit.charCodeAt(0)] = value;
digitValues['-'.charCodeAt(0)] = 62;
digitValues['_'.charCodeAt(0)] = 63;

/** Digits of base64 that are looked at first. */
const firstDigits = 8;

/** Whether the first six bytes of a run of base64 digits can begin a text. Cheap: it turns nearly all words away. */
export function plausibleStart(text: string, start: number): boolean {
  let continuing = 0;
  let bits = 0;
  for (let place = 0; place < firstDigits; place += 1) {
    bits = ((bits << 6) | digitValues[text.charCodeAt(start + place)]!) & 0xffff;
    if (place % 4 === 0) continue;
    const byte = (bits >> (6 - 2 * (place % 4))) & 255;
    if (continuing > 0) {
      if (byte < 0x80 || byte > 0xbf) return false;
      continuing -= 1;
    } else if (byte >= 0x80) {
      if (byte < 0xc2 || byte > 0xf4) return false;
      continuing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    } else if (byte < 32 && byte !== 0 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) return false;
  }
  return true;
}
