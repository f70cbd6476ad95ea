import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { Micros } from '../domain/time.ts';
import type { ViewerRole } from '../domain/viewer.ts';

/** Making API keys. Only a hash is stored, so none can be read back; the row is what `createApiKey` puts into the log. */

/** Secrets have 256 random bits, so a plain hash cannot be searched; a slow one would only slow every request. */
export const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

export function newKey(
  organisationId: string,
  name: string,
  role: ViewerRole,
  createdBy: string | null,
  now: Micros,
): { row: ApiKeyRow; token: string } {
  const id = randomUUIDv7();
  const token = `lw_${id.replaceAll('-', '').slice(-12)}_${randomBytes(32).toString('base64url')}`;
  return { row: keyRow(id, organisationId, name, role, token, createdBy, now), token };
}

export function keyRow(
  id: string,
  organisationId: string,
  name: string,
  role: ViewerRole,
  token: string,
  createdBy: string | null,
  now: Micros,
): ApiKeyRow {
  return { id, organisationId, name, role, secretHash: hashOf(token), createdAt: now, createdBy, revokedAt: null };
}
