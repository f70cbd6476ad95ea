import type { Detector } from './detector.ts';
import { afterHours } from './detectors/after-hours.ts';
import { concurrentSessions } from './detectors/concurrent-sessions.ts';
import { failedLoginBurstByAddress, failedLoginBurstByUser } from './detectors/failed-login-burst.ts';
import { newLocation } from './detectors/new-location.ts';
import { rapidNavigation } from './detectors/rapid-navigation.ts';
import { sessionDrift } from './detectors/session-drift.ts';
import { suspiciousCommand } from './detectors/suspicious-command.ts';
import { unusualTime } from './detectors/unusual-time.ts';

/** Every detector, in the order in which they judge. */
export const detectors: readonly Detector[] = [
  unusualTime,
  newLocation,
  suspiciousCommand,
  concurrentSessions,
  rapidNavigation,
  afterHours,
  failedLoginBurstByAddress,
  failedLoginBurstByUser,
  sessionDrift,
];
