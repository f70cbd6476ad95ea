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
export function namedIn(items: readonly unknown[], place: number, isPair: boolean): string | null {
  if (place % 2 === 0 || items.length % 2 !== 0) return null;
  const [name, value] = [items[place - 1], items[place]];
  if (typeof name !== 'string' || typeof value !== 'string' || (!isPair && plainWord.test(value))) return null;
  return kindOfNamed(name, value) === null ? null : name;
}

/** Of `[['Host', …], ['Authorization', …]]`. */
export const arePairs = (items: readonly unknown[]): boolean =>
  items.length > 0 && items.every((item) => Array.isArray(item) && item.length === 2 && typeof item[0] === 'string');

/** Names of fields are words, and a list that does not consist of pairs may well be one of nothing but names. */
const plainWord = /^[A-Za-z_]{1,40}$/;

/** Not every key names its value: paths of files, addresses and whole sentences are what values are counted or listed by. */
export const isName = (key: string): boolean => !notInNames.test(key);
const notInNames = /[<>%="'`{}\\\n]|^\.|:\/\/|(?:^|\/)etc\//;
