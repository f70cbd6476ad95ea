import { p } from '@mikro-orm/core';
import type { Micros } from '../../domain/time.ts';
import { InstantType } from '../instant-type.ts';

/** The column kinds that several tables share. */
export const columns = {
  id: () => p.uuid().primary(),
  organisationId: () => p.uuid(),
  instant: () => p.type(InstantType).$type<Micros>(),
  maybeInstant: () => p.type(InstantType).$type<Micros | null>().strictNullable(),
  maybeText: () => p.text().$type<string | null>().strictNullable(),
  seq: () => p.bigint('number'),
};
