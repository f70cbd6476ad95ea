import type { Clock } from '../domain/time.ts';
import { OperatorError } from '../errors.ts';
import { keyRow, newKey } from '../recorder/api-keys.ts';
import type { Recorder } from '../recorder/recorder.ts';

type Deps = { recorder: Recorder; clock: Clock };
type Organisation = { id: string; timeZone: string };

const environmentName = 'LAPWING_ADMIN_KEY';

/**
 * Sees to it that the organisation has an admin key. A configured one replaces the configured one before it; otherwise
 * the first start makes one and returns it, to be shown once.
 */
export async function ensureAdminKey(
  { recorder, clock }: Deps,
  organisation: Organisation,
  configured: string | null,
): Promise<string | null> {
  const request = { organisationId: organisation.id, role: 'ADMIN' as const, createdAt: clock.now() };
  const { row, token } =
    configured === null
      ? newKey({ ...request, name: 'first admin key' })
      : { row: keyRow({ ...request, name: environmentName }, configured), token: null };
  const changed = await recorder.change(organisation, { do: 'ensureAdminKey', key: row, configured: configured !== null });
  if ('refused' in changed) throw new OperatorError(`the key in ${environmentName} was revoked: choose another one`);
  return changed.apiKey.id === row.id ? token : null;
}
