import type { SecretKind } from '../domain/secret-use.ts';
import type { Finding } from './finding.ts';
import { assignedSecret } from './pairs/assigned.ts';
import { secretBeside } from './pairs/beside.ts';
import { findInserted, findTabled } from './pairs/columns.ts';
import { adjoined, adjoinedMin } from './pairs/adjoined.ts';
import { describedSecret, elementSecret, isElement } from './pairs/elements.ts';
import { findHashLines } from './pairs/hash-lines.ts';
import { callbackCode, compared, identifiedBy, secondArgument } from './pairs/elsewhere.ts';
import { credentialsIn, findCookies } from './pairs/headers.ts';
import { findListed } from './pairs/lists.ts';
import type { Named } from './pairs/names.ts';
import { namedBy } from './pairs/names.ts';
import type { Page } from './pairs/page.ts';
import { pageOf } from './pairs/page.ts';
import { isMask } from './pairs/placeholders.ts';
import { nearby } from './pairs/sentences.ts';
import { jointAt } from './pairs/separators.ts';
import { findUserinfo } from './pairs/userinfo.ts';
import { isSecret } from './pairs/values.ts';

/** What every name of a secret has in it somewhere. Most texts have none of these, and nothing more is looked for in them. */
const roots =
  /pass|pwd|pw(?![a-z])|secret|token|key|auth|cred|cookie|sess|sid(?![a-z])|bearer|jwt|otp|pin(?![a-z])|cvv|cvc|psk|sig(?![a-z])|signature|login|identified|kennwort|contrase|senha|clave|wachtwoord|l[öo]senord|has[łl]o|mot.?de|mdp|geheim|salasana|adgangskode|jelsz|heslo|parola|пароль|webhook|access|salt|seed|mnemonic|sas(?![a-z])|bot(?![a-z])|cert(?![a-z])|hook(?![a-z])|hmac|nonce|[?&]code(?==)/gi;

/** Longest name that is looked at; what is longer is no name, but text without spaces. */
const nameMax = 80;

/** Secrets that what stands before them names: `password=…`, `export TOKEN=…`, `Authorization: …`, `scheme://user:…@host`. */
export function findPairs(text: string, found: Finding[]): void {
  findUserinfo(text, found);
  findHashLines(text, found);
  roots.lastIndex = 0;
  if (!roots.test(text)) return;
  findInserted(text, found);
  if (text.includes(',') && text.includes('\n')) findTabled(text, found);
  const page = pageOf(text);
  let done = 0;
  do {
    const start = nameStart(text, roots.lastIndex - 1, done);
    const end = nameEnd(text, roots.lastIndex);
    done = end - start > nameMax ? end : Math.max(end, find(page, start, end, found));
    roots.lastIndex = done;
  } while (roots.test(text));
}

/** Looks for the secret that the name between `start` and `end` names; returns where to go on. */
function find(page: Page, start: number, end: number, found: Finding[]): number {
  const { text } = page;
  const name = text.slice(start, end);
  if (name === 'IDENTIFIED' || name === 'identified') return add(identifiedBy(text, start), 'PASSWORD', found);
  if (name === 'code') return add(callbackCode(text, start, end), 'TOKEN', found);
  const hanging = name.length > adjoinedMin ? adjoined(name, start) : null;
  if (hanging !== null) return add(hanging, 'TOKEN', found);
  const second = text[end] === '(' ? secondArgument(text, name, end) : null;
  if (second !== null) return add(second, 'PASSWORD', found);
  const named = page.named(/^keys?$/i.test(name) ? withWordBefore(text, start, name) : name);
  if (named === null) return 0;
  if (isElement(text, start)) return add(elementSecret(text, end, named), named.kind, found);
  if (text[end] === '"' && text[start - 2] === '=') {
    const described = describedSecret(text, start, end, named);
    if (described !== null) return add(described, named.kind, found);
  }
  const joint = jointAt(text, start, end);
  if (joint === null && /[=!]=\s?$/.test(text.slice(Math.max(0, start - 4), start)))
    return add(compared(text, start, named), named.kind, found);
  if (joint === null) return named.demand === 'HEADER' ? 0 : add(secretBeside(page, named, name, start, end), named.kind, found);
  if (named.demand === 'COOKIES') return findCookies(page, joint, found);
  if (named.demand === 'HEADER') return add(credentialsIn(page, joint), named.kind, found);
  const done = add(assignedSecret(page, named, start, joint), named.kind, found);
  if (done > 0 || joint.quotedOnly) return done;
  const listed = findListed(text, named, joint.at, found);
  const isBelow = listed === 0 && named.demand !== 'RANDOM' && /[\r\n]/.test(text[joint.at] ?? '');
  return isBelow ? add(nearby(page, end), named.kind, found) : listed;
}

function add(secret: { start: number; end: number } | null, kind: SecretKind, found: Finding[]): number {
  if (secret === null) return 0;
  found.push({ ...secret, kind });
  return secret.end;
}

/** `API key: …`: in prose the name is two words. */
const wordBefore = /([A-Za-z]{2,20})[ \t]$/;
const withWordBefore = (text: string, start: number, name: string) => {
  const before = wordBefore.exec(text.slice(Math.max(0, start - 22), start));
  return before === null ? name : `${before[1]}_${name}`;
};

/** Letters, digits, `_`, `$`, `-` and `.`, and letters beyond ASCII. */
const isNameCode = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 48 && code <= 57) ||
  code === 95 ||
  code === 45 ||
  code === 46 ||
  (code >= 0xc0 && code < 0x2000);

function nameStart(text: string, from: number, floor: number): number {
  const limit = Math.max(floor, from - nameMax - 1);
  let place = from;
  while (place > limit && isNameCode(text.charCodeAt(place - 1))) place -= 1;
  while (place < from && (text[place] === '-' || text[place] === '.')) place += 1;
  return place;
}

/** To the end of the whole run, however long it is, so that no run is gone through twice. */
function nameEnd(text: string, from: number): number {
  let place = from;
  while (place < text.length && isNameCode(text.charCodeAt(place))) place += 1;
  while (place > from && (text[place - 1] === '.' || text[place - 1] === '-')) place -= 1;
  return place;
}

/** What the whole value of a field of this name is, where the name alone makes it a secret, e.g. of `password` or `apiKey`. */
export function kindOfNamed(name: string, value: string): SecretKind | null {
  if (value === '' || name.length > 4 * nameMax || isMask(value)) return null;
  const parts = selector.test(name) ? name.split(selectorParts) : [name];
  for (const part of parts) {
    const named = namedBy(part, true);
    if (named !== null && isWholeSecret(value, named)) return named.kind;
  }
  return null;
}

/** A CSS selector, as browsers name a field: `input[type=password]`, `form > #password`. */
const selector = /[#=>]/;
const selectorParts = /[[\]=\s>"'#]+/;

function isWholeSecret(value: string, named: Named): boolean {
  if (named.demand === 'RANDOM' || named.demand === 'SHAPED' || named.demand === 'DIGITS') return isSecret(value, named, 'QUOTED');
  if (flag.test(value)) return false;
  return named.demand !== 'OPAQUE' || (value.length >= 4 && !numberOrWords.test(value));
}

const flag = /^(?:true|false|null|undefined|none)$/i;
const numberOrWords = /^\d{1,5}$|^\d+\.\d+$|\s/;
