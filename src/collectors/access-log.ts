import { isIP } from 'node:net';
import { charactersMax, type Outcome } from '../domain/activity.ts';
import { formatInstant, parseInstant, type Micros } from '../domain/time.ts';
import { createLineReader, type LineMeaning } from './line-reader.ts';
import { monthOf, twoDigits } from './months.ts';
import type { LineReader, WebDetail } from './track-input.ts';
import { createVisits } from './visits.ts';

export type AccessLogOptions = {
  /** Name of the server, kept in the activities' metadata; null: none. */
  host: string | null;
};

// Quotes inside a quoted field are escaped by the server, so only an unescaped one ends it.
const quoted = '"((?:[^"\\\\]|\\\\.)*)"';
const accessLine = new RegExp(
  `^(\\S+) \\S+ (.*?) \\[(\\d{2})/([A-Z][a-z]{2})/(\\d{4}):(\\d{2}:\\d{2}:\\d{2}) ([+-]\\d{4})\\] ${quoted} (\\d{3}|-) (?:\\d+|-)` +
    `(?: ${quoted} ${quoted})?(?:\\s.*)?$`,
  's',
);
const requestLine = /^([A-Z][A-Z-]{0,15}) (\S.*?)(?: HTTP\/\d(?:\.\d)?)?$/s;
const staticFile = /\.(?:png|jpe?g|gif|svg|ico|webp|avif|bmp|css|js|mjs|map|woff2?|ttf|otf|eot)$/i;

type AccessEntry = {
  client: string;
  user: string | null;
  at: Micros;
  request: string;
  status: number | null;
  referrer: string | null;
  userAgent: string | null;
};

/** Reads the common and combined formats of Apache and nginx. */
export function createAccessLogReader(options: AccessLogOptions): LineReader {
  const visitOf = createVisits();
  return createLineReader('access', (line) => {
    const entry = readEntry(line);
    if (!entry) return { skipped: 'unknown line' };
    const web = readRequest(entry);
    if ('skipped' in web) return web;
    const user = entry.user ?? `visitor:${entry.client}`;
    return {
      activities: [
        {
          user,
          session: visitOf(user, entry.userAgent ?? '', entry.at),
          occurredAt: formatInstant(entry.at),
          ...(isIP(entry.client) && { sourceIp: entry.client }),
          ...(entry.userAgent && { userAgent: entry.userAgent }),
          outcome: outcomeOf(entry.status),
          ...(options.host && { metadata: { host: options.host } }),
          detail: { web },
        },
      ],
    };
  });
}

function readEntry(line: string): AccessEntry | null {
  const match = accessLine.exec(line);
  if (!match) return null;
  const [, client = '', user = '', day, month = '', year, time, zone, request = '', status = '', referrer = '-', userAgent = '-'] = match;
  const monthNumber = monthOf(month);
  const at = monthNumber === null ? null : parseInstant(`${year}-${twoDigits(monthNumber)}-${day}T${time}${zone}`);
  if (at === null) return null;
  return {
    client,
    user: presentText(user),
    at,
    request: unescapeQuotes(request),
    status: status === '-' ? null : Number(status),
    referrer: presentText(referrer),
    userAgent: presentText(userAgent),
  };
}

const presentText = (field: string) => (field === '-' || field === '' || field === '""' ? null : unescapeQuotes(field));

// \xHH stays as written: it stands for bytes that are no text, and a NUL among them could not even be stored.
const unescapeQuotes = (field: string) => field.replace(/\\(["\\])/g, '$1');

function readRequest({ request, status, referrer }: AccessEntry): WebDetail | Extract<LineMeaning, { skipped: string }> {
  const match = requestLine.exec(request);
  if (!match) return { skipped: 'unreadable request' };
  const [, method = '', target = ''] = match;
  if (target.length > charactersMax.path) return { skipped: 'too long' };
  const path = target.split('?', 1)[0] ?? '';
  const reads = method === 'GET' || method === 'HEAD';
  const apiCall = !reads || path === '/api' || path.startsWith('/api/');
  if (!apiCall && staticFile.test(path)) return { skipped: 'static file' };
  return {
    ...(apiCall ? { action: 'API_CALL', endpoint: target } : { action: 'PAGE_VIEW', page: target }),
    method,
    ...(status !== null && status >= 100 && status <= 599 && { statusCode: status }),
    ...(referrer && { referrer }),
  };
}

function outcomeOf(status: number | null): Outcome {
  if (status === null) return 'UNKNOWN';
  if (status === 401 || status === 403) return 'DENIED';
  return status >= 400 ? 'FAILURE' : 'SUCCESS';
}
