import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import { columns } from './columns.ts';

/** The tenant. Everything else belongs to exactly one. */
export const Organisation = defineEntity({
  name: 'Organisation',
  tableName: 'organisation',
  properties: {
    id: columns.id(),
    name: p.text(),
    timeZone: p.text(),
    createdAt: columns.instant(),
  },
});
export type OrganisationRow = InferEntity<typeof Organisation>;
