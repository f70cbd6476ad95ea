import { randomUUIDv7 } from 'node:crypto';
import type { Micros } from './time.ts';

/** Where ids come from: random UUIDs of version 7. The process passes Node's own, a simulation its own. */
export type NewId = () => string;

/**
 * A UUIDv7 of a moment. Ids of one millisecond sort by the low 12 bits of `order`, in the field RFC 9562 leaves to a counter:
 * what arrives in one batch keeps its order wherever ids break a tie. Node's own are in random order within a millisecond.
 */
export function orderedId(at: Micros, order: number, newId: NewId = randomUUIDv7): string {
  const millis = Math.floor(at / 1000)
    .toString(16)
    .padStart(12, '0');
  const counter = (order & 0xfff).toString(16).padStart(3, '0');
  return `${millis.slice(0, 8)}-${millis.slice(8)}-7${counter}-${newId().slice(19)}`;
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether PostgreSQL takes this text for a uuid in its canonical form. */
export const isUuid = (text: string): boolean => uuid.test(text);
