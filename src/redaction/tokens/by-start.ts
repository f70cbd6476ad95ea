import type { Finding } from '../finding.ts';
import { endsEscape, isWord, joins } from './boundaries.ts';
import type { TokenFormat } from './format.ts';
import { formats } from './formats.ts';
import { isPlaceholder, looksRandom } from './placeholders.ts';

/** What formats of one beginning share, in one expression for all of them: a text full of beginnings costs one look at each. */
type Start = { start: string; third: number; rest: RegExp; format: TokenFormat };

const codes = 128;

/** By the first two characters of the beginnings; of these the longer ones first. */
const byTwo = table(formats);

function table(all: readonly TokenFormat[]): (readonly Start[] | undefined)[] {
  const pairs = all.flatMap((format) => format.starts.map((start) => ({ start, format })));
  const alike = Map.groupBy(pairs, ({ start, format }) => JSON.stringify([start, format.rest.flags, traitsOf(format)]));
  const starts = [...alike.values()].map((same): Start => {
    const { start, format } = same[0]!;
    const rest = new RegExp(`(?:${same.map((one) => one.format.rest.source).join('|')})(?![A-Za-z0-9])`, `y${format.rest.flags}`);
    return { start, third: start.charCodeAt(2), rest, format };
  });
  const grouped = Map.groupBy(starts, ({ start }) => keyOf(start.charCodeAt(0), start.charCodeAt(1)));
  const list = Array.from<readonly Start[] | undefined>({ length: codes * codes });
  for (const [key, group] of grouped) list[key] = group.sort((a, b) => b.start.length - a.start.length);
  return list;
}

/** What decides about a match besides its characters. */
function traitsOf({ kind, keepsStart, random, accepts, exampleEnding }: TokenFormat) {
  return [kind, keepsStart, random, accepts?.name, exampleEnding];
}

function keyOf(first: number, second: number): number {
  return first < codes && second < codes ? first * codes + second : 0;
}

/** Tokens of the vendors in the table. One look per character, and only where a word begins. */
export function findByStart(text: string, found: Finding[]): void {
  let inWord = false;
  for (let at = 0, last = text.length - 1; at < last; at += 1) {
    const code = text.charCodeAt(at);
    const isLetter = isWord(code);
    const goesOn = isLetter && inWord && !endsEscape(text, at);
    inWord = isLetter;
    if (goesOn) continue;
    const starts = byTwo[keyOf(code, text.charCodeAt(at + 1))];
    const finding = starts === undefined ? null : matchAt(text, at, starts);
    if (finding === null) continue;
    found.push(finding);
    at = finding.end - 1;
    inWord = isWord(text.charCodeAt(at));
  }
}

function matchAt(text: string, at: number, starts: readonly Start[]): Finding | null {
  const third = text.charCodeAt(at + 2);
  const joined = joins(text.charCodeAt(at - 1));
  for (const { start, third: wanted, rest, format } of starts) {
    if ((wanted !== third && start.length > 2) || !text.startsWith(start, at) || (format.random === true && joined)) continue;
    const body = at + start.length;
    rest.lastIndex = body;
    if (!rest.test(text)) continue;
    const end = rest.lastIndex;
    const value = text.slice(body, end);
    if (format.random === true ? !looksRandom(value) : isPlaceholder(value)) continue;
    if (format.accepts?.(value) === false) continue;
    if (format.exampleEnding !== undefined && value.endsWith(format.exampleEnding)) continue;
    return { start: format.keepsStart === true ? body : at, end, kind: format.kind ?? 'API_KEY' };
  }
  return null;
}
