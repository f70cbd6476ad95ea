import type { UserRow } from '../../db/entities/user.ts';
import type { Erasing } from '../../db/queries/erasure.ts';
import {
  accountsNamed,
  activitiesToErase,
  auditStretch,
  eraseAbout,
  eraseActivities,
  eraseAudit,
  eraseNames,
} from '../../db/queries/erasure.ts';
import { emptyBaseline } from '../../domain/baseline.ts';
import { noneCommon, withoutHabits } from '../../domain/common-programs.ts';
import type { Erased } from '../../domain/erasure.ts';
import { describeHold, erasedName, holds, nothingErased, sumOfErased } from '../../domain/erasure.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { draftOf } from '../redraft.ts';
import { forgetErased } from '../state.ts';
import { scopesOf } from '../teaching.ts';
import type { UserRef } from './finding.ts';
import { conflict, findUser, notFound } from './finding.ts';

/**
 * Erasing a user. The log keeps its lines and their hashes; what they were about is gone, and the row of the user is left
 * without anything of theirs. `eraseSome` goes before it where there is much: short transactions, between which others record.
 */

/** How far the steps before have come: the place in the audit log, addresses at which nobody is left, and what they erased. */
export type ErasureProgress = { auditedTo: number; addresses: readonly string[]; erased: Erased };
export const erasureBegins = (): ErasureProgress => ({ auditedTo: 0, addresses: [], erased: nothingErased() });

type Asked = { user: UserRef; actor: Actor; reason: string; progress: ErasureProgress };
export type ErasureChanges = {
  eraseSome: { asks: Asked; gives: { progress: ErasureProgress; more: boolean } | Refused };
  eraseUser: { asks: Asked; gives: { user: UserRow; erased: Erased; people: number; apiKeys: number } | Refused };
};

/** Activities of one transaction: so many hold the log head for about a tenth of a second. */
export const activitiesPerStepMax = 1_000;
/** Addresses at which only the user was seen that are looked for in what is about others; a user of more is not told by one of them. */
export const addressesMax = 200;
/** Audit entries that one transaction looks through. */
export const auditEntriesPerStepMax = 5_000;

/** A step that leaves the user there: so much as one transaction takes, where there is more than that. */
export async function eraseSome(changing: Changing, asked: Asked): Promise<ErasureChanges['eraseSome']['gives']> {
  const { em, tables, batch } = changing;
  const user = await erasable(changing, asked.user);
  if ('refused' in user) return user;
  const erasing = erasingOf(user, batch.now);
  let { auditedTo, addresses, erased } = asked.progress;
  const begins = auditedTo === 0 && erased.activities === 0;
  const rows = await activitiesToErase(em, tables, erasing, 'OTHER', activitiesPerStepMax + 1);
  const manyActivities = rows.length > activitiesPerStepMax;
  if (manyActivities) {
    const gone = await eraseRows(changing, erasing, rows);
    erased = sumOfErased(erased, gone.counted);
    addresses = [...new Set([...gone.addresses, ...addresses])].slice(0, addressesMax);
  }
  const stretch = await auditStretch(em, batch.organisationId, auditedTo, auditEntriesPerStepMax);
  if (stretch !== null) {
    erased = sumOfErased(erased, await eraseAudit(em, erasing, auditedTo, stretch));
    auditedTo = stretch;
  }
  const more = manyActivities || stretch !== null;
  if (more && begins) {
    const reason = withoutNames(asked.reason, erasing);
    audit(batch, { actor: asked.actor, action: 'USER_ERASURE_BEGUN', target: `User:${user.id}`, reason });
  }
  return { progress: { auditedTo, addresses, erased }, more };
}

/** What is left of it, in one transaction with the line in the log that tells of it. */
export async function eraseUser(changing: Changing, asked: Asked): Promise<ErasureChanges['eraseUser']['gives']> {
  const { em, tables, batch, replica } = changing;
  const user = await erasable(changing, asked.user);
  if ('refused' in user) return user;
  const erasing = erasingOf(user, batch.now);
  let { erased } = asked.progress;
  const add = (more: Partial<Erased>) => void (erased = sumOfErased(erased, more));

  const visits = new Set<string>();
  const addresses = new Set(asked.progress.addresses);
  for (const which of ['IN_SESSIONS_OF_OTHERS', 'OTHER'] as const) {
    for (;;) {
      const rows = await activitiesToErase(em, tables, erasing, which, activitiesPerStepMax);
      if (rows.length === 0) break;
      if (which === 'IN_SESSIONS_OF_OTHERS') for (const { sessionId } of rows) visits.add(sessionId!);
      const gone = await eraseRows(changing, erasing, rows);
      add(gone.counted);
      for (const address of gone.addresses) addresses.add(address);
    }
  }
  await forgetHabits(changing, user);
  const { facts, pending } = user.baseline;
  const known = [...Object.keys(facts), ...pending.flatMap((lesson) => lesson.facts)];
  add(await eraseAudit(em, erasing, asked.progress.auditedTo, batch.seq)); // while it can be told what was about the user
  add(await eraseAbout(em, erasing, known, scopesOf(user.teams)));
  const names = [...erasing.names, ...[...addresses].slice(0, addressesMax)];
  add(await eraseNames(em, { ...erasing, names }, [...visits]));

  const tombstone: UserRow = {
    ...user,
    externalId: erasing.instead,
    displayName: null,
    teams: [],
    timeZone: null,
    baseline: emptyBaseline(),
    erasedAt: batch.now,
    legalHold: null,
  };
  batch.users.add(tombstone);
  append(batch, { kind: 'USER_ERASED', userRow: tombstone, user: null, session: null });
  const reason = withoutNames(asked.reason, erasing);
  audit(batch, { actor: asked.actor, action: 'USER_ERASED', target: `User:${user.id}`, after: { ...erased }, reason });
  forgetErased(replica);
  return { user: tombstone, erased, ...(await accountsNamed(em, batch.organisationId, user.externalId)) };
}

/** The user, unless something forbids to erase it. */
async function erasable(changing: Changing, ref: UserRef): Promise<UserRow | Refused> {
  const user = await findUser(changing, ref);
  if (!user) return notFound('user');
  if (user.erasedAt !== null) return conflict('this user is erased already');
  return holds(user.legalHold, changing.batch.now) ? conflict(describeHold(user.legalHold)) : user;
}

const erasingOf = ({ id, organisationId, externalId, displayName }: UserRow, at: number): Erasing => ({
  organisationId,
  userId: id,
  names: displayName === null || displayName.trim() === '' ? [externalId] : [externalId, displayName],
  instead: erasedName(id),
  at,
});

/** Together with what the activities taught: it is read out of them again, since a baseline keeps the newest only. */
async function eraseRows({ em }: Changing, erasing: Erasing, rows: Parameters<typeof draftOf>[0]['row'][]) {
  const facts = new Set(rows.flatMap((row) => draftOf({ row, user: erasing.names[0]!, session: null }).facts));
  const ids = rows.map(({ id }) => id);
  return eraseActivities(em, erasing, ids, [...facts]);
}

/** The programs that only this user ran are common to nobody any more. */
async function forgetHabits({ em, tables, batch }: Changing, { id }: UserRow): Promise<void> {
  const { organisationId } = batch;
  const [gone] = await tables.commandHabits.select(em, 'where t.organisation_id = $1 and t.id = $2', [organisationId, id]);
  const [common] = await tables.commonPrograms.select(em, 'where t.id = $1', [organisationId]);
  if (!gone) return;
  const left = withoutHabits(common?.common ?? noneCommon(), gone.habits);
  batch.commonPrograms.set(organisationId, { id: organisationId, organisationId, common: left });
}

/** Whoever gives the reason may write the name into it. */
const withoutNames = (text: string, { names, instead }: Erasing): string =>
  names.reduce((left, name) => left.replaceAll(name, instead), text);
