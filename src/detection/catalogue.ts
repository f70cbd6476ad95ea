import type { ActivityType } from '../domain/activity.ts';
import { activityTypes } from '../domain/activity.ts';
import type { OrganisationSettings } from '../domain/organisation-settings.ts';
import type { Detector, Limits, Thresholds } from './detector.ts';
import { afterHours } from './detectors/after-hours.ts';
import { automatedVisitor } from './detectors/automated-visitor.ts';
import { bulkDownload, exfiltration } from './detectors/bulk-download.ts';
import { concurrentSessions } from './detectors/concurrent-sessions.ts';
import { credentialStuffing } from './detectors/credential-stuffing.ts';
import { dormantAccount } from './detectors/dormant-account.ts';
import { failedLoginBurstByAddress, failedLoginBurstByUser } from './detectors/failed-login-burst.ts';
import { firstSeen } from './detectors/first-seen.ts';
import { hastyForm } from './detectors/hasty-form.ts';
import { impossibleTravel } from './detectors/impossible-travel.ts';
import { masquerade } from './detectors/masquerade.ts';
import { mfaFatigue } from './detectors/mfa-fatigue.ts';
import { newAccount } from './detectors/new-account.ts';
import { newLocation } from './detectors/new-location.ts';
import { passwordSpraying } from './detectors/password-spraying.ts';
import { logTampering } from './detectors/log-tampering.ts';
import { massDelete, massEncryption } from './detectors/mass-delete.ts';
import { permissionChange } from './detectors/permission-change.ts';
import { privilegeEscalation } from './detectors/privilege-escalation.ts';
import { rapidNavigation } from './detectors/rapid-navigation.ts';
import { secretDenied } from './detectors/secret-denied.ts';
import { secretUse } from './detectors/secret-use.ts';
import { serviceAccountInteractive } from './detectors/service-account-interactive.ts';
import { sessionDrift } from './detectors/session-drift.ts';
import { successAfterFailuresByAddress } from './detectors/success-after-failures-by-address.ts';
import { successAfterFailures } from './detectors/success-after-failures.ts';
import { silence } from './detectors/silence.ts';
import { suspiciousCommand } from './detectors/suspicious-command.ts';
import { unusualTime } from './detectors/unusual-time.ts';
import { cumulativeTransfer, unusualVolume } from './detectors/unusual-volume.ts';
import { webAttack } from './detectors/web-attack.ts';
import { webProbing } from './detectors/web-probing.ts';

/** Every detector, in the order in which they judge. */
export const detectors: readonly Detector[] = [
  unusualTime,
  newLocation,
  impossibleTravel,
  firstSeen,
  suspiciousCommand,
  concurrentSessions,
  rapidNavigation,
  automatedVisitor,
  hastyForm,
  webAttack,
  webProbing,
  afterHours,
  failedLoginBurstByAddress,
  failedLoginBurstByUser,
  sessionDrift,
  bulkDownload,
  exfiltration,
  massDelete,
  massEncryption,
  permissionChange,
  privilegeEscalation,
  logTampering,
  unusualVolume,
  cumulativeTransfer,
  silence,
  secretUse,
  secretDenied,
  successAfterFailures,
  successAfterFailuresByAddress,
  passwordSpraying,
  credentialStuffing,
  mfaFatigue,
  dormantAccount,
  newAccount,
  serviceAccountInteractive,
  masquerade,
];

export type Armed = { detector: Detector; limits: Limits<Thresholds> };
/** The detectors that judge an organisation's activities of each type, with the numbers that hold there. */
export type Plan = ReadonlyMap<ActivityType, readonly Armed[]>;

export function planOf({ detectors: set }: Pick<OrganisationSettings, 'detectors'>): Plan {
  const armed = detectors.filter(({ id }) => set[id]?.enabled ?? true).map((detector) => ({ detector, limits: limitsOf(detector, set) }));
  const judges = (type: ActivityType) => armed.filter(({ detector }) => detector.types === 'ANY' || detector.types.includes(type));
  return new Map((Object.keys(activityTypes) as ActivityType[]).map((type) => [type, judges(type)]));
}

/** A detector's thresholds as an organisation has set them. */
export function limitsOf({ id, thresholds }: Detector, set: OrganisationSettings['detectors']): Limits<Thresholds> {
  const own = set[id]?.thresholds ?? {};
  return Object.fromEntries(Object.entries(thresholds).map(([name, { value }]) => [name, own[name] ?? value]));
}
