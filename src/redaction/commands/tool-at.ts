import type { Word } from './words.ts';

const prompts = new Set(['$', '#', '>', '%', '❯', 'PS']);
const keywords = new Set(['if', 'then', 'else', 'elif', 'do', 'while', 'until', '!', '{', 'time', 'function', '&', '.', '@']);

/** The word that calls the tool, from one on; behind the last where there is none. */
export function toolAt(text: string, words: readonly Word[], from: number): number {
  let first = from;
  while (first < words.length && isBefore(text, words[first]!)) first += 1;
  return first;
}

/** Assignments, prompts and words of the shell stand before the tool. */
function isBefore(text: string, word: Word): boolean {
  const raw = text.slice(word.start, Math.min(word.end, word.start + 64));
  return prompts.has(raw) || keywords.has(raw) || /^(?:[A-Za-z_]\w*\+?=|PS$|[A-Z]:\\.*>$|\w+@[\w.-]+[:~\w/]*[$#]$)/.test(raw);
}
