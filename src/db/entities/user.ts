import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { Baseline } from '../../domain/baseline.ts';
import type { LegalHold } from '../../domain/erasure.ts';
import { columns } from './columns.ts';

/** A monitored person, known by the calling system's id, with what is usual for them. Of one that is erased, a name that is nobody's. */
export const User = defineEntity({
  name: 'User',
  tableName: 'user',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    externalId: p.text(),
    displayName: columns.maybeText(),
    teams: p.json<readonly string[]>(),
    timeZone: columns.maybeText(),
    firstSeenAt: columns.instant(),
    baseline: p.json<Baseline>(),
    erasedAt: columns.maybeInstant(),
    legalHold: p.json<LegalHold | null>().strictNullable(),
  },
});
export type UserRow = InferEntity<typeof User>;
