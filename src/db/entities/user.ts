import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { Baseline } from '../../domain/baseline.ts';
import { columns } from './columns.ts';

/** A monitored person, known by the calling system's id, with what is usual for them. */
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
  },
});
export type UserRow = InferEntity<typeof User>;
