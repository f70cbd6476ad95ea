import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { Viewer } from '../../domain/viewer.ts';
import { columns } from './columns.ts';

/** A key of a service or admin. The secret itself is shown once and never stored: `secretHash` is its SHA-256 in hex. */
export const ApiKey = defineEntity({
  name: 'ApiKey',
  tableName: 'api_key',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    name: p.text(),
    role: p.text().$type<Viewer['role']>(),
    secretHash: p.text(),
    createdAt: columns.instant(),
    createdBy: columns.maybeText(),
    revokedAt: columns.maybeInstant(),
  },
});
export type ApiKeyRow = InferEntity<typeof ApiKey>;
