import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { Viewer } from '../domain/viewer.ts';
import { hashOf } from '../recorder/api-keys.ts';

/** Telling who a presented API key is. */

export type Keyring = {
  /** Whose key this is; null where it is unknown or revoked. */
  viewerOf(token: string): Promise<Viewer | null>;
  /** Which of these keys are revoked. */
  revokedAmong(keyIds: readonly string[]): Promise<string[]>;
  /** Lets go of what is remembered, because a key was created or revoked somewhere. */
  forget(): void;
};

const rememberedMax = 10_000;

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
    async revokedAmong(keyIds) {
      if (keyIds.length === 0) return [];
      const rows = await tables.apiKey.select(fork(), 'where t.id = any($1) and t.revoked_at is not null', [keyIds]);
      return rows.map((row) => row.id);
    },
    forget() {
      generation += 1;
      remembered.clear();
    },
  };
}
