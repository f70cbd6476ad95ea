import type { Tables } from '../database.ts';
import type { KnownSecretRow } from '../entities/known-secret.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { settingsIn } from './settings.ts';

/** What is kept of a registered secret for as long as it is not forgotten. */
export type RegisteredSecret = Pick<KnownSecretRow, 'name'> & {
  [Hash in 'fingerprint' | 'hash' | 'prefixHash' | 'length']: NonNullable<KnownSecretRow[Hash]>;
};

type Stored = Record<string, unknown> & { registered: readonly RegisteredSecret[] };

/** What holds for what comes in: the settings of an organisation and its registered secrets, both as of one revision. */
export async function readIntakePolicy(runner: Runner, { organisationSettings }: Tables, organisationId: string) {
  const [found] = await statement<Stored>(
    runner,
    `select ${organisationSettings.columns}, (
        select coalesce(jsonb_agg(jsonb_build_object('name', k.name, 'fingerprint', k.fingerprint, 'hash', k.hash,
          'prefixHash', k.prefix_hash, 'length', k.length)), '[]')
        from known_secret k where k.organisation_id = $1 and k.forgotten_at is null
      ) as registered
    from organisation_settings t where t.organisation_id = $1`,
    [organisationId],
  );
  const row = found && organisationSettings.read(found);
  // Whoever registers a secret sets the row of the settings, too: without it there is none.
  return { settings: settingsIn(row), revision: row?.revision ?? 0, registered: found?.registered ?? [] };
}
