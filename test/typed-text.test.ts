import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SecretUse } from '../src/domain/secret-use.ts';
import { markerOf } from '../src/domain/secret-use.ts';
import { shapeCharactersMax, shapeOf } from '../src/domain/typed-text.ts';
import { withoutTypedTexts } from '../src/recorder/typed-texts.ts';

/** What is told of a text that is not stored. */

const password = markerOf('PASSWORD');

describe('a shape tells what a text is', () => {
  it.each([
    ['a word', 'wonderful', 'a'],
    ['words', 'Hello, world. (See below!)', 'a+'],
    ['words of any script', '日本語 テキスト Straße', 'a+'],
    ['words with an apostrophe or a hyphen', 'O’Neil, well-known', 'a+'],
    ['a number', '123456', '9'],
    ['a fraction, with what stands around it', '€1,234.56', '9,9.9'],
    ['a date', '2026-11-22', '9-9-9'],
    ['a time', '10:30:59', '9:9:9'],
    ['an instant', '2026-11-22T10:00:00.5Z', '9-9-9T9:9:9.9'],
    ['an address of the net', '203.0.113.7', '9.9.9.9'],
    ['a telephone number', '+49 30 1234567', '9+'],
    ['an e-mail address', 'ada@example.org', 'a@a.a'],
    ['a URL', 'https://example.org/x?y=1', 'a://a'],
    ['a path', '/etc/hosts ~/x ./y C:\\Users', '/a+'],
    ['code', 'if (x === 1) {\n  call(x);\n}', 'a+ . 9 . ⏎ * ⏎ .'],
    ['a listing: equal lines are told once', 'total 8\nsrc 4 10:00\ntest 9 11:00\n\nlib 1 12:30\n', 'a 9 ⏎ a 9 9:9'],
    ['a secret that was taken out', `--password ${password} --verbose`, `a ${password} a`],
    ['what was written against a secret', `password=${password};x1`, `a${password}*`],
    ['nothing', '', ''],
    ['nothing but white space', ' \t\n \n', ''],
  ])('%s', (_what, text, shape) => {
    expect(shapeOf(text).shape).toBe(shape);
  });
});

describe('a shape keeps to itself', () => {
  it.each(['Tr0ub4dor&3', 'hunter2', 'a1b2', '!a!a', 'user:pass1', 'a=b=c', 'pa$$word', 'x'.repeat(321), '‹redacted:hunter2›'])(
    'what signs a word of no everyday form holds, and where: %s',
    (text) => {
      expect(shapeOf(text).shape).toBe('*');
    },
  );

  it('all of a text of up to three characters: keystrokes are all alike', () => {
    const keys = ['a', 'Z', '7', '!', ' ', '\n', '\t', 'ß', '世', '😀'];
    for (const key of keys) expect(shapeOf(key)).toEqual({ characters: 1, lines: 1, shape: '' });
    for (const text of ['abc', '123', 'a!9', '\n\n\n', '😀😀😀']) expect(shapeOf(text)).toEqual({ characters: 3, lines: 1, shape: '' });
    expect([shapeOf('abcd').shape, shapeOf('1234').shape]).toEqual(['a', '9']);
  });

  const seed = { seed: Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31)) };
  const words = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 9 }), fc.constant(password)));
  const text = words.map((all) => all.join(' ').toWellFormed());

  it(`everything but forms and markers, of any text (seed ${seed.seed})`, () => {
    const forms = new RegExp(`^(?:${password}|[a9@./:,T*+ ⏎-])*…?$`);
    fc.assert(
      fc.property(text, (any) => {
        const { shape } = shapeOf(any);
        expect(shape).toMatch(forms);
        expect(shape.length).toBeLessThanOrEqual(shapeCharactersMax);
      }),
      seed,
    );
  });

  it(`which letters and digits they are (seed ${seed.seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zA-Z]{1,9}[0-9!.,@-]{0,4}$/), { minLength: 2 }), (all) => {
        const others = all.map((word) => word.replaceAll(/[a-z]/gi, 'q').replaceAll(/\d/g, '4'));
        expect(shapeOf(others.join(' '))).toEqual(shapeOf(all.join(' ')));
      }),
      seed,
    );
  });
});

it.each([
  ['', 0, 0],
  ['a', 1, 1],
  ['abcd\n', 5, 1],
  ['ab\ncd', 5, 2],
  ['ab\r\n\r\ncd\n', 9, 3],
  ['😀 é!', 4, 1],
])('%j has so many characters and lines', (text, characters, lines) => {
  expect(shapeOf(text)).toMatchObject({ characters, lines });
});

it.each([
  [99, 'a 1 '.repeat(25)],
  [100, `${'a 1 '.repeat(24)}a 1 2`],
  [101, `${'a 1 '.repeat(25)}a`],
])('a shape of %d characters is cut at 100', (length, sent) => {
  const { shape } = shapeOf(sent);
  expect([shape.length, shape.endsWith('…')]).toEqual([Math.min(length, shapeCharactersMax), length > shapeCharactersMax]);
});

/** Milliseconds of the fastest of some turns: others use the machine too. */
const fastest = (work: () => unknown) =>
  Math.min(
    ...Array.from({ length: 5 }, () => {
      const began = performance.now();
      work();
      return performance.now() - began;
    }),
  );
it('a marker that does not fit is left out whole', () => {
  expect(shapeOf(`${password} a `.repeat(9)).shape).toBe(`${`${password} a `.repeat(4)}…`);
});

const full = 65_536;
it.each([
  ['one word', 'a'],
  ['words of one letter', 'a '],
  ['ends of lines', '\n'],
  ['lines', 'a\n1\n'],
  ['open brackets', '('],
  ['brackets behind a letter', `a${')'.repeat(300)}a `],
  ['addresses without end', `${'a.'.repeat(150)}@ `],
  ['beginnings of markers', '‹redacted:'],
  ['markers', `${password} `],
  ['numbers that break off', `${'1.'.repeat(150)}! `],
])('%s of 64 KB take no longer than a moment', (_name, part) => {
  const text = part.repeat(full / part.length);
  expect(fastest(() => shapeOf(text))).toBeLessThan(50);
});

it('a secret that was found in a text is still on record where the text is not stored, but stands nowhere any more', () => {
  const foundIn = (field: string) => ({
    secret: 'f',
    granted: true,
    reason: null,
    found: { kind: 'TOKEN' as const, field: ['detail', field], at: 7 },
  });
  const reported = { secret: 'vault', granted: true, reason: null };
  const sent = {
    kind: 'terminal' as const,
    detail: { command: 'ls', workingDirectory: null, exitCode: 0, output: 'some words', shell: null, elevated: null },
    secretsUsed: [reported, foundIn('command'), foundIn('output')] as readonly SecretUse[],
  };
  const { detail, secretsUsed } = withoutTypedTexts(sent, ['KEYSTROKES']);
  expect(detail).toEqual({ ...sent.detail, output: null, outputShape: { characters: 10, lines: 1, shape: 'a+' } });
  expect(secretsUsed.map((use) => use.found?.at)).toEqual([undefined, 7, null]);
  expect(withoutTypedTexts(sent, ['TERMINAL_OUTPUT'])).toBe(sent);
});
