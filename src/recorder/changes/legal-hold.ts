import type { UserRow } from '../../db/entities/user.ts';
import type { LegalHold } from '../../domain/erasure.ts';
import type { Micros } from '../../domain/time.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit, shown } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { forgetUser } from '../state.ts';
import type { UserRef } from './finding.ts';
import { conflict, findUser, notFound } from './finding.ts';

/** What keeps a user from being erased. */
export type LegalHoldChanges = {
  /** `until` is null where it holds until it is lifted. */
  setLegalHold: { asks: { user: UserRef; actor: Actor; reason: string; until: Micros | null }; gives: { user: UserRow } | Refused };
  liftLegalHold: { asks: { user: UserRef; actor: Actor; reason: string | null }; gives: { user: UserRow } | Refused };
};
type Asked<Do extends keyof LegalHoldChanges> = LegalHoldChanges[Do]['asks'];

/** One that is set again takes the place of the one before, and holds since then. */
export async function setLegalHold(changing: Changing, { user: ref, actor, reason, until }: Asked<'setLegalHold'>) {
  const before = await held(changing, ref);
  if ('refused' in before) return before;
  const since = before.legalHold?.since ?? changing.batch.now;
  const user = write(changing, before, { reason, since, until, by: actor.name });
  const change = { before: told(before.legalHold), after: told(user.legalHold) };
  audit(changing.batch, { actor, action: 'LEGAL_HOLD_SET', target: `User:${user.id}`, ...change, reason });
  return { user };
}

export async function liftLegalHold(changing: Changing, { user: ref, actor, reason }: Asked<'liftLegalHold'>) {
  const before = await held(changing, ref);
  if ('refused' in before) return before;
  if (before.legalHold === null) return conflict('there is no legal hold on this user');
  const user = write(changing, before, null);
  const change = { before: told(before.legalHold), after: null };
  audit(changing.batch, { actor, action: 'LEGAL_HOLD_LIFTED', target: `User:${user.id}`, ...change, reason });
  return { user };
}

async function held(changing: Changing, ref: UserRef): Promise<UserRow | Refused> {
  const user = await findUser(changing, ref);
  if (!user) return notFound('user');
  return user.erasedAt === null ? user : conflict('this user is erased: there is nothing left to keep');
}

/** Told in the log: other processes hold the row, and would write it as it was. */
function write({ batch, replica }: Changing, before: UserRow, legalHold: LegalHold | null): UserRow {
  const user = { ...before, legalHold };
  batch.users.add(user);
  append(batch, { kind: 'USER_UPDATED', userRow: user, user: user.externalId, session: null });
  forgetUser(replica, user.externalId);
  return user;
}

const told = (hold: LegalHold | null) =>
  hold === null ? null : { since: shown('sinceAt', hold.since), until: shown('holdsUntil', hold.until), reason: hold.reason };
