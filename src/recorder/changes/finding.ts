import type { UserRow } from '../../db/entities/user.ts';
import type { Runner } from '../../db/statement.ts';
import type { Changing, Refused } from '../changes.ts';

export const notFound = (what: string): Refused => ({ refused: 'NOT_FOUND', message: `there is no such ${what}` });
export const conflict = (message: string): Refused => ({ refused: 'CONFLICT', message });

type Found<Row> = { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> };

/** The row of this id in the organisation of the log. */
export async function one<Row>(table: Found<Row>, { em, batch }: Changing, id: string): Promise<Row | undefined> {
  const [row] = await table.select(em, 'where t.organisation_id = $1 and t.id = $2', [batch.organisationId, id]);
  return row;
}

/** A monitored user by the row's id or by the id of the calling system. */
export type UserRef = { id: string } | { externalId: string };

export async function findUser({ em, tables, batch }: Changing, ref: UserRef): Promise<UserRow | undefined> {
  const [column, value] = 'id' in ref ? ['id', ref.id] : ['external_id', ref.externalId];
  const [row] = await tables.user.select(em, `where t.organisation_id = $1 and t.${column} = $2`, [batch.organisationId, value]);
  return row;
}
