import { bareEnd, endsThere } from './bare.ts';
import type { Named } from './names.ts';
import type { Page } from './page.ts';
import { runEnd } from './page.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import { looksRandom } from './random.ts';
import { isSecret, isVivid } from './values.ts';

/** Between a name and its value in a sentence: `is`, `for bob is`, `lautet`, `has been set to`; also `for bob:` and `for bob =`. */
const copula =
  /["']?[ \t]{1,3}(?:(?:for|FOR)[ \t]{1,3}(?:\S{1,40}[ \t]{1,3}){1,3}=[ \t]|(?:for[ \t]{1,3}(?:\S{1,40}[ \t]{1,3}){1,3})?(?:is|was|are|ist|lautet|war|est|es|sera|to|(?:has been |was |is )?(?:set|changed|reset) to|will be)[ \t:])[ \t:]{0,3}|[ \t]{1,3}for[ \t]{1,3}(?:\S{1,40}[ \t]{1,3}){0,3}\S{1,40}:[ \t]{1,4}/y;

/** What the words between begin with, behind a space or a quote and a space. */
const beginnings = new Set('fFiwaleshtr');

/** `the password is X.`: only where X cannot be a word of the sentence. */
export function inSentence({ text, runs }: Page, named: Named, nameEnd: number): Stretch | null {
  if (!beginnings.has(text[nameEnd + 1] ?? '') && !beginnings.has(text[nameEnd + 2] ?? '')) return null;
  copula.lastIndex = nameEnd;
  if (!copula.test(text)) return null;
  const start = copula.lastIndex;
  const quoted = quotedAt(text, start);
  if (quoted !== null) return isSecret(text.slice(quoted.start, quoted.end), named, 'QUOTED') ? quoted : null;
  let end = runEnd(runs.bare, start, () => bareEnd(text, start, false));
  while (end > start && /[.,;:!?)]/.test(text[end - 1]!) && /\s|^$/.test(text[end] ?? '')) end -= 1;
  const value = text.slice(start, end);
  if (!isVivid(value) || !(/\d/.test(value) || endsThere(text, end))) return null;
  return isSecret(value, named, 'LOOSE') ? { start, end } : null;
}

/** How far from its name a value may stand on the same line where nothing but its randomness tells of it. */
const nearMax = 48;
const nearMin = 20;
/** The same of a value that has a line below for itself, as installers print initial passwords. */
const belowMax = 140;
const ownLine = /^[^\r\n]{0,120}(?:\r?\n[ \t]{0,20}){1,3}$/;
/** The lengths of hashes, which stand beside tokens and keys in logs as well. */
const digest = /^(?:[0-9a-f]{40}|[0-9a-f]{64}|sha\d+-.*)$/;

/** A random value within a few words after a name: `token for the build is now X`. */
export function nearby({ text, longRun }: Page, nameEnd: number): Stretch | null {
  const run = longRun(nameEnd);
  if (run === null || run.start > nameEnd + belowMax || run.end > run.start + 512) return null;
  const value = text.slice(run.start, run.end);
  if (!/^[\s:="'(]/.test(text[run.start - 1]!) || /[\w.]/.test(text[run.end] ?? '')) return null;
  const between = text.slice(nameEnd, run.start);
  const isNear = run.start <= nameEnd + nearMax && !/[\r\n]/.test(between);
  if (!isNear && !(ownLine.test(between) && /^\s*$/.test(text.slice(run.end, run.end + 2)))) return null;
  return looksRandom(value, nearMin) && !digest.test(value) && !/[/]|[-_].*[-_]/.test(value) ? run : null;
}
