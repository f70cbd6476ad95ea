import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { Role, Scope } from '../../domain/access.ts';
import { columns } from './columns.ts';

/**
 * A key of a service or a person. The secret itself is shown once and never stored: `secretHash` is its SHA-256 in hex.
 * After a rotation `previousHash`, that of the secret before, serves until `previousUntil`. `scopes` null: all of its role.
 */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    name: p.text(),
    role: p.text().$type<Role>(),
    userExternalId: columns.maybeText(),
    leads: p.json<readonly string[]>(),
    scopes: p.json<readonly Scope[] | null>().strictNullable(),
    secretHash: p.text(),
    previousHash: columns.maybeText(),
    previousUntil: columns.maybeInstant(),
    createdAt: columns.instant(),
    createdBy: columns.maybeText(),
    expiresAt: columns.maybeInstant(),
    lastUsedAt: columns.maybeInstant(),
    revokedAt: columns.maybeInstant(),
  },
});
export type ApiKeyRow = InferEntity<typeof ApiKey>;
