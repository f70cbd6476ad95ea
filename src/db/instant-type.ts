import { Type } from '@mikro-orm/core';
import type { Micros } from '../domain/time.ts';
import { formatInstant, parseInstant } from '../domain/time.ts';

/** A `timestamptz` column as whole microseconds: JavaScript's Date would cut PostgreSQL's instants to milliseconds. */
export class InstantType extends Type<Micros | null, string | null> {
  override convertToDatabaseValue(value: Micros | string | null): string | null {
    return typeof value === 'number' ? formatInstant(value) : (value ?? null);
  }

  override convertToJSValue(value: Micros | string | null): Micros | null {
    if (typeof value !== 'string') return value ?? null;
    return parseInstant(value);
  }

  override compareAsType(): string {
    return 'string';
  }

  override getColumnType(): string {
    return 'timestamptz';
  }

  override toJSON(value: Micros | null): Micros | null {
    return value;
  }

  override fromJSON(value: unknown): Micros {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new TypeError('an instant in a cursor is a whole number');
    return value;
  }
}
