import type { SecretKind } from '../../domain/secret-use.ts';
import type { Certainty } from './plausible.ts';

/** How the secret stands in a value, or what else the value is. */
export type Shape =
  | 'X'
  | 'PIN'
  | 'COOKIE'
  | 'user:X'
  | 'user%X'
  | 'user/X'
  | 'user,X'
  | 'X@host'
  | 'name:X'
  | 'id!X'
  | 'WIFI'
  | 'dom/user:X'
  | 'dom/user:X@host'
  | 'k=X'
  | 'any=X'
  | 'prefix'
  | '_'
  | 'CMD'
  | 'TEXT';

/**
 * What a place takes. `when`: words that the command has to hold for it, each one of several. `among`: which of several words after
 * a flag are secret.
 */
export type Take = {
  shape: Shape;
  kind: SecretKind;
  certainty: Certainty;
  prefix?: string;
  when?: readonly (readonly string[])[];
  among?: readonly boolean[];
};

/** Positions: words and `_` for any, the last of which is followed by what `take` says; `rest` is for all that follow. */
export type Pattern = { steps: readonly (readonly string[])[]; take: Take; rest: boolean };

export type Tool = {
  flags: ReadonlyMap<string, readonly Take[]>;
  glued: readonly { prefix: string; take: Take }[];
  patterns: readonly Pattern[];
  stdin: readonly Take[];
  /** It has flags such as `/user:x`. */
  slashes: boolean;
  /** It has flags such as `-user`, so that `-sku` is none of three letters in one. */
  longDashes: boolean;
};

/**
 * Tools by their names, and where they take secrets, written as their manuals write it, separated by commas:
 * `-p X` the next word or after `=`, `-pX` glued to the flag, `-p?X` both, `-p|--pass X` either flag, `login X` the word after a
 * word, `_ X` the second word, `--encrypt X _` the first of two after a flag, `* X` any word, `| X` what is piped into it. `-p _` takes a value that is none. `login: -p X` holds
 * only in a command with that word or flag. In place of `X` (a password): `T` a token, `K` a key, `H` a hash, `P` a private key;
 * in lower case only what looks random. `user:X`, `user%X`, `user/X`, `dom/user:X@host`, `k=X` (pairs whose key names a secret),
 * `any=X`, `name:X` (after the last colon), `X@host`, `id!X` and
 * `pass:X` are values that hold more; `PIN` is digits, `COOKIE` and `WIFI` have their own forms. Of a tool in several rows the later
 * ones win over a `_` of an earlier one. `CMD`: from there on another command; `TEXT`: a command as text.
 */
export type ToolTable = readonly (readonly [tools: string, places: string])[];

/** `user,X` is written `user;X` in the tables, where a comma ends a place. */
const kinds: Readonly<Record<string, SecretKind>> = {
  X: 'PASSWORD',
  T: 'TOKEN',
  K: 'API_KEY',
  H: 'PASSWORD_HASH',
  P: 'PRIVATE_KEY',
};
const fixed = new Set<string>(['user:', 'user%', 'user/', 'user,', 'name:', 'id!', 'dom/user:', 'k=', 'any=']);
const shapeAtEnd = /(?:(?:dom\/user:|user[:%/,]|name:|id!|k=|any=)?[XTKHPxtkhp](?:@host)?|_|PIN|COOKIE|WIFI)$/;

function takeOf(text: string, when: Take['when']): Take {
  const token = text.replace(/\.\.\.$/, '');
  if (token === '_' || token === 'CMD' || token === 'TEXT') return { shape: token, kind: 'PASSWORD', certainty: 'STRONG', when };
  if (token === 'PIN') return { shape: token, kind: 'PASSWORD', certainty: 'STRONG', when };
  if (token === 'WIFI') return { shape: token, kind: 'PASSWORD', certainty: 'STRONG', when };
  if (token === 'COOKIE') return { shape: token, kind: 'TOKEN', certainty: 'WEAK', when };
  const [, before, letter, after] = /^(.*?)([XTKHPxtkhp])(@host)?$/.exec(token)!;
  const kind = kinds[letter!.toUpperCase()]!;
  const certainty = letter === letter!.toUpperCase() ? 'STRONG' : 'WEAK';
  if (before === '') return { shape: after === undefined ? 'X' : 'X@host', kind, certainty, when };
  if (!fixed.has(before!)) return { shape: 'prefix', prefix: before!, kind, certainty, when };
  return { shape: `${before}X${after ?? ''}` as Shape, kind, certainty, when };
}

type Draft = {
  flags: Map<string, Take[]>;
  glued: { prefix: string; take: Take }[];
  patterns: Pattern[];
  stdin: Take[];
};

/** The places of one tool, from their notation. */
export function readPlaces(places: string): Tool {
  const draft: Draft = { flags: new Map(), glued: [], patterns: [], stdin: [] };
  for (const place of places.split(',')) addPlace(draft, place.trim().replaceAll('user;', 'user,').split(/\s+/));
  const names = [...draft.flags.keys(), ...draft.glued.map(({ prefix }) => prefix)];
  return {
    ...draft,
    slashes: names.some((name) => name.startsWith('/')),
    longDashes: draft.flags.keys().some((name) => /^-\w{3,}/.test(name)),
  };
}

function addPlace(draft: Draft, tokens: string[]): void {
  const conditions = tokens.findIndex((token) => !/^[^X]*[^X:]:$/.test(token));
  const when = conditions === 0 ? undefined : tokens.slice(0, conditions).map((token) => token.slice(0, -1).split('|'));
  const target = tokens.slice(conditions);
  const [first, second] = [target[0]!, target[1]];
  const take = takeOf(second === undefined && isFlag(first) ? shapeAtEnd.exec(first)![0] : target.at(-1)!, when);
  if (first === '|') draft.stdin.push(take);
  else if (!isFlag(first)) addPattern(draft, target, take);
  else if (second === undefined) addGlued(draft, first.replace(shapeAtEnd, ''), take);
  else {
    const among = target.length > 2 ? target.slice(1).map((token) => token !== '_') : undefined;
    for (const flag of first.split('|')) addTo(draft.flags, flag, { ...take, among });
  }
}

const isFlag = (token: string) => /^[-/+]./.test(token);

function addTo(flags: Map<string, Take[]>, flag: string, take: Take): void {
  const takes = flags.get(flag);
  if (takes === undefined) flags.set(flag, [take]);
  else takes.push(take);
}

function addGlued(draft: Draft, written: string, take: Take): void {
  for (const one of written.split('|')) {
    const both = one.endsWith('?');
    const prefix = both ? one.slice(0, -1) : one;
    if (both) addTo(draft.flags, prefix, take);
    draft.glued.push({ prefix, take });
  }
}

function addPattern(draft: Draft, target: readonly string[], take: Take): void {
  // A word that tells by what it begins with may stand anywhere.
  const steps = target.length === 1 && take.shape === 'prefix' ? [['*']] : target.slice(0, -1).map((step) => step.split('|'));
  draft.patterns.push({ steps, take, rest: target.at(-1)!.endsWith('...') });
}
