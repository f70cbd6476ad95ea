import type { SecretKind } from '../../domain/secret-use.ts';
import {
  digitWords,
  fieldWords,
  gluedKeys,
  neutralWords,
  passwordWords,
  publicWords,
  secretKeyWords,
  secretWords,
  speakingWords,
  tokenWords,
  weakWords,
} from './words.ts';

/**
 * What a value has to look like to be the secret its name announces:
 * ANY   anything but a placeholder, as of `password`
 * OPAQUE no plain word, as of `token`, which in code is often one: `token: "refresh"`
 * SHAPED letters and digits mixed without words, as of a key that somebody's name stands before: `acme_key`
 * RANDOM as a machine makes it, as of `key` alone
 * DIGITS a number of 3 to 10 digits, as of `pin`
 * HEADER credentials with or without their scheme, as of `Authorization`
 * COOKIES `name=value; name=value`
 */
export type Demand = 'ANY' | 'OPAQUE' | 'SHAPED' | 'RANDOM' | 'DIGITS' | 'HEADER' | 'COOKIES';
export type Named = { kind: SecretKind; demand: Demand; /** Words with spaces between are expected. */ isPhrase?: true };

/** `dbPassword2`, `AWS_SECRET_ACCESS_KEY` and `api.key` as their words in lower case. */
const plainWord = /[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g;
const anyWord = /\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|\p{N}+|\p{Lo}+/gu;
export const wordsOf = (name: string): string[] => name.match(isAscii(name) ? plainWord : anyWord)?.map(lower) ?? [];

const lower = (word: string) => word.toLowerCase();
// eslint-disable-next-line no-control-regex -- the whole of ASCII is meant
const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text);

const gluedPassword = /(?:password|passwd|passwort|passphrase|passcode|kennwort|pwd)s?$/;
const gluedPass =
  /^(?:db|user|my|ftp|smtp|mail|sql|mysql|pg|ssh|root|admin|auth|login|irc|key|store|keystore|proxy|bind|ldap|http|new|old)pass$/;
const gluedToken = /(?:token|cookie)$/;
const gluedSecret = /secret$/;
const gluedKey = /(?:api|secret|access|private|account|auth|signing|encryption|master)key$/;

const password: Named = { kind: 'PASSWORD', demand: 'ANY' };
const phrase: Named = { kind: 'PASSWORD', demand: 'ANY', isPhrase: true };
const hash: Named = { kind: 'PASSWORD_HASH', demand: 'RANDOM' };
const token: Named = { kind: 'TOKEN', demand: 'OPAQUE' };
const secret: Named = { kind: 'TOKEN', demand: 'ANY' };
const key: Named = { kind: 'API_KEY', demand: 'OPAQUE' };
const privateKey: Named = { kind: 'PRIVATE_KEY', demand: 'OPAQUE' };
const weak: Named = { kind: 'TOKEN', demand: 'RANDOM' };
const weakKey: Named = { kind: 'API_KEY', demand: 'RANDOM' };
const vendorKey: Named = { kind: 'API_KEY', demand: 'SHAPED' };
const digits: Named = { kind: 'PASSWORD', demand: 'DIGITS' };
const header: Named = { kind: 'TOKEN', demand: 'HEADER' };
const cookies: Named = { kind: 'TOKEN', demand: 'COOKIES' };

const isNumber = (word: string) => word.charCodeAt(0) <= 57;

/** What a word by itself names; null where nothing. `before` is the word that stands before it in the name. */
function namedByWord(word: string, before: string | undefined): Named | null {
  if (word === 'pass') return password;
  if (word === 'psk' || word.startsWith('passphrase')) return phrase;
  if (passwordWords.has(word) || gluedPassword.test(word) || gluedPass.test(word)) return password;
  if (word === 'passe' && before === 'de') return password;
  if (word === 'secret' || secretWords.has(word) || gluedSecret.test(word)) return secret;
  if (tokenWords.has(word) || gluedToken.test(word)) return word.endsWith('cookie') ? cookies : token;
  if (word === 'cookies') return cookies;
  if (word === 'key' || word === 'keys') return namedByKey(before);
  if (gluedKeys.has(word) || gluedKey.test(word)) return word.startsWith('priv') ? privateKey : key;
  if (word === 'authorization') return header;
  if (digitWords.has(word)) return digits;
  if (weakWords.has(word)) return weak;
  return word.length > 4 && word.endsWith('key') && !publicWords.has(word.slice(0, -3)) ? vendorKey : null;
}

function namedByKey(before: string | undefined): Named {
  if (before === 'private' || before === 'priv') return privateKey;
  return before !== undefined && (secretKeyWords.has(before) || secretWords.has(before)) ? key : before === undefined ? weakKey : vendorKey;
}

/** What a name says its value is; null where it names no secret, or only speaks of one (`password_file`, `max_tokens`, `public_key`). */
export function namedBy(name: string, ofField = false): Named | null {
  const words = wordsOf(name);
  let last = words.length - 1;
  while (last > 0 && (isNumber(words[last]!) || neutralWords.has(words[last]!) || (ofField && fieldWords.has(words[last]!)))) last -= 1;
  while (last > 0 && last < words.length - 1 && namedByWord(words[last]!, words[last - 1]) === null && isSecretWord(words[last + 1]!))
    last += 1;
  if (last < 0 || words[0] === 'non' || words[0] === 'not') return null;
  const word = words[last]!;
  const before = words[last - 1];
  const named = namedByWord(word, before);
  if (named !== null) return before !== undefined && publicWords.has(before) && named.demand !== 'ANY' ? null : named;
  if (word === 'hash' && words.some((one) => passwordWords.has(one))) return hash;
  if (speakingWords.has(word)) return null;
  return words.some(isSecretWord) ? weak : null;
}

const isSecretWord = (word: string) => {
  const named = namedByWord(word, undefined);
  return named !== null && named.demand !== 'RANDOM' && named.demand !== 'SHAPED' && named.demand !== 'DIGITS';
};
