import { describe, expect, it } from 'vitest';
import type { Edit } from '../../src/redaction/edits.ts';
import { edited, merged, outsideMarkers } from '../../src/redaction/edits.ts';
import type { SecretKind } from '../../src/domain/secret-use.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { knowing } from './knowing.ts';

const text = '0123456789abcdef';
const finding = (start: number, end: number, kind: SecretKind): Edit => ({ start, end, kind, secret: text.slice(start, end) });
const run = (start: number, end: number): Edit => ({
  start,
  end,
  kind: null,
  text: '<run>',
  secrets: [{ kind: 'TOKEN', secret: 'in it', at: 0 }],
});
const made = (...edits: Edit[]) => edited(text, merged(edits));

describe('findings', () => {
  it('that overlap leave one marker, of the kind and with the secret of the one that tells most', () => {
    expect(made(finding(6, 12, 'API_KEY'), finding(4, 14, 'PASSWORD'))).toEqual({
      text: '0123‹redacted:api-key›ef',
      secrets: [{ kind: 'API_KEY', secret: '6789ab', at: 4 }],
    });
    expect(made(finding(0, 8, 'TOKEN'), finding(2, 6, 'KNOWN'), finding(7, 10, 'JWT')).text).toBe('‹redacted:known›abcdef');
  });

  it('of one kind that overlap leave the secret of the longest', () => {
    expect(made(finding(2, 6, 'TOKEN'), finding(3, 12, 'TOKEN')).secrets).toEqual([{ kind: 'TOKEN', secret: '3456789ab', at: 2 }]);
  });

  it('with nothing between them become one, with a character between them stay two', () => {
    expect(made(finding(0, 4, 'PASSWORD'), finding(4, 8, 'TOKEN')).text).toBe('‹redacted:password›89abcdef');
    expect(made(finding(0, 4, 'PASSWORD'), finding(5, 8, 'TOKEN')).text).toBe('‹redacted:password›4‹redacted:token›89abcdef');
  });

  it('take an encoded text with them that they touch the inside of, and stand beside one that ends there', () => {
    expect(made(run(2, 8), finding(7, 10, 'PASSWORD'))).toEqual({
      text: '01‹redacted:password›abcdef',
      secrets: [{ kind: 'PASSWORD', secret: '789', at: 2 }],
    });
    expect(made(run(2, 8), finding(8, 10, 'PASSWORD')).text).toBe('01<run>‹redacted:password›abcdef');
    expect(made(finding(0, 8, 'PASSWORD'), run(2, 4)).text).toBe('‹redacted:password›89abcdef');
  });

  it('of secrets in encoded texts have no place of their own', () => {
    expect(made(run(2, 8)).secrets).toEqual([{ kind: 'TOKEN', secret: 'in it', at: null }]);
  });

  it('leave out what has been redacted before', () => {
    const before = 'key ‹redacted:token›-tail';
    const kind = 'PASSWORD';
    expect(outsideMarkers(before, [{ start: 0, end: before.length, kind }])).toEqual([
      { start: 0, end: 4, kind },
      { start: 20, end: 25, kind },
    ]);
    expect(outsideMarkers(before, [{ start: 5, end: 19, kind }])).toEqual([]);
  });
});

describe('where a marker begins', () => {
  it('is told in the new text, for each of several', () => {
    const known = knowing('correct horse', 'battery staple', 'a“ and “b');
    const { text: now, secrets } = redactText('“correct horse“ and “battery staple“', 'TEXT', known);
    expect(now).toBe('“‹redacted:known›“ and “‹redacted:known›“');
    expect(secrets.map(({ at }) => now.slice(at!, at! + 16))).toEqual(Array(2).fill('‹redacted:known›'));
  });
});
