import { bareEnd, endsThere } from './bare.ts';
import type { Named } from './names.ts';
import type { Page } from './page.ts';
import { runEnd } from './page.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import type { Joint } from './separators.ts';
import { isSecret, isVivid, mayBeVariable } from './values.ts';

/** Assigned in the manner of a query or a connection string: `?a=1&password=X`. */
const queryBefore = /[?&](?:amp;)?[\w.[\]-]{0,30}$/;
const blockScalar = /[|>][-+\d]{0,2}[ \t]{0,40}\r?\n[ \t]{1,40}/y;
/** Types and calls around a quoted value: `new SecureString("X")`, `SecretStr('X')`, `b64decode("X")`. */
const wrapper = /(?:new[ \t])?[A-Za-z_][\w.:]{0,40}\([ \t]{0,4}(?=[rbfu@]?["'`])/y;
/** Calls whose argument is no secret, but says where to find one or what to say about it. */
const lookup =
  /(?:get|find|read|load|lookup|env|prompt|input|ask|require|import|query\w{0,20}|select\w{0,20}|\bt|i18n|translate|_|test|describe|it|error|path|join|resolve|file|open|locator|byId|match\w{0,10})\([ \t]{0,4}$/i;

/** The value at the end of a joint, if it is a secret. */
export function assignedSecret(page: Page, named: Named, nameStart: number, joint: Joint): Stretch | null {
  const { text } = page;
  const quoted = quotedAt(text, joint.at) ?? wrappedAt(text, joint.at);
  if (quoted !== null) {
    const value = trimmed(text, quoted);
    return isSecret(text.slice(value.start, value.end), named, 'QUOTED') ? value : null;
  }
  return joint.quotedOnly ? null : bareSecret(page, named, nameStart, joint);
}

function bareSecret({ text, runs, isCode }: Page, named: Named, nameStart: number, joint: Joint): Stretch | null {
  const start = scalarAt(text, joint.at);
  const isQuery = queryBefore.test(text.slice(Math.max(0, nameStart - 34), nameStart));
  let end = isQuery ? bareEnd(text, start, true) : runEnd(runs.bare, start, () => bareEnd(text, start, false));
  if (joint.loose && /[.,:]/.test(text[end - 1] ?? '')) end -= 1;
  const value = text.slice(start, end);
  if (!isSecret(value, named, joint.loose ? 'LOOSE' : 'TIGHT')) return null;
  if (mayBeVariable(value) && isReference(text, end, joint, isCode)) return null;
  if (joint.loose && !endsThere(text, end) && !isVivid(value)) return null;
  return { start, end };
}

/** Letters alone without quotes: the name of a variable where what follows, or the whole text, shows that it is code. */
function isReference(text: string, end: number, joint: Joint, isCode: () => boolean): boolean {
  const next = text[end];
  if (next === ')' || next === '(') return true;
  return joint.loose ? next === ';' || next === '.' || isCode() : next === ',' && text[end + 1] === ' ';
}

function wrappedAt(text: string, at: number): Stretch | null {
  wrapper.lastIndex = at;
  if (!wrapper.test(text) || lookup.test(text.slice(at, wrapper.lastIndex))) return null;
  return quotedAt(text, wrapper.lastIndex);
}

function scalarAt(text: string, at: number): number {
  blockScalar.lastIndex = at;
  return blockScalar.test(text) ? blockScalar.lastIndex : at;
}

export function trimmed(text: string, { start, end }: Stretch): Stretch {
  let [first, last] = [start, end];
  while (first < last && text.charCodeAt(first) <= 32) first += 1;
  while (last > first && text.charCodeAt(last - 1) <= 32) last -= 1;
  return { start: first, end: last };
}
