import type { Finding } from '../finding.ts';

const label = 'PRIVATE KEY';
const begins = /-{4,5} ?BEGIN [A-Z0-9 ]{0,40}$/;
const beginsMax = 60;
const armourEnd = /(?: BLOCK)? ?-{4,5}/y;
const ends = /-{4,5} ?END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}/y;

/** White space, real or escaped, and what program texts put between the lines of a string. */
const between = /(?:\s|\\+[nrt]|%0[AaDd]|%20|&#1[03];|["'+,])*/y;
const header = /[A-Z][A-Za-z-]{2,20}: [^\n\\]{1,120}(?:\\+[nr]|\s)/y;
const line = /[A-Za-z0-9+/]+={0,2}/y;
const checksum = /=[A-Za-z0-9+/]{4}(?![A-Za-z0-9])/y;
const lineCount = /\d{1,4}(?:\\+[nr]|\s){1,2}/y;
const wholeMin = 60; // of the shortest, an Ed25519 key, in base64
const cutOffMin = 30;
const lineMin = 16;

/** Private keys in their armour, on lines of their own or in one line, whole or cut off. The armour goes with them. */
export function findPrivateKeys(text: string, found: Finding[]): void {
  for (let at = text.indexOf(label); at !== -1; at = text.indexOf(label, at + label.length)) {
    const before = text.slice(Math.max(0, at - beginsMax), at);
    const begin = begins.exec(before);
    const body = begin && passed(armourEnd, text, at + label.length);
    if (!begin || body === null) continue;
    const end = endOfBody(text, body);
    const whole = passed(ends, text, passed(between, text, end)!);
    if (end - body < (whole === null ? cutOffMin : wholeMin)) continue;
    found.push({ start: at - begin[0].length, end: whole ?? end, kind: 'PRIVATE_KEY' });
    at = end;
  }
  findPuttyLines(text, found);
}

/** After the lines of base64; headers as `Proc-Type: …` and the checksum of OpenPGP go with them. */
function endOfBody(text: string, from: number): number {
  let end = from;
  for (;;) {
    const start = passed(between, text, end)!;
    const after = passed(header, text, start) ?? passed(line, text, start) ?? passed(checksum, text, start);
    if (after === null) return end;
    if (after - start < lineMin && !isLastLine(text, after)) return end;
    end = after;
  }
}

/** A short line is the last one, if it is padded or nothing but the end of the armour follows; else it is other text. */
function isLastLine(text: string, after: number): boolean {
  return after === text.length || text[after - 1] === '=' || passed(ends, text, passed(between, text, after)!) !== null;
}

/** Where a match that begins here ends, or null. */
function passed(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

const puttyLines = 'Private-Lines: ';

function findPuttyLines(text: string, found: Finding[]): void {
  for (let at = text.indexOf(puttyLines); at !== -1; at = text.indexOf(puttyLines, at + puttyLines.length)) {
    const start = passed(lineCount, text, at + puttyLines.length);
    if (start === null) continue;
    const end = endOfBody(text, start);
    if (end - start >= cutOffMin) found.push({ start, end, kind: 'PRIVATE_KEY' });
  }
}
