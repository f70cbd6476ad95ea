import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { readLogHead } from './read-log.ts';

/** Terminated sessions of an organisation, by their external ids. */

/** The newest `max`, newest first, and a place in the log: whatever was terminated up to there is among them. */
export async function readTerminated(runner: Runner, organisationId: string, max: number): Promise<{ seq: number; externalIds: string[] }> {
  const seq = await readLogHead(runner, organisationId); // before the sessions, so that they can only be newer
  const found = await statement<{ external_id: string }>(
    runner,
    `select external_id from session where organisation_id = $1 and terminated_at is not null
    order by terminated_at desc limit $2`,
    [organisationId, max],
  );
  return { seq, externalIds: found.map((row) => row.external_id) };
}

export async function wasTerminated(runner: Runner, organisationId: string, externalId: string): Promise<boolean> {
  const found = await statement(
    runner,
    'select from session where organisation_id = $1 and external_id = $2 and terminated_at is not null',
    [organisationId, externalId],
  );
  return found.length > 0;
}
