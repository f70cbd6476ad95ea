import type { Micros } from '../../domain/time.ts';
import { parseInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** How many secrets an organisation has registered and not forgotten. */
export async function countKnownSecrets(runner: Runner, organisationId: string): Promise<number> {
  const [row] = await statement<{ count: string }>(
    runner,
    'select count(*) as count from known_secret where organisation_id = $1 and forgotten_at is null',
    [organisationId],
  );
  return Number(row!.count);
}

/** How often secrets were found, and when they last were used then, by their fingerprints; those never found are left out. */
export async function usesByFingerprint(
  runner: Runner,
  organisationId: string,
  fingerprints: readonly string[],
): Promise<Map<string, { uses: number; lastFoundAt: Micros }>> {
  const rows = await statement<{ fingerprint: string; uses: string; last: string }>(
    runner,
    `select fingerprint, count(*) as uses, max(occurred_at) as last from secret_usage
    where organisation_id = $1 and fingerprint = any($2) group by fingerprint`,
    [organisationId, fingerprints],
  );
  return new Map(rows.map(({ fingerprint, uses, last }) => [fingerprint, { uses: Number(uses), lastFoundAt: parseInstant(last)! }]));
}
