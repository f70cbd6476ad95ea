import type { Micros } from './time.ts';
import { formatInstant } from './time.ts';

/** What is left of a user whose data is erased, and what keeps it from being erased. */

/** A user whose data has to be kept, for a court or an authority; until it is lifted where `until` is null. */
export type LegalHold = { reason: string; since: Micros; until: Micros | null; by: string };

/** Whether a hold still forbids to erase: from `until` on it does not. */
export const holds = (hold: LegalHold | null, now: Micros): hold is LegalHold => hold !== null && (hold.until === null || now < hold.until);

export const describeHold = ({ reason, since, until }: LegalHold): string =>
  `a legal hold since ${formatInstant(since)}${until === null ? '' : ` until ${formatInstant(until)}`} keeps this user's data: ${reason}`;

/** The external id of what is left of an erased user: nobody is known by it, and log and foreign keys still have somebody to name. */
export const erasedName = (userId: string): string => `erased:${userId}`;

/** Whether it is such a name: nothing is recorded of who is erased. */
export const isErasedName = (name: string): boolean => /^erased:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** What was erased, in rows: deleted ones, and those of others in which the name was replaced. */
export const erasedThings = {
  activities: 'Activities of the user, deleted.',
  secretUsages: 'Uses of secrets of the user, deleted.',
  sessions: 'Sessions of the user, deleted.',
  anomalies: 'Anomalies about the user, deleted.',
  alerts: 'Alerts about the user, deleted with what was noted on them.',
  evidence: "Links from others' anomalies to activities of the user, deleted; the anomalies' counts stay.",
  presence: 'Notes of when and from where the user was there, from which summaries count, deleted; the counts stay.',
  facts: "Facts about habits that the user's teams and the organisation had from the user, forgotten or counted down.",
  activitiesOfOthers:
    'Activities of others that named the user, or were in a session of theirs: the name was replaced, the session left out.',
  sessionsOfOthers: 'Sessions of others that named the user: the name was replaced.',
  anomaliesOfOthers: 'Anomalies about others that named the user: the name was replaced.',
  alertsOfOthers: 'Alerts about others, and notes on them, that named the user: the name was replaced.',
  auditEntries: 'Audit entries that named the user: the name was replaced, and what was set of the user is left out.',
} as const;
export type ErasedThing = keyof typeof erasedThings;
export type Erased = Record<ErasedThing, number>;

export const nothingErased = (): Erased => Object.fromEntries(Object.keys(erasedThings).map((thing) => [thing, 0])) as Erased;

export const sumOfErased = (a: Erased, b: Partial<Erased>): Erased =>
  Object.fromEntries(Object.entries(a).map(([thing, count]) => [thing, count + (b[thing as ErasedThing] ?? 0)])) as Erased;
