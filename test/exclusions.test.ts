import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits } from '../src/domain/exclusions.ts';

/** Patterns of exclusions: `*` for any characters, all else for itself. */

describe('a pattern', () => {
  it.each([
    ['/health', '/health', true],
    ['/health', '/healthy', false],
    ['/health', '/Health', false],
    ['/health*', '/health', true],
    ['/health*', '/health/live?x=1', true],
    ['/health*', 'x/health', false],
    ['*/health', 'https://example.org/health', true],
    ['*.png', 'a.png.gz', false],
    ['*', '', true],
    ['**', 'anything\nat all', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['ab*ba', 'aba', false],
    ['*ab*ab*', 'abab', true],
    ['*ab*ab*', 'abb', false],
    ['*ab*ab', 'ab', false],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-c-b', false],
    ['[a-z]+.?', 'abc', false],
    ['[a-z]+.?', '[a-z]+.?', true],
    ['é*', 'e\u0301', false],
  ])('%s and %j: %s', (pattern, text, expected) => {
    expect(fits(pattern)(text)).toBe(expected);
  });

  const seed = { seed: Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31)), numRuns: 2_000 };
  it(`fits what a regular expression would say (seed ${seed.seed})`, () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 7 });
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        const expected = new RegExp(`^${one.replaceAll('.', '\\.').replaceAll('*', '.*')}$`).test(other);
        expect(fits(one)(other)).toBe(expected);
      }),
      seed,
    );
  });

  it.each([
    ['*a*a*a*a*a*b', 'a'],
    [`${'*a'.repeat(127)}*b`, 'a'],
    [`*${'a'.repeat(250)}b*`, 'a'],
    [`*${'ab'.repeat(60)}c${'ab'.repeat(60)}*`, 'ab'],
    ['*aaaab*', 'a'],
  ])('%s is told from 64 KB in a moment', (pattern, part) => {
    const text = part.repeat(65_536 / part.length);
    const fit = fits(pattern);
    const turns = Array.from({ length: 5 }, () => {
      const began = performance.now();
      expect(fit(text)).toBe(false);
      return performance.now() - began;
    });
    expect(Math.min(...turns)).toBeLessThan(20);
  });
});
