import { createHash, randomBytes, randomUUIDv7 } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import type { Viewer, ViewerRole } from '../domain/viewer.ts';
import type { Micros } from '../domain/time.ts';

/** API keys: making them, and telling who a presented one is. Only hashes are stored, so none can be read back. */

export type Keyring = {
  /** Whose key this is; null where it is unknown or revoked. */
  viewerOf(token: string): Promise<Viewer | null>;
  /** Lets go of what is remembered, because a key was created or revoked somewhere. */
  forget(): void;
};

const rememberedMax = 10_000;
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

export function createKeyring({ fork, tables }: Database): Keyring {
  const remembered = new LRUCache<string, Viewer>({ max: rememberedMax });
  let generation = 0;
  return {
    async viewerOf(token) {
      const hash = hashOf(token);
      const known = remembered.get(hash);
      if (known) return known;
      const asked = generation;
      const em = fork();
      const [row] = await tables.apiKey.select(em, 'where t.secret_hash = $1 and t.revoked_at is null', [hash]);
      if (!row) return null;
      const [organisation] = await tables.organisation.select(em, 'where t.id = $1', [row.organisationId]);
      const { organisationId, id: keyId, name, role } = row;
      const viewer = { organisationId, timeZone: organisation!.timeZone, keyId, name, role };
      if (asked === generation) remembered.set(hash, viewer);
      return viewer;
    },
    forget() {
      generation += 1;
      remembered.clear();
    },
  };
}
