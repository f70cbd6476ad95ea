import type { SecretKind } from '../domain/secret-use.ts';
import type { Finding } from './finding.ts';

/** Secrets that what stands before them names: `password=…`, `export TOKEN=…`, `Authorization: …`, `scheme://user:…@host`. */
export function findPairs(_text: string, _found: Finding[]): void {}

/** What the whole value of a field of this name is, where the name alone makes it a secret, e.g. of `password` or `apiKey`. */
export function kindOfNamed(_name: string, _value: string): SecretKind | null {
  return null;
}
