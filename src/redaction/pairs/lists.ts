import type { Finding } from '../finding.ts';
import type { Named } from './names.ts';
import { bareEnd } from './bare.ts';
import { quotedAt } from './quoted.ts';
import { isSecret } from './values.ts';

/** Most values of one list that are looked at, and so most of the work for one name. */
const itemsMax = 50;
const opened = /\[\s{0,40}/y;
const between = /\s{0,40},\s{0,40}/y;
const dash = /[ \t]{0,40}(?:#[^\n]{0,80})?\r?\n[ \t]{0,40}-[ \t]{1,8}/y;

/** `passwords: ["X", "Y"]` and the same in YAML, a line for each; returns where the list ends, 0 where none is. */
export function findListed(text: string, named: Named, at: number, found: Finding[]): number {
  const pattern = text[at] === '[' ? opened : dash;
  pattern.lastIndex = at;
  if (!pattern.test(text)) return 0;
  let next = pattern.lastIndex;
  for (let count = 0; count < itemsMax; count += 1) {
    const quoted = quotedAt(text, next);
    if (quoted === null && pattern === opened) break;
    const { start, end } = quoted ?? { start: next, end: bareEnd(text, next, false) };
    if (isSecret(text.slice(start, end), named, quoted === null ? 'LOOSE' : 'QUOTED')) found.push({ start, end, kind: named.kind });
    const following = pattern === opened ? between : dash;
    following.lastIndex = quoted?.after ?? end;
    if (!following.test(text)) return quoted?.after ?? end;
    next = following.lastIndex;
  }
  return next;
}
