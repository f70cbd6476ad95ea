import { kindOfNamed } from '../pairs.ts';

/** Names that stand beside their values instead of before them. */

const nameKeys = new Set([
  'name',
  'key',
  'header',
  'headername',
  'field',
  'fieldname',
  'variable',
  'param',
  'parameter',
  'property',
  'attribute',
  'k',
  'id',
  'label',
]);
const valueKeys = new Set(['value', 'val', 'values', 'content', 'text', 'v']);

/** Of `{name: 'password', value: …}` the name, and the keys of what it names. */
export function valueOfPair(object: object): { name: string; keys: ReadonlySet<string> } | null {
  const keys = Object.keys(object);
  const values = keys.filter((key) => valueKeys.has(key.toLowerCase()));
  if (values.length === 0) return null;
  const name = Object.entries(object).find(([key, value]) => nameKeys.has(key.toLowerCase()) && typeof value === 'string');
  return name === undefined ? null : { name: name[1] as string, keys: new Set(values) };
}

/** Of `['Authorization', 'Bearer …', 'Host', …]` the name before a value that it makes a secret. */
export function namedIn(items: readonly unknown[], place: number): string | null {
  if (place % 2 === 0 || items.length % 2 !== 0) return null;
  const [name, value] = [items[place - 1], items[place]];
  if (typeof name !== 'string' || typeof value !== 'string' || name === value) return null;
  const isListOfNames = items.length > 2 ? plainWord.test(value) : kindOfNamed(value, name) !== null;
  return !isListOfNames && kindOfNamed(name, value) !== null ? name : null;
}

/** Names of fields are words; where there are more than two items, they may well be a list of nothing else. */
const plainWord = /^[A-Za-z_]{1,40}$/;
