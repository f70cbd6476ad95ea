/** Characters that keys and tokens are made of; in between them what separates their parts. */
const alphabet = /^[A-Za-z0-9+/=_.~:-]+$/;
const hex = /^[0-9a-fA-F]+$/;
const percent = /%[0-9a-f]{2}/gi;
const chunks = /[A-Za-z0-9+/]+/g;

/** Shortest value that is taken for random: 16 hex digits are 64 bits, the least that keys are made with. */
const lengthMin = 16;
/** Shortest stretch without a separator among its parts; names made of words (`us-east-1-prod-eu-2`) have shorter ones. */
const chunkMin = 12;

/**
 * How much of the entropy that a string of its length can have it has at least. The empirical entropy of a short string falls below
 * that of its source: of 20,000 random strings of each length from 16 to 64 characters 99.9 % are above 0.62 in hex and 0.73 in
 * base36 and base62. English identifiers are between 0.6 and 0.85, so the threshold serves only against what is regular (`000…`,
 * `abab…`); words are told by their having no digits in between.
 */
const shareMin = 0.62;

export function entropyBits(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** True of text as a machine makes a key: long, of mixed characters, irregular, not put together of words. */
export function looksRandom(encoded: string, least = lengthMin): boolean {
  const text = encoded.includes('%') ? encoded.replace(percent, '/') : encoded;
  if (text.length < least || !alphabet.test(text)) return false;
  const longest = (text.match(chunks) ?? []).reduce((best, chunk) => (chunk.length > best.length ? chunk : best), '');
  if (longest.length < Math.min(chunkMin, least)) return isUuid(text);
  if (!isMixed(longest) || isCamelCase(longest)) return false;
  const possible = Math.log2(Math.min(longest.length, hex.test(longest) ? 16 : 62));
  return entropyBits(longest.slice(0, 128)) >= shareMin * possible;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
export const isUuid = (text: string): boolean => uuid.test(text);

const camelWord = /[A-Z]?[a-z]{3,}/g;

/** Mostly words written together, as in `ClientHttp2Session`; a random string has few runs of small letters beside its capitals. */
const isCamelCase = (chunk: string) =>
  /[A-Z]/.test(chunk) && /[a-z]/.test(chunk) && chunk.replace(camelWord, '').length < 0.3 * chunk.length;

/** Signs of all sorts and no words: `k(7$w]=q!e^3[zd_8)`, spaces among them, as frameworks make their keys. */
const denseMin = 24;
export const looksDense = (text: string): boolean =>
  text.length >= denseMin &&
  /[a-z]/.test(text) &&
  /\d/.test(text) &&
  (text.match(/[^\w\s.,'"/:-]/g)?.length ?? 0) * 8 >= text.length &&
  !/(?:[A-Za-z]{4,} ){2}/.test(text);

/** Letters and digits in turn, or capitals in the midst of small letters more often than camelCase has them. */
function isMixed(chunk: string): boolean {
  let turns = 0;
  let digits = 0;
  for (let place = 0; place < chunk.length && place < 128; place += 1) {
    const sort = sortOf(chunk.charCodeAt(place));
    if (sort === 0) digits += 1;
    if (place > 0 && sort !== sortOf(chunk.charCodeAt(place - 1))) turns += 1;
  }
  const length = Math.min(chunk.length, 128);
  return digits > 0 ? turns >= 3 && turns * 8 >= length : turns * 2.8 >= length;
}

const sortOf = (code: number) => (code <= 57 ? 0 : code <= 90 ? 1 : 2);

/** Letters and digits in one stretch, however regular: keys as documentation prints them, and those of hex whose digits lie together. */
export function looksShaped(text: string, least = lengthMin): boolean {
  if (looksRandom(text, least)) return true;
  const longest = (text.match(chunks) ?? []).reduce((best, chunk) => (chunk.length > best.length ? chunk : best), '');
  if (!alphabet.test(text) || longest.length < least || isCamelCase(longest)) return false;
  return (longest.match(/\d/g)?.length ?? 0) >= 3 && (longest.match(/[A-Za-z]/g)?.length ?? 0) >= 3 && !/[/]/.test(text);
}
