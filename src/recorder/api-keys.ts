import { hash, randomBytes, randomUUIDv7 } from 'node:crypto';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { Role } from '../domain/access.ts';
import type { Micros } from '../domain/time.ts';

/** Making API keys. Only a hash is stored, so none can be read back; the row is what `createApiKey` puts into the log. */

/** Secrets have 256 random bits, so a plain hash cannot be searched; a slow one would only slow every request. */
export const hashOf = (token: string): string => hash('sha256', token, 'hex');

/** What has to be said of a key; the rest has a default: no user, no teams, all scopes of the role, no end. */
export type KeyRequest = Pick<ApiKeyRow, 'organisationId' | 'name'> & { role: Role; createdAt: Micros } & Partial<
    Pick<ApiKeyRow, 'createdBy' | 'userExternalId' | 'leads' | 'scopes' | 'expiresAt'>
  >;

/** A token for a key of this id: `lw_`, the end of the id, and the secret. */
export function newToken(id: string): string {
  return `lw_${id.replaceAll('-', '').slice(-12)}_${randomBytes(32).toString('base64url')}`;
}

export function newKey(request: KeyRequest): { row: ApiKeyRow; token: string } {
  const id = randomUUIDv7();
  const token = newToken(id);
  return { row: { ...keyRow(request, token), id }, token };
}

export function keyRow(request: KeyRequest, token: string): ApiKeyRow {
  return {
    id: randomUUIDv7(),
    createdBy: null,
    userExternalId: null,
    leads: [],
    scopes: null,
    expiresAt: null,
    ...request,
    secretHash: hashOf(token),
    previousHash: null,
    previousUntil: null,
    lastUsedAt: null,
    revokedAt: null,
  };
}
