import type { Finding } from '../finding.ts';

/** `$6$salt$hash` and its kin of crypt(3), as in /etc/shadow, .htpasswd and password columns. */
const crypt = /\$(?:[1567]|2[abxy]?|y|gy|sha1|md5|apr1|argon2(?:id|i|d)|scrypt|pbkdf2(?:-sha\d{1,3})?|P|H|S)\$[./A-Za-z0-9$=,+-]{13,512}/y;
const scheme = /\{S?(?:SHA|MD5|CRYPT|SSHA)\d{0,3}\}[A-Za-z0-9+/=$.]{13,200}/y;
/** `host:port:database:user:X` of .pgpass. */
const pgpass =
  /^(?:\*|localhost|[\w-]{1,60}(?:\.[\w-]{1,60}){1,6}|\d{1,3}(?:\.\d{1,3}){3}|\/[\w./-]{1,80}):(?:\*|[56]\d{3,4}):[^:\s\\‹]{1,63}:[^:\s\\‹]{1,63}:([^\s:‹]{1,256})$/gm;
/** `name:id:LM:NT:::` as password dumps of Windows print it. */
const ntlm = /:([0-9a-f]{32}:[0-9a-f]{32}):/gi;

export function findHashLines(text: string, found: Finding[]): void {
  addAll(text, '$', crypt, found);
  addAll(text, '{', scheme, found);
  if (!text.includes(':')) return;
  for (const match of text.matchAll(pgpass))
    found.push({ start: match.index + match[0].length - match[1]!.length, end: match.index + match[0].length, kind: 'PASSWORD' });
  for (const match of text.matchAll(ntlm))
    found.push({ start: match.index + 1, end: match.index + match[0].length - 1, kind: 'PASSWORD_HASH' });
}

function addAll(text: string, sign: string, pattern: RegExp, found: Finding[]): void {
  for (let place = text.indexOf(sign); place !== -1; place = text.indexOf(sign, place + 1)) {
    pattern.lastIndex = place;
    if (!pattern.test(text)) continue;
    found.push({ start: place, end: pattern.lastIndex, kind: 'PASSWORD_HASH' });
    place = pattern.lastIndex - 1;
  }
}
