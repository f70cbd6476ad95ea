import type { Micros } from './time.ts';
import { formatInstant } from './time.ts';

/** The anomaly types that have a detector. */
export const anomalyTypes = {
  UNUSUAL_TIME: 'A sign-in at an hour at which this user does not usually sign in.',
  NEW_LOCATION: 'A sign-in from an address this user never signed in from.',
  SUSPICIOUS_COMMAND: 'A command that does what attackers do.',
  AFTER_HOURS: 'Activity outside working hours.',
  CONCURRENT_SESSIONS: 'One user in more sessions at once than usual for a person.',
  RAPID_NAVIGATION: 'Pages opened faster than a person reads, or by a program.',
  WEB_ATTACK: 'Web requests that look for weaknesses or use them.',
  FAILED_LOGIN_BURST: 'Many failed sign-ins from one address or of one user.',
  IMPOSSIBLE_TRAVEL: 'Sign-ins at places between which nobody travels that fast.',
  FIRST_SEEN: 'Something that this user, their team or the whole organisation had never used.',
  MASQUERADE: 'Commands that are not like those the user usually runs.',
  SESSION_DRIFT: 'A session that goes on with another network and client, or with another user.',
  BULK_DOWNLOAD: 'More files read, downloaded or sent than work needs.',
  MASS_DELETE: 'Many files deleted or renamed at once.',
  PERMISSION_CHANGE: 'A change of permissions or roles.',
  PRIVILEGE_ESCALATION: 'Rights gained, and then used.',
  LOG_TAMPERING: 'History, audit or logging switched off or destroyed.',
  UNUSUAL_VOLUME: 'Far more activities than usual for this user.',
  SILENCE: 'A steady source of activities that stopped.',
  SECRET_USE: 'Many secrets in a short time that are new to the user.',
  SECRET_DENIED: 'Secrets denied to one user again and again.',
  SUCCESS_AFTER_FAILURES: 'A sign-in after many that failed: a guessed password.',
  PASSWORD_SPRAYING: 'One address that tries a few passwords on many users.',
  CREDENTIAL_STUFFING: 'Many users tried about once each, from many addresses.',
  MFA_FATIGUE: 'A user who is asked for a second factor again and again.',
  DORMANT_ACCOUNT: 'An account that comes back to life.',
  NEW_ACCOUNT: 'Rights used by an account that has just appeared.',
  SERVICE_ACCOUNT_INTERACTIVE: 'An account that programs use, used by a person.',
} as const;
export type AnomalyType = keyof typeof anomalyTypes;

/** `ANO-<YYYYMMDDhhmmss>-<6 hex>` of the moment it was detected and its id (FEATURES, B6). */
export function anomalyReference(detectedAt: Micros, id: string): string {
  const stamp = formatInstant(detectedAt).slice(0, 19).replaceAll(/[-:T]/g, '');
  return `ANO-${stamp}-${id.replaceAll('-', '').slice(-6)}`;
}

/** What an alert can be about: a kind of anomaly, or the risk of single activities. */
export const alertTypes = { ...anomalyTypes, CRITICAL_RISK: 'Activities whose own risk is CRITICAL.' } as const;
export type AlertType = keyof typeof alertTypes;
