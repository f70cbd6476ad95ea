/** What could make a search for secrets slow: texts of one size, each made of one thing over and over. */

const filled = (part: string, size: number) => part.repeat(Math.ceil(size / part.length)).slice(0, size);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const nested = (text: string, size: number): string => (text.length * 4 < size * 3 ? nested(base64(text), size) : text);

const parts: readonly (readonly [string, string])[] = [
  ['one word', 'x'],
  ['spaces', ' '],
  ['lines', '\n'],
  ['equals signs', 'a='],
  ['telling names', 'password='],
  ['telling names in JSON', '{"password":"'],
  ['quotes', `'"`],
  ['colons', 'a:'],
  ['URLs without an end', 'https://a:'],
  ['at signs', 'a@'],
  ['flags', 'mysql -p '],
  ['quoted commands', 'curl -u a:b '],
  ['headers', 'Authorization: Basic '],
  ['beginnings of tokens', `gh${'p'}_`],
  ['beginnings of web tokens', 'eyJhbGciOi.'],
  ['beginnings of private keys', `-----BEGIN ${'RSA'} PRIVATE KEY-----\n`],
  ['percents', '%41'],
  ['percents of percents', '%25'],
  ['plus signs', 'a+b'],
  ['backslashes', '\\'],
  ['escapes', '\\u0041\\x41\\"'],
  ['ampersands', '&amp;'],
  ['all encodings', '%41\\x41&#65;+'],
  ['base64 of text', 'cGFzc3dvcmQ9'],
  ['base64 of noise', 'x7Qz'],
  ['lines of base64', 'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNk\n'],
  ['hexadecimal digits', '70617373'],
  ['markers', '‹redacted:token›'],
  ['substitutions', '$('],
  ['slashes', '/'],
  ['dashes', '-'],
  ['letters and digits', 'aB3'],
];

export const hostileTexts = (size: number): (readonly [string, string])[] => [
  ...parts.map(([what, part]) => [what, filled(part, size)] as const),
  ['base64 in base64', nested('password=correct horse', size)],
];
