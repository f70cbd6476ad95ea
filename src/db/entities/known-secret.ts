import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import { columns } from './columns.ts';

/**
 * A secret that its owner has registered, by keyed hashes that say nothing without the service's key. All that tells of the
 * secret itself is null once it is forgotten: what stays says that there was one.
 */
export const KnownSecret = defineEntity({
  name: 'KnownSecret',
  tableName: 'known_secret',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    name: p.text(),
    fingerprint: columns.maybeText(),
    hash: columns.maybeText(),
    prefixHash: p.bigint('number').$type<number | null>().strictNullable(),
    length: p.integer().$type<number | null>().strictNullable(),
    registeredAt: columns.instant(),
    registeredBy: p.text(),
    forgottenAt: columns.maybeInstant(),
  },
});
export type KnownSecretRow = InferEntity<typeof KnownSecret>;
