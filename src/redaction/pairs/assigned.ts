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
/** Types and calls around a quoted value that only change its form: `new SecureString("X")`, `b64decode("X")`. */
const wrapper =
  /(?:new[ \t])?(?:[A-Za-z_][\w.:]{0,40}\.)?(?:SecureString|SecretStr|Secret|Password|PlainPassword|String|str|bytes|b64decode|decode|decode64|base64|to_bytes|from|fromString|of|Some|Token|ApiKey|AccessToken|Credential|Just|text|raw|ConvertTo-SecureString)\([ \t]{0,4}(?=[rbfu@]?["'`])/y;

/** The value at the end of a joint, if it is a secret. */
export function assignedSecret(page: Page, named: Named, nameStart: number, joint: Joint): Stretch | null {
  const { text } = page;
  const quoted = quotedAt(text, joint.at) ?? wrappedAt(text, joint.at) ?? fallbackAt(text, joint.at);
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
  if (joint.loose ? !endsThere(text, end) && !isVivid(value) : mayBeVariable(value) && isSentence(text, end)) return null;
  return { start, end };
}

/** At least two more words and nothing else to the end of the line: `password=Mot de passe oublié` */
function isSentence(text: string, end: number): boolean {
  sentence.lastIndex = end;
  return sentence.test(text);
}
const sentence = /(?: [\p{L}'’]{1,30}){2,12}[.!?…]?[ \t]{0,8}(?:$|[\r\n"])/uy;

/** Letters alone without quotes: the name of a variable where what follows, or the whole text, shows that it is code. */
function isReference(text: string, end: number, joint: Joint, isCode: () => boolean): boolean {
  const next = text[end];
  if (next === ')' || next === '(') return true;
  return joint.loose ? next === ';' || next === '.' || isCode() : next === ',' && text[end + 1] === ' ';
}

/** `process.env.TOKEN || "X"`, `os.environ.get("TOKEN") or "X"`: the value where the environment has none. */
const fallback = /[\w.$]{1,80}(?:[([]["'][\w.]{1,60}["'][)\]])?[ \t]{0,4}(?:\|\||\?\?|\?:|or)[ \t]{1,4}(?=["'`])/y;

function fallbackAt(text: string, at: number): Stretch | null {
  fallback.lastIndex = at;
  return fallback.test(text) ? quotedAt(text, fallback.lastIndex) : null;
}

function wrappedAt(text: string, at: number): Stretch | null {
  wrapper.lastIndex = at;
  return wrapper.test(text) ? quotedAt(text, wrapper.lastIndex) : null;
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
