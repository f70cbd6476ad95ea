import { markerOf } from '../domain/secret-use.ts';
import { findInArguments, isCommandName, programIn } from './metadata/arguments.ts';
import type { Edit, TakenOut } from './edits.ts';
import { edited, markerStart, merged } from './edits.ts';
import type { KnownSecrets } from './known.ts';
import { arePairs, isName, namedIn, valueOfPair } from './metadata/names.ts';
import { kindOfNamed } from './pairs.ts';
import { redactText } from './redact.ts';

/** A secret with the keys and places on the way to it. */
export type TakenOutOf = TakenOut & { path: readonly string[] };

/** What is around a value: the name it goes by, the program whose arguments it may be, and whether it is one of many pairs. */
type Around = { name: string | null; program: string | null; isPair: boolean };

/** JSON with a marker in place of each secret in its texts, keys and numbers, at any depth; the very same where there is none. */
export function redactJson(value: unknown, known: KnownSecrets, path: readonly string[], taken: TakenOutOf[]): unknown {
  return createWalk(known, taken)(value, path, { name: null, program: null, isPair: false });
}

function createWalk(known: KnownSecrets, taken: TakenOutOf[]) {
  const note = (secrets: readonly TakenOut[], path: readonly string[]) => void taken.push(...secrets.map((one) => ({ ...one, path })));

  function walk(value: unknown, path: readonly string[], around: Around, edits: readonly Edit[] = []): unknown {
    if (typeof value === 'string') return ofText(value, path, around, edits);
    if (typeof value === 'number' || typeof value === 'bigint') return ofNumber(value, path, around);
    if (Array.isArray(value)) return ofArray(value, path, around);
    return typeof value === 'object' && value !== null ? ofObject(value, path, around) : value;
  }

  function ofText(text: string, path: readonly string[], { name }: Around, edits: readonly Edit[]): string {
    const kind = name === null || text.startsWith(markerStart) || !isName(name) ? null : kindOfNamed(name, text);
    if (kind !== null) {
      note([{ kind, secret: text, at: 0 }], path);
      return markerOf(kind);
    }
    const before = edits.length === 0 ? { text, secrets: [] } : edited(text, edits);
    const after = redactText(before.text, isCommandName(name) ? 'COMMAND' : 'TEXT', known);
    note(before.secrets, path);
    note(after.secrets, path);
    return after.text;
  }

  /** A number has no place for a marker, so that it becomes a text. */
  function ofNumber(value: number | bigint, path: readonly string[], around: Around): unknown {
    const digits = String(value);
    const redacted = ofText(digits, path, around, []);
    return redacted === digits ? value : redacted;
  }

  function ofArray(items: readonly unknown[], path: readonly string[], around: Around): readonly unknown[] {
    const edits = findInArguments(items, around, known);
    const isPair = arePairs(items);
    let copy: unknown[] | null = null;
    for (const [place, item] of items.entries()) {
      const name = namedIn(items, place, around.isPair) ?? around.name;
      const now = walk(item, [...path, String(place)], { ...around, name, isPair }, merged(edits.get(place) ?? []));
      if (now !== item) (copy ??= [...items])[place] = now;
    }
    return copy ?? items;
  }

  /** `Object.fromEntries` sets what is called `__proto__` as it sets all else. */
  function ofObject(object: object, path: readonly string[], around: Around): object {
    const pair = valueOfPair(object);
    const program = programIn(object);
    const names = new Set(Object.keys(object));
    let changed = false;
    const entries = Object.entries(object).map(([key, value]) => {
      const name = ofKey(key, path, names);
      const named = pair !== null && pair.keys.has(key) ? pair.name : (inherited(key, around.name) ?? key);
      const now = walk(value, [...path, name], { name: named, program, isPair: false });
      changed ||= now !== value || name !== key;
      return [name, now] as const;
    });
    return changed ? Object.fromEntries(entries) : object;
  }

  /** Keys stay different from each other: with a number behind them. */
  function ofKey(key: string, path: readonly string[], names: Set<string>): string {
    const { text, secrets } = redactText(key, 'TEXT', known);
    if (text === key) return key;
    let number = 1;
    while (names.has(`${text}#${number}`)) number += 1;
    const name = `${text}#${number}`;
    names.add(name);
    note(secrets, [...path, name]);
    return name;
  }

  return walk;
}

/** Of `{password: {value: …}}` the inner key says nothing of its own. */
const bareKeys = new Set(['value', 'val', 'raw', 'text', 'plain', 'data', 'current', 'new', 'old', 'before', 'after']);
const inherited = (key: string, name: string | null): string | null => (name !== null && bareKeys.has(key.toLowerCase()) ? name : null);
