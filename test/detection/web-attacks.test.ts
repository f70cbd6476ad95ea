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
