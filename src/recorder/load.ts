import type { Tables } from '../db/database.ts';
import type { Runner } from '../db/statement.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { PastActivity } from '../db/queries/load-state.ts';
import { between, newestActivity, pastActivities, touchedSince } from '../db/queries/load-state.ts';
import { userNames } from '../db/queries/read-log.ts';
import { pageTypes } from '../detection/detectors/rapid-navigation.ts';
import { latenessMax, windowItemsMax, windowSpans } from '../detection/windows.ts';
import type { ActivityDraft } from './draft.ts';
import type { Micros } from '../domain/time.ts';
import { formatInstant } from '../domain/time.ts';
import type { Replica, SubjectState } from './state.ts';
import { forgetEverything, forgetSubject, forgetUser } from './state.ts';

/** Brings what a batch needs into the replica: users, sessions, addresses, with their windows around the batch's time. */

const attemptTypes = ['AUTH_FAILURE', 'LOGIN', 'SSH_LOGIN'] as const;
export const isAttempt = (type: string): boolean => attemptTypes.some((one) => one === type);

/** Past this many foreign entries it is cheaper to forget all than to ask what they touched. */
const foreignEntriesMax = 5_000;
/** Most sessions of one user kept at hand; the one quiet for longest leaves first. */
export const sessionsPerUserMax = 200;
/** Most anomalies of a subject that are looked through for one that goes on. */
const anomaliesMax = 200;

export type Loading = { em: Runner; tables: Tables; replica: Replica };

/** Advances the replica over what other processes committed: their subjects are forgotten and read again when needed. */
export async function catchUp({ em, replica }: Loading, headSeq: number): Promise<void> {
  if (headSeq === replica.appliedSeq) return;
  if (replica.appliedSeq === 0 || headSeq - replica.appliedSeq > foreignEntriesMax) forgetEverything(replica);
  else {
    for (const touched of await touchedSince(em, replica.organisationId, replica.appliedSeq, headSeq)) {
      if (touched.user !== null) forgetUser(replica, touched.user);
      if (touched.address !== null) replica.addresses.delete(touched.address);
      if (touched.session !== null) replica.sessions.delete(touched.session);
      if (touched.subject !== null) forgetSubject(replica, touched.subject);
    }
  }
  replica.appliedSeq = headSeq;
}

/** Loads every subject and session of the drafts that the replica does not hold for the drafts' event times. */
export async function loadSubjects(loading: Loading, drafts: readonly ActivityDraft[]): Promise<void> {
  const times = drafts.map((draft) => draft.occurredAt);
  const stretch = { from: Math.min(...times), to: Math.max(...times) };
  const sessions = distinct(drafts.map((draft) => draft.session));
  await loadUsers(loading, distinct(drafts.map((draft) => draft.user)), stretch);
  await loadSessions(loading, sessions);
  await loadUsers(loading, ownersOf(loading.replica, sessions), stretch);
  await loadSessions(loading, sessions); // again only those that went with an owner who was known for other times
  await loadAddresses(loading, distinct(drafts.filter((draft) => isAttempt(draft.type)).map((draft) => draft.sourceIp)), stretch);
}

/** Whose the sessions are: an anomaly in a session is about its owner, whoever acts in it. */
function ownersOf({ sessions, names }: Replica, wanted: readonly string[]): string[] {
  return distinct(wanted.map((name) => names.get(sessions.get(name)?.userId ?? '') ?? null));
}

type Stretch = { from: Micros; to: Micros };

/** Activities that are sent side by side come a little out of order: who is read once for them should not be read again for the next. */
const withSlack = ({ from, to }: Stretch): Stretch => ({ from: from - latenessMax, to });

const covers = (state: SubjectState | undefined, stretch: Stretch) =>
  state !== undefined && state.from <= stretch.from && stretch.to <= state.to;

async function loadUsers({ em, tables, replica }: Loading, names: string[], needed: Stretch): Promise<void> {
  const missing = names.filter((name) => !covers(replica.users.get(name), needed));
  const stretch = withSlack(needed);
  if (missing.length === 0) return;
  for (const name of missing) forgetUser(replica, name);
  const rows = await tables.user.select(em, 'where t.organisation_id = $1 and t.external_id = any($2)', [replica.organisationId, missing]);
  const ids = rows.map((row) => row.id);
  if (rows.length === 0) return;
  const pagesOf = pastActivities(
    em,
    replica.organisationId,
    'user_id',
    ids,
    [...pageTypes],
    { from: stretch.from - windowSpans.pages, to: stretch.to + latenessMax },
    windowItemsMax,
  );
  const sessionsOf = tables.session.selectEach(
    em,
    ids,
    `select * from session where ${between('user_id, last_activity_at', 'key.key', '$2::timestamptz', `timestamptz 'infinity'`)} limit ${sessionsPerUserMax}`,
    [formatInstant(stretch.from - windowSpans.sessions - latenessMax)],
  );
  const wanted = rows.map((row) => ({ key: row.id, subject: `user:${row.externalId}` }));
  const [subjects, past, sessions] = await Promise.all([
    readSubjects({ em, tables, replica }, 'user_id', wanted, stretch),
    pagesOf,
    sessionsOf,
  ]);
  const pages = byKey(past);
  for (const row of rows) {
    replica.names.set(row.id, row.externalId);
    replica.users.set(row.externalId, {
      ...subjects.get(row.id)!,
      row,
      pages: (pages.get(row.id) ?? []).map((page) => ({ id: page.id, at: page.at, session: page.session })),
      sessions: new Map((sessions.get(row.id) ?? []).map((session) => [session.externalId, adopt(replica, session)])),
    });
  }
}

/** One object per session, wherever it is found: the user's map and the index by id must not drift apart. */
function adopt(replica: Replica, session: SessionRow): SessionRow {
  const known = replica.sessions.get(session.externalId);
  if (known) return known;
  replica.sessions.set(session.externalId, session);
  return session;
}

async function loadSessions({ em, tables, replica }: Loading, names: string[]): Promise<void> {
  const missing = names.filter((name) => !replica.sessions.has(name));
  if (missing.length === 0) return;
  const rows = await tables.session.select(em, 'where t.organisation_id = $1 and t.external_id = any($2)', [
    replica.organisationId,
    missing,
  ]);
  const owners = await userNames(
    em,
    rows.map((row) => row.userId),
  );
  for (const [id, name] of owners) replica.names.set(id, name);
  for (const row of rows) {
    const held = replica.users.peek(owners.get(row.userId)!)?.sessions;
    const session = held?.get(row.externalId) ?? row;
    held?.set(row.externalId, session);
    replica.sessions.set(row.externalId, session);
  }
}

async function loadAddresses(loading: Loading, addresses: string[], stretch: Stretch): Promise<void> {
  const { replica } = loading;
  const missing = addresses.filter((address) => !covers(replica.addresses.get(address), stretch));
  if (missing.length === 0) return;
  const states = await readSubjects(
    loading,
    'source_ip',
    missing.map((address) => ({ key: address, subject: `address:${address}` })),
    withSlack(stretch),
  );
  for (const [address, state] of states) replica.addresses.set(address, state);
}

/** Asks for everything at once: none of it waits for another's answer. */
async function readSubjects(
  { em, tables, replica: { organisationId } }: Loading,
  column: 'user_id' | 'source_ip',
  wanted: { key: string; subject: string }[],
  stretch: Stretch,
): Promise<Map<string, SubjectState>> {
  const keys = wanted.map((one) => one.key);
  const subjects = wanted.map((one) => one.subject);
  if (keys.length === 0) return new Map();
  const end = stretch.to + latenessMax;
  const around = { from: stretch.from - windowSpans.attempts, to: end };
  const reading = [
    pastActivities(em, organisationId, column, keys, attemptTypes, around, windowItemsMax),
    newestActivity(em, organisationId, column, keys),
  ] as const;
  const anomaliesOf = tables.anomaly.select(
    em,
    `join lateral (
      select id from anomaly where organisation_id = $1 and subject = t.subject order by last_at desc limit ${anomaliesMax}
    ) newest on newest.id = t.id where t.organisation_id = $1 and t.subject = any($2)`,
    [organisationId, subjects],
  );
  const alertsOf = tables.alert.select(
    em,
    `where t.organisation_id = $1 and t.subject = any($2) and t.status in ('OPEN', 'ACKNOWLEDGED')`,
    [organisationId, subjects],
  );
  const [past, newest, anomalies, alerts] = await Promise.all([...reading, anomaliesOf, alertsOf]);
  const attempts = byKey(past);
  return new Map(
    wanted.map(({ key, subject }) => [
      key,
      {
        from: stretch.from,
        to: (newest.get(key) ?? -Infinity) <= end ? Infinity : stretch.to,
        attempts: (attempts.get(key) ?? []).map((past) => ({
          id: past.id,
          at: past.at,
          user: past.user,
          address: past.address,
          failed: past.type === 'AUTH_FAILURE',
        })),
        anomalies: anomalies.filter((anomaly) => anomaly.subject === subject),
        alerts: alerts.filter((alert) => alert.subject === subject),
      },
    ]),
  );
}

function byKey(activities: PastActivity[]): Map<string, PastActivity[]> {
  return Map.groupBy(activities, (activity) => activity.key);
}

function distinct(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null))];
}
