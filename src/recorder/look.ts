import type { OrganisationState, PlaceState, Replica, SubjectState, UserState } from './state.ts';
import { emptyOrganisation, emptyPlace, emptyUser } from './state.ts';
import type { Armed } from '../detection/catalogue.ts';
import type { Judged, View } from '../detection/detector.ts';
import { namesOf, touchesRights } from '../detection/rights.ts';
import { latenessMax } from '../detection/windows.ts';
import { isAttempt, isSignIn } from '../domain/activity.ts';
import { emptyBaseline, fold } from '../domain/baseline.ts';
import { emptyHabits } from '../domain/command-habits.ts';
import { orderedId } from '../domain/ids.ts';
import { notedSecrets } from '../domain/secret-use.ts';
import type { SessionChange } from '../domain/session.ts';
import { localTime } from '../domain/time.ts';
import { emptyDay, quietBefore } from '../domain/volumes.ts';
import { goesOn } from './anomalies.ts';
import type { Batch } from './batch.ts';
import type { ActivityDraft } from './draft.ts';
import type { Entered } from './sessions.ts';
import { silentSources } from './steady.ts';
import { daysBefore } from './volumes.ts';

/** What judging looks at: who acts, from where, and what detectors are shown of it. */

export function userOf(batch: Batch, replica: Replica, draft: ActivityDraft): UserState {
  const user = replica.users.get(draft.user) ?? newUser(batch, replica, draft);
  if (draft.userTimeZone !== null && draft.userTimeZone !== user.row.timeZone) {
    user.row.timeZone = draft.userTimeZone;
    batch.users.add(user.row);
  }
  if (draft.occurredAt < (replica.since ?? Infinity)) replica.since = draft.occurredAt;
  if (draft.occurredAt < user.row.firstSeenAt) {
    user.row.firstSeenAt = draft.occurredAt;
    batch.users.add(user.row);
  }
  return user;
}

function newUser(batch: Batch, replica: Replica, draft: ActivityDraft): UserState {
  const row = {
    id: batch.newId(),
    organisationId: batch.organisationId,
    externalId: draft.user,
    displayName: null,
    teams: [],
    timeZone: null,
    firstSeenAt: draft.occurredAt,
    baseline: emptyBaseline(),
    erasedAt: null,
    legalHold: null,
  };
  const user = emptyUser(row);
  replica.users.set(draft.user, user);
  replica.names.set(row.id, draft.user);
  batch.users.add(row);
  return user;
}

export function addressOf(replica: Replica, address: string, keep: boolean): PlaceState {
  const known = replica.addresses.get(address);
  if (known) return known;
  const state = emptyPlace();
  if (keep) replica.addresses.set(address, state);
  return state;
}

/** The organisation as a subject; loaded with every batch that tries to sign in, or has to do with rights. */
export const everywhereOf = (replica: Replica): OrganisationState => (replica.everywhere ??= emptyOrganisation());

/** Whom a change of access gives something, where that is somebody who is known. */
export const targetOf = (replica: Replica, draft: ActivityDraft): UserState | null =>
  namesOf(draft)
    .map((name) => replica.users.get(name))
    .find((user) => user !== undefined) ?? null;

export const zoneOf = (replica: Replica, user: UserState): string => user.row.timeZone ?? replica.timeZone;

/** Whether a user signs in with an activity that did this to its session. */
export const signsIn = ({ type, kind, outcome }: Pick<ActivityDraft, 'type' | 'kind' | 'outcome'>, change: SessionChange | null): boolean =>
  outcome === 'SUCCESS' && (isSignIn(type) || (change === 'STARTED' && kind !== 'auth'));

/** The activity as detectors see it, with the user's local time. */
export function look(batch: Batch, draft: ActivityDraft, replica: Replica, user: UserState, visit: Entered | null): Judged {
  return {
    ...draft,
    id: orderedId(batch.now, batch.seq, batch.newId),
    at: draft.occurredAt,
    local: localTime(draft.occurredAt, zoneOf(replica, user)),
    address: draft.sourceIp,
    signIn: signsIn(draft, visit?.change ?? null),
    secrets: notedSecrets(draft.secretsUsed),
    sessionChanges: visit?.changes ?? [],
    late: user.newestAt !== null && draft.occurredAt < user.newestAt - latenessMax,
  };
}

export type Surroundings = { user: UserState; address: PlaceState | null; target: UserState | null; owner: string | null };

type Shown = Omit<View, 'ongoing' | 'ongoingSince'>;

/** What every detector is shown of an activity; only what goes on is each one's own. */
export function viewOf(replica: Replica, judged: Judged, { user, address, target, owner }: Surroundings): Shown {
  return {
    settings: replica.settings,
    baseline: fold(user.row.baseline, judged.at), // once for all that ask it
    firstSeenAt: user.row.firstSeenAt,
    organisationSince: Math.min(replica.since ?? Infinity, judged.at),
    newestAt: user.newestAt,
    teams: user.row.teams,
    day: judged.local.day < user.counted.from ? null : (user.counted.days.get(judged.local.day) ?? emptyDay()),
    daysBefore: () => daysBefore(user, judged.at, zoneOf(replica, user)),
    quietBefore: () => quietBefore(user.counted.days, judged.at, latenessMax),
    silentSources: () => silentSources(replica, judged.user),
    ofUser: user.windows,
    ofAddress: address ?? nowhere,
    ofOrganisation: isAttempt(judged.type) || touchesRights(judged) ? everywhereOf(replica) : nowhere,
    ofTarget: target && {
      user: target.row.externalId,
      firstSeenAt: target.row.firstSeenAt,
      windows: target.windows,
      baseline: target.row.baseline,
    },
    sessionsOfUser: [...user.sessions.values()].map((session) => ({
      session: session.externalId,
      startedAt: session.startedAt,
      lastActivityAt: session.lastActivityAt,
      endedAt: session.endedAt ?? session.terminatedAt,
    })),
    commands: user.commands ?? noCommands,
    sessionOwner: owner,
    sharedFact: (scope, fact) => replica.sharedFacts.get(`${scope} ${fact}`)?.known ?? null,
  };
}

const nowhere = { attempts: [], changes: [] };
const noCommands = { habits: emptyHabits(), recent: [] };

/** What the detector that judges just then has already claimed of these subjects. */
export function ongoingFor(judging: { armed: Armed | null }, subjects: readonly (SubjectState | null)[], at: number) {
  const find = (key: string, quiet: number) => {
    for (const subject of subjects) {
      const found = subject?.anomalies.find((anomaly) => goesOn(anomaly, judging.armed!.detector, key, quiet, at));
      if (found) return found;
    }
    return null;
  };
  return {
    ongoing: (key, quiet) => find(key, quiet) !== null,
    ongoingSince: (key, quiet) => find(key, quiet)?.firstAt ?? null,
  } satisfies Partial<View>;
}
