import { namedBy } from './names.ts';
import type { Stretch } from './quoted.ts';
import { isUuid, looksShaped } from './random.ts';

/** Shortest name that is searched for a secret at its end. */
export const adjoinedMin = 24;
const lastPart = /^(.*(?:secret|token|key))[-_.]((?:[A-Za-z0-9]{20,})|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** `acme-secret-key-X`: a secret that hangs on its name as its last part. */
export function adjoined(name: string, start: number): Stretch | null {
  const match = lastPart.exec(name);
  if (match === null || namedBy(match[1]!) === null) return null;
  const value = match[2]!;
  return isUuid(value) || looksShaped(value, 20) ? { start: start + name.length - value.length, end: start + name.length } : null;
}
