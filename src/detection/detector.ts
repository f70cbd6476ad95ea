import type { ActivityType, AnyDetail, Outcome } from '../domain/activity.ts';
import type { AnomalyType } from '../domain/anomaly.ts';
import type { Baseline } from '../domain/baseline.ts';
import type { IntegrityChange } from '../domain/session-integrity.ts';
import type { LocalTime, Micros } from '../domain/time.ts';
import type { Suspicion } from './suspicions.ts';

/** The activity under judgement. Time comes from it, never from a clock. */
export type Judged = AnyDetail & {
  id: string;
  at: Micros;
  local: LocalTime;
  type: ActivityType;
  outcome: Outcome;
  user: string;
  session: string | null;
  address: string | null;
  /** Whether the user signs in with it: a successful login, or the first activity of a session. */
  signIn: boolean;
  suspicions: readonly Suspicion[];
  /** What it changed in its session. */
  sessionChanges: readonly IntegrityChange[];
};

/** A sign-in that was tried, as the windows remember it. */
export type SignInAttempt = { id: string; at: Micros; user: string; address: string | null; failed: boolean };
/** A page that was opened. */
export type PageOpening = { id: string; at: Micros; session: string | null };
/** A session of the judged user. */
export type SessionSpan = { session: string; startedAt: Micros; lastActivityAt: Micros; endedAt: Micros | null };

/** What a detector may look at besides the activity: the recent past by event time, without the activity itself. */
export type View = {
  baseline: Baseline;
  attemptsOfUser: readonly SignInAttempt[];
  attemptsOfAddress: readonly SignInAttempt[];
  pagesOfUser: readonly PageOpening[];
  sessionsOfUser: readonly SessionSpan[];
  /** Whose the session is in which it happened: not always who acted. Null where it belongs to none. */
  sessionOwner: string | null;
  /** Whether this detector has already claimed `key` and the episode goes on. */
  ongoing(key: string, quiet: Micros): boolean;
};

/** Whom a claim is about. Alerts are grouped by it. */
export type Subject = { by: 'user' | 'address'; key: string };

export type Claim = {
  /** Claims of one detector with one key are one anomaly, which grows, until `quiet` has passed without another. */
  key: string;
  quiet: Micros;
  subject: Subject;
  /** 0–100; at 70 and over an alert is opened. */
  score: number;
  title: string;
  /** The earlier activities that come to stand behind it now; the judged one always does. */
  evidence: readonly { id: string; at: Micros }[];
  /** The sentence and the details for `count` activities; `before` holds the details so far where it grows. */
  describe(count: number, before: Details | null): { summary: string; details: Details };
};
export type Details = Record<string, unknown>;

/** A number a detector judges by, and why it is that number. */
export type Threshold = { value: number; unit: string; source: string };

export type Detector = {
  id: string;
  type: AnomalyType;
  looksFor: string;
  thresholds: Record<string, Threshold>;
  judge(judged: Judged, view: View): Claim | null;
};

export const subjectKey = (subject: Subject) => `${subject.by}:${subject.key}`;

/** The user a subject's key names; null where it is about an address. */
export const userOfSubject = (key: string): string | null => (key.startsWith('user:') ? key.slice('user:'.length) : null);
