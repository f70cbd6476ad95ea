import type { Tables } from '../db/database.ts';
import type { Runner } from '../db/statement.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { PastActivity } from '../db/queries/load-state.ts';
import { between, firstActivity, newestActivity, pastActivities, sharedFacts, touchedSince } from '../db/queries/load-state.ts';
import { daySlots } from '../db/queries/load-volumes.ts';
import { userNames } from '../db/queries/read-log.ts';
import { readSettings } from '../db/queries/settings.ts';
import { namesOf, touchesRights } from '../detection/rights.ts';
import type { Trace, Window } from '../detection/windows.ts';
import { loadCommands } from './commands.ts';
import {
  emptyWindows,
  latenessMax,
  organisationChanges,
  organisationWindow,
  sessionsSpan,
  traceTextMax,
  windowNames,
  windows,
  windowsOf,
} from '../detection/windows.ts';
import type { ActivityDraft } from './draft.ts';
import { attemptTypes, isAttempt } from '../domain/activity.ts';
import type { Micros } from '../domain/time.ts';
import { formatInstant } from '../domain/time.ts';
import type { Replica, SubjectState } from './state.ts';
import { emptyUser, forgetErased, forgetShared, forgetSubject, forgetUser, setSettings } from './state.ts';
import { dueSources } from './steady.ts';
import { isNewTo, scopesOf } from './teaching.ts';
import { countedFrom } from './volumes.ts';

/** Brings what a batch needs into the replica: users, sessions, addresses, with their windows around the batch's time. */

/** Past this many foreign entries it is cheaper to forget all than to ask what they touched. */
const foreignEntriesMax = 5_000;
/** Most sessions of one user kept at hand; the one quiet for longest leaves first. */
export const sessionsPerUserMax = 200;
/** Most anomalies of a subject that are looked through for one that goes on. */
const anomaliesMax = 200;

export type Loading = { em: Runner; tables: Tables; replica: Replica };

/** Advances the replica over what other processes committed: their subjects are forgotten and read again when needed. */
export async function catchUp({ em, tables, replica }: Loading, headSeq: number): Promise<void> {
  if (headSeq === replica.appliedSeq) return;
  forgetShared(replica);
  const { settings, revision } = await readSettings(em, tables, replica.organisationId);
  setSettings(replica, settings, revision);
  if (replica.appliedSeq === 0 || headSeq - replica.appliedSeq > foreignEntriesMax) forgetErased(replica);
  else {
    for (const touched of await touchedSince(em, replica.organisationId, replica.appliedSeq, headSeq)) {
      if (touched.erased) forgetErased(replica);
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
  await loadUsers(loading, distinct(drafts.flatMap((draft) => [draft.user, ...namesOf(draft)])), stretch);
  await loadSessions(loading, sessions);
  await loadUsers(loading, ownersOf(loading.replica, sessions), stretch);
  await loadSessions(loading, sessions); // again only those that went with an owner who was known for other times
  const attempts = drafts.filter((draft) => isAttempt(draft.type));
  await loadAddresses(loading, distinct(attempts.map((draft) => draft.sourceIp)), stretch);
  loading.replica.since ??= await firstActivity(loading.em, loading.replica.organisationId);
  if (attempts.length > 0 || drafts.some(touchesRights)) await loadEverywhere(loading, stretch);
  await loadSharedFacts(loading, drafts);
  await loadUsers(loading, await dueSources(loading, stretch.to), stretch);
  await loadCommands(loading, distinct(drafts.map(({ kind, user }) => (kind === 'terminal' ? user : null))));
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
  const pastOf = pastActivities(em, replica.organisationId, 'user_id', ids, {
    looks: windowNames.map((name) => ({ types: windows[name].types, from: stretch.from - windows[name].span })),
    to: stretch.to + latenessMax,
    itemsMax: windowNames.reduce((sum, name) => sum + windows[name].itemsMax, 0),
    charactersOfText: traceTextMax,
  });
  const sessionsOf = tables.session.selectEach(
    em,
    ids,
    `select * from session where ${between('user_id, last_activity_at', 'key.key', '$2::timestamptz', `timestamptz 'infinity'`)} limit ${sessionsPerUserMax}`,
    [formatInstant(stretch.from - sessionsSpan - latenessMax)],
  );
  const [subjects, newest, past, sessions, slots] = await Promise.all([
    readSubjects(
      { em, tables, replica },
      rows.map((row) => `user:${row.externalId}`),
    ),
    newestActivity(em, replica.organisationId, 'user_id', ids),
    pastOf,
    sessionsOf,
    daySlots(em, replica.organisationId, ids),
  ]);
  const pastByUser = Map.groupBy(past, ({ key }) => key);
  for (const row of rows) {
    const newestAt = newest.get(row.id) ?? null;
    replica.names.set(row.id, row.externalId);
    replica.users.set(row.externalId, {
      ...emptyUser(row),
      ...subjects(`user:${row.externalId}`),
      ...covered(stretch, newestAt),
      windows: windowsFrom(pastByUser.get(row.id) ?? []),
      newestAt,
      counted: countedFrom(slots.get(row.id) ?? [], newestAt, row.timeZone ?? replica.timeZone),
      sessions: new Map((sessions.get(row.id) ?? []).map((session) => [session.externalId, adopt(replica, session)])),
    });
  }
}

function windowsFrom(past: readonly PastActivity[]) {
  const found = emptyWindows();
  for (const { key: _key, ...trace } of past) for (const name of windowsOf(trace)) found[name].push(trace);
  return found;
}

/** For which times what was read holds: for all later ones too, where nothing lies past it. */
const covered = ({ from, to }: Stretch, newestAt: Micros | null) => ({
  from,
  to: (newestAt ?? -Infinity) <= to + latenessMax ? Infinity : to,
});

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

async function loadAddresses({ em, tables, replica }: Loading, addresses: string[], needed: Stretch): Promise<void> {
  const missing = addresses.filter((address) => !covers(replica.addresses.get(address), needed));
  if (missing.length === 0) return;
  const stretch = withSlack(needed);
  const { organisationId } = replica;
  const [subjects, newest, past] = await Promise.all([
    readSubjects(
      { em, tables, replica },
      missing.map((address) => `address:${address}`),
    ),
    newestActivity(em, organisationId, 'source_ip', missing),
    pastActivities(em, organisationId, 'source_ip', missing, tracesAround(stretch, windows.attempts)),
  ]);
  const attempts = Map.groupBy(past, ({ key }) => key);
  for (const address of missing) {
    const state = { ...subjects(`address:${address}`), ...covered(stretch, newest.get(address) ?? null) };
    replica.addresses.set(address, { ...state, attempts: (attempts.get(address) ?? []).map(traceOf) });
  }
}

async function loadEverywhere({ em, tables, replica }: Loading, needed: Stretch): Promise<void> {
  if (covers(replica.everywhere ?? undefined, needed)) return;
  const stretch = withSlack(needed);
  const { organisationId } = replica;
  const [subjects, newest, attempts, changes] = await Promise.all([
    readSubjects({ em, tables, replica }, ['organisation:']),
    newestActivity(em, organisationId, 'type', [...attemptTypes, ...organisationChanges.types]),
    pastActivities(em, organisationId, 'type', attemptTypes, tracesAround(stretch, organisationWindow)),
    pastActivities(em, organisationId, 'type', organisationChanges.types, tracesAround(stretch, organisationChanges)),
  ]);
  replica.everywhere = {
    ...subjects('organisation:'),
    ...covered(stretch, Math.max(-Infinity, ...newest.values())),
    attempts: attempts.map(traceOf).slice(-organisationWindow.itemsMax),
    changes: changes.map(traceOf).slice(-organisationChanges.itemsMax),
  };
}

const tracesAround = ({ from, to }: Stretch, { types, span, itemsMax }: Window) => ({
  looks: [{ types, from: from - span }],
  to: to + latenessMax,
  itemsMax,
  charactersOfText: traceTextMax,
});

const traceOf = ({ key: _key, ...trace }: PastActivity): Trace => trace;

/** Of what is news to their users the drafts' facts, as teams and the organisation know them: those that they knew before `before`. */
export async function loadSharedFacts({ em, replica }: Loading, drafts: readonly ActivityDraft[], before = Infinity): Promise<void> {
  const wanted = new Map<string, { scope: string; fact: string }>();
  for (const draft of drafts) {
    const user = replica.users.get(draft.user);
    const scopes = scopesOf(user?.row.teams ?? []);
    for (const fact of draft.facts.filter((one) => isNewTo(user, one))) {
      for (const scope of scopes) if (!replica.sharedFacts.has(`${scope} ${fact}`)) wanted.set(`${scope} ${fact}`, { scope, fact });
    }
  }
  if (wanted.size === 0) return;
  const pairs = [...wanted.values()];
  const found = await sharedFacts(
    em,
    replica.organisationId,
    pairs.map(({ scope }) => scope),
    pairs.map(({ fact }) => fact),
  );
  for (const name of wanted.keys()) replica.sharedFacts.set(name, { known: null });
  for (const { scope, fact, known } of found.filter(({ known }) => known.firstAt < before))
    replica.sharedFacts.set(`${scope} ${fact}`, { known });
}

/** The anomalies and unclosed alerts of subjects, asked for at once; answers by subject. */
async function readSubjects({ em, tables, replica: { organisationId } }: Loading, subjects: readonly string[]) {
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
  const [anomalies, alerts] = await Promise.all([anomaliesOf, alertsOf]);
  return (subject: string) => ({
    anomalies: anomalies.filter((anomaly) => anomaly.subject === subject),
    alerts: alerts.filter((alert) => alert.subject === subject),
  });
}

function distinct(names: readonly (string | null)[]): string[] {
  return [...new Set(names.filter((name) => name !== null))];
}
