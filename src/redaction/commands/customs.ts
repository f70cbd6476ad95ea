import { takeOfName } from './names.ts';
import type { Take } from './places.ts';
import type { Sink } from './shapes.ts';
import { takeValue, takeWord } from './shapes.ts';
import type { Value } from './value.ts';
import { valueOf } from './value.ts';
import type { Word } from './words.ts';

/** What is the custom of many tools, where the table says nothing: taken only where the value looks random. */

const asUser: Take = { shape: 'user:X', kind: 'PASSWORD', certainty: 'WEAK' };
const asPassword: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK', when: [['-u', '-U', '-l', '--user', '--username', '--login']] };
const asToken: Take = { shape: 'X', kind: 'TOKEN', certainty: 'LONG' };

const unitsMin = 6;

/**
 * `-u name:X`, `-p X` or `-pX` beside the name of a user, and a generated token after a single letter. Returns how many words after
 * the flag were used up, or null.
 */
export function takeByCustom(sink: Sink, words: readonly Word[], at: number, flag: Value, holds: (take: Take) => boolean): number | null {
  const before = sink.found.length;
  if (/^-p[^-./:,=\\]{6,}$/.test(flag.text) && /\d/.test(flag.text) && holds(asPassword)) {
    takeValue(sink, flag, 2, asPassword);
    return 0;
  }
  const next = words[at + 1];
  if (next === undefined || next.apart || next.end - next.start < unitsMin) return null;
  const value = valueOf(sink.text, next);
  if (/^(?:-u|--user|--userpwd)$/.test(flag.text)) {
    if (/^[\w.@\\-]+:/.test(value.text)) takeValue(sink, value, 0, asUser);
  } else if (flag.text === '-p' && !/[./:,\\]/.test(value.text) && holds(asPassword)) takeValue(sink, value, 0, asPassword);
  else if (/^-[a-zA-Z]$/.test(flag.text) && !value.text.includes('/')) takeValue(sink, value, 0, asToken);
  return sink.found.length > before ? 1 : null;
}

/** A generated token after one of these is one to log in with. */
const logins = new Set(
  'login auth authorize authenticate authtoken token register signin unlock activate apikey api-key set-token set-key license connect'.split(
    ' ',
  ),
);
/** After these and the name of a secret comes the secret: `config set db_password X`. */
const setters = new Set('set config configure put add create update modify'.split(' '));

/** What the word before names: `login X`, `password X`, `config set github.token X`. */
export function takeNamedBefore(sink: Sink, words: readonly Word[], at: number, first: number): void {
  const name = rawOf(sink, words[at - 1]!);
  if (name.startsWith('-') || words[at]!.apart || sink.text[words[at]!.start] === '-') return;
  const take = logins.has(name) ? asToken : null;
  if (take !== null && words[at]!.end - words[at]!.start >= 20) takeWord(sink, valueOf(sink.text, words[at]!), take);
  if (!/^[\w.:/-]+$/.test(name)) return;
  const named = takeOfName(name.slice(name.lastIndexOf(':') + 1));
  if (named?.shape !== 'X') return;
  const isSet = at > first + 2 && setters.has(rawOf(sink, words[at - 2]!));
  const value = valueOf(sink.text, words[at]!);
  if (isSet) takeWord(sink, value, named);
  else if (named.kind === 'PASSWORD') takeWord(sink, value, { ...named, certainty: 'WEAK' });
}

const rawOf = ({ text }: Sink, { start, end }: Word) => text.slice(start, Math.min(end, start + 64));
