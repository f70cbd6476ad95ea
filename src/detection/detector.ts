import type { ActivityType, AnyDetail, Outcome } from '../domain/activity.ts';
import type { AnomalyType } from '../domain/anomaly.ts';
import type { Baseline, FactScope } from '../domain/baseline.ts';
import type { CommandHabits } from '../domain/command-habits.ts';
import type { DeviceType } from '../domain/device.ts';
import type { OrganisationSettings } from '../domain/organisation-settings.ts';
import type { Place } from '../domain/place.ts';
import type { NotedSecret } from '../domain/secret-use.ts';
import type { IntegrityChange } from '../domain/session-integrity.ts';
import type { LocalTime, Micros } from '../domain/time.ts';
import type { DayCount, Volumes } from '../domain/volumes.ts';
import type { Suspicion } from './suspicions.ts';
import type { WebSuspicion } from './web-attacks.ts';
import type { Trace, Windows } from './windows.ts';

/** The activity under judgement. Time comes from it, never from a clock. */
export type Judged = AnyDetail & {
  id: string;
  at: Micros;
  local: LocalTime;
  type: ActivityType;
  outcome: Outcome;
  user: string;
  onBehalfOf: string | null;
  session: string | null;
  address: string | null;
  place: Place | null;
  userAgent: string | null;
  deviceType: DeviceType | null;
  metadata: Record<string, unknown> | null;
  /** What is noted of the secrets used with it; null for nothing. */
  secrets: readonly NotedSecret[] | null;
  /** Whether the user signs in with it: a successful login, or the first activity of a session. */
  signIn: boolean;
  suspicions: readonly Suspicion[];
  /** What is hostile about a web request, the gravest first. */
  webAttacks: readonly WebSuspicion[];
  /** Names of the programs that a command line would run, each once. */
  programs: readonly string[];
  /** What it tells of the user's habits, as `<kind>:<value>`. */
  facts: readonly string[];
  /** What it changed in its session. */
  sessionChanges: readonly IntegrityChange[];
  /** Whether it came more than the lateness bound after others of its user that happened later. */
  late: boolean;
};

/** A session of the judged user. */
export type SessionSpan = { session: string; startedAt: Micros; lastActivityAt: Micros; endedAt: Micros | null };

/** A user whose newest activity is some time ago, how long it is usually quiet at most, and on how many days it was active. */
export type SilentSource = { user: string; since: Micros; usual: Micros; days: number };
/** A command of the user, by the program it ran first. */
export type ProgramRun = { id: string; at: Micros; program: string };

/** Since when a team or the organisation knows a fact, and of how many of its users. */
export type SharedFact = { firstAt: Micros; users: number };

/** What a detector may look at besides the activity: the recent past by event time, without the activity itself. */
export type View = {
  settings: OrganisationSettings;
  baseline: Baseline;
  /** When the user's first and newest recorded activities happened; `newestAt` is null before any. */
  firstSeenAt: Micros;
  /** When the first recorded activity of anybody happened. */
  organisationSince: Micros;
  newestAt: Micros | null;
  teams: readonly string[];
  /** What the user did so far on the day of the judged activity; null where that is too long ago to be counted. */
  day: DayCount | null;
  /** The user's days that were over and settled when it happened, oldest first. */
  daysBefore(): Volumes;
  /** The quiet, of an hour at least, that the user's activities of the last minutes ended; null where there was none. */
  quietBefore(): { from: Micros; to: Micros } | null;
  /** Steady sources of the organisation, others than the user, of which nothing has come for a while. */
  silentSources(): readonly SilentSource[];
  ofUser: Readonly<Windows>;
  ofAddress: { readonly attempts: readonly Trace[] };
  /** Sign-ins tried, and accounts and access changed, anywhere in the organisation. Empty where the judged activity has nothing to do with either. */
  ofOrganisation: { readonly attempts: readonly Trace[]; readonly changes: readonly Trace[] };
  /** The user whom the judged change makes or gives something; null where it is none, or about nobody who is known. */
  ofTarget: { user: string; firstSeenAt: Micros; windows: Readonly<Windows>; baseline: Baseline } | null;
  sessionsOfUser: readonly SessionSpan[];
  /** Which programs the user runs usually, and those that ran last, by event time. */
  commands: { habits: CommandHabits; recent: readonly ProgramRun[] };
  /** Whose the session is in which it happened: not always who acted. Null where it belongs to none. */
  sessionOwner: string | null;
  /** What others know of a fact that is new to the user; null where it is new to them too. */
  sharedFact(scope: FactScope, fact: string): SharedFact | null;
  /** Whether this detector has already claimed `key` and the episode goes on. */
  ongoing(key: string, quiet: Micros): boolean;
  /** When the earliest activity behind that claim happened; null where none goes on. */
  ongoingSince(key: string, quiet: Micros): Micros | null;
};

/** Whom a claim is about. Alerts are grouped by it. An organisation's key is empty. */
export type Subject = { by: 'user' | 'address' | 'organisation'; key: string };

export type Claim = {
  /** Claims of one detector with one key are one anomaly, which grows, until `quiet` has passed without another. */
  key: string;
  quiet: Micros;
  subject: Subject;
  /** 0–100; at 70 and over an alert is opened. */
  score: number;
  /** True where the baseline it rests on is still learning: the claim is kept at LOW and opens no alert. */
  learning?: boolean;
  /** True where what it is about may become usual all the same: a first time, which is over once it was seen. */
  teaches?: boolean;
  title: string;
  /** The earlier activities that come to stand behind it now; the judged one always does. */
  evidence: readonly { id: string; at: Micros }[];
  /** Since when it goes on, where activities stand behind it that are counted and not named. */
  from?: Micros;
  /** The sentence and the details for `count` activities; `before` holds the details so far where it grows. */
  describe(count: number, before: Details | null): { summary: string; details: Details };
};
export type Details = Record<string, unknown>;

/** A number a detector judges by, why it is that number, and between which an organisation may set another. */
export type Threshold = { value: number; unit: string; source: string; min: number; max: number };
export type Thresholds = Readonly<Record<string, Threshold>>;
/** The numbers that hold for the organisation. */
export type Limits<T extends Thresholds> = { readonly [Name in keyof T]: number };

export type Detector<T extends Thresholds = Thresholds> = {
  id: string;
  type: AnomalyType;
  /** The activities it is shown. */
  types: readonly ActivityType[] | 'ANY';
  looksFor: string;
  thresholds: T;
  judge(judged: Judged, view: View, limits: Limits<T>): Claim | null;
};

/** Ties the names of a detector's limits to those of its thresholds. */
export const defineDetector = <T extends Thresholds>(detector: Detector<T>): Detector => detector;

/** The threshold that bounds nothing: how grave a claim is. */
export const score = (value: number, source: string): Threshold => ({ value, unit: 'points', source, min: 0, max: 100 });

export const subjectKey = (subject: Subject) => `${subject.by}:${subject.key}`;

/** The user a subject's key names; null where it is about an address or the organisation. */
export const userOfSubject = (key: string): string | null => (key.startsWith('user:') ? key.slice('user:'.length) : null);
