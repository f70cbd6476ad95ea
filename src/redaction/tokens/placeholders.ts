/** What people fill up an example with. The letters of a real key repeat too, but hardly ever so much of one of these. */
const fillers = [...'xX01*.#?'].map((character) => character.charCodeAt(0));
const fillerShare = 0.6;
/** The short words only as words of their own: of a hundred thousand tokens drawn by lot dozens would have one within. */
const spelledOut = /x{5}|\*{5}|example(?!$)|placeholder|replace|redacted|dummy|insert|changeme|(?:^|[-_])my[-_]|[-_]here/i;
const yourWord = /(?<![A-Za-z])[Yy]our(?![a-z])|(?<![A-Za-z])YOUR(?![A-Z])/;
const inOrder = /abcdefg|bcdefgh|klmnopq|stuvwxy|qwertyu|asdfghj|0123456789abcdef|abc123xyz/i;

/** Whether what stands after a token's beginning is there for show: filled up with one character, or telling what to put there. */
export function isPlaceholder(body: string): boolean {
  return isFiller(body) || spelledOut.test(body) || yourWord.test(body);
}

/** The same, asked more strictly: of forms that nobody has published, where runs of the alphabet speak against a secret too. */
export function looksMadeUp(body: string): boolean {
  return isPlaceholder(body) || inOrder.test(body) || /example/i.test(body);
}

const kindsMin = 2;
const digitsMin = 2;

/**
 * Whether letters and digits follow one another as in what was drawn by lot, and not as in `someNameOfTwoWords2`: in base62 the kind of
 * character (capital, small, digit) changes after 62 % of characters, in base36 after 40 %; in names after 30 % and less.
 */
export function looksRandom(body: string): boolean {
  let changes = 0;
  let characters = 0;
  let digits = 0;
  let kinds = 0;
  let before = 0;
  for (let at = 0; at < body.length; at += 1) {
    const kind = kindOf(body.charCodeAt(at));
    if (kind === 0) continue;
    characters += 1;
    if (kind === 1) digits += 1;
    if (kind !== before) changes += 1;
    kinds |= kind;
    before = kind;
  }
  const share = kinds === 0b111 ? 0.36 : 0.22;
  return digits >= digitsMin && bitsIn(kinds) >= kindsMin && changes >= characters * share && !looksMadeUp(body);
}

const bitsIn = (kinds: number): number => (kinds & 1) + ((kinds >> 1) & 1) + (kinds >> 2);

/** 1 a digit, 2 a small letter, 4 a capital, 0 anything else. */
function kindOf(code: number): number {
  if (code >= 48 && code <= 57) return 1;
  if (code >= 97 && code <= 122) return 2;
  return code >= 65 && code <= 90 ? 4 : 0;
}

function isFiller(body: string): boolean {
  const counts = new Uint16Array(128);
  for (let at = 0; at < body.length; at += 1) {
    const code = body.charCodeAt(at);
    if (code < counts.length) counts[code]! += 1;
  }
  return fillers.some((code) => counts[code]! > body.length * fillerShare);
}
