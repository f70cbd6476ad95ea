import type { Take, Tool } from './places.ts';
import type { Sink } from './shapes.ts';
import type { Value } from './value.ts';
import type { Command } from './words.ts';

/** The words of one command from its tool on, and what is known of them so far. */
export type Walk = {
  sink: Sink;
  depth: number;
  command: Command;
  tool: Tool;
  first: number;
  positions: { word: number; value: Value }[];
  /** Of the whole command, so that each is looked for once however many tools it calls. */
  conditions: Map<string, boolean>;
};

/** Whether the words that a place asks for are there; each is looked for once in a command. */
export function holds(walk: Walk, { when }: Take): boolean {
  return when === undefined || when.every((some) => some.some((word) => holdsWord(walk, word)));
}

function holdsWord(walk: Walk, wanted: string): boolean {
  const known = walk.conditions.get(wanted);
  if (known !== undefined) return known;
  const letter = /^-[A-Za-z]$/.test(wanted) ? wanted[1]! : null;
  const { words } = walk.command;
  let held = false;
  for (let at = 1; at < words.length && !held; at += 1) {
    const { start, end } = words[at]!;
    const { text } = walk.sink;
    if (end - start > 64) continue;
    held = text.startsWith(wanted, start) && end - start === wanted.length;
    if (!held && letter !== null && text[start] === '-' && text[start + 1] !== '-') held = text.slice(start, end).includes(letter);
  }
  walk.conditions.set(wanted, held);
  return held;
}
