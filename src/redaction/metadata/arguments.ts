import type { Edit } from '../edits.ts';
import type { KnownSecrets } from '../known.ts';
import { secretsIn } from '../redact.ts';

/** Command lines that come as a list of words, so that the flag and its secret are neighbours. */

const commandNames = new Set([
  'command',
  'commands',
  'commandline',
  'cmd',
  'cmdline',
  'script',
  'scripts',
  'exec',
  'run',
  'shell',
  'entrypoint',
  'process',
]);
const argumentNames = new Set(['args', 'arg', 'argv', 'arguments', 'parameters', 'params', 'options', 'flags', 'words']);
const programNames = new Set([
  'command',
  'cmd',
  'program',
  'executable',
  'exe',
  'bin',
  'binary',
  'exec',
  'entrypoint',
  'file',
  'process',
  'tool',
]);

const bare = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/** Whether a text under this name is a command line. */
export const isCommandName = (name: string | null): boolean => name !== null && commandNames.has(bare(name));

/** Of `{command: 'mysql', args: […]}` the program. */
export function programIn(object: object): string | null {
  if (!Object.entries(object).some(([key, value]) => Array.isArray(value) && argumentNames.has(bare(key)))) return null;
  const program = Object.entries(object).find(([key, value]) => typeof value === 'string' && programNames.has(bare(key)));
  return program === undefined ? null : (program[1] as string);
}

/** Secrets in the words of a list, by place: it is read as the line that they make. */
export function findInArguments(
  items: readonly unknown[],
  { name, program }: { name: string | null; program: string | null },
  known: KnownSecrets,
): ReadonlyMap<number, Edit[]> {
  const found = new Map<number, Edit[]>();
  if (items.length === 0 || !items.every(isWord)) return found;
  const areArguments = name !== null && argumentNames.has(bare(name));
  if (items.length === 1 && !(areArguments && program !== null)) return found;
  let line = areArguments && program !== null ? `${program} ` : '';
  const starts = items.map((item) => {
    const quote = quoteFor(String(item));
    const start = line.length + quote.length;
    line += `${quote}${item}${quote} `;
    return start;
  });
  let place = 0;
  for (const edit of secretsIn(line, areArguments || isCommandName(name) ? 'COMMAND' : 'TEXT', known)) {
    if (edit.kind === null) continue; // what is encoded is within one word, and found there
    while (place + 1 < items.length && starts[place + 1]! <= edit.start) place += 1;
    for (let at = place; at < items.length && starts[at]! < edit.end; at += 1) {
      const { length } = String(items[at]);
      const [start, end] = [Math.max(edit.start - starts[at]!, 0), Math.min(edit.end - starts[at]!, length)];
      if (start < end) found.set(at, [...(found.get(at) ?? []), { ...edit, start, end }]);
    }
  }
  return found;
}

const isWord = (item: unknown) => typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean';

/** So that a word stays one: no quote of its own ends it. */
function quoteFor(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return '';
  if (!word.includes("'")) return "'";
  return /["$`\\]/.test(word) ? '' : '"';
}
