import { orderedId } from '../../domain/ids.ts';
import type { Micros } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** What comes before an organisation is known, by functions that run as the owner of the tables (`database.control`). */

type Found = { id: string; timeZone: string };

/** The organisation of the key with this hash, or with this one before it was rotated. Whether it is still valid is not asked. */
export async function organisationOfKey(runner: Runner, hash: string): Promise<string | null> {
  const [found] = await statement<{ id: string }>(runner, 'select organisation_of_key($1) as id', [hash]);
  return found?.id ?? null;
}

export async function organisationNamed(runner: Runner, name: string): Promise<Found | null> {
  const [found] = await statement<Found>(runner, 'select id, time_zone as "timeZone" from organisation_named($1)', [name]);
  return found ?? null;
}

/**
 * The organisation of this name, made with its empty log where the name is free. Safe for several processes at once; one that
 * was there keeps its time zone.
 */
export async function createOrganisation(
  runner: Runner,
  name: string,
  timeZone: string,
  now: Micros,
): Promise<{ organisation: Found; created: boolean }> {
  const [answer] = await statement<{ created: boolean }>(runner, 'select create_organisation($1, $2, $3, $4) as created', [
    orderedId(now, 0),
    name,
    timeZone,
    formatInstant(now),
  ]);
  return { organisation: (await organisationNamed(runner, name))!, created: answer!.created };
}

/** Organisations with sessions whose status time alone has changed. */
export async function organisationsWithDueSessions(runner: Runner, now: string): Promise<Found[]> {
  return statement(runner, 'select id, time_zone as "timeZone" from organisations_with_due_sessions($1)', [now]);
}
