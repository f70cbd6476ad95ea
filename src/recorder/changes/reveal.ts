import type { UserRow } from '../../db/entities/user.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit } from '../audit.ts';
import type { Changing, Refused } from '../changes.ts';
import { notFound, one } from './finding.ts';

export type RevealChanges = {
  /** Somebody is told who a user is, for a reason that is on record before they are. */
  revealUser: { asks: { id: string; actor: Actor; reason: string }; gives: { user: UserRow } | Refused };
};

export async function revealUser(
  changing: Changing,
  { id, actor, reason }: RevealChanges['revealUser']['asks'],
): Promise<RevealChanges['revealUser']['gives']> {
  const user = await one(changing.tables.user, changing, id);
  if (!user) return notFound('user');
  audit(changing.batch, { actor, action: 'USER_REVEALED', target: `User:${id}`, reason });
  return { user };
}
