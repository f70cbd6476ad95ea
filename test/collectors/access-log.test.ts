import { describe, expect, test } from 'vitest';
import { createAccessLogReader } from '../../src/collectors/access-log.ts';
import type { Reading, TrackActivityInput } from '../../src/collectors/track-input.ts';

type Parts = { client?: string; user?: string; time?: string; request?: string; status?: string; referrer?: string; userAgent?: string };

function line({
  client = '192.0.2.7',
  user = '-',
  time = '10:00:00',
  request = 'GET /home HTTP/1.1',
  status = '200',
  referrer = '-',
  userAgent = 'Firefox',
}: Parts): string {
  return `${client} - ${user} [03/Feb/2026:${time} +0100] "${request}" ${status} 512 "${referrer}" "${userAgent}"`;
}
function readAll(lines: string[], host: string | null = null): Reading[] {
  const reader = createAccessLogReader({ host });
  return lines.map((text, index) => reader(text, index + 1));
}
const read = (lines: string[], host?: string): TrackActivityInput[] =>
  readAll(lines, host).flatMap((reading) => ('activities' in reading ? reading.activities : []));
const webOf = (parts: Parts) => {
  const detail = read([line(parts)])[0]?.detail;
  return detail && 'web' in detail ? detail.web : null;
};

describe('requests', () => {
  test('a page of the combined format is a page view of an anonymous visitor', () => {
    expect(read([line({ request: 'GET /cart?item=7 HTTP/1.1', referrer: 'https://shop.example/' })])).toEqual([
      {
        user: 'visitor:192.0.2.7',
        session: expect.stringMatching(/^web:[0-9a-f]{16}:1770109200$/),
        occurredAt: '2026-02-03T09:00:00.000000Z',
        sourceIp: '192.0.2.7',
        userAgent: 'Firefox',
        outcome: 'SUCCESS',
        idempotencyKey: expect.stringMatching(/^log:[0-9a-f]{64}$/),
        detail: { web: { action: 'PAGE_VIEW', page: '/cart?item=7', method: 'GET', statusCode: 200, referrer: 'https://shop.example/' } },
      },
    ]);
  });

  test('the common format has neither referrer nor browser', () => {
    const [view] = read(['192.0.2.7 - alice [03/Feb/2026:10:00:00 +0100] "GET / HTTP/1.0" 200 -']);
    expect(view).toMatchObject({ user: 'alice', detail: { web: { page: '/' } } });
    expect(view).not.toHaveProperty('userAgent');
  });

  test.each([
    ['POST /login HTTP/1.1', 'API_CALL'],
    ['GET /api/users HTTP/1.1', 'API_CALL'],
    ['GET /api HTTP/2.0', 'API_CALL'],
    ['DELETE /x.png HTTP/1.1', 'API_CALL'],
    ['GET /apis HTTP/1.1', 'PAGE_VIEW'],
    ['HEAD / HTTP/1.1', 'PAGE_VIEW'],
    ['GET /', 'PAGE_VIEW'],
  ])('%s is a %s', (request, action) => {
    const web = webOf({ request });
    expect(web?.action).toBe(action);
    expect(web?.endpoint === undefined).toBe(action === 'PAGE_VIEW');
  });

  test.each([
    ['200', 'SUCCESS'],
    ['399', 'SUCCESS'],
    ['400', 'FAILURE'],
    ['401', 'DENIED'],
    ['403', 'DENIED'],
    ['404', 'FAILURE'],
    ['500', 'FAILURE'],
    ['-', 'UNKNOWN'],
  ])('status %s is the outcome %s', (status, outcome) => {
    expect(read([line({ status })])[0]?.outcome).toBe(outcome);
  });

  test('a status that HTTP does not know is left out', () => {
    expect(webOf({ status: '099' })).not.toHaveProperty('statusCode');
  });

  test.each(['/a.png', '/a.JPG?v=1', '/app.js', '/style.css', '/font.woff2', '/favicon.ico'])('%s is a static file', (path) => {
    expect(readAll([line({ request: `GET ${path} HTTP/1.1` })])).toEqual([{ skipped: 'static file' }]);
  });

  test('a query that ends like a picture is no static file', () => {
    expect(webOf({ request: 'GET /download?file=secret.png HTTP/1.1' })?.page).toBe('/download?file=secret.png');
  });

  test.each(['-', '', '\\x16\\x03\\x01\\x02', 'GET'])('request %j is unreadable', (request) => {
    expect(readAll([line({ request, status: '400' })])).toEqual([{ skipped: 'unreadable request' }]);
  });

  test.each([
    [4_096, 1],
    [4_097, 0],
  ])('a path of %i characters gives %i activities', (characters, count) => {
    expect(read([line({ request: `GET /${'a'.repeat(characters - 1)} HTTP/1.1` })])).toHaveLength(count);
  });
});

describe('fields', () => {
  test('escaped quotes belong to the field', () => {
    const [view] = read([line({ request: 'GET /a\\"b HTTP/1.1', userAgent: 'x\\" 200 1 \\"y\\\\' })]);
    expect(view).toMatchObject({ userAgent: 'x" 200 1 "y\\', detail: { web: { page: '/a"b' } } });
  });

  test('a user name may hold spaces and imitate a line', () => {
    const user = 'bob [01/Jan/2020:00:00:00 +0000] \\"GET / HTTP/1.1\\" 200 1';
    expect(read([line({ user })])[0]).toMatchObject({ user: user.replaceAll('\\"', '"'), occurredAt: '2026-02-03T09:00:00.000000Z' });
  });

  test('a host name instead of an address is no source address', () => {
    const [view] = read([line({ client: 'gw.example' })]);
    expect(view?.user).toBe('visitor:gw.example');
    expect(view).not.toHaveProperty('sourceIp');
  });

  test('fields after the browser are left alone', () => {
    expect(read([`${line({})} "203.0.113.9" 0.004`])).toHaveLength(1);
  });

  test('--host is kept with the activity', () => {
    expect(read([line({})], 'shop1')[0]?.metadata).toEqual({ host: 'shop1' });
  });

  test.each(['nonsense', line({}).replace('Feb', 'Foo'), line({}).replace('03/Feb', '30/Feb')])('%j is an unknown line', (text) => {
    expect(readAll([text])).toEqual([{ skipped: 'unknown line' }]);
  });
});

describe('visits', () => {
  const sessions = (lines: string[]) => read(lines).map(({ session }) => session);

  test.each([
    ['10:29:59', 1],
    ['10:30:00', 1],
    ['10:30:01', 2],
  ])('after a request at 10:00:00 one at %s makes %i visits', (time, visits) => {
    expect(new Set(sessions([line({}), line({ time })])).size).toBe(visits);
  });

  test('a visit lasts as long as requests keep coming', () => {
    expect(new Set(sessions(['10:00:00', '10:20:00', '10:40:00', '11:00:00'].map((time) => line({ time })))).size).toBe(1);
  });

  test('a line that comes late belongs to the visit', () => {
    expect(new Set(sessions(['10:20:00', '10:10:00', '10:50:00'].map((time) => line({ time })))).size).toBe(1);
  });

  test('another user or browser is another visit', () => {
    expect(new Set(sessions([line({}), line({ user: 'alice' }), line({ userAgent: 'curl/8' })])).size).toBe(3);
  });

  test('the same file gives the same sessions and keys again', () => {
    const lines = [line({}), line({ time: '11:00:00' })];
    expect(read(lines)).toEqual(read(lines));
  });
});
