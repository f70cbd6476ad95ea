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
const accounts = new Set('machine login account default user username host'.split(' '));
/** Directives of Redis. */
const directives = new Set(['requirepass', 'masterauth']);
/** Between a name and its value in a sentence. */
const copula =
  /["']?[ \t]{1,3}(?:is|was|are|ist|lautet|war|est|es|sera|=|to|(?:has been |was |is )?(?:set|changed|reset) to|will be)[ \t:]{1,4}/y;
const gap = /[ \t]{1,40}(?=\S)/y;
const identified = /identified[ \t]{1,4}(?:with[ \t]{1,4}\S{1,40}[ \t]{1,4})?(?:by|as)[ \t]{1,4}(?:password[ \t]{1,4})?/iy;
const statement = /\b(?:create|alter|grant|user|role|login|set|link)\b/i;
const password: Named = { kind: 'PASSWORD', demand: 'ANY' };

/** `IDENTIFIED BY 'X'` */
export function identifiedBy({ text }: Page, start: number): Stretch | null {
  identified.lastIndex = start;
  if (!identified.test(text) || !statement.test(text.slice(Math.max(0, start - 160), start))) return null;
  const at = identified.lastIndex;
  const value = quotedAt(text, at) ?? { start: at, end: bareEnd(text, at, false) };
  return isSecret(text.slice(value.start, value.end), password, 'QUOTED') ? value : null;
}

/** A secret that stands beside its name without any sign between: `password X`, `ENV TOKEN X`, `the password is X`. */
export function secretBeside(page: Page, named: Named, name: string, start: number, end: number): Stretch | null {
  const { text } = page;
  copula.lastIndex = end;
  if (copula.test(text)) return inSentence(page, named, copula.lastIndex);
  gap.lastIndex = end;
  if (!gap.test(text)) return null;
  const at = gap.lastIndex;
  const [before, beforeThat] = twoWordsBefore(text, start);
  const isSet = setters.has(before) || directives.has(name.toLowerCase()) || (named.demand === 'ANY' && accounts.has(beforeThat));
  const quoted = quotedAt(text, at);
  if (quoted !== null) return isSet || isStatement(text, start, quoted.after) ? judged(text, named, quoted, 'QUOTED') : null;
  const value = { start: at, end: runEnd(page.runs.bare, at, () => bareEnd(text, at, false)) };
  if (isSet) return judged(text, named, value, 'LOOSE');
  if (named.demand !== 'ANY' && name.toLowerCase() !== 'bearer') return null;
  const secret = text.slice(value.start, Math.min(value.end, value.start + 512));
  const isTold =
    looksRandom(secret) || (bareNames.test(name) && standsAlone(text, start) && isMotley(secret) && endsThere(text, value.end));
  return isTold ? judged(text, named, value, 'LOOSE') : null;
}

const bareNames = /^(?:pw|password|passwort|kennwort|passphrase|psk|secret)$/i;
const isMotley = (value: string) => value.length >= 6 && /[a-z]/.test(value) && /\d/.test(value) && /[A-Z!@#$%^&*+=~?]/.test(value);
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
