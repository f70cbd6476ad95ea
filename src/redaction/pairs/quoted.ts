/** A stretch of a text, in UTF-16 code units, `end` exclusive. */
export type Stretch = { start: number; end: number };

/** Longest value between quotes that is looked at; a private key written as one string has about 3,300 characters. */
const quotedMax = 8192;

/** What may stand between a separator and a quote: the prefix of a string in Python, C#, C++, Swift or the shell. */
const opening = /(?:[rbfuLRU]{1,2}|@\$?|\$@?|#{1,2})?(\\{0,3}["'`]|&quot;|&#34;|&#39;|[“‘«„])/y;
const closingOf: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '«': '»', '„': '“' };

/** The stretch between quotes that begins here; null where none begins or it is not closed, `end` is before the closing quote. */
export function quotedAt(text: string, at: number): (Stretch & { after: number }) | null {
  opening.lastIndex = at;
  const match = opening.exec(text);
  if (match === null) return null;
  const tripled = tripleOf(text, opening.lastIndex, match[1]!);
  const quote = tripled ?? match[1]!;
  const start = opening.lastIndex + (tripled === null ? 0 : 2);
  const close = closingOf[quote] ?? quote;
  const limit = start + quotedMax;
  for (let place = text.indexOf(close, start); place !== -1 && place <= limit; place = text.indexOf(close, place + 1)) {
    if (close === "'" && text[place + 1] === "'" && place > start) place += 1;
    else if (!isEscaped(text, place)) return { start, end: place, after: place + close.length };
  }
  return null;
}

const tripleOf = (text: string, after: number, quote: string) =>
  (quote === '"' || quote === "'") && text.startsWith(quote + quote, after) ? quote.repeat(3) : null;

function isEscaped(text: string, place: number): boolean {
  let slashes = 0;
  while (slashes < 64 && text[place - 1 - slashes] === '\\') slashes += 1;
  return slashes % 2 === 1;
}
