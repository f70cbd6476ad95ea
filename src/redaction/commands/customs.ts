import { takeOfName } from './names.ts';
import type { Take } from './places.ts';
import type { Sink } from './shapes.ts';
import { takeValue, takeWord } from './shapes.ts';
import type { Value } from './value.ts';
import { valueOf } from './value.ts';
import type { Walk } from './walk.ts';
import { holds } from './walk.ts';
import type { Word } from './words.ts';

/** What is the custom of many tools, where the table says nothing: taken only where the value looks random. */

const userFlags = ['-u', '-U', '-l', '--user', '--username', '--login'];
const cryptic = ['encrypt', 'decrypt', 'enc', 'dec', '--encrypt', '--decrypt', '-e', '-d'];
const asUser: Take = { shape: 'user:X', kind: 'PASSWORD', certainty: 'WEAK' };
const asUserPercent: Take = { shape: 'user%X', kind: 'PASSWORD', certainty: 'WEAK' };
const asPassword: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK', when: [userFlags] };
const asMixed: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'MIXED' };
const asCipherKey: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK', when: [cryptic] };
const asToken: Take = { shape: 'X', kind: 'TOKEN', certainty: 'LONG' };

/** They work on files and text, and log in nowhere: what looks random there is a name or a pattern. */
const ofFiles = new Set(
  `grep egrep fgrep zgrep rg ag ack sed awk gawk mkdir cp mv ls rm ln cat tar sort uniq cut tr diff cmp comm wc head tail touch tee find fold
  fmt ps kill pkill pgrep less more tree du df dd od xxd hexdump strings file stat chmod chown install patch column join paste split seq`.split(
    /\s+/,
  ),
);

const unitsMin = 6;
/** Hexadecimal digits of 64, 128, 192 or 256 bits. */
const hexKey = /^(?:0x)?(?:[0-9a-fA-F]{16}|[0-9a-fA-F]{32}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64})$/;

/**
 * `-u name:X`, `-U name%X`, `-p X` or `-pX` beside the name of a user, `-P X` and its like where X is as mixed as no path or number
 * is, `-K X` where something is encrypted, and a generated token after a single letter. Returns how many words after the flag were
 * used up, or null.
 */
export function takeByCustom(walk: Walk, at: number, flag: Value): number | null {
  const { sink, first } = walk;
  const { words } = walk.command;
  if (ofFiles.has(rawOf(sink, words[first]!))) return null;
  const before = sink.found.length;
  if (/^-p[^-./:,=\\]{6,}$/.test(flag.text) && /\d/.test(flag.text) && holds(walk, asPassword)) {
    takeValue(sink, flag, 2, asPassword);
    return 0;
  }
  if (/^-[pPwW][^-./:,=]{8,64}$/.test(flag.text)) takeValue(sink, flag, 2, asMixed);
  else if (/^[-/][pP]:./.test(flag.text)) takeValue(sink, flag, 3, asMixed);
  if (sink.found.length > before) return 0;
  const next = words[at + 1];
  if (next === undefined || next.apart || next.end - next.start < unitsMin) return null;
  const value = valueOf(sink.text, next);
  const take = takeOfCustom(walk, flag.text, value.text);
  if (take !== null) takeValue(sink, value, 0, take);
  return sink.found.length > before ? 1 : null;
}

function takeOfCustom(walk: Walk, flag: string, value: string): Take | null {
  if (/^(?:-u|--user|--userpwd|--username|--login)$/.test(flag) && /^[\w.@\\-]+:/.test(value)) return asUser;
  if (/^(?:-U|--user)$/.test(flag) && /^[\w.@\\/-]+%/.test(value)) return asUserPercent;
  if (flag === '-p' && !/[./:,\\]/.test(value) && holds(walk, asPassword)) return asPassword;
  if (/^-[kKp]$/.test(flag) && hexKey.test(value) && holds(walk, asCipherKey)) return asCipherKey;
  if (/^-[pPwWkK]$/.test(flag) && value.length < 20) return asMixed;
  return /^-[a-zA-Z]$/.test(flag) && !value.includes('/') ? asToken : null;
}

/** A generated token after one of these is one to log in with. */
const logins = new Set(
  'login auth authorize authenticate authtoken token register signin unlock activate apikey api-key set-token set-key license connect'.split(
    ' ',
  ),
);
/** After these and the name of a secret comes the secret: `config set db_password X`. */
const setters = new Set('set config configure put add create update modify'.split(' '));
/** After these and the name of a user comes what it logs in with: `login me X`, `add-user me X`. */
const ofUsers = new Set(
  'login auth signin authenticate passwd password set-password setpassword set_password change-password change_password reset-password setpw adduser add-user add_user useradd create-user create_user createuser'.split(
    ' ',
  ),
);

/** `secrets set NAME X`, `secrets set NAME=X`. */
const vaults = new Set(['secret', 'secrets']);
const asAssigned: Take = { shape: 'any=X', kind: 'PASSWORD', certainty: 'MIXED' };

/** What the word before names: `login X`, `login me X`, `auth add X`, `password X`, `config set github.token X`. */
export function takeNamedBefore(sink: Sink, words: readonly Word[], at: number, first: number): void {
  const name = rawOf(sink, words[at - 1]!);
  if (name.startsWith('-') || words[at]!.apart || sink.text[words[at]!.start] === '-') return;
  const earlier = at > first + 2 ? rawOf(sink, words[at - 2]!) : '';
  const units = words[at]!.end - words[at]!.start;
  const isToken = logins.has(name) || (setters.has(name) && (logins.has(earlier) || earlier === 'key'));
  if (isToken && units >= 20) takeWord(sink, valueOf(sink.text, words[at]!), asToken);
  else if (ofUsers.has(earlier) && units >= unitsMin) takeWord(sink, valueOf(sink.text, words[at]!), asMixed);
  else if (earlier.startsWith('http-basic.')) takeWord(sink, valueOf(sink.text, words[at]!), asWeak);
  else if (setters.has(earlier) && at > first + 3 && vaults.has(rawOf(sink, words[at - 3]!)))
    takeWord(sink, valueOf(sink.text, words[at]!), asMixed);
  else if (setters.has(name) && vaults.has(earlier)) takeValue(sink, valueOf(sink.text, words[at]!), 0, asAssigned);
  if (!/^[\w.:/-]+$/.test(name)) return;
  const named = takeOfName(name.slice(name.lastIndexOf(':') + 1));
  if (named?.shape !== 'X') return;
  const value = valueOf(sink.text, words[at]!);
  if (setters.has(earlier.slice(earlier.lastIndexOf(':') + 1))) takeWord(sink, value, named);
  else if (named.kind === 'PASSWORD' || /^(?:wep|wpa2?)[-_.]?key\d?$/i.test(name)) takeWord(sink, value, { ...named, certainty: 'WEAK' });
}

const addressed = /^(?:[\w.-]{1,40}[/\\])?[\w.$-]{1,64}:(.{6,64})@[\w.-]{1,80}(?::\d{1,5})?(?:\/[^:@]{0,80})?$/;
const sqlAddressed = /^[\w$]{1,40}\/([^/@\s]{6,64})@(?:\/\/)?[\w.-]{1,80}(?::\d{1,5})?(?:\/[\w.-]{1,40})?$/;

/** `me:X@host`, `domain/me:X@host` and `me/X@host`, as a word of its own. */
export function takeAddressed(sink: Sink, word: Word): void {
  if (!sink.text.slice(word.start, word.end).includes('@')) return;
  const value = valueOf(sink.text, word);
  const secret = (addressed.exec(value.text) ?? sqlAddressed.exec(value.text))?.[1];
  if (secret === undefined || /^v?\d[\d.]*(?:-\w*)?$/.test(secret)) return;
  const start = value.text.lastIndexOf(`${secret}@`);
  takeValue(sink, { ...value, text: value.text.slice(0, start + secret.length) }, start, value.text[start - 1] === ':' ? asWeak : asMixed);
}

const asWeak: Take = { shape: 'X', kind: 'PASSWORD', certainty: 'WEAK' };

const rawOf = ({ text }: Sink, { start, end }: Word) => text.slice(start, Math.min(end, start + 64));
