import type { Micros } from './time.ts';
import { microsPerMinute } from './time.ts';

/** The session clock: what a session's status is at a given moment, and when time alone will change it next. */

export const sessionStatuses = {
  ACTIVE: 'The last activity is less than 5 minutes old.',
  IDLE: 'The last activity is 5 to less than 15 minutes old.',
  WARNING: 'The last activity is 15 to less than 25 minutes old.',
  EXPIRED: 'The last activity is 25 minutes old or older.',
  ENDED: 'The user signed out.',
  TERMINATED: 'An administrator ended it; it stays so.',
} as const;
export type SessionStatus = keyof typeof sessionStatuses;

export const sessionKinds = {
  WEB: 'Opened by web or browser activity.',
  SSH: 'Opened by an SSH sign-in.',
  PTY: 'Opened by a shell command.',
  DESKTOP: 'Opened by desktop activity.',
  API: 'Opened by API calls.',
} as const;
export type SessionKind = keyof typeof sessionKinds;

/** Minutes since the last activity at which a session leaves ACTIVE, IDLE and WARNING (FEATURES, Decisions). */
export const sessionThresholds = {
  idleAfter: 5 * microsPerMinute,
  warningAfter: 15 * microsPerMinute,
  expiredAfter: 25 * microsPerMinute,
} as const;

/** The part of a session its status depends on. */
export type SessionTimes = { lastActivityAt: Micros; endedAt: Micros | null; terminatedAt: Micros | null };

export function statusAt(session: SessionTimes, now: Micros): SessionStatus {
  if (session.terminatedAt !== null) return 'TERMINATED';
  if (session.endedAt !== null) return 'ENDED';
  const quiet = now - session.lastActivityAt;
  if (quiet < sessionThresholds.idleAfter) return 'ACTIVE';
  if (quiet < sessionThresholds.warningAfter) return 'IDLE';
  return quiet < sessionThresholds.expiredAfter ? 'WARNING' : 'EXPIRED';
}

/** When time alone changes the status next; null where it never will. */
export function nextStatusAt(session: SessionTimes, now: Micros): Micros | null {
  const after = { ACTIVE: 'idleAfter', IDLE: 'warningAfter', WARNING: 'expiredAfter' } as const;
  const status = statusAt(session, now);
  if (status !== 'ACTIVE' && status !== 'IDLE' && status !== 'WARNING') return null;
  return session.lastActivityAt + sessionThresholds[after[status]];
}

export const sessionChanges = {
  STARTED: 'First activity of the session.',
  UPDATED: 'Another activity in the session.',
  IDLE: 'No activity for 5 minutes.',
  WARNING: 'No activity for 15 minutes.',
  EXPIRED: 'No activity for 25 minutes.',
  ENDED: 'The user signed out.',
  TERMINATED: 'An administrator terminated it.',
} as const;
export type SessionChange = keyof typeof sessionChanges;
