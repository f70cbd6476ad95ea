import type { SecretKind } from '../../domain/secret-use.ts';
import { markerStart } from '../edits.ts';
import { kindOfNamed } from '../pairs.ts';

/** Words of a selector that are looked at. */
const wordsMax = 16;

/**
 * What was typed into an element of this CSS selector, e.g. `form#login input[type=password]`: the element itself tells, not
 * what it is in.
 */
export function kindOfTyped(selector: string, value: string): SecretKind | null {
  const element = selector.slice(selector.search(/[^\s>+~]*$/));
  if (value.startsWith(markerStart) || /[/%\\]/.test(element)) return null; // a path or an address in its place tells nothing of what was typed
  for (const [word] of element.matchAll(/[A-Za-z][\w-]*/g).take(wordsMax)) {
    const kind = kindOfNamed(word, value);
    if (kind !== null) return kind;
  }
  return null;
}
