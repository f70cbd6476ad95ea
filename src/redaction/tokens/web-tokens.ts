import type { Finding } from '../finding.ts';
import { isWord, mayBegin } from './boundaries.ts';

/** A JSON object in base64url begins with one of these, as `{"` or `{` and white space. */
const beginning = /e[yw]/g;
const part = /[\w+/-]*={0,2}/y;
const partsMax = 5; // of an encrypted token
const headerMin = 12;
const payloadMin = 10;
const signatureMin = 20;

/**
 * JSON Web Tokens, signed, encrypted or bare, and the signed cookies of frameworks which look alike.
 * Of a run of characters only its first possible beginning is looked at, so that no stretch is read more than once per part.
 */
export function findWebTokens(text: string, found: Finding[]): void {
  beginning.lastIndex = 0;
  for (let match = beginning.exec(text); match !== null; match = beginning.exec(text)) {
    if (mayBegin(text, match.index)) beginning.lastIndex = judge(text, match.index, found);
  }
}

/** Adds the token that begins here, if it is one. Where to go on: after it, or after what would have been its header. */
function judge(text: string, at: number, found: Finding[]): number {
  const header = endOfPart(text, at);
  const ends = [header];
  if (header - at >= headerMin) {
    while (ends.length < partsMax && text[ends.at(-1)!] === '.') ends.push(endOfPart(text, ends.at(-1)! + 1));
  }
  const end = ends.length > 1 ? endOfToken(text, at, ends) : null;
  if (end === null) return Math.max(header, at + 2);
  found.push({ start: at, end, kind: 'JWT' });
  return end;
}

function endOfPart(text: string, at: number): number {
  part.lastIndex = at;
  part.test(text);
  return part.lastIndex;
}

function endOfToken(text: string, at: number, ends: readonly number[]): number | null {
  if (!/[A-Z]/.test(text.slice(at, at + 64))) return null;
  const [header = at, payload = at, signature = payload] = ends;
  const length = (place: number) => ends[place]! - ends[place - 1]! - 1;
  if (/^e[yw]/.test(text.slice(header + 1, header + 3)) && length(1) >= payloadMin) return withoutFullStop(text, signature);
  if (ends.length === partsMax && length(2) >= payloadMin && length(3) >= payloadMin) return ends[4]!;
  if (ends.length >= 3 && length(1) >= 5 && length(2) >= signatureMin) return signature;
  return length(1) >= 2 * signatureMin ? payload : null;
}

/** The end of a token without signature is a full stop, which may as well be that of the sentence: it stays. */
function withoutFullStop(text: string, end: number): number {
  return !isWord(text.charCodeAt(end - 1)) && text[end - 1] === '.' && (end === text.length || /\s/.test(text[end]!)) ? end - 1 : end;
}
