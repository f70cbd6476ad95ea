import { raw } from '@mikro-orm/core';
import type { QBFilterQuery } from '@mikro-orm/postgresql';
import { sessionThresholds } from '../../domain/session.ts';
import type { Micros } from '../../domain/time.ts';
import { Session, type SessionRow } from '../entities/session.ts';
import type { Reader } from '../statement.ts';
import { statement } from '../statement.ts';

/** `userIds`: only sessions of these users; null: of all. */
type Asked = { organisationId: string; userIds: readonly string[] | null; where: Record<string, unknown>; now: Micros; max: number };

/**
 * Sessions that are not over and hold `where`, latest activity first, and the place in the log at which they are so. One
 * statement tells both, or what is committed between two would be told twice or not at all; null where there are none. The
 * reader has to see all of its organisation, for the head of the log is seen by nobody else.
 */
export async function readCurrentSessions(
  reader: Reader,
  { organisationId, userIds, where, now, max }: Asked,
): Promise<{ position: number | null; sessions: SessionRow[] }> {
  const open = { organisationId, endedAt: null, terminatedAt: null, lastActivityAt: { $gt: now - sessionThresholds.expiredAfter } };
  const conditions = [open, where, ...(userIds === null ? [] : [{ userId: { $in: userIds } }])];
  const position = raw('(select h.seq from log_head h where h.organisation_id = s.organisation_id) as log_position');
  return reader.entities(async (em) => {
    const found: { log_position: string }[] = await em
      .createQueryBuilder(Session, 's')
      .select(['s.*', position])
      .where({ $and: conditions } as QBFilterQuery<SessionRow, 's'>)
      .orderBy({ lastActivityAt: 'DESC', id: 'DESC' })
      .limit(max)
      .execute('all', false);
    return { position: found[0] ? Number(found[0].log_position) : null, sessions: found.map((row) => em.map(Session, row) as SessionRow) };
  });
}

/** Ids of the users that a reader sees. */
export async function visibleUserIds(reader: Reader): Promise<string[]> {
  return (await statement<{ id: string }>(reader, 'select id from "user"')).map(({ id }) => id);
}
