import type { ActivityRow } from '../db/entities/activity.ts';
import type { Tables } from '../db/database.ts';
import { userNames } from '../db/queries/read-log.ts';
import type { Runner } from '../db/statement.ts';
import { readCommand } from '../detection/shell.ts';
import type { AnyDetail } from '../domain/activity.ts';
import { details } from '../domain/activity.ts';
import type { ActivityDraft } from './draft.ts';
import { readOut } from './read-out.ts';

/** What was recorded, as it was before it was judged: what is read out of it is read again, by the rules of today. */

/** A recorded activity with the external ids of its user and session. */
export type Stored = { row: ActivityRow; user: string; session: string | null };

export function draftOf({ row, user, session }: Stored): ActivityDraft {
  const fields = Object.keys(details[row.kind]).map((name) => [name, row.detail[name] ?? null]);
  const what = { kind: row.kind, detail: Object.fromEntries(fields) } as AnyDetail;
  const { type, occurredAt, sourceIp, userAgent, deviceType, place, secretsUsed, outcome, onBehalfOf, metadata } = row;
  const command = what.kind === 'terminal' ? readCommand(what.detail.command) : null;
  return {
    ...what,
    type,
    user,
    userTimeZone: null,
    session,
    occurredAt,
    key: null,
    sourceIp,
    userAgent,
    deviceType,
    place,
    outcome,
    onBehalfOf,
    metadata,
    secretsUsed,
    policyRevision: 0,
    ...readOut({ ...what, type, sourceIp, userAgent, deviceType, place, secretsUsed }, command),
  };
}

/** The rows with the names that drafts go by. */
export async function named(em: Runner, tables: Tables, rows: readonly ActivityRow[]): Promise<Stored[]> {
  if (rows.length === 0) return [];
  const sessionIds = [...new Set(rows.flatMap(({ sessionId }) => sessionId ?? []))];
  const [users, sessions] = await Promise.all([
    userNames(
      em,
      rows.map(({ userId }) => userId),
    ),
    sessionIds.length === 0 ? [] : tables.session.select(em, 'where t.id = any($1)', [sessionIds]),
  ]);
  const sessionNames = new Map(sessions.map(({ id, externalId }) => [id, externalId]));
  return rows.flatMap((row) => {
    const user = users.get(row.userId);
    return user === undefined ? [] : [{ row, user, session: sessionNames.get(row.sessionId ?? '') ?? null }];
  });
}
