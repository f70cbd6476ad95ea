import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { webAttacksOf, webRules } from '../../src/detection/web-attacks.ts';
import type { SampleRequest } from '../../src/detection/web/rule.ts';

const none = { page: null, endpoint: null, method: null, statusCode: null, referrer: null };
function codes(sample: SampleRequest): string[] {
  const { userAgent = null, ...request } = typeof sample === 'string' ? { page: sample } : sample;
  return webAttacksOf({ ...none, ...request }, userAgent).map(({ code }) => code);
}

describe.each(webRules)('$code', ({ code, hostile, harmless }) => {
  test.each(hostile.map((request) => [JSON.stringify(request), request] as const))('finds %s', (_, request) => {
    expect(codes(request)).toContain(code);
  });
  test.each(harmless.map((request) => [JSON.stringify(request), request] as const))('leaves %s alone', (_, request) => {
    expect(codes(request)).toEqual([]);
  });
});

test('codes are unique and in capitals', () => {
  const all = webRules.map(({ code }) => code);
  expect(new Set(all).size).toBe(all.length);
  expect(all.filter((code) => !/^[A-Z]+(_[A-Z]+)*$/.test(code))).toEqual([]);
});

test('a request can be hostile in several ways, the gravest first', () => {
  const request = { page: '/.env?x=%27+or+1=1', method: 'TRACE' };
  expect(webAttacksOf({ ...none, ...request }, null).map(({ points }) => points)).toEqual([50, 30, 30]);
});

test('what is encoded twice is read, what is encoded three times is not', () => {
  expect(codes('/a?x=%3Cscript%3E')).toEqual(['SCRIPT_INJECTION']);
  expect(codes('/a?x=%253Cscript%253E')).toEqual(['SCRIPT_INJECTION']);
  expect(codes('/a?x=%25253Cscript%25253E')).toEqual([]);
});

test('an endpoint is judged as a page is', () => {
  expect(webAttacksOf({ ...none, endpoint: '/api/orders?id=1;id' }, null)).toMatchObject([{ code: 'COMMAND_INJECTION' }]);
});

test('the longest request there can be, of what makes patterns slow, is read within 50 ms', () => {
  const pieces = [
    '../',
    "' or ",
    '<a ',
    '%25',
    '${',
    '{{',
    '\n',
    '%0d%0a',
    'union ',
    '(select ',
    '=http://',
    ';cat ',
    ' ',
    'a@a.',
    'java',
    '.',
    '-form',
  ];
  const slow = pieces.filter((piece) => {
    const page = `/?a=${piece.repeat(4_096)}`.slice(0, 4_096);
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      webAttacksOf({ ...none, page, referrer: page, statusCode: 404 }, page.slice(4, 2_052));
      return performance.now() - start;
    });
    return Math.min(...times) > 50;
  });
  expect(slow).toEqual([]);
});

test('whatever is sent is read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ unit: 'grapheme', maxLength: 100 }), (page, userAgent) => {
      expect(webAttacksOf({ ...none, page, referrer: page }, userAgent).every(({ points }) => points > 0)).toBe(true);
    }),
  );
});
