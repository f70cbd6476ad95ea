import type { Tables } from '../database.ts';
import type { KnownSecretRow } from '../entities/known-secret.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { settingsIn } from './settings.ts';

/** What is kept of a registered secret for as long as it is not forgotten. */
export type RegisteredSecret = Pick<KnownSecretRow, 'name'> & {
  [Hash in 'fingerprint' | 'hash' | 'prefixHash' | 'length']: NonNullable<KnownSecretRow[Hash]>;
};

type Stored = Record<string, unknown> & { id: string | null; has_plain_keys: boolean; registered: readonly RegisteredSecret[] };

/** What activities of an organisation are checked by. One statement, so that all of it is as of one revision. */
export async function readPolicy(runner: Runner, { organisationSettings }: Tables, organisationId: string) {
  const [found] = await statement<Stored>(
    runner,
    `select ${organisationSettings.columns}, h.has_plain_keys, (
        select coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'fingerprint', k.fingerprint, 'hash', k.hash,
          'prefixHash', k.prefix_hash, 'length', k.length)), '[]')
        from known_secret k where k.organisation_id = $1 and k.forgotten_at is null
      ) as registered
    from log_head h left join organisation_settings t on t.organisation_id = h.organisation_id where h.organisation_id = $1`,
    [organisationId],
  );
  const row = found && found.id !== null ? organisationSettings.read(found) : undefined;
  return {
    settings: settingsIn(row),
    revision: row?.revision ?? 0,
    hasPlainKeys: found?.has_plain_keys ?? false,
    registered: found?.registered ?? [],
  };
}
