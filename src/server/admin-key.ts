import { randomUUIDv7 } from 'node:crypto';
import type { Database } from '../db/database.ts';
import type { Clock } from '../domain/time.ts';
import { hashOf, keyRow, newKey } from '../recorder/api-keys.ts';
import type { Recorder } from '../recorder/recorder.ts';

type Deps = { database: Database; recorder: Recorder; clock: Clock };
type Organisation = { id: string; timeZone: string };

const environmentName = 'LAPWING_ADMIN_KEY';

/**
 * Sees to it that the organisation has an admin key. A configured one replaces the configured one before it; otherwise
 * the first start makes one and returns it, to be shown once.
 */
export async function ensureAdminKey(deps: Deps, organisation: Organisation, configured: string | null): Promise<string | null> {
  const {
    database: { fork, tables },
    recorder,
    clock,
  } = deps;
  const keys = await tables.apiKey.select(fork(), 'where t.organisation_id = $1 and t.revoked_at is null', [organisation.id]);
  if (configured === null) {
    if (keys.some((key) => key.role === 'ADMIN')) return null;
    const { row, token } = newKey(organisation.id, 'first admin key', 'ADMIN', null, clock.now());
    await recorder.change(organisation, { do: 'createApiKey', key: row });
    return token;
  }
  const hash = hashOf(configured);
  if (keys.some((key) => key.secretHash === hash)) return null;
  for (const key of keys.filter((one) => one.name === environmentName))
    await recorder.change(organisation, { do: 'revokeApiKey', id: key.id });
  const row = keyRow(randomUUIDv7(), organisation.id, environmentName, 'ADMIN', configured, null, clock.now());
  await recorder.change(organisation, { do: 'createApiKey', key: row });
  return null;
}
