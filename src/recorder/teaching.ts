import { sharedFacts } from '../db/queries/load-state.ts';
import type { FactScope, Lesson } from '../domain/baseline.ts';
import type { Claim, Judged } from '../detection/detector.ts';
import { fold, learn, sharedKinds, unlearn } from '../domain/baseline.ts';
import { lowestScore } from '../domain/risk.ts';
import type { Batch } from './batch.ts';
import type { Changing } from './changes.ts';
import type { Replica, UserState } from './state.ts';

/** What activities teach: the baseline of their user, and what the user's teams and the organisation know. */

/** Where somebody is shows at a sign-in; within a session an address may change in somebody else's hands. */
const toldBySignIns = /^(address|network|country|device|client):/;
const shared = new RegExp(`^(${Object.keys(sharedKinds).join('|')}):`);

/** Whether an activity with these claims is nothing to learn from. Working at night (LOW) is a remark, not odd for a night worker. */
const isOdd = (claims: readonly Claim[]) =>
  claims.some(({ score, learning, teaches }) => score >= lowestScore.MEDIUM && !learning && !teaches);

/** Learns from an activity unless something is odd about it, and takes back what was learned from those that turn out to be. */
export function teach(batch: Batch, replica: Replica, user: UserState, judged: Judged, claims: readonly Claim[]): void {
  const before = user.row.baseline;
  const odd = isOdd(claims);
  const kept = odd ? unlearn(before, evidenceOf(claims)) : before;
  const lesson = odd || judged.outcome !== 'SUCCESS' ? null : lessonOf(judged);
  const after = lesson ? learn(kept, lesson) : kept;
  if (lesson && after !== kept) share(batch, replica, user, judged.at, lesson.facts);
  user.row.baseline = fold(after, Math.max(judged.at, user.newestAt ?? judged.at));
  if (after !== before) batch.users.add(user.row);
}

const evidenceOf = (claims: readonly Claim[]) => new Set(claims.flatMap(({ evidence }) => evidence.map(({ id }) => id)));

/** What an activity teaches where nothing is odd about it. */
export function lessonOf({ id, at, local, signIn, facts }: Pick<Judged, 'id' | 'at' | 'local' | 'signIn' | 'facts'>): Lesson {
  return {
    id,
    at,
    signIn: signIn ? { at, ...local } : null,
    facts: signIn ? facts : facts.filter((fact) => !toldBySignIns.test(fact)),
  };
}

/** The teams and the organisation that share what a user with these teams learns. */
export const scopesOf = (teams: readonly string[]): FactScope[] => ['organisation', ...teams.map((team) => `team:${team}` as const)];

/** Whether others are asked about a fact, because it is news to the user. */
export const isNewTo = (user: UserState | undefined, fact: string): boolean =>
  shared.test(fact) && user?.row.baseline.facts[fact] === undefined;

export function share(batch: Batch, replica: Replica, user: UserState, at: number, facts: readonly string[]): void {
  for (const fact of facts) {
    if (!isNewTo(user, fact) || user.row.baseline.pending.some((lesson) => lesson.facts.includes(fact))) continue;
    for (const scope of scopesOf(user.row.teams)) {
      const key = `${scope} ${fact}`;
      const before = replica.sharedFacts.get(key)?.known;
      const known = { firstAt: Math.min(before?.firstAt ?? at, at), users: (before?.users ?? 0) + 1 };
      replica.sharedFacts.set(key, { known });
      batch.sharedFacts.set(key, { organisationId: batch.organisationId, scope, fact, ...known });
    }
  }
}

/** Of facts that a user has unlearned the team and the organisation know by one user less; by none they do not know them. */
export async function unshare({ em, batch, replica }: Changing, user: UserState, facts: readonly string[]): Promise<void> {
  const pairs = facts.filter((fact) => shared.test(fact)).flatMap((fact) => scopesOf(user.row.teams).map((scope) => ({ scope, fact })));
  if (pairs.length === 0) return;
  const found = await sharedFacts(
    em,
    batch.organisationId,
    pairs.map(({ scope }) => scope),
    pairs.map(({ fact }) => fact),
  );
  const knownBy = new Map(found.map(({ scope, fact, known }) => [`${scope} ${fact}`, known]));
  for (const { scope, fact } of pairs) {
    const known = knownBy.get(`${scope} ${fact}`);
    if (!known) continue;
    const left = { ...known, users: known.users - 1 };
    replica.sharedFacts.set(`${scope} ${fact}`, { known: left.users > 0 ? left : null });
    batch.sharedFacts.set(`${scope} ${fact}`, { organisationId: batch.organisationId, scope, fact, ...left });
  }
}
