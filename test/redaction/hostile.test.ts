import { describe, expect, it } from 'vitest';
import { hostileTexts } from '../../bench/hostile-texts.ts';
import { editsOf } from '../../src/redaction/encodings.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { knowing } from './knowing.ts';

const sizes = [4_096, 16_384, 65_536];
const of = (size: number) => hostileTexts(size).map(([what, text]) => ({ what, text }));
const known = knowing('correct horse', 'xxxxxxxxxx', 'password=password=');

describe('hostile text', () => {
  it('is decoded to a limited multiple of its length, of whatever size it is', () => {
    for (const { what, text } of sizes.flatMap(of)) {
      let looked = 0;
      editsOf(text, (plain) => void (looked += plain.length));
      expect(looked, `characters looked at of ${text.length} of ${what}`).toBeLessThanOrEqual(7 * text.length + 16_384);
    }
  });

  it('is the same when it is redacted again', () => {
    for (const { what, text } of of(4_096)) {
      for (const manner of ['TEXT', 'COMMAND'] as const) {
        const once = redactText(text, manner, known).text;
        expect(redactText(once, manner, known).text, what).toBe(once);
      }
    }
  });
});
