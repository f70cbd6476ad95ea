import { createHash } from 'node:crypto';
import type { LineReader, TrackActivityInput } from './track-input.ts';

/** Longest line that is read; a longer one is noise or an attack, and is skipped with that reason. */
export const lineBytesMax = 65_536;

export type Collected = Omit<TrackActivityInput, 'idempotencyKey'>;
export type LineMeaning = { activities: Collected[] } | { skipped: string };

/** What every log format has in common: line ends, limits, and keys that make a second import add nothing. */
export function createLineReader(format: string, read: (line: string) => LineMeaning): LineReader {
  return (rawLine, position) => {
    if (Buffer.byteLength(rawLine) > lineBytesMax) return { skipped: 'line too long' };
    const line = rawLine.endsWith('\r') ? rawLine.slice(0, -1) : rawLine;
    if (line.trim() === '') return { skipped: 'empty line' };
    const meaning = read(line);
    if ('skipped' in meaning) return meaning;
    return {
      activities: meaning.activities.map((activity, index) => ({
        ...activity,
        idempotencyKey: keyOf(format, position, index, line),
      })),
    };
  };
}

// The file's name is left out on purpose: auth.log becomes auth.log.1 overnight and is still the same log.
function keyOf(format: string, position: number, index: number, line: string): string {
  return `log:${createHash('sha256').update(`${format}\n${position}\n${index}\n${line}`).digest('hex')}`;
}

/** Adds to a map that forgets its oldest entry at the limit. Setting a key again makes it the youngest. */
export function rememberBounded<V>(map: Map<string, V>, key: string, value: V, entriesMax: number): void {
  map.delete(key);
  map.set(key, value);
  if (map.size <= entriesMax) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
