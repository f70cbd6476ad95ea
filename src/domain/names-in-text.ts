import { isStorable } from './text.ts';

/** Where a text may name somebody: stretches that are looked up among the names of users. */
export type Stretch = { start: number; end: number };

/** An escaped character of an address parts words like any other sign: `/home%2Falice`. */
const words = /%[\da-f]{2}|([\p{L}\p{N}\p{M}]+)/giu;

/** Signs within a name, between two of its words: `first.last@example.com`, `DOMAIN\user`, `auth0|12`. */
const signs = new Set(`._-@+\\:|#'`);
/** Most words of a name that has such signs: those of an address of first, middle and last name at a subdomain. */
const wordsMax = 8;
/** Most words of a name as people write it. */
const spokenWordsMax = 3;
/** Most characters of a name: those of an external id or a display name. */
const charactersMax = 256;
/** Digits of a number that is never taken for a name within a text: years, ports and counts would be. */
const digitsMin = 5;

const isTooPlain = (text: string) => text.length < 2 || (text.length < digitsMin && /^\d+$/.test(text));

/** In the order of the text, and of those that begin together the longest first. Linear in the text. */
export function stretchesOf(text: string): Stretch[] {
  const atoms = [...text.matchAll(words)].filter(([, word]) => word !== undefined);
  const places = atoms.map(({ index, 0: word }): Stretch => ({ start: index, end: index + word.length }));
  const found = places.flatMap((first, place) => {
    const ends = endsFrom(text, places, place);
    return ends.map((end) => ({ start: first.start, end })).reverse();
  });
  const fitting = found.filter(({ start, end }) => end - start <= charactersMax && !isTooPlain(text.slice(start, end)));
  const isWhole = fitting.some(({ start, end }) => start === 0 && end === text.length);
  return isWhole || text.length > charactersMax || isTooPlain(text) ? fitting : [{ start: 0, end: text.length }, ...fitting];
}

/** Where names may end whose first word has this place, shortest first. */
function endsFrom(text: string, places: readonly Stretch[], first: number): number[] {
  const ends = [places[first]!.end];
  let spoken = true;
  for (let next = first + 1; next < places.length && ends.length < wordsMax; next += 1) {
    const between = text.slice(places[next - 1]!.end, places[next]!.start);
    if (between !== ' ' && !signs.has(between)) break;
    if (between === ' ' && (!spoken || ends.length >= spokenWordsMax)) break;
    spoken &&= between === ' ' || between === '-' || between === "'";
    ends.push(places[next]!.end);
  }
  return ends;
}

/** The different texts of stretches, as far as a database can hold them. */
export const textsOf = (text: string, stretches: readonly Stretch[]): string[] =>
  stretches.map(({ start, end }) => text.slice(start, end)).filter(isStorable);

/** The text with what `instead` gives for its stretches, in order; null: that one stays. What lies in one replaced is passed over. */
export function replaceStretches(text: string, stretches: readonly Stretch[], instead: (named: string) => string | null): string {
  let replaced = '';
  let from = 0;
  for (const { start, end } of stretches) {
    if (start < from) continue;
    const name = instead(text.slice(start, end));
    if (name === null) continue;
    replaced += text.slice(from, start) + name;
    from = end;
  }
  return replaced + text.slice(from);
}
