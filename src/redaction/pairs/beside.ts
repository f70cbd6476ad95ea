import { bareEnd, endsThere } from './bare.ts';
import type { Named } from './names.ts';
import type { Page } from './page.ts';
import { runEnd } from './page.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { isUuid, looksRandom, looksShaped } from './random.ts';
import { inSentence, nearby } from './sentences.ts';
import { isSecret, isVivid } from './values.ts';

/** Words that set the name after them to what follows it, as in a Dockerfile, on Windows, in csh, fish, Apache and nginx. */
const setters = new Set(
  'ENV ARG setx SETX SetX setenv set config -x -gx -Ux -xg -xU SetEnv putenv proxy_set_header add_header --global --local --system --add'.split(
    ' ',
  ),
);
/** Words two before a name that say whose password follows it, as in .netrc. */
const accounts = new Set('machine login account default'.split(' '));
/** Names of settings that take any value: those of Redis. */
const directives = new Set(['requirepass', 'masterauth']);
/** The digit is how Cisco's systems say in which coding the value is. */
const gap = /[ \t]{1,40}(?:[05-9][ \t](?=[\w$/.]{8}))?(?=\S)/y;
const judgedMax = 512;
/** Up to this length a value is no token or key: most of what stands behind the words `token` and `key` are other words. */
const wordMax = 8;

/** A secret that stands beside its name without any sign between: `password X`, `ENV TOKEN X`, `the password is X`. */
export function secretBeside(page: Page, named: Named, name: string, start: number, end: number): Stretch | null {
  const { text } = page;
  const isPass = name.toLowerCase() === 'pass';
  const said = isPass ? null : inSentence(page, named, end);
  if (said !== null) return said;
  gap.lastIndex = end;
  if (!gap.test(text)) return null;
  const at = gap.lastIndex;
  const quoted = quotedAt(text, at);
  const value = quoted ?? { start: at, end: runEnd(page.runs.bare, at, () => bareEnd(text, at, false)) };
  if (quoted === null && value.end - value.start < wordMax && named.demand !== 'ANY' && named.demand !== 'DIGITS')
    return named.demand === 'OPAQUE' ? nearby(page, end) : null;
  if (text[start - 1] === '-') return ofFlag(text, named, start, value, quoted !== null);
  const isTold =
    isSet(text, named, name, start, quoted?.after ?? value.end) ||
    (quoted === null ? looksLikeSecret(text, named, name, start, value) : !isPass && isStatement(text, start, quoted.after));
  if (isTold && isSecret(text.slice(value.start, value.end), named, quoted === null ? 'LOOSE' : 'QUOTED')) return value;
  return quoted === null
    ? (adjoining(text, named, value) ?? (named.demand === 'ANY' || named.demand === 'OPAQUE' ? nearby(page, end) : null))
    : null;
}

/** Shortest value that is taken for a secret for no more than standing right behind the word for one: `token X`. */
const adjoiningMin = 18;

function adjoining(text: string, named: Named, { start, end }: Stretch): Stretch | null {
  const value = text.slice(start, Math.min(end, start + judgedMax));
  const isStrong = named.demand === 'ANY' || named.demand === 'OPAQUE';
  const isTold =
    (isStrong && (isUuid(value) || looksShaped(value, adjoiningMin))) || (named.demand === 'SHAPED' && looksShaped(value, adjoiningMin));
  return isTold && !/[/]|\.\w{1,5}$/.test(value) && isSecret(value, named, 'LOOSE') ? { start, end } : null;
}

/** `ENV TOKEN X`, `npm config set //host/:_authToken X`, `machine example.com login bob password X` */
function isSet(text: string, named: Named, name: string, start: number, after: number): boolean {
  const [before, beforeThat] = twoWordsBefore(text, start);
  if (!isOpen(text, start)) return /[.:]/.test(text[start - 1]!) && setters.has(beforeThat);
  return setters.has(before) || directives.has(name) || (named.demand === 'ANY' && accounts.has(beforeThat) && endsThere(text, after));
}

/** `--token X`, `-Password X`: what a flag takes is told by its tool; of any other tool a value that looks like no word. */
function ofFlag(text: string, named: Named, start: number, { start: from, end }: Stretch, isQuoted: boolean): Stretch | null {
  if (!/(?:^|[\s"'(])--?$/.test(text.slice(Math.max(0, start - 3), start)) || text[from] === '-') return null;
  const value = text.slice(from, Math.min(end, from + judgedMax));
  const isTold =
    named.demand === 'DIGITS' || looksRandom(value) || (named.demand === 'ANY' && isMotley(value)) || (isQuoted && isVivid(value));
  return isTold && isSecret(value, named, 'LOOSE') ? { start: from, end } : null;
}

const bareNames = /^(?:pw|password|passwort|kennwort|passphrase|psk|secret)$/i;

function looksLikeSecret(text: string, named: Named, name: string, start: number, { start: from, end }: Stretch): boolean {
  const value = text.slice(from, Math.min(end, from + judgedMax));
  if (name.toLowerCase() === 'bearer') return looksRandom(value) || (value.length >= 12 && /\d/.test(value));
  if (named.demand !== 'ANY') return false;
  if (looksRandom(value) || isDirective(text, name, start, value, end)) return true;
  if (isOpen(text, start) && /^[05-9][ \t]$/.test(text.slice(from - 2, from))) return true;
  return bareNames.test(name) && standsAlone(text, start) && isMotley(value) && endsThere(text, end);
}

/** `hibernate.connection.password X`, `rootpw X`: a line of two words, the first a name that no command has. */
const isDirective = (text: string, name: string, start: number, value: string, end: number) =>
  /[._]|^(?:rootpw|bindpw|password|psk)$/.test(name) &&
  isVivid(value) &&
  /\d/.test(value) &&
  /(?:^|[\r\n])[ \t]{0,16}$/.test(text.slice(Math.max(0, start - 17), start)) &&
  /^[ \t]*(?:$|[\r\n])/.test(text.slice(end, end + 8));

/** Small letters and two more of digits, capitals and signs: what a word of a sentence is not made of. */
const isMotley = (value: string) =>
  value.length >= 6 &&
  !/[/()<>[\]]/.test(value) &&
  /[a-z]/.test(value) &&
  [/\d/, /[A-Z]/, /[!@#$%^&*+=~?]/].filter((sort) => sort.test(value)).length >= 2;

const isOpen = (text: string, start: number) => /[\s"'([]/.test(text[start - 1] ?? ' ');
/** The name is no part of a flag, a path or a longer name. */
const standsAlone = (text: string, start: number) => !/[\w$@/\\.<>-]/.test(text[start - 1] ?? ' ');
/** `WITH PASSWORD 'X';` */
const isStatement = (text: string, start: number, after: number) =>
  standsAlone(text, start) && /^\s{0,4}(?:$|[;,)\n]|[A-Z]{2}|WITH)/.test(text.slice(after, after + 8));

/** The last word before a place and the one before it, as far as 120 characters back. */
function twoWordsBefore(text: string, start: number): [string, string] {
  const floor = Math.max(0, start - 120);
  const words: [string, string] = ['', ''];
  let place = start;
  for (let count = 0; count < 2; count += 1) {
    while (place > floor && text.charCodeAt(place - 1) <= 32) place -= 1;
    const end = place;
    while (place > floor && text.charCodeAt(place - 1) > 32) place -= 1;
    words[count] = text.slice(place, end);
  }
  return words;
}
