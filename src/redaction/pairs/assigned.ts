import type { Named } from './names.ts';
import { bareEnd, endsThere } from './bare.ts';
import type { Stretch } from './quoted.ts';
import { quotedAt } from './quoted.ts';
import type { Joint } from './separators.ts';
import { isSecret, mayBeVariable } from './values.ts';

/** The text around a name, and what is found out about it only when asked. */
export type Page = { text: string; isCode: () => boolean };

const codeLike =
  /^[ \t]*(?:import|from|def|class|return|if|elif|else|for|while|const|let|var|public|private|protected|func|function|fn|package|use|using|#include|type|interface|async|await|try|@\w+|\/\/|\*)\b|[;{]\s*$|=>|\)\s*[:{]/m;
/** Text from whose beginning it is told whether it is code. */
const codeSampleLength = 4096;

export function pageOf(text: string): Page {
  let isCode: boolean | null = null;
  return { text, isCode: () => (isCode ??= codeLike.test(text.slice(0, codeSampleLength))) };
}

/** Assigned in the manner of a query or a connection string: `?a=1&password=X`. */
const queryBefore = /[?&](?:amp;)?[\w.[\]-]{0,30}$/;
const blockScalar = /[|>][-+\d]{0,2}[ \t]*\r?\n[ \t]{1,40}/y;
/** Types and calls around a quoted value: `new SecureString("X")`, `SecretStr('X')`, `b64decode("X")`. */
const wrapper = /(?:new[ \t])?[A-Za-z_][\w.:]{0,40}\([ \t]{0,4}(?=[rbfu@]?["'`])/y;
/** Digits, signs or capitals inside: what a word of prose has not. */
const vivid = /^(?=.{6,})(?=.*(?:\d|\p{Ll}\p{Lu}))(?=.*\p{L})|^(?=.{6,})(?=.*[\p{L}\d])(?=.*[!@#$%^&*+=~?])\S*$/u;
export const isVivid = (value: string): boolean => vivid.test(value);

/** The value at the end of a joint, if it is a secret. */
export function assignedSecret({ text, isCode }: Page, named: Named, nameStart: number, joint: Joint): Stretch | null {
  const quoted = quotedAt(text, joint.at) ?? wrappedAt(text, joint.at);
  if (quoted !== null) {
    const value = trimmed(text, quoted);
    return isSecret(text.slice(value.start, value.end), named, 'QUOTED') ? value : null;
  }
  if (joint.quotedOnly) return null;
  const start = scalarAt(text, joint.at);
  const isQuery = queryBefore.test(text.slice(Math.max(0, nameStart - 34), nameStart));
  let end = bareEnd(text, start, isQuery);
  if (joint.loose && /[.,:]/.test(text[end - 1] ?? '')) end -= 1;
  const value = text.slice(start, end);
  if (!isSecret(value, named, joint.loose ? 'LOOSE' : 'TIGHT')) return null;
  if (mayBeVariable(value) && /[A-Za-z]/.test(value) && isReference(text, end, joint, isCode)) return null;
  if (joint.loose && !endsThere(text, end) && !isVivid(value)) return null;
  return { start, end };
}

function isReference(text: string, end: number, joint: Joint, isCode: () => boolean): boolean {
  const next = text[end];
  if (joint.loose) return next === ';' || next === '(' || next === ')' || next === '.' || isCode();
  return next === ')' || next === '(' || (next === ',' && /[,(]\s*$/.test(text.slice(Math.max(0, joint.at - 80), joint.at).replace(/[\w.]+=$/, '')));
}

function wrappedAt(text: string, at: number): Stretch | null {
  wrapper.lastIndex = at;
  if (!wrapper.test(text) || /(?:get|find|read|load|lookup|env|prompt|input|ask|require|import|query\w*|select\w*|t|i18n|translate|_|test|describe|it|error)\w*\(\s*$/i.test(text.slice(at, wrapper.lastIndex))) return null;
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
