import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { FactScope } from '../../domain/baseline.ts';
import { columns } from './columns.ts';

/** What a team or the organisation knows: since when, and how many of its users do. */
export const SharedFact = defineEntity({
  name: 'SharedFact',
  tableName: 'shared_fact',
  properties: {
    organisationId: p.uuid().primary(),
    scope: p.text().$type<FactScope>().primary(),
    fact: p.text().primary(),
    firstAt: columns.instant(),
    users: p.integer(),
  },
});
export type SharedFactRow = InferEntity<typeof SharedFact>;
