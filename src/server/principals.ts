import { LRUCache } from 'lru-cache';
import type { Database } from '../db/database.ts';
import type { ApiKeyRow } from '../db/entities/api-key.ts';
import { organisationOfKey } from '../db/queries/organisations.ts';
import type { Clock, Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import { hashOf } from '../recorder/api-keys.ts';
import { grantOfKey } from '../recorder/grants.ts';
import type { Claims, IdentityProvider } from './identity-provider.ts';
import type { People } from './people.ts';
import { accessSince, isValid, viewerOf } from './viewers.ts';

/** Telling who a presented key or token is, and whether they still may. */
export type Principals = {
  /** Who signed with this, from memory; undefined where that has to be looked up. */
  remembered(token: string): Viewer | undefined;
  /** Who signed with this; null where it is unknown, void or of nobody with a role. */
  viewerOf(token: string): Promise<Viewer | null>;
  /** The same viewers as their access is now, by their credential, expired or not; those of whom nothing is left are absent. */
  review(viewers: readonly Viewer[]): Promise<Map<string, Viewer>>;
  /** Whether a viewer's access is still what it was when they signed. */
  accessOf(viewer: Viewer): Promise<'HOLDS' | 'CHANGED' | 'ENDED'>;
  /** Lets go of what is remembered, because somebody's access changed somewhere. */
  forget(): void;
};

export type PrincipalsDeps = {
  database: Database;
  clock: Clock;
  identityProvider: IdentityProvider | null;
  people: People;
  /** Hears of every key that is used. */
  keyUsed(viewer: Viewer): void;
};

const rememberedMax = 10_000;

export function createPrincipals({ database, clock, identityProvider, people, keyUsed }: PrincipalsDeps): Principals {
  const known = new LRUCache<string, Viewer>({ max: rememberedMax });
  // Apart from `known`, which is let go of whenever somebody's access changes: the identity provider may be out of reach then.
  const verified = new LRUCache<string, Claims>({ max: rememberedMax });
  let generation = 0;

  const find = async (token: string, credential: string): Promise<Viewer | null> => {
    if (identityProvider && looksLikeJwt(token)) {
      const claims = verified.get(credential) ?? (await identityProvider.verify(token));
      if (!claims) return null;
      verified.set(credential, claims);
      return people.signIn(claims, credential);
    }
    const organisationId = await organisationOfKey(database.control, credential);
    return organisationId === null ? null : findKey(database, organisationId, credential);
  };
  const review = async (viewers: readonly Viewer[]) => {
    const now = new Map<string, Viewer>();
    for (const [organisationId, theirs] of Map.groupBy(viewers, (viewer) => viewer.organisationId)) {
      const keys = theirs.filter(({ principal }) => principal.kind === 'KEY');
      const persons = theirs.filter(({ principal }) => principal.kind === 'PERSON');
      const found = [...(await reviewKeys(database, organisationId, keys)), ...(await people.review(organisationId, persons))];
      for (const viewer of found) if (viewer.scopes.size > 0) now.set(viewer.credential, viewer);
    }
    return now;
  };

  return {
    remembered(token) {
      const viewer = known.get(hashOf(token));
      if (!viewer || !isValid(viewer, clock.now())) return undefined;
      keyUsed(viewer);
      return viewer;
    },
    async viewerOf(token) {
      const credential = hashOf(token);
      for (;;) {
        const asked = generation;
        const viewer = await find(token, credential);
        if (asked !== generation) continue; // access changed meanwhile: what was found may be what it was before
        if (!viewer || viewer.scopes.size === 0 || !isValid(viewer, clock.now())) return null;
        known.set(credential, viewer);
        keyUsed(viewer);
        return viewer;
      }
    },
    review,
    async accessOf(viewer) {
      const current = (await review([viewer])).get(viewer.credential);
      return accessSince(viewer, current, clock.now());
    },
    forget() {
      generation += 1;
      known.clear();
    },
  };
}

const looksLikeJwt = (token: string) => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);

/**
 * Found by the hash of the whole secret, so that a known key id with a wrong secret takes the very path of an unknown id:
 * no comparison is left whose time could tell them apart.
 */
async function findKey({ reader, tables }: Database, organisationId: string, hash: string): Promise<Viewer | null> {
  const rows = reader(organisationId, 'ALL');
  const [row] = await tables.apiKey.select(rows, 'where t.organisation_id = $1 and (t.secret_hash = $2 or t.previous_hash = $2)', [
    organisationId,
    hash,
  ]);
  if (!row || row.revokedAt !== null) return null;
  const [organisation] = await tables.organisation.select(rows, 'where t.id = $1', [organisationId]);
  return viewerOfKey(row, organisation!.timeZone, hash);
}

async function reviewKeys({ reader, tables }: Database, organisationId: string, viewers: readonly Viewer[]): Promise<Viewer[]> {
  if (viewers.length === 0) return [];
  const ids = viewers.map(({ principal }) => principal.id);
  const rows = await tables.apiKey.select(reader(organisationId, 'ALL'), 'where t.organisation_id = $1 and t.id = any($2)', [
    organisationId,
    ids,
  ]);
  const serving = new Map(rows.filter((row) => row.revokedAt === null).map((row) => [row.id, row]));
  return viewers.flatMap(({ principal, timeZone, credential }) => {
    const row = serving.get(principal.id);
    return row && [row.secretHash, row.previousHash].includes(credential) ? [viewerOfKey(row, timeZone, credential)] : [];
  });
}

function viewerOfKey(row: ApiKeyRow, timeZone: string, hash: string): Viewer {
  return viewerOf({
    organisationId: row.organisationId,
    timeZone,
    principal: { kind: 'KEY', id: row.id, name: row.name },
    grant: grantOfKey(row),
    only: row.scopes,
    credential: hash,
    expiresAt: endOf(row, hash),
  });
}

/** The secret before a rotation is void at the end of the overlap, or with the key itself if that comes first. */
function endOf({ previousHash, previousUntil, expiresAt }: ApiKeyRow, hash: string): Micros | null {
  const ends = [expiresAt, hash === previousHash ? previousUntil : null].filter((end) => end !== null);
  return ends.length > 0 ? Math.min(...ends) : null;
}
