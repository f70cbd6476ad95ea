/** A request as rules look at it: percent signs decoded, everything lower case, in the parts in which attacks differ. */

/** What an activity tells about a request. */
export type WebRequest = {
  /** Path or URL with its query, as it was sent. */
  page: string;
  method: string | null;
  status: number | null;
  referrer: string | null;
  userAgent: string | null;
};

export type RequestReading = {
  path: string;
  /** What follows the question mark, plus signs read as blanks; empty where there is none. */
  query: string;
  /** Path and query once more with the text people type into search fields left out. */
  judged: string;
  /** What browsers fill in by themselves. */
  headers: string;
  method: string;
  status: number | null;
};

/** Encodings within encodings that are undone: one for the server and one for what it passes the value on to. */
const decodingRoundsMax = 2;

/** `/` and `\` in the two-byte forms that UTF-8 forbids and old servers read all the same. */
const overlong = /%c0%af|%e0%80%af|%c1%9c/gi;
const encoded = /%(?:u00)?([0-9a-f]{2})/gi;

export function decoded(text: string): string {
  let plain = text;
  for (let round = 0; round < decodingRoundsMax && plain.includes('%'); round += 1) {
    plain = plain.replace(overlong, '/').replace(encoded, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }
  return plain;
}

/** Fields people type text into: what stands there is looked for, not run. */
const typed = /(^|&)(?:q|qs|query|search|s|text|keyword|keywords|term|message|comment|title|subject)=[^&]*/g;

export function readRequest({ page, method, status, referrer, userAgent }: WebRequest): RequestReading {
  const mark = page.indexOf('?');
  const path = decoded(mark < 0 ? page : page.slice(0, mark)).toLowerCase();
  const written = mark < 0 ? '' : page.slice(mark + 1).toLowerCase();
  const query = mark < 0 ? '' : decoded(written.replaceAll('+', ' '));
  const judged = mark < 0 ? path : `${path}?${decoded(written.replaceAll('+', ' ').replace(typed, '$1'))}`;
  return {
    path,
    query,
    judged,
    headers: `${referrer ?? ''}\n${userAgent ?? ''}`.toLowerCase(),
    method: (method ?? '').toUpperCase(),
    status,
  };
}
