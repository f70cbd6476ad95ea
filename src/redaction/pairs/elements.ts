import { trimmed } from './assigned.ts';
import type { Named } from './names.ts';
import type { Stretch } from './quoted.ts';
import { isSecret } from './values.ts';

/** The rest of a start tag with its attributes, and what hides characters in the element. */
const startTag = /(?:\s[^<>]{0,200}(?<!\/))?>\s{0,80}(?:<!\[CDATA\[\s{0,80})?/y;
const contentMax = 8192;

export const isElement = (text: string, start: number): boolean =>
  text[start - 1] === '<' || (text[start - 1] === ':' && /<[\w-]{1,20}:$/.test(text.slice(Math.max(0, start - 22), start)));

/** `<password>X</password>`: the text of the element whose name ends at `end`, if it is a secret. */
export function elementSecret(text: string, end: number, named: Named): Stretch | null {
  startTag.lastIndex = end;
  if (!startTag.test(text)) return null;
  const start = startTag.lastIndex;
  const close = text.indexOf('<', start);
  if (close === -1 || close - start > contentMax || text[close + 1] !== '/') {
    const section = text.startsWith('[CDATA[', start - 7) ? text.indexOf(']]>', start) : -1;
    return section === -1 ? null : { start, end: section };
  }
  const cut = text.startsWith(']]>', close - 3) ? close - 3 : close;
  const value = trimmed(text, { start, end: cut });
  return isSecret(text.slice(value.start, value.end), named, 'QUOTED') ? value : null;
}

const named = /<[\w:.-]{1,40}\s[^<>]{0,40}\b(?:name|key|Name|Key)\s?=\s?["']$/;
const restOfTag = /["'][^<>]{0,120}(?<!\/)>\s{0,80}/y;

/** `<property name="password">X</property>` */
export function describedSecret(text: string, start: number, end: number, name: Named): Stretch | null {
  restOfTag.lastIndex = end;
  if (!restOfTag.test(text) || !named.test(text.slice(Math.max(0, start - 90), start))) return null;
  const close = text.indexOf('</', restOfTag.lastIndex);
  if (close === -1 || close - restOfTag.lastIndex > contentMax) return null;
  const value = trimmed(text, { start: restOfTag.lastIndex, end: close });
  return isSecret(text.slice(value.start, value.end), name, 'QUOTED') ? value : null;
}
