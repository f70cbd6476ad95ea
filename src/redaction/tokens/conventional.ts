import type { Finding } from '../finding.ts';
import { formats } from './formats.ts';
import { looksMadeUp, looksRandom } from './placeholders.ts';

/** A long run of letters and digits after `_` or `-` and at the end of a name. A file's name goes on with its extension. */
const body = /(?<=[A-Za-z0-9][_-])[A-Za-z0-9]{20,128}(?![A-Za-z0-9_~/-]|\.[A-Za-z])/g;
const prefix = /(?:(?<![A-Za-z0-9.\\/])|(?<=\\[nrt]|%[0-9A-F]{2}))(?:[A-Za-z][A-Za-z0-9]{0,15}[_-]){1,4}$/;
const prefixMax = 70;

/** What vendors call their tokens within the prefix: with one of these the rest has only to look drawn by lot. */
const secretParts = new Set(
  'sk rk pat sat oat uat secret sec live token tok apikey accesstoken refreshtoken accesskey secretkey webhook whsec pw passwd'.split(' '),
);
/** These speak for a token only two together, or as the whole prefix before a body with capitals and small letters. */
const possibleParts = new Set(
  'api key access auth prod production sandbox dev oauth svc service account bearer refresh session'.split(' '),
);
/** These speak against: what they name is meant to be seen, or is no secret. */
const publicParts = new Set(
  'pk pub public publishable id ids cache test tests idempotency foreign primary partition sort session request trace span sha md5 hash rev commit build'.split(
    ' ',
  ),
);

const hexOnly = /^[a-f0-9]+$|^[A-F0-9]+$/;
const hexLengths = new Set([32, 40, 48, 56, 64, 80, 96, 128]);

/** Of the vendors that begin their tokens so it is known what follows; the longer ones may have more of a prefix after it. */
const starts = formats.flatMap((format) => format.starts);
const known = new Set(starts.flatMap((start) => [...start.matchAll(/[_-]/g)].map(({ index }) => start.slice(0, index + 1))));
const knownFamilies = starts.filter((start) => /^.{5,}[_-]$/.test(start));
const isKnown = (before: string) => known.has(before) || knownFamilies.some((start) => before.startsWith(start));

/**
 * Tokens of vendors that no table knows, by the convention that has become usual since GitHub's of 2021: a name, `_` or `-`, what sort of
 * secret it is, and characters drawn by lot.
 */
export function findConventional(text: string, found: Finding[]): void {
  for (const match of text.matchAll(body)) {
    const before = prefix.exec(text.slice(Math.max(0, match.index - prefixMax), match.index))?.[0];
    if (before === undefined || !isToken(before, match[0]) || isKnown(before)) continue;
    found.push({ start: match.index - before.length, end: match.index + match[0].length, kind: 'API_KEY' });
  }
}

function isToken(before: string, value: string): boolean {
  const parts = before.toLowerCase().split(/[_-]/).slice(0, -1);
  const named = parts.some((part) => secretParts.has(part));
  if (parts.some((part) => publicParts.has(part)) && !parts.some((part) => part === 'sk' || part === 'rk' || part === 'secret'))
    return false;
  if (hexOnly.test(value)) return named && hexLengths.has(value.length) && !looksMadeUp(value) && new Set(value).size >= 8;
  if (!looksRandom(value)) return false;
  const possible = parts.filter((part) => possibleParts.has(part)).length;
  const mixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return named || possible >= 2 || (possible === 1 && mixed && value.length >= 24);
}
