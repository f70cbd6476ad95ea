import type { Finding } from './finding.ts';

/** Shortest secret that can be registered, in UTF-16 code units: what is shorter would be found in ordinary text. */
export const knownSecretMin = 8;
/** Longest secret that can be registered, in UTF-16 code units: a private key of 8,192 bits in PEM fits. */
export const knownSecretMax = 8_192;
/** Most secrets that an organisation registers. */
export const knownSecretsMax = 1_000;

/** Hashes checked of a text: so many of any text, and one more for so many characters of it. */
const checks = { ofAnyText: 256, charactersEach: 64 } as const;
/** Characters hashed of a text: so many of any text, and so many times its own. */
const hashed = { ofAnyText: 65_536, timesItself: 8 } as const;

/**
 * What is kept of a registered secret. Without the service's key nothing is told by it but the length: `hash` is an HMAC, and
 * `prefixHash` lies under a pad that only the key makes.
 */
export type KnownSecretEntry = {
  /** HMAC-SHA-256 of the secret under the organisation's key of the purpose `known-secret`: 64 hex digits. */
  hash: string;
  /** UTF-16 code units, `knownSecretMin` to `knownSecretMax`. */
  length: number;
  /** Rolling hash of the first `knownSecretMin` code units, padded: an integer from 0 to 2^32 - 1. */
  prefixHash: number;
};

/** The secrets an organisation has registered: finds them anywhere in a text, without holding them. */
export type KnownSecrets = { find(text: string, found: Finding[]): void };

/** The organisation's keyed hash of the purpose `known-secret`. */
type Hash = (text: string) => string;

export const noKnownSecrets: KnownSecrets = { find: () => undefined };

/** What is to be kept of a secret so that it is found. It has `knownSecretMin` to `knownSecretMax` UTF-16 code units. */
export function knownSecretEntry(secret: string, hash: Hash): KnownSecretEntry {
  const whole = hash(secret);
  return { hash: whole, length: secret.length, prefixHash: (rolled(secret, multiplierOf(hash)) ^ padOf(whole, hash)) >>> 0 };
}

/**
 * Rabin and Karp's search: a hash rolls over the text once, and only where it is that of a registered beginning the whole is
 * hashed. A text made of such beginnings gets a limited number of these checks; behind them what begins so is taken for secret.
 */
export function createKnownSecrets(entries: readonly KnownSecretEntry[], hash: Hash): KnownSecrets {
  if (entries.length === 0) return noKnownSecrets;
  const multiplier = multiplierOf(hash);
  const hashes = new Set(entries.map((entry) => entry.hash));
  const beginnings = beginningsOf(entries, hash);
  const bits = new Uint8Array(1 << bitmapBits);
  for (const prefixHash of beginnings.keys()) bits[slotOf(prefixHash)] = 1;
  const oldest = power(multiplier, knownSecretMin);

  const lengthAt = (text: string, start: number, lengths: readonly number[], left: Left): number => {
    for (const length of lengths) {
      if (start + length > text.length) continue;
      left.checks -= 1;
      left.characters -= length;
      if (left.checks < 0 || left.characters < 0 || hashes.has(hash(text.slice(start, start + length)))) return length;
    }
    return 0;
  };

  return {
    find(text, found) {
      if (text.length < knownSecretMin) return;
      const left = {
        checks: checks.ofAnyText + text.length / checks.charactersEach,
        characters: hashed.ofAnyText + text.length * hashed.timesItself,
      };
      let rolling = rolled(text, multiplier);
      for (let start = 0, end = knownSecretMin; ; start += 1, end += 1) {
        if (bits[slotOf(rolling)] === 1) {
          const length = lengthAt(text, start, beginnings.get(rolling >>> 0) ?? [], left);
          if (length > 0) found.push({ start, end: start + length, kind: 'KNOWN' });
        }
        if (end >= text.length) return;
        rolling = (Math.imul(rolling, multiplier) + text.charCodeAt(end) - Math.imul(text.charCodeAt(start), oldest)) | 0;
      }
    },
  };
}

type Left = { checks: number; characters: number };

/** The lengths of the secrets that begin so, the longest first: of `password1` and `password12` the longer is to go. */
function beginningsOf(entries: readonly KnownSecretEntry[], hash: Hash): Map<number, readonly number[]> {
  const beginnings = new Map<number, Set<number>>();
  for (const entry of entries) {
    const prefixHash = (entry.prefixHash ^ padOf(entry.hash, hash)) >>> 0;
    beginnings.set(prefixHash, (beginnings.get(prefixHash) ?? new Set()).add(entry.length));
  }
  return new Map([...beginnings].map(([prefixHash, lengths]) => [prefixHash, [...lengths].sort((a, b) => b - a)]));
}

/** Modulo 2^32, which is what integers do by themselves. Odd, so that no character falls out of it. */
const multiplierOf = (hash: Hash): number => (wordOf(hash('rolling')) << 1) | 1;
/** Another for each entry: who knows one secret and its entry learns nothing of the others. */
const padOf = (whole: string, hash: Hash): number => wordOf(hash(`pad ${whole}`));
const wordOf = (hex: string): number => Number.parseInt(hex.slice(0, 8), 16) | 0;

function rolled(text: string, multiplier: number): number {
  let rolling = 0;
  for (let place = 0; place < knownSecretMin; place += 1) rolling = (Math.imul(rolling, multiplier) + text.charCodeAt(place)) | 0;
  return rolling;
}

function power(base: number, exponent: number): number {
  let product = 1;
  for (let times = 0; times < exponent; times += 1) product = Math.imul(product, base);
  return product;
}

/** With 1,000 beginnings one slot in 65 is taken, so that most characters cost no look at the map. */
const bitmapBits = 16;
/** Fibonacci hashing: the low bits of the rolling hash depend on the low bits of the characters alone. */
const slotOf = (rolling: number): number => Math.imul(rolling, 0x9e3779b1) >>> (32 - bitmapBits);
