import type { Take } from './places.ts';
import type { Sink } from './shapes.ts';
import { takeValue } from './shapes.ts';
import type { Value } from './value.ts';
import type { Word } from './words.ts';

/** `CREATE USER … IDENTIFIED BY 'X'`, `ALTER ROLE … PASSWORD 'X'`, `SET PASSWORD … = PASSWORD('X')`, `PRAGMA key = 'X'`: the quote after it opens the secret. */
const before =
  /\b(?:identified\s{1,9}(?:with\s{1,9}['"`]?\w{1,40}['"`]?\s{1,9})?(?:by|as)|password|pragma\s{1,9}(?:re|hex)?key)\s{0,9}(?:=\s{0,9}|\(\s{0,9})?(?:(?:old_)?password\s{0,9}\(?\s{0,9})?N?\\{0,2}(['"])/gi;
const password: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'STRONG' };

/** A cheap look before the word is unquoted. */
export const mayHoldSql = (text: string, { start, end }: Word) =>
  end - start > 16 && /identified|password|pragma/i.test(text.slice(start, end));

/** Adds the passwords that statements of SQL set, of a word that quotes such a statement. */
export function takeSql(sink: Sink, value: Value): void {
  const { text } = value;
  for (const match of text.matchAll(before)) {
    const start = match.index + match[0].length;
    const end = text.indexOf(match[1]!, start);
    if (end < 0) return;
    takeValue(sink, { ...value, text: text.slice(0, text[end - 1] === '\\' ? end - 1 : end) }, start, password);
  }
}
