import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** How often the settings have been changed. */
export async function readSettingsRevision(em: Runner, organisationId: string): Promise<number> {
  const [row] = await statement<{ revision: number }>(em, 'select revision from organisation_settings where organisation_id = $1', [
    organisationId,
  ]);
  return row?.revision ?? 0;
}
