import { bareEnd, endsThere } from './bare.ts';
import type { Named } from './names.ts';
import type { Page } from './page.ts';
import { runEnd } from './page.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { looksRandom } from './random.ts';
import { isSecret, isVivid } from './values.ts';

/** Words that set the name after them to what follows it, as in a Dockerfile, on Windows, in csh, fish, Apache and nginx. */
const setters = new Set(
  'ENV ARG setx SETX SetX setenv set -x -gx -Ux -xg -xU SetEnv putenv proxy_set_header add_header --global --local --system --add'.split(
    ' ',
  ),
);
/** Words two before a name that say whose password follows it, as in .netrc. */
const accounts = new Set('machine login account'.split(' '));
/** Directives of Redis. */
const directives = new Set(['requirepass', 'masterauth']);
/** Between a name and its value in a sentence. */
const copula =
  /["']?[ \t]{1,3}(?:for[ \t]{1,3}(?:\S{1,40}[ \t]{1,3}){1,3})?(?:is|was|are|ist|lautet|war|est|es|sera|to|(?:has been |was |is )?(?:set|changed|reset) to|will be)[ \t:]{1,4}/y;
const gap = /[ \t]{1,40}(?=\S)/y;
const identified = /identified[ \t]{1,4}(?:with[ \t]{1,4}\S{1,40}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?/iy;
const statement = /\b(?:create|alter|grant|user|role|login|set|link)\b/i;
const password: Named = { kind: 'PASSWORD', demand: 'ANY' };

/** `IDENTIFIED BY 'X'` */
export function identifiedBy({ text }: Page, start: number): Stretch | null {
  identified.lastIndex = start;
  if (!identified.test(text) || !statement.test(text.slice(Math.max(0, start - 160), start))) return null;
  const at = identified.lastIndex;
  const quoted = quotedAt(text, at);
  const value = quoted ?? { start: at, end: bareEnd(text, at, false) };
  if (quoted === null && text[start] !== 'I' && text[value.end] !== ';') return null;
  return isSecret(text.slice(value.start, value.end), password, 'QUOTED') ? value : null;
}

/** A secret that stands beside its name without any sign between: `password X`, `ENV TOKEN X`, `the password is X`. */
export function secretBeside(page: Page, named: Named, name: string, start: number, end: number): Stretch | null {
  const { text } = page;
  copula.lastIndex = end;
  const said = name.toLowerCase() !== 'pass' && copula.test(text) ? inSentence(page, named, copula.lastIndex) : null;
  if (said !== null) return said;
  gap.lastIndex = end;
  if (!gap.test(text)) return null;
  const at = gap.lastIndex;
  const [before, beforeThat] = twoWordsBefore(text, start);
  if (text[start - 1] === '-') return ofFlag(page, named, start, at);
  const isOpen = /[\s"'([]/.test(text[start - 1] ?? ' ');
  const isSet = isOpen ? setters.has(before) || directives.has(name) : isConfigured(text, start, beforeThat);
  const quoted = quotedAt(text, at);
  if (quoted !== null)
    return isSet || (name !== 'pass' && isStatement(text, start, quoted.after)) ? judged(text, named, quoted, 'QUOTED') : null;
  const value = { start: at, end: runEnd(page.runs.bare, at, () => bareEnd(text, at, false)) };
  const isAccount = isOpen && named.demand === 'ANY' && accounts.has(beforeThat) && endsThere(text, value.end);
  if (isSet || isAccount) return judged(text, named, value, 'LOOSE');
  if (named.demand !== 'ANY' && name.toLowerCase() !== 'bearer') return named.demand === 'OPAQUE' ? nearby(page, end) : null;
  const secret = text.slice(value.start, Math.min(value.end, value.start + 512));
  const isTold =
    looksRandom(secret) || (bareNames.test(name) && standsAlone(text, start) && isMotley(secret) && endsThere(text, value.end));
  return isTold ? judged(text, named, value, 'LOOSE') : nearby(page, end);
}

/** `npm config set //host/:_authToken X`, `git config http.extraheader.token X` */
const isConfigured = (text: string, start: number, before: string) => /[.:]/.test(text[start - 1]!) && setters.has(before);

/** `--token X`, `-Password X`: what a flag takes is told by its tool; of any other tool a value that looks like no word. */
function ofFlag({ text, runs }: Page, named: Named, start: number, at: number): Stretch | null {
  if (!/(?:^|[\s"'(])--?$/.test(text.slice(Math.max(0, start - 3), start)) || text[at] === '-') return null;
  const quoted = quotedAt(text, at);
  const { start: from, end } = quoted ?? { start: at, end: runEnd(runs.bare, at, () => bareEnd(text, at, false)) };
  const value = text.slice(from, Math.min(end, from + 512));
  const isTold =
    named.demand === 'DIGITS' || looksRandom(value) || (named.demand === 'ANY' && isMotley(value)) || (quoted !== null && isVivid(value));
  return isTold ? judged(text, named, { start: from, end }, 'LOOSE') : null;
}

/** How far from its name a value may stand on the same line where nothing but its randomness tells of it. */
const nearMax = 48;
const nearMin = 20;
/** The same of a value that has a line below for itself, as installers print initial passwords. */
const belowMax = 140;
/** The lengths of hashes, which stand beside tokens and keys in logs as well. */
const digest = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|sha\d+-.*)$/;

/** A random value within a few words after a name: `token for the build is now X`. */
function nearby({ text, longRun }: Page, end: number): Stretch | null {
  const run = longRun(end);
  if (run === null || run.start > end + belowMax || run.end > run.start + 512) return null;
  const value = text.slice(run.start, run.end);
  if (!/^[\s:="'(]/.test(text[run.start - 1]!) || /[\w.]/.test(text[run.end] ?? '')) return null;
  const between = text.slice(end, run.start);
  if (run.start > end + nearMax || /[\r\n]/.test(between)) {
    if (!/^[^\r\n]{0,120}\r?\n\s{0,20}$/.test(between) || !/^\s*$/.test(text.slice(run.end, run.end + 2))) return null;
  }
  return looksRandom(value, nearMin) && !digest.test(value) && !/[/]|[-_].*[-_]/.test(value) ? run : null;
}

const bareNames = /^(?:pw|password|passwort|kennwort|passphrase|psk|secret)$/i;
const isMotley = (value: string) =>
  value.length >= 6 && !/[/()<>[\]]/.test(value) && /[a-z]/.test(value) && /\d/.test(value) && /[A-Z!@#$%^&*+=~?]/.test(value);
/** The name is no part of a flag, a path or a longer name. */
const standsAlone = (text: string, start: number) => !/[\w$@/\\.<>-]/.test(text[start - 1] ?? ' ');
const isStatement = (text: string, start: number, after: number) =>
  standsAlone(text, start) && /^\s{0,4}(?:$|[;,)\n]|[A-Z]{2}|WITH)/.test(text.slice(after, after + 8));

const judged = (text: string, named: Named, { start, end }: Stretch, form: 'QUOTED' | 'LOOSE'): Stretch | null =>
  isSecret(text.slice(start, end), named, form) ? { start, end } : null;

/** `the password is X.`: only where X cannot be a word of the sentence. */
function inSentence({ text, runs }: Page, named: Named, at: number): Stretch | null {
  const quoted = quotedAt(text, at);
  if (quoted !== null) return judged(text, named, quoted, 'QUOTED');
  let end = runEnd(runs.bare, at, () => bareEnd(text, at, false));
  while (end > at && /[.,;:!?)]/.test(text[end - 1]!) && /\s|^$/.test(text[end] ?? '')) end -= 1;
  const value = text.slice(at, end);
  return isVivid(value) && (/\d/.test(value) || endsThere(text, end)) ? judged(text, named, { start: at, end }, 'LOOSE') : null;
}

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
