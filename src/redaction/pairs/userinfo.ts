import type { Finding } from '../finding.ts';
import { isMask, isStandIn } from './placeholders.ts';
import { looksRandom } from './random.ts';

/** Longest authority of a URL that is looked at. */
const authorityMax = 512;

/** What ends a URL wherever it stands. */
const isEnd = (code: number) => code <= 32 || code === 34 || code === 39 || code === 60 || code === 62 || code === 96;
const slash = 47;
const at = 64;

/** `scheme://user:X@host`: the password, which may itself hold `@`, `#` and `:`. */
export function findUserinfo(text: string, found: Finding[]): void {
  if (!text.includes('@')) return;
  for (let place = text.indexOf('//'); place !== -1; place = text.indexOf('//', place + 2)) {
    const start = place + 2;
    const { sign, slashes } = lastSign(text, start);
    if (sign > start && (text[place - 1] === ':' || slashes === 0)) addUserinfo(text, start, sign, found);
  }
}

/** The last `@` of the authority; beyond a slash only where what stands before it can be no port, but is a password with a slash. */
function lastSign(text: string, start: number): { sign: number; slashes: number } {
  const limit = Math.min(text.length, start + authorityMax);
  let sign = -1;
  let colon = -1;
  let slashes = 0;
  for (let place = start; place < limit; place += 1) {
    const code = text.charCodeAt(place);
    if (isEnd(code)) break;
    if (code === at) {
      sign = place;
      if (slashes > 0) break;
    } else if (code === 58 && colon === -1) colon = place;
    else if (code === slash) {
      if (sign !== -1 || colon === -1 || /^:(?:\d*|\$.*|\{.*)$/.test(text.slice(colon, place)) || text[place + 1] === '/') break;
      slashes += 1;
      if (slashes > 2) break;
    }
  }
  return { sign, slashes };
}

/** What clients are told to put for the half that counts for nothing: the other half is the secret. */
const fillers = new Set(['x-oauth-basic', 'x-token-auth', 'oauth2', 'oauth', 'x', 'token', 'api', 'x-access-token', '']);
/** Passwords that manuals print in a URL. */
const printed =
  /^(?:pass(?:word|wd|phrase)?|pw|pwd|p|secret|user|username|token|x+|\*+|\.+|…|hidden|redacted|masked|passw0rd|changeme|mypassword|mysecretpassword|your.*|my.*(?:pass|token).*)$/i;

function addUserinfo(text: string, start: number, sign: number, found: Finding[]): void {
  const userinfo = text.slice(start, sign);
  if (userinfo.includes('‹redacted:')) return;
  const colon = userinfo.indexOf(':');
  const user = colon === -1 ? userinfo : userinfo.slice(0, colon);
  const password = colon === -1 ? '' : userinfo.slice(colon + 1);
  if (isPrinted(text, start, user, password)) return;
  if (colon !== -1 && !fillers.has(password)) {
    if (!isPlaceholder(password)) found.push({ start: start + colon + 1, end: sign, kind: 'PASSWORD' });
  } else if (!isPlaceholder(user) && looksRandom(user.replace(/^\w{1,12}[_-]/, '')))
    found.push({ start, end: start + user.length, kind: 'TOKEN' });
}

/** As manuals print them: `user:1234@`, and the name of the service twice, `postgres://postgres:postgres@`. */
const isPrinted = (text: string, start: number, user: string, password: string) =>
  (/^user(?:name)?$/i.test(user) && password.length <= 4) ||
  (user === password && (user === 'guest' || text.slice(Math.max(0, start - 24), start).includes(user)));

const isPlaceholder = (value: string) =>
  isMask(value) ||
  isStandIn(value) ||
  printed.test(value) ||
  /\$\{|\{\{|\}|\$\(|^\$[A-Za-z_]|<|%s|%[A-Z_]{2,}%|\+ ?\w+ ?\+|^\[.*\]$/.test(value) ||
  /^[A-Z_]{4,}$/.test(value);
