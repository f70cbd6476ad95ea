import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noKnownSecrets } from '../../src/redaction/known.ts';
import { findPairs } from '../../src/redaction/pairs.ts';
import { redactText } from '../../src/redaction/redact.ts';
import type { Finding } from '../../src/redaction/finding.ts';

const hidden = (text: string) => redactText(text, 'TEXT', noKnownSecrets).text;
const seed = 20_261_122;

describe('for any text', () => {
  const word = fc.constantFrom(
    'password',
    'token',
    'api_key',
    'secret',
    'key',
    'Authorization',
    'Cookie',
    'login',
    'IDENTIFIED BY',
    'code',
    'https://',
    '//',
    'user',
    'pass',
    'is',
    'Bearer',
    'machine',
    '<password>',
    '</password>',
    'value',
    'name',
    '$1$',
    'if',
    'return',
  );
  const sign = fc.constantFrom(
    '=',
    ':',
    ': ',
    ' = ',
    '"',
    "'",
    '`',
    ' ',
    '\n',
    ';',
    '&',
    '?',
    '@',
    '/',
    '{',
    '}',
    '(',
    ')',
    '[',
    ']',
    ',',
    '\\',
    '<',
    '>',
    '|',
    '-',
    '$',
    '‹redacted:token›',
  );
  const value = fc.stringMatching(/^[A-Za-z0-9!@#$%^&*_+-]{1,24}$/);
  const text = fc.array(fc.oneof(word, sign, value), { maxLength: 24 }).map((parts) => parts.join(''));

  it('redaction of what is redacted changes nothing', () => {
    fc.assert(
      fc.property(text, (before) => {
        const once = hidden(before);
        expect(hidden(once)).toBe(once);
      }),
      { numRuns: 3_000, seed },
    );
  });

  it('findings lie inside it and hold something', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const found: Finding[] = [];
        findPairs(whole, found);
        expect(found.filter(({ start, end }) => start < 0 || end > whole.length || start >= end)).toEqual([]);
      }),
      { numRuns: 1_000, seed },
    );
  });
});

describe('time grows with the text only', () => {
  const parts = [
    'password=',
    'password = ',
    'password="',
    `password="password='`,
    '=',
    'a=b;',
    `"'\``,
    '://',
    '//u:p/w',
    '@',
    '//u:p@',
    'a',
    'passwordtoken',
    'key ',
    'token: ',
    '<password>',
    'cookie: a=b; ',
    'authorization: Digest ',
    '"key": "password", "value": ',
    'identified by ',
    'localhost:5432:',
    '$6$a',
    'setPassword(',
    'password is ',
    '"x" == password ',
    'password=%',
    'password=((((',
    'passwords: [',
    'пароль: ',
    'login("a","',
  ];
  const seconds = (text: string) => {
    const before = process.cpuUsage();
    findPairs(text, []);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };

  /** 256 KB in less than a second: what is quadratic takes many. */
  it.each(parts)('of %j over and over', (part) => {
    expect(seconds(part.repeat(Math.ceil(262_144 / part.length)))).toBeLessThan(1);
  });
});
