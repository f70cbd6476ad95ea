import { randomUUIDv7 } from 'node:crypto';
import type { PersonRow } from '../../db/entities/person.ts';
import type { UserRow } from '../../db/entities/user.ts';
import type { Grant, Scope } from '../../domain/access.ts';
import { beyond, scopesOf } from '../../domain/access.ts';
import { canonicalJson } from '../../domain/canonical-json.ts';
import type { Micros } from '../../domain/time.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit, difference } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { grantOfPerson } from '../grants.ts';
import { forgetUser } from '../state.ts';
import { notFound, one } from './finding.ts';

/** What an administrator sets for somebody: `null` leaves it to the token, `undefined` leaves it as it is. */
export type Assignment = { roles?: Grant['roles'] | null; teams?: Grant['teams'] | null; leads?: Grant['leads'] | null };

export type PeopleChanges = {
  /** Somebody signed in with a token that is newer than those before. */
  seePerson: {
    asks: { issuer: string; subject: string; name: string; claimed: Grant; claimedAt: Micros };
    gives: { person: PersonRow };
  };
  updatePerson: {
    asks: {
      id: string;
      actor: Actor;
      actorScopes: ReadonlySet<Scope>;
      assigned: Assignment;
      suspended: boolean | null;
      reason: string | null;
    };
    gives: { person: PersonRow } | Refused;
  };
  updateUser: {
    asks: { externalId: string; actor: Actor; teams: readonly string[] | null; displayName?: string | null };
    gives: { user: UserRow } | Refused;
  };
};
type Asked<Do extends keyof PeopleChanges> = PeopleChanges[Do]['asks'];

export async function seePerson(changing: Changing, asked: Asked<'seePerson'>): Promise<{ person: PersonRow }> {
  const { em, tables, batch } = changing;
  const { issuer, subject, name, claimed, claimedAt } = asked;
  const [before] = await tables.person.select(em, 'where t.organisation_id = $1 and t.issuer = $2 and t.subject = $3', [
    batch.organisationId,
    issuer,
    subject,
  ]);
  if (before && before.claimedAt >= claimedAt) return { person: before };
  const known = before ?? {
    id: randomUUIDv7(),
    organisationId: batch.organisationId,
    issuer,
    subject,
    assigned: null,
    suspendedAt: null,
    firstSeenAt: batch.now,
  };
  const person = { ...known, name, claimed, claimedAt };
  batch.people.add(person);
  if (before && canonicalJson([before.name, before.claimed]) === canonicalJson([name, claimed])) return { person };
  const actor = { kind: 'PERSON' as const, id: person.id, name };
  const change = before ? difference(before, person) : { before: null, after: { name, issuer, subject, claimed } };
  audit(batch, { actor, action: 'PERSON_SEEN', target: `Person:${person.id}`, ...change });
  if (before) tellOfAccess(changing, before, person);
  return { person };
}

export async function updatePerson(
  changing: Changing,
  { id, actor, actorScopes, assigned, suspended, reason }: Asked<'updatePerson'>,
): Promise<PeopleChanges['updatePerson']['gives']> {
  const { batch, tables } = changing;
  const before = await one(tables.person, changing, id);
  if (!before) return notFound('person');
  const merged = Object.entries({ ...before.assigned, ...withoutUndefined(assigned) }).filter(([, value]) => value !== null);
  const person = {
    ...before,
    assigned: merged.length > 0 ? (Object.fromEntries(merged) as Partial<Grant>) : null,
    suspendedAt: suspended === null ? before.suspendedAt : suspended ? (before.suspendedAt ?? batch.now) : null,
  };
  const more = beyond(actorScopes, scopesGained(before, person));
  if (more) return { refused: 'BEYOND_SCOPE', message: `this would give the scope ${more}, which you have not` };
  batch.people.add(person);
  audit(batch, { actor, action: 'PERSON_UPDATED', target: `Person:${id}`, ...difference(before, person), reason });
  tellOfAccess(changing, before, person);
  return { person };
}

/** What somebody may after a change and not before it, be it by other roles, by the token's own, or by a suspension that ends. */
function scopesGained(before: PersonRow, person: PersonRow): ReadonlySet<Scope> {
  const had = scopesOf(grantOfPerson(before), null);
  return new Set([...scopesOf(grantOfPerson(person), null)].filter((scope) => !had.has(scope)));
}

const withoutUndefined = (of: object) => Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined));

/** Streams of somebody end at this line of the log, on every process, so it is there only if their access changed. */
function tellOfAccess({ batch }: Changing, before: PersonRow, person: PersonRow): void {
  if (canonicalJson(grantOfPerson(before)) === canonicalJson(grantOfPerson(person))) return;
  append(batch, { kind: 'PERSON_CHANGED', person, user: null, session: null });
}

export async function updateUser(
  changing: Changing,
  { externalId, actor, teams, displayName }: Asked<'updateUser'>,
): Promise<PeopleChanges['updateUser']['gives']> {
  const { em, tables, batch, replica } = changing;
  const [before] = await tables.user.select(em, 'where t.organisation_id = $1 and t.external_id = $2', [batch.organisationId, externalId]);
  if (!before) return notFound('user');
  const user = { ...before, teams: teams ?? before.teams, displayName: displayName === undefined ? before.displayName : displayName };
  batch.users.add(user);
  append(batch, { kind: 'USER_UPDATED', userRow: user, user: externalId, session: null });
  audit(batch, { actor, action: 'USER_UPDATED', target: `User:${user.id}`, ...difference(before, user) });
  forgetUser(replica, externalId);
  return { user };
}
