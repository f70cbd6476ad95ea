/**
 * How sure the place is that a secret stands there: a `STRONG` one holds even a dictionary word, a `WEAK` one only what looks random,
 * of a `MIXED` one it takes the disorder of a generated password, and of a `LONG` one the length and the disorder of a generated token.
 */
export type Certainty = 'STRONG' | 'WEAK' | 'MIXED' | 'LONG';

const words = (text: string) => new Set(text.split(/\s+/).filter((word) => word !== ''));

/** What a manual calls the secret. A name made of words with one of these in it is a placeholder: `your_password`, `api-key`. */
const nouns = words(`
  password passwords passwd pass passwrd passphrase passphrases passcode pwd pword pw pswd psk secret secrets token tokens key keys
  apikey pin pins otp totp code credential credentials creds cred hash hashes lmhash nthash cookie nonce salt jwt pat psk ssid passwort kennwort contrasena senha motdepasse`);

/** Words that stand beside them, with or without them. */
const fillers = words(`
  my your the a an some this that new old current user users username name admin access api auth authentication authorization client
  consumer app application account service server db database db_name root login host hostname email id value values string text here file
  example sample dummy test placeholder private public shared master main personal bearer oauth refresh session bot github gitlab
  google aws azure encrypted encryption strong secure random super very long plain base64 hex and or of for to word
  encoded decoded community optional required remote local proxy registry wifi network change me changeme replace insert enter put todo redacted hidden
  removed masked foo bar baz foobar qux lorem ipsum none null nil undefined true false yes no on off auto default env empty prompt ask
  stdin stdout literal input output read interactive keyring keychain cli`);

const wordsOnly = /^[A-Za-z]+(?:[-_. =:]+[A-Za-z]+)*(?:_?[0-9]{1,2})?$/;
const variable = /^(?:\$[A-Za-z_][A-Za-z0-9_.:]*|\$[0-9@*#?!]|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`)$/;
const bracketed =
  /^(?:<[^>]*>|\{\{.*\}\}|\{[\w -]*\}|\[[\w -]*\]|%[\w.]+%|![A-Za-z_]+!|#\{[^}]*\}|@\{[^}]*\}|\$\{[^}]*\}|\$[A-Z_]{2,}|__\w+__)$/;
const repeated = /^(.)\1*$/;
const path =
  /^(?:~|\.{1,2}|[A-Za-z]:|\/(?:etc|home|root|tmp|var|opt|usr|run|mnt|srv|data|dev|proc|Users|path|secrets?|certs?|keys?)|path|file:|file)[\\/]|^\/dev\/std/;
const fileName =
  /^@?[\w./\\~-]*[\w-]\.(?:txt|pem|key|crt|cer|der|p12|pfx|jks|json|ya?ml|toml|ini|conf|cfg|env|asc|gpg|pub|ppk|kdbx?|keystore|xml|csv|list|lst|dic|sh|py|exe|sql|db|html?|pdf|zip)$/;
const address = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/|arn:|\\\\)/i;

/** Longer ones are no longer looked at as words or paths. */
const placeholderUnitsMax = 80;

/** Whether a value may be a secret, and not what a manual prints in its place, a variable, a path or an address. */
export function isPlausible(value: string, expands: boolean, certainty: Certainty): boolean {
  if (value === '' || value.includes('‹redacted:') || repeated.test(value)) return false;
  if (value.length <= placeholderUnitsMax && isPlaceholder(value)) return false;
  if ((expands && isVariable(value)) || isStructured(value)) return false;
  if (certainty === 'LONG') return looksGenerated(value);
  if (certainty === 'MIXED') return looksMixed(value);
  return certainty === 'STRONG' ? !/^\d{1,2}$/.test(value) : looksRandom(value);
}

/** The name of a region, a release or an image: `eu-west-1`, `release-notes-2024`. */
const joinedWords = /^[a-z]{2,}(?:[-_.][a-z]{2,}){1,6}(?:[-_.]?\d{1,4})?$/;

/** Text in the place of a secret that no program would have made up of words: digits within, mixed case, or signs. */
export function looksRandom(value: string): boolean {
  if (value.length < 6 || /\s/.test(value)) return value.length >= 16 && /\d/.test(value);
  if (/^[\d.,:]+$/.test(value)) return value.length >= 16;
  if (joinedWords.test(value)) return false;
  return /[A-Za-z]/.test(value) && (/\d/.test(value) || /[a-z][A-Z]+[a-z]/.test(value) || /[!@#$%^&*+?~]/.test(value));
}

const generatedUnitsMin = 20;
const generatedUnitsMax = 2_000;

const mixedUnitsMin = 8;
const mixedUnitsMax = 64;

/** Letters of both cases and digits or signs that take turns as in no name, version or date; nothing that paths and patterns have. */
export function looksMixed(value: string): boolean {
  if (value.length < mixedUnitsMin || value.length > mixedUnitsMax || !/^[\w!@#$%^&*+~?-]+$/.test(value)) return false;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /[\d!@#$%^&*+~?]/.test(value) && turnsOf(value) >= value.length * 0.45;
}

/** How often a lower-case letter, an upper-case one, a digit or a sign follows one of another sort; what joins words is none. */
function turnsOf(value: string): number {
  let turns = 0;
  for (let at = 0, before = 0; at < value.length; at += 1) {
    const character = value.charCodeAt(at);
    if (character === 95 || character === 45) continue;
    const sort = character >= 97 ? 1 : character >= 65 ? 2 : character >= 48 && character <= 57 ? 3 : 4;
    if (sort !== before) turns += 1;
    before = sort;
  }
  return turns;
}

/** Twenty and more characters among which letters of both cases and digits take turns, as no name has them. */
export function looksGenerated(value: string): boolean {
  if (value.length < generatedUnitsMin || value.length > generatedUnitsMax || !/^[\w+/=.~-]+$/.test(value)) return false;
  let [digits, turns] = [0, 0];
  for (let at = 0, before = 0; at < value.length; at += 1) {
    const character = value.charCodeAt(at);
    const sort = character >= 97 ? 1 : character >= 65 ? 2 : 3;
    if (character >= 48 && character <= 57) digits += 1;
    if (sort !== before) turns += 1;
    before = sort;
  }
  return digits >= 2 && /[a-z]/.test(value) && /[A-Z]/.test(value) && turns >= value.length * 0.3;
}

/** JSON and lists hold secrets by their keys, not as a whole. */
const isStructured = (value: string) => /^[[{]/.test(value) && /[\]}]$/.test(value) && /[\s:"]/.test(value);

function isPlaceholder(value: string): boolean {
  if (bracketed.test(value) || path.test(value) || fileName.test(value) || address.test(value)) return true;
  if (value.startsWith('@') && /^@[\w.-]*\/[\w./-]+$/.test(value)) return true;
  if (/^(?:x{3,}|\*{2,}|\.{3}|…)/i.test(value) && /^[x*.…-]+$/i.test(value)) return true;
  return wordsOnly.test(value) && isWording(value);
}

function isWording(value: string): boolean {
  const parts = value
    .replace(/_?[0-9]{1,2}$/, '')
    .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[-_. =:]+/);
  if (parts.length === 1) return nouns.has(parts[0]!) || fillers.has(parts[0]!);
  return parts.some((part) => nouns.has(part)) || parts.every((part) => fillers.has(part));
}

/** One variable or substitution, or several with nothing else around. */
function isVariable(value: string): boolean {
  if (value.startsWith('$(') || value.startsWith('`')) return true;
  if (variable.test(value)) return true;
  const rest = value.length <= 200 ? value.replaceAll(/\$\{[^}]*\}|\$\w+/g, '') : value;
  return /^[\s:@/.-]*$/.test(rest);
}
