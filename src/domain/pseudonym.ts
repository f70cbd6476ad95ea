/** What stands in place of a monitored user's name for those who are not to see it. */

/** Crockford's base 32: nobody takes one of these for another, read out or written down. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
/** 50 bits: that any two of a million users share a pseudonym has a chance of 1 in 2,250; with 40 bits it would be 1 in 3. */
const characters = 10;
const hexDigits = 13;
const bitsOver = 4;

/** The pseudonym of whoever has this hash, of at least 13 hexadecimal digits: `user-k7f39-q2mw4`. */
export function pseudonymOf(hash: string): string {
  let rest = Math.floor(Number.parseInt(hash.slice(0, hexDigits), 16) / bitsOver);
  let spelled = '';
  for (let place = 0; place < characters; place += 1) {
    spelled = alphabet[rest % alphabet.length]! + spelled;
    rest = Math.floor(rest / alphabet.length);
  }
  return `user-${spelled.slice(0, characters / 2)}-${spelled.slice(characters / 2)}`;
}

const spelling = `user-[${alphabet}]{5}-[${alphabet}]{5}`;
const whole = new RegExp(`^${spelling}$`);

export const isPseudonym = (text: string): boolean => whole.test(text);

/** Every pseudonym in a text, once each. */
export const pseudonymsIn = (text: string): string[] => [...new Set(text.match(new RegExp(spelling, 'g')) ?? [])];

/** The text with what `real` gives in place of each pseudonym; null: it stays. */
export const withoutPseudonyms = (text: string, real: (pseudonym: string) => string | null): string =>
  text.replaceAll(new RegExp(spelling, 'g'), (pseudonym) => real(pseudonym) ?? pseudonym);
