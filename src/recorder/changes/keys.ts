import type { ApiKeyRow } from '../../db/entities/api-key.ts';
import type { Scope } from '../../domain/access.ts';
import { beyond, scopesOf } from '../../domain/access.ts';
import type { Micros } from '../../domain/time.ts';
import type { Actor } from '../../domain/viewer.ts';
import { lapwing } from '../../domain/viewer.ts';
import { audit, difference, shown } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { grantOfKey } from '../grants.ts';
import { conflict, notFound, one } from './finding.ts';

type Gives = { apiKey: ApiKeyRow } | Refused;

export type KeyChanges = {
  createApiKey: { asks: { key: ApiKeyRow; actor: Actor }; gives: { apiKey: ApiKeyRow } };
  /** Sees to it that an admin key serves; a configured one takes the place of the configured one before it. */
  ensureAdminKey: { asks: { key: ApiKeyRow; configured: boolean }; gives: Gives };
  /** Gives a key another secret; the one before serves until `overlapUntil`. */
  rotateApiKey: {
    asks: { id: string; secretHash: string; overlapUntil: Micros; actor: Actor; actorScopes: ReadonlySet<Scope> };
    gives: Gives;
  };
  revokeApiKey: { asks: { id: string; actor: Actor }; gives: Gives };
  /** Keeps when keys were used last. This alone is no line of the log. */
  noteKeyUse: { asks: { uses: ReadonlyMap<string, Micros> }; gives: { keys: number } };
};
type Asked<Do extends keyof KeyChanges> = KeyChanges[Do]['asks'];

/** Not a secret, but of no use to whoever reads the audit log. */
const hidden = ['secretHash', 'previousHash'] as const;

export async function createApiKey({ batch }: Changing, { key, actor }: Asked<'createApiKey'>): Promise<{ apiKey: ApiKeyRow }> {
  batch.apiKeys.add(key);
  append(batch, { kind: 'API_KEY_CREATED', apiKey: key, user: null, session: null });
  const { name, role, userExternalId, leads, scopes, expiresAt } = key;
  audit(batch, {
    actor,
    action: 'API_KEY_CREATED',
    target: `ApiKey:${key.id}`,
    after: { name, role, userExternalId, leads, scopes, expiresAt: shown('expiresAt', expiresAt) },
  });
  return { apiKey: key };
}

/** Several processes may start at once: under the log head the second finds what the first has made. */
export async function ensureAdminKey(changing: Changing, { key, configured }: Asked<'ensureAdminKey'>): Promise<Gives> {
  const { em, tables, batch } = changing;
  const serves = configured ? 't.secret_hash = $2' : 't.role = $2 and t.revoked_at is null';
  const [known] = await tables.apiKey.select(em, `where t.organisation_id = $1 and ${serves} limit 1`, [
    batch.organisationId,
    configured ? key.secretHash : 'ADMIN',
  ]);
  if (known) return known.revokedAt === null ? { apiKey: known } : conflict('this API key was revoked');
  const before = await tables.apiKey.select(em, 'where t.organisation_id = $1 and t.name = $2 and t.revoked_at is null', [
    batch.organisationId,
    key.name,
  ]);
  for (const { id } of configured ? before : []) await revokeApiKey(changing, { id, actor: lapwing });
  return createApiKey(changing, { key, actor: lapwing });
}

export async function rotateApiKey(
  changing: Changing,
  { id, secretHash, overlapUntil, actor, actorScopes }: Asked<'rotateApiKey'>,
): Promise<Gives> {
  const before = await one(changing.tables.apiKey, changing, id);
  if (!before) return notFound('API key');
  if (before.revokedAt !== null) return conflict('this API key is revoked');
  const more = beyond(actorScopes, scopesOf(grantOfKey(before), before.scopes));
  if (more)
    return { refused: 'BEYOND_SCOPE', message: `this API key has the scope ${more}, which you have not: its secret is not for you` };
  const apiKey = { ...before, secretHash, previousHash: before.secretHash, previousUntil: overlapUntil };
  return keep(changing, before, apiKey, 'API_KEY_ROTATED', actor);
}

export async function revokeApiKey(changing: Changing, { id, actor }: Asked<'revokeApiKey'>): Promise<Gives> {
  const before = await one(changing.tables.apiKey, changing, id);
  if (!before) return notFound('API key');
  if (before.revokedAt !== null) return conflict('this API key is already revoked');
  return keep(changing, before, { ...before, revokedAt: changing.batch.now }, 'API_KEY_REVOKED', actor);
}

function keep(
  { batch }: Changing,
  before: ApiKeyRow,
  apiKey: ApiKeyRow,
  kind: 'API_KEY_ROTATED' | 'API_KEY_REVOKED',
  actor: Actor,
): { apiKey: ApiKeyRow } {
  batch.apiKeys.add(apiKey);
  append(batch, { kind, apiKey, user: null, session: null });
  audit(batch, { actor, action: kind, target: `ApiKey:${apiKey.id}`, ...difference(before, apiKey, hidden) });
  return { apiKey };
}

export async function noteKeyUse({ em, tables, batch }: Changing, { uses }: Asked<'noteKeyUse'>): Promise<{ keys: number }> {
  const keys = await tables.apiKey.select(em, 'where t.organisation_id = $1 and t.id = any($2)', [batch.organisationId, [...uses.keys()]]);
  for (const key of keys) {
    const usedAt = uses.get(key.id)!;
    if (key.lastUsedAt === null || key.lastUsedAt < usedAt) batch.apiKeys.add({ ...key, lastUsedAt: usedAt });
  }
  return { keys: keys.length };
}
