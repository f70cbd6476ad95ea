import type { Detail } from '../../domain/activity.ts';

/** A request as rules look at it: percent signs decoded, everything lower case, in the parts in which attacks differ. */

/** What an activity tells about a request, as it was sent. */
export type WebRequest = Pick<Detail<'web'>, 'page' | 'endpoint' | 'method' | 'statusCode' | 'referrer'>;

export type RequestReading = {
  path: string;
  /** Path and query, plus signs in the query read as blanks, without the text people type into search fields. */
  target: string;
  /** What browsers fill in by themselves. */
  referrer: string;
  userAgent: string;
  method: string;
  status: number | null;
};

/** Encodings within encodings that are undone: one for the server and one for what it passes the value on to. */
const decodingRoundsMax = 2;

/** `/` and `.` in the longer forms that UTF-8 forbids and old servers read all the same. */
const overlong = /%c0%af|%e0%80%af|%c1%9c/gi;
const overlongDot = /%c0%ae|%e0%80%ae/gi;
const encoded = /(?:%(?:u00)?|\\u00)([0-9a-f]{2})/gi;

function decoded(text: string): string {
  let plain = text;
  for (let round = 0; round < decodingRoundsMax && /%|\\u00/i.test(plain); round += 1) {
    plain = plain
      .replace(overlong, '/')
      .replace(overlongDot, '.')
      .replace(encoded, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  }
  return plain.toLowerCase();
}

/** Fields people type text into: what stands there is looked for, not run. */
const typed = /(^|&)(?:q|qs|query|search|s(?==[^/])|text|keywords?|term|message|comment|title|subject)=[^&]*/g;

export function readRequest({ page, endpoint, method, statusCode, referrer }: WebRequest, userAgent: string | null): RequestReading {
  const sent = page ?? endpoint ?? '';
  const mark = sent.indexOf('?');
  const path = decoded(mark < 0 ? sent : sent.slice(0, mark));
  return {
    path,
    target: mark < 0 ? path : `${path}?${queryOf(sent.slice(mark + 1))}`,
    referrer: referrer?.toLowerCase() ?? '',
    userAgent: userAgent?.toLowerCase() ?? '',
    method: method?.toUpperCase() ?? '',
    status: statusCode,
  };
}

function queryOf(sent: string): string {
  return decoded(sent.toLowerCase().replaceAll('+', ' ').replace(typed, '$1'));
}
