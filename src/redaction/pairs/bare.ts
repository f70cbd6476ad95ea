/** Longest value without quotes that is looked at. */
const bareMax = 4096;

/** A pair follows, as in `a=1&b=2`, `A=1;B=2` and `a=1,b=2`. */
const nextPair = /[&;,](?:amp;)?[\w .[\]%-]{1,40}[=:]/y;
/** Nothing of the value follows: space, the end, or what closes the whole. */
const breaks = /[&;,|)\]}>"'`:.]{1,4}(?:\s|$|\\[nrt"']|["'`;<])/y;
const closers: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

const testAt = (pattern: RegExp, text: string, at: number) => {
  pattern.lastIndex = at;
  return pattern.test(text);
};

/**
 * Where a value without quotes ends. Signs that separate (`;`, `&`, `,`, quotes, brackets) end it only where what follows shows that
 * they do: passwords have them as well.
 */
export function bareEnd(text: string, start: number, isQuery: boolean): number {
  const limit = Math.min(text.length, start + bareMax);
  let place = start;
  for (; place < limit; place += 1) {
    const code = text.charCodeAt(place);
    if (isWordCode(code)) continue;
    if (code <= 32 || (code >= 0x2000 && code <= 0x200f) || code === 0x3000) break;
    if (endsAt(text, place, start, isQuery)) break;
  }
  return place;
}

const isWordCode = (code: number) => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);

function endsAt(text: string, place: number, start: number, isQuery: boolean): boolean {
  const sign = text[place]!;
  if (sign === '"' || sign === "'" || sign === '`') return testAt(/["'`][^\w]|["'`]$/y, text, place);
  if (sign === '\\') return testAt(/\\[nrt"']|\\$|\\\s/y, text, place);
  if (sign === '#') return isQuery;
  if (sign === '&') return isQuery || testAt(nextPair, text, place) || testAt(/&(?:&|\s|$|amp;|["'])/y, text, place);
  if (sign === ';' || sign === ',') return testAt(nextPair, text, place) || testAt(breaks, text, place);
  if (sign === '|') return testAt(/\|(?:\||\s|$)/y, text, place);
  if (sign === '<') return testAt(/<[/!a-zA-Z]/y, text, place);
  if (sign === '>') return testAt(/>(?:\s|$)/y, text, place);
  if (sign in closers) return !text.slice(start, place).includes(closers[sign]!) && testAt(breaks, text, place);
  return false;
}

/** After a value without quotes the line ends, a remark or another pair follows; in prose it goes on. */
const ending = /[ \t]{0,80}(?:$|[\r\n]|[;,|}\])>"'`<]|#|\/\/|--|\\[nrt"']|&|‹|[\w.-]{2,40}["']?[ \t]?[:=])/y;
export const endsThere = (text: string, at: number): boolean => testAt(ending, text, at);
