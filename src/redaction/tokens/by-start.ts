import type { Finding } from '../finding.ts';
import { endsEscape, isWord } from './boundaries.ts';
import type { TokenFormat } from './format.ts';
import { formats } from './formats.ts';
import { isPlaceholder, looksRandom } from './placeholders.ts';

type Start = { start: string; rest: RegExp; format: TokenFormat };

const codes = 128;

/** The formats by the first two characters of their beginnings; of these the longer ones first. */
const byTwo: (readonly Start[] | undefined)[] = table(formats);

function table(all: readonly TokenFormat[]): (readonly Start[] | undefined)[] {
  const starts = all.flatMap((format) => {
    const rest = new RegExp(`(?:${format.rest.source})(?![A-Za-z0-9])`, `y${format.rest.flags}`);
    return format.starts.map((start): Start => ({ start, rest, format }));
  });
  const grouped = Map.groupBy(starts, ({ start }) => keyOf(start.charCodeAt(0), start.charCodeAt(1)));
  const list = Array.from<readonly Start[] | undefined>({ length: codes * codes });
  for (const [key, group] of grouped) list[key] = group.sort((a, b) => b.start.length - a.start.length);
  return list;
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
  for (const { start, rest, format } of starts) {
    if (!text.startsWith(start, at)) continue;
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
