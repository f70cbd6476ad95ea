import { sessionThresholds } from '../../domain/session.ts';
import type { Micros } from '../../domain/time.ts';
import type { Database } from '../database.ts';
import type { SessionRow } from '../entities/session.ts';
import type { Reader } from '../statement.ts';
import { statement } from '../statement.ts';
import { firstRows } from './list-page.ts';

/** `userIds`: only sessions of these users; null: of all. */
type Asked = { organisationId: string; userIds: readonly string[] | null; where: Record<string, unknown>; now: Micros; max: number };

/**
 * Sessions that are not over and hold `where`, latest activity first, and the place in the log at which they are so. One
 * statement tells both, or what is committed between two would be told twice or not at all; null where there are none. The
 * reader has to see all of its organisation, for the head of the log is seen by nobody else.
 */
export async function readCurrentSessions(
  { orm, tables }: Database,
  { organisationId, userIds, where, now, max }: Asked,
  reader: Reader,
): Promise<{ position: number | null; sessions: SessionRow[] }> {
  const open = { endedAt: null, terminatedAt: null, lastActivityAt: { $gt: now - sessionThresholds.expiredAfter } };
  const conditions = [open, where, ...(userIds === null ? [] : [{ userId: { $in: userIds } }])];
  const list = { name: 'session', organisationId, where: { $and: conditions } } as const;
  const { clause, params } = firstRows(orm, list, 'lastActivityAt', 'DESC', max);
  const { columns, read } = tables.session;
  const position = '(select h.seq from log_head h where h.organisation_id = t.organisation_id) as log_position';
  const found = await statement<{ log_position: string }>(reader, `select ${columns}, ${position} from session t ${clause}`, params);
  return { position: found[0] ? Number(found[0].log_position) : null, sessions: found.map(read) };
}

/** Ids of the users that a reader sees. */
export async function visibleUserIds(reader: Reader): Promise<string[]> {
  return (await statement<{ id: string }>(reader, 'select id from "user"')).map(({ id }) => id);
}
