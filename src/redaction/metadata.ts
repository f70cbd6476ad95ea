import type { KnownSecrets } from './known.ts';
import type { TakenOut } from './redact.ts';
import { redactText } from './redact.ts';

/** A secret with the keys and places on the way to it. */
export type TakenOutOf = TakenOut & { path: readonly string[] };

/** JSON with a marker in place of each secret in its texts and keys, at any depth. */
export function redactJson(value: unknown, known: KnownSecrets, path: readonly string[], taken: TakenOutOf[]): unknown {
  if (typeof value === 'string') {
    const { text, secrets } = redactText(value, 'TEXT', known);
    for (const secret of secrets) taken.push({ ...secret, path });
    return text;
  }
  if (Array.isArray(value)) return value.map((item, place) => redactJson(item, known, [...path, String(place)], taken));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, redactJson(inner, known, [...path, key], taken)]));
}
