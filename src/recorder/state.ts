import { LRUCache } from 'lru-cache';
import type { AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { UserRow } from '../db/entities/user.ts';
import type { Plan } from '../detection/catalogue.ts';
import { planOf } from '../detection/catalogue.ts';
import type { ProgramRun, SharedFact } from '../detection/detector.ts';
import { userOfSubject } from '../detection/detector.ts';
import type { Trace, Windows } from '../detection/windows.ts';
import { emptyWindows } from '../detection/windows.ts';
import type { CommandHabits } from '../domain/command-habits.ts';
import type { CommonPrograms } from '../domain/common-programs.ts';
import type { OrganisationSettings } from '../domain/organisation-settings.ts';
import { defaultSettings } from '../domain/organisation-settings.ts';
import type { Micros } from '../domain/time.ts';
import type { Watch } from './steady.ts';
import type { CountedDays } from './volumes.ts';
import { noDays } from './volumes.ts';
import type { WallClocks } from './wall-clock.ts';
import { emptyWallClocks } from './wall-clock.ts';

/** Whom anomalies are about, with the recent past that judges the next activity. Covers event times `from` to `to`. */
export type SubjectState = {
  from: Micros;
  to: Micros;
  anomalies: AnomalyRow[];
  alerts: AlertRow[];
};

/** An address with the sign-ins tried there; of the whole organisation what was done to access, too. */
export type PlaceState = SubjectState & { attempts: Trace[] };

/** The organisation, with everybody's sign-ins and changes of accounts and rights. */
export type OrganisationState = PlaceState & { changes: Trace[] };

export type UserState = SubjectState & {
  row: UserRow;
  windows: Windows;
  /** When the newest recorded activity happened; null before any. */
  newestAt: Micros | null;
  sessions: Map<string, SessionRow>;
  counted: CountedDays;
  /** Null where they are not read yet. */
  commands: CommandState | null;
};

/** Which programs a user runs usually, and the newest runs, oldest first. */
export type CommandState = { habits: CommandHabits; recent: ProgramRun[] };

/** An organisation's log as far as this process has followed it, folded into what judging needs. Keys are external ids. */
export type Replica = {
  organisationId: string;
  timeZone: string;
  /** The log position this state stands for. */
  appliedSeq: number;
  users: LRUCache<string, UserState>;
  addresses: LRUCache<string, PlaceState>;
  /** When the first recorded activity of anybody happened; null before any, and until it was read. */
  since: Micros | null;
  /** What was done anywhere; null where it is to be read again. */
  everywhere: OrganisationState | null;
  /** Steady sources, to notice their silence; null where they are to be read. */
  watch: Watch | null;
  settings: OrganisationSettings;
  /** Which state of the settings that is. */
  settingsRevision: number;
  plan: Plan;
  /** What teams and the organisation know, by scope and fact; null where they do not know it. */
  sharedFacts: LRUCache<string, { known: SharedFact | null }>;
  /** Which programs are common; null where that is to be read again. */
  commonPrograms: CommonPrograms | null;
  sessions: LRUCache<string, SessionRow>;
  /** External ids of users by their id: whose session it is that somebody acts in. */
  names: LRUCache<string, string>;
  /** In which hour of the wall clock users and sessions (by id) and addresses were counted last in summaries. */
  seen: LRUCache<string, Seen>;
  clocks: WallClocks;
};

/** An hour as the clock on the wall shows it, and how many seconds it is ahead of UTC then. */
export type Seen = { hour: Micros; utcOffset: number };

/** Most subjects kept in memory per organisation; others are read again when they act. Far over a batch's needs. */
const usersMax = 20_000;
const addressesMax = 20_000;
const sessionsMax = 50_000;
const seenMax = 50_000;
const sharedFactsMax = 50_000;

export function emptyReplica(organisationId: string, timeZone: string): Replica {
  return {
    organisationId,
    timeZone,
    appliedSeq: 0,
    users: new LRUCache({ max: usersMax }),
    addresses: new LRUCache({ max: addressesMax }),
    everywhere: null,
    since: null,
    watch: null,
    settings: defaultSettings,
    settingsRevision: 0,
    plan: planOf(defaultSettings),
    sharedFacts: new LRUCache({ max: sharedFactsMax }),
    commonPrograms: null,
    sessions: new LRUCache({ max: sessionsMax }),
    names: new LRUCache({ max: usersMax + sessionsMax }),
    seen: new LRUCache({ max: seenMax }),
    clocks: emptyWallClocks(timeZone),
  };
}

/** From now on judges by these settings. */
export function setSettings(replica: Replica, settings: OrganisationSettings, revision: number): void {
  replica.settings = settings;
  replica.settingsRevision = revision;
  replica.plan = planOf(settings);
}

/** A subject nothing is known of: its windows are empty for all times. */
const emptySubject = (): SubjectState => ({ from: -Infinity, to: Infinity, anomalies: [], alerts: [] });
export const emptyPlace = (): PlaceState => ({ ...emptySubject(), attempts: [] });
export const emptyOrganisation = (): OrganisationState => ({ ...emptyPlace(), changes: [] });
export const emptyUser = (row: UserRow): UserState => ({
  ...emptySubject(),
  row,
  windows: emptyWindows(),
  newestAt: null,
  sessions: new Map(),
  counted: noDays(),
  commands: null,
});

function forgetEverything(replica: Replica): void {
  replica.users.clear();
  replica.addresses.clear();
  replica.sessions.clear();
  replica.watch = null;
  forgetShared(replica);
}

/** Lets go of what everybody's activities make: any activity of another process may have changed it. */
export function forgetShared(replica: Replica): void {
  replica.everywhere = null;
  replica.sharedFacts.clear();
  replica.commonPrograms = null;
}

/** Lets go of a user with everything of theirs, so that the next activity reads it from the database. */
export function forgetUser(replica: Replica, externalId: string): void {
  for (const session of replica.users.peek(externalId)?.sessions.keys() ?? []) replica.sessions.delete(session);
  replica.users.delete(externalId);
}

/** Lets go of all that may tell of a user who is erased: sessions and anomalies of others named them, too. */
export function forgetErased(replica: Replica): void {
  forgetEverything(replica);
  replica.names.clear();
  replica.seen.clear();
}

/** Lets go of a subject, given as `user:<id>`, `address:<ip>` or `organisation:`. */
export function forgetSubject(replica: Replica, subject: string): void {
  const user = userOfSubject(subject);
  if (user !== null) forgetUser(replica, user);
  else if (subject.startsWith('organisation:')) replica.everywhere = null;
  else replica.addresses.delete(subject.slice('address:'.length));
}
