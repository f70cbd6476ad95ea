import type { Finding } from '../finding.ts';
import { namedBy } from './names.ts';
import { isLiteral, isMask, isStandIn } from './placeholders.ts';
import type { Page } from './page.ts';
import { runEnd } from './page.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { looksRandom } from './random.ts';
import type { Joint } from './separators.ts';

/** Longest value of a header that is looked at. */
const headerMax = 8192;

/** The value of a header: what is between quotes, or the rest of the line up to the quote that closes the whole header. */
function headerAt({ text, runs }: Page, at: number): Stretch {
  const quoted = quotedAt(text, at);
  if (quoted !== null) return quoted;
  const end = runEnd(runs.header, at, () => {
    unquoted.lastIndex = at;
    return unquoted.test(text) ? unquoted.lastIndex : at;
  });
  return { start: at, end: Math.min(end, at + headerMax) };
}
const unquoted = /[^\r\n"'`]*/y;

const token = /[^\s"'`,;<>\\]{1,8192}/y;
const scheme =
  /(?:bearer|basic|token|digest|negotiate|ntlm|kerberos|apikey|api-key|key|oauth|mac|hawk|ssws|splunk|bot|geniekey|jwt|sso-key|aws4-hmac-sha256|sharedkey|sharedaccesssignature|dpop|client|pve\w{0,12})(?:[ \t]{1,8}|[ \t]{0,2}[=:][ \t]{0,2}|%20)/iy;
/** Schemes whose credentials are a list of pairs: `Digest username="…", response="…"`. */
const listed = /^(?:digest|hawk|mac|oauth|aws4|sharedaccess)/i;

/** `Authorization: Bearer X`, `Basic X`, `token X` or only `X`: the credentials. */
export function credentialsIn(page: Page, joint: Joint): Stretch | null {
  const { text } = page;
  const { start, end } = headerAt(page, joint.at);
  scheme.lastIndex = start;
  const hasScheme = scheme.test(text) && scheme.lastIndex <= end;
  const at = hasScheme ? scheme.lastIndex : start;
  if (hasScheme && listed.test(text.slice(start, start + 12))) return proofIn(text, at);
  token.lastIndex = at;
  if (!token.test(text) || token.lastIndex > end) return null;
  const value = text.slice(at, token.lastIndex);
  if (isMask(value) || isLiteral(value) || isStandIn(value) || isExpression(value, hasScheme)) return null;
  const long = hasScheme ? 6 : 8;
  if (value.length < long || (!/\d/.test(value) && (!hasScheme || /^[a-z]+$/.test(value)))) return null;
  if (!hasScheme && token.lastIndex < end && /[ \t]+\S/y.test(text.slice(token.lastIndex, token.lastIndex + 4))) return null;
  return { start: at, end: token.lastIndex };
}

/** `config.token`, `getToken()`: code. Behind a scheme a token with a dot in it is one all the same if there are digits. */
const isExpression = (value: string, hasScheme: boolean) =>
  /^[A-Za-z_$]{1,40}[.([]/.test(value) && !looksRandom(value) && !(hasScheme && /^[\w.~+/-]+$/.test(value) && /\d/.test(value));

/** What proves the sender in a list of pairs; the rest of it is no secret. */
const proof = /(?:response|signature|oauth_token|mac|sig|passcode)(?:=|%3D)\\?["']?([^"',\s&\\]{8,512})/i;
const listMax = 768;

function proofIn(text: string, at: number): Stretch | null {
  const match = proof.exec(text.slice(at, at + listMax));
  if (match === null || isMask(match[1]!)) return null;
  const end = at + match.index + match[0].length;
  return { start: end - match[1]!.length, end };
}

const cookie = /([^\s=;,"'<>()]{1,80})=("?[^;,\s"'<>]{1,4096})/y;
const between = /[;&\s]{0,8}/y;
const attributes = new Set([
  'path',
  'domain',
  'expires',
  'max-age',
  'samesite',
  'version',
  'secure',
  'httponly',
  'priority',
  'partitioned',
]);

/** `Cookie: a=1; b=2`, `Set-Cookie: …`: the values that are secrets by their cookie's name, or random. */
export function findCookies(page: Page, joint: Joint, found: Finding[]): number {
  const { text } = page;
  const { start, end } = headerAt(page, joint.at);
  let at = start;
  while (at < end) {
    between.lastIndex = at;
    between.test(text);
    cookie.lastIndex = between.lastIndex;
    const match = cookie.exec(text);
    if (match === null || cookie.lastIndex > end) break;
    const value = { start: cookie.lastIndex - match[2]!.length, end: cookie.lastIndex };
    if (isCookieSecret(match[1]!, match[2]!)) found.push({ ...value, kind: 'TOKEN' });
    const next = text.indexOf(';', cookie.lastIndex);
    at = next === -1 || next > end ? end : next + 1;
  }
  if (at === start && looksRandom(text.slice(start, Math.min(end, start + 512)))) found.push({ start, end, kind: 'TOKEN' });
  return at;
}

function isCookieSecret(name: string, value: string): boolean {
  if (attributes.has(name.toLowerCase()) || isMask(value) || isLiteral(value) || isStandIn(value)) return false;
  const sessionLike = namedBy(name) !== null || /sess|sid$|auth|remember|ticket|login|^id$/i.test(name);
  return value.length >= (sessionLike ? 4 : 16) && (sessionLike || looksRandom(value));
}
