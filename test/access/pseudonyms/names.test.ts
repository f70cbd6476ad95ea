import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replaceStretches, stretchesOf, textsOf } from '../../../src/domain/names-in-text.ts';
import { isPseudonym, pseudonymOf, pseudonymsIn, withoutPseudonyms } from '../../../src/domain/pseudonym.ts';
import { createKeyedHashes } from '../../../src/redaction/keyed-hash.ts';

/** Which stretches of a text are looked up as names, and how pseudonyms are spelled. */

const replaced = (text: string, names: readonly string[]) =>
  replaceStretches(text, stretchesOf(text), (one) => (names.includes(one) ? '•' : null));

describe('a name in a text', () => {
  it.each([
    ['cat /home/alice/.bashrc', ['alice'], 'cat /home/•/.bashrc'],
    ['mail first.last@example.com, now', ['first.last@example.com', 'last'], 'mail •, now'],
    ['runas CORP\\alice:secret', ['CORP\\alice'], 'runas •:secret'],
    ['auth0|5f7c8e signed in', ['auth0|5f7c8e'], '• signed in'],
    ['said Anna Müller-Lüdenscheidt today', ['Anna Müller-Lüdenscheidt'], 'said • today'],
    ['GET /u%2Falice%2Fx', ['alice'], 'GET /u%2F•%2Fx'],
    ['alice_backup malice alices', ['alice'], '•_backup malice alices'],
    ['uid=alice,ou=people', ['uid=alice,ou=people'], '•'],
    ['5 failures of 12345 in 2026', ['5', '2026', '12345'], '5 failures of • in 2026'],
    ['a b', ['a'], 'a b'],
  ])('is found in %j', (text, names, expected) => {
    expect(replaced(text, names)).toBe(expected);
  });

  it('is looked for in linear time', () => {
    const hostile = 'ab.'.repeat(20_000);
    expect(stretchesOf(hostile).length).toBeLessThanOrEqual(20_000 * 8);
    expect(stretchesOf('-'.repeat(60_000))).toEqual([]);
  });

  it('is replaced and nothing else, whatever is around it', () => {
    const around = fc.string({ unit: fc.constantFrom(' ', '/', '"', '=', '(', ')', ';', '\n', '‹'), minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(around, around, (before, after) => {
        expect(replaced(`x${before}alice${after}x`, ['alice'])).toBe(`x${before}•${after}x`);
      }),
      { numRuns: 200 },
    );
  });

  it('is looked up only where a database can hold it', () => {
    const text = 'one\0two \ud800 three';
    expect(textsOf(text, stretchesOf(text)).every((one) => one.isWellFormed() && !one.includes('\0'))).toBe(true);
  });
});

describe('a pseudonym', () => {
  const hash = createKeyedHashes(Buffer.alloc(32, 7))('an organisation', 'pseudonym');

  it('is spelled so that it is told from other words', () => {
    const some = Array.from({ length: 2_000 }, (_, place) => pseudonymOf(hash(`user ${place}`)));
    expect(some.every(isPseudonym)).toBe(true);
    expect(new Set(some).size).toBe(some.length);
    expect(pseudonymsIn(`a ${some[0]} and ${some[1]}, ${some[0]}`)).toEqual(some.slice(0, 2));
    expect(withoutPseudonyms(`/home/${some[0]}/${some[1]}`, (one) => (one === some[0] ? 'alice' : null))).toBe(`/home/alice/${some[1]}`);
  });

  it('has 50 bits of its hash: the smallest and the greatest', () => {
    expect(pseudonymOf('0'.repeat(64))).toBe('user-00000-00000');
    expect(pseudonymOf('f'.repeat(64))).toBe('user-zzzzz-zzzzz');
    expect(pseudonymOf(`0000000000004${'0'.repeat(51)}`)).toBe('user-00000-00001');
  });

  it('is another in another organisation, and with another key', () => {
    const other = createKeyedHashes(Buffer.alloc(32, 7))('another', 'pseudonym');
    const rekeyed = createKeyedHashes(Buffer.alloc(32, 8))('an organisation', 'pseudonym');
    expect(new Set([hash, other, rekeyed].map((one) => pseudonymOf(one('ada')))).size).toBe(3);
  });
});
