import { randomUUIDv7 } from 'node:crypto';
import type { Micros } from '../../domain/time.ts';
import type { Tables } from '../database.ts';
import type { OrganisationRow } from '../entities/organisation.ts';
import type { Runner, Transact } from '../statement.ts';
import { statement } from '../statement.ts';

/** The organisation of this name, made with its empty log where it is new. Safe for several processes at once. */
export async function ensureOrganisation(
  transact: Transact,
  tables: Tables,
  name: string,
  timeZone: string,
  now: Micros,
): Promise<OrganisationRow> {
  return transact(async (tx) => {
    await statement(
      tx,
      'insert into organisation (id, name, time_zone, created_at) values ($1, $2, $3, to_timestamp($4)) on conflict (name) do nothing',
      [randomUUIDv7(), name, timeZone, now / 1_000_000],
    );
    const [organisation] = await tables.organisation.select(tx, 'where t.name = $1', [name]);
    await statement(tx, 'insert into log_head (organisation_id, seq) values ($1, 0) on conflict do nothing', [organisation!.id]);
    return organisation!;
  });
}

/** Organisations with sessions whose status time alone has changed. */
export async function organisationsWithDueSessions(em: Runner, now: string): Promise<{ id: string; timeZone: string }[]> {
  return statement(
    em,
    `select id, time_zone as "timeZone" from organisation o
    where exists (select 1 from session s where s.organisation_id = o.id and s.next_status_at <= $1)`,
    [now],
  );
}
