import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { Grant } from '../../domain/access.ts';
import { columns } from './columns.ts';

/**
 * Somebody who signs in at the identity provider. `claimed` is what their newest token says of them, `assigned` what an
 * administrator has set in its place.
 */
export const Person = defineEntity({
  name: 'Person',
  tableName: 'person',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    issuer: p.text(),
    subject: p.text(),
    name: p.text(),
    claimed: p.json<Grant>(),
    claimedAt: columns.instant(),
    assigned: p.json<Partial<Grant> | null>().strictNullable(),
    suspendedAt: columns.maybeInstant(),
    firstSeenAt: columns.instant(),
  },
});
export type PersonRow = InferEntity<typeof Person>;
