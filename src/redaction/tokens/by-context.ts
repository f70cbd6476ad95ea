import type { Finding } from '../finding.ts';
import { mayBegin } from './boundaries.ts';
import { namedFormats } from './named.ts';
import { isPlaceholder, looksRandom } from './placeholders.ts';

/** Forms that are a secret only by what stands near them. */
export function findByContext(text: string, found: Finding[]): void {
  findSecretsOfIds(text, found);
  findWalletKeys(text, found);
  findNamed(text, found);
}

const secretOfId = /["']?(?:\s{1,3}|\s?[,:;|/]\s?)["']?(?=[A-Za-z0-9+/]{0,39}\d)([A-Za-z0-9+/]{40})(?![A-Za-z0-9+/=])/y;
const accessKeyId = /^A(?:KIA|SIA|BIA|CCA|3T)/;

/** The secret half of an AWS access key right after its id, as in a list of credentials: 40 characters of base64. */
function findSecretsOfIds(text: string, found: Finding[]): void {
  for (const { start, end } of found.slice()) {
    if (end - start !== 20 || !accessKeyId.test(text.slice(start, start + 4))) continue;
    secretOfId.lastIndex = end;
    const secret = secretOfId.exec(text)?.[1];
    if (secret === undefined || !looksRandom(secret)) continue;
    found.push({ start: secretOfId.lastIndex - secret.length, end: secretOfId.lastIndex, kind: 'API_KEY' });
  }
}

const wholeKey = /0x[0-9a-fA-F]{64}(?![0-9a-zA-Z])/y;
const speaksOfKeys = /wallet|priv(?:ate)?[ _-]?key|secret[ _-]?key|signer|deployer|mnemonic/i;
const speaksOfHashes = /(?:tx|txn|hash|transaction|block|topic|root|digest|salt|commit|id)["'\s:=(]{0,6}$/i;
const around = 120;

/** The private key of a wallet has the form of every hash of the chain: the text around must speak of keys. */
function findWalletKeys(text: string, found: Finding[]): void {
  for (let at = text.indexOf('0x'); at !== -1; at = text.indexOf('0x', at + 2)) {
    wholeKey.lastIndex = at;
    if (!mayBegin(text, at) || !wholeKey.test(text)) continue;
    const end = wholeKey.lastIndex;
    const before = text.slice(Math.max(0, at - around), at);
    if (speaksOfHashes.test(before) || !(speaksOfKeys.test(before) || speaksOfKeys.test(text.slice(end, end + around)))) continue;
    if (!isPlaceholder(text.slice(at + 2, end))) found.push({ start: at, end, kind: 'PRIVATE_KEY' });
  }
}

const assigned = /[=:>|]["'`\s=>]{0,5}([A-Za-z0-9][\w+/-]{13,99})(?![\w+/=.-])/g;
const name = /[A-Za-z][\w .-]{0,38}["'`\])\s:=]{0,5}$/;
const nameMax = 48;
const noSecret = /md5|sha\d|checksum|digest|hash|commit|revision|version|etag|image|build|trace|request|user|project|team/i;

/** `vendor … = value` where the value has exactly the form of that vendor's keys. */
function findNamed(text: string, found: Finding[]): void {
  for (const match of text.matchAll(assigned)) {
    const value = match[1]!;
    const before = name.exec(text.slice(Math.max(0, match.index - nameMax), match.index))?.[0];
    if (before === undefined || !isKeyLike(value) || noSecret.test(before)) continue;
    if (!namedFormats.some((format) => names(before, format.name) && format.value.test(value))) continue;
    const end = match.index + match[0].length;
    found.push({ start: end - value.length, end, kind: 'API_KEY' });
  }
}

/** Whether the name begins a word there, be it after a sign or as a hump of `camelCase`. */
function names(before: string, vendor: string): boolean {
  const at = before.toLowerCase().indexOf(vendor);
  return at === 0 || (at > 0 && (!/[A-Za-z]/.test(before[at - 1]!) || /[a-z][A-Z]/.test(before.slice(at - 1, at + 1))));
}

const hexOrDigits = /^[0-9a-f-]+$/i;

function isKeyLike(value: string): boolean {
  return hexOrDigits.test(value) ? /\d/.test(value) && !isPlaceholder(value) : looksRandom(value);
}
