import type { Word } from './words.ts';

/** What a command gets of a word: without the quotes, and where each of its characters stands in the text. */
export type Value = { text: string; expands: boolean; at: (index: number) => number };

/** A backslash before any other character is kept, as the paths of Windows have it. */
const escapable = ' "\'$;&|<>()`#*?!~=%[]{}';

export function valueOf(text: string, word: Word): Value {
  const { start, end, expands } = word;
  if (!word.quoted) return { text: text.slice(start, end), expands, at: (index) => start + index };
  const places: number[] = [];
  let value = '';
  let quote = '';
  for (let at = start; at < end; at += 1) {
    const character = text[at]!;
    const next = text[at + 1] ?? '';
    if (character === quote) quote = '';
    else if (quote === '' && (character === '"' || character === "'") && text.includes(character, at + 1)) quote = character;
    else if (quote === '' && character === '$' && (next === "'" || next === '"')) continue;
    else if (character === '\\' && quote !== "'" && next !== '' && (quote === '' ? escapable : '"$`').includes(next) && at + 1 < end) {
      at += 1;
      places.push(at);
      value += next;
    } else if (character === '\\' && quote !== "'" && next === '\\') {
      places.push(at, at + 1);
      value += '\\\\';
      at += 1;
    } else {
      places.push(at);
      value += character;
    }
  }
  return { text: value, expands, at: (index) => places[index]! };
}
