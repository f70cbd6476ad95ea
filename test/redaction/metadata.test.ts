import { describe, expect, it } from 'vitest';
import type { TakenOutOf } from '../../src/redaction/metadata.ts';
import { redactJson } from '../../src/redaction/metadata.ts';
import { kindOfTyped } from '../../src/redaction/metadata/selectors.ts';
import { knowing } from './knowing.ts';

const known = knowing('correct horse', 'battery staple', '4929000011112222');
const marker = '‹redacted:known›';
const password = '‹redacted:password›';
const secretOf = (...parts: string[]) => parts.join('');

function redact(value: unknown): { value: unknown; taken: TakenOutOf[] } {
  const taken: TakenOutOf[] = [];
  return { value: redactJson(value, known, ['metadata'], taken), taken };
}

describe('metadata', () => {
  it('without secrets is the very same object', () => {
    const metadata = { a: [1, 'two', null, { b: true }], c: { d: 'x=y' }, command: 'ls -l', args: ['-l', '/srv'] };
    expect(redact(metadata)).toEqual({ value: metadata, taken: [] });
    expect(redact(metadata).value).toBe(metadata);
  });

  it('loses its secrets at any depth, and the path to each is told', () => {
    const { value, taken } = redact({ a: [{ b: [['x', 'say correct horse']] }], z: 'battery staple!' });
    expect(value).toEqual({ a: [{ b: [['x', `say ${marker}`]] }], z: `${marker}!` });
    expect(taken).toEqual([
      { kind: 'KNOWN', secret: 'correct horse', at: 4, path: ['metadata', 'a', '0', 'b', '0', '1'] },
      { kind: 'KNOWN', secret: 'battery staple', at: 0, path: ['metadata', 'z'] },
    ]);
  });

  it('loses them in its keys, which stay different from each other and in their order', () => {
    const { value, taken } = redact({ 'correct horse': { 'battery staple': 1 }, 'battery staple': 2, [`${marker}#1`]: 3, b: 4 });
    expect(Object.entries(value as object)).toEqual([
      [`${marker}#2`, { [`${marker}#1`]: 1 }],
      [`${marker}#3`, 2],
      [`${marker}#1`, 3],
      ['b', 4],
    ]);
    expect(taken.map(({ path }) => path)).toEqual([
      ['metadata', `${marker}#2`],
      ['metadata', `${marker}#2`, `${marker}#1`],
      ['metadata', `${marker}#3`],
    ]);
    expect(JSON.stringify(taken.map(({ path }) => path))).not.toMatch(/horse|staple/);
  });

  it('loses a number whose digits are a known secret', () => {
    expect(redact({ card: 4_929_000_011_112_222, other: 4_929_000_011_112_223, texts: [4_929_000_011_112_222] }).value).toEqual({
      card: marker,
      other: 4_929_000_011_112_223,
      texts: [marker],
    });
  });

  it('may have any key, and none of them changes what an object is', () => {
    const sent = JSON.parse('{"__proto__": {"polluted": "correct horse"}, "constructor": "x", "toString": ["correct horse"]}') as object;
    const { value } = redact(sent);
    expect(JSON.stringify(value)).toBe(`{"__proto__":{"polluted":"${marker}"},"constructor":"x","toString":["${marker}"]}`);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).polluted).toBe(undefined);
  });

  it('loses them in JSON in a text, also inside JSON in a text, and in encoded texts', () => {
    const inner = (what: string) => JSON.stringify({ note: what, more: JSON.stringify([what]) });
    expect(redact({ body: inner('correct horse') }).value).toEqual({ body: inner(marker) });
    const base64 = (what: string) => Buffer.from(inner(what)).toString('base64');
    const { value, taken } = redact({ body: base64('correct horse') });
    expect(value).toEqual({ body: base64(marker) });
    expect(taken.map(({ at, path }) => ({ at, path }))).toEqual(Array(2).fill({ at: null, path: ['metadata', 'body'] }));
  });

  it('is redacted once and for all', () => {
    const once = redact({ 'correct horse': ['battery staple', 'battery staple'], n: 4_929_000_011_112_222 }).value;
    expect(redact(once)).toEqual({ value: once, taken: [] });
  });
});

describe('what is named in metadata', () => {
  const value = secretOf('tr0ub4', 'dor&3');
  it.each([
    ['by its key', { login: { password: value } }, { login: { password } }],
    ['by its key, as a number', { password: 73_829_104 }, { password }],
    ['by the key of a list', { passwords: [value, `${value}2`] }, { passwords: [password, password] }],
    ['by the key of an object', { password: { value, length: 11 } }, { password: { value: password, length: 11 } }],
    [
      'by a name beside it',
      {
        fields: [
          { name: 'password', value },
          { name: 'city', value },
        ],
      },
      {
        fields: [
          { name: 'password', value: password },
          { name: 'city', value },
        ],
      },
    ],
    ['by a key beside it', [{ value, key: 'password' }], [{ value: password, key: 'password' }]],
    [
      'in a list of pairs',
      {
        form: [
          ['user', 'jo'],
          ['password', value],
        ],
      },
      {
        form: [
          ['user', 'jo'],
          ['password', password],
        ],
      },
    ],
    ['in a flat list of names and values', ['user', 'jo', 'password', value], ['user', 'jo', 'password', password]],
  ])('%s goes whole', (_how, sent, expected) => {
    expect(redact(sent).value).toEqual(expected);
    expect(redact(expected)).toEqual({ value: expected, taken: [] });
  });

  it('has a name, and no path, address or sentence before it', () => {
    expect(redact({ '/prod/db/password': value }).value).toEqual({ '/prod/db/password': password });
    const sent = { '/etc/passwd': { text: '/etc/shadow' }, 'https://example.com/password': 'seen', '<label>password': 'seen' };
    expect(redact(sent).value).toBe(sent);
  });

  it('is nothing but names in a list of names', () => {
    const sent = { missing: ['password', 'email'], fields: ['username', 'password', 'email', 'city'], required: { password: true } };
    expect(redact(sent).value).toEqual(sent);
  });
});

describe('what was typed into an element', () => {
  it('is a secret by what the last part of the selector says', () => {
    const value = secretOf('tr0ub4', 'dor&3');
    for (const selector of ['input[type=password]', '#login > input#password', 'form input[name="password"]'])
      expect(kindOfTyped(selector, value)).toBe('PASSWORD');
    expect(kindOfTyped('#password-form input.city', value)).toBe(null);
    expect(kindOfTyped('input[type=password]', password)).toBe(null);
  });

  it('is none where the selector says nothing', () => {
    for (const selector of ['', 'input', '#search > .field', '*']) expect(kindOfTyped(selector, 'correct horse')).toBe(null);
  });
});
