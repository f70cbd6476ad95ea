/** A letter or digit of ASCII. */
export const isWord = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);

/** What joins words to longer names. */
export const joins = (code: number): boolean => code === 0x5f || code === 0x2d || code === 0x2e;

const isHex = (code: number): boolean => (code >= 48 && code <= 57) || (code >= 65 && code <= 70) || (code >= 97 && code <= 102);

/** Letters that are the second half of an escape in JSON and in program texts: \n \r \t \b \f \v \e. */
const escapes = new Set([...'nrtbfve'].map((letter) => letter.charCodeAt(0)));
const backslash = 0x5c;
const percent = 0x25;

/** Whether the letters or digits right before are the end of an escape such as `\\n` or `%3D`, and no part of a word. */
export function endsEscape(text: string, at: number): boolean {
  const twoBefore = text.charCodeAt(at - 2);
  if (twoBefore === backslash) return escapes.has(text.charCodeAt(at - 1));
  return text.charCodeAt(at - 3) === percent && isHex(text.charCodeAt(at - 1)) && isHex(twoBefore);
}

/** Whether a token may begin here: after no letter or digit, unless these end an escape. */
export function mayBegin(text: string, at: number): boolean {
  return at === 0 || !isWord(text.charCodeAt(at - 1)) || endsEscape(text, at);
}
