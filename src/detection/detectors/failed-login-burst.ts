import type { Claim, Detector, Judged, SignInAttempt, Subject, Threshold, View } from '../detector.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import { around, densestCount, windowSpans } from '../windows.ts';

const thresholds = {
  failures: { value: 5, unit: 'failed sign-ins', source: 'fail2ban default maxretry = 5' },
  window: { value: 10, unit: 'minutes', source: 'fail2ban default findtime = 10m' },
  slowFailures: { value: 5, unit: 'failed sign-ins', source: 'as fast ones; only of addresses that never succeeded in the window' },
  slowWindow: { value: 24, unit: 'hours', source: 'fail2ban recidive jail: findtime = 1d' },
  score: { value: 75, unit: 'points', source: 'over the alert threshold of 70: FEATURES B19 asks for an alert' },
} satisfies Record<string, Threshold>;

/** An attack goes on until it has been quiet for a day: the same address pausing for two hours is the same attack. */
const quiet = thresholds.slowWindow.value * microsPerHour;
const namesMax = 100; // distinct users and addresses kept in the details of one anomaly

export const failedLoginBurstByAddress: Detector = {
  id: 'failed-login-burst-by-address',
  type: 'FAILED_LOGIN_BURST',
  looksFor: 'Five failed sign-ins from one address within ten minutes, or within a day where none from there ever succeeded.',
  thresholds,
  judge(judged, view) {
    if (judged.type !== 'AUTH_FAILURE' || judged.address === null) return null;
    const failures = failuresAround(view.attemptsOfAddress, judged);
    const succeeded = around(view.attemptsOfAddress, judged.at, windowSpans.attempts).some((attempt) => !attempt.failed);
    const slow = !succeeded && failures.length + 1 >= thresholds.slowFailures.value;
    return claimBurst(judged, view, { by: 'address', key: judged.address }, failures, slow);
  },
};

export const failedLoginBurstByUser: Detector = {
  id: 'failed-login-burst-by-user',
  type: 'FAILED_LOGIN_BURST',
  looksFor: 'Five failed sign-ins of one user within ten minutes, from wherever.',
  thresholds: { failures: thresholds.failures, window: thresholds.window, score: thresholds.score },
  judge(judged, view) {
    if (judged.type !== 'AUTH_FAILURE') return null;
    return claimBurst(judged, view, { by: 'user', key: judged.user }, failuresAround(view.attemptsOfUser, judged), false);
  },
};

function failuresAround(attempts: readonly SignInAttempt[], judged: Judged): SignInAttempt[] {
  return around(attempts, judged.at, windowSpans.attempts).filter((attempt) => attempt.failed);
}

function claimBurst(judged: Judged, view: View, subject: Subject, failures: SignInAttempt[], slow: boolean): Claim | null {
  const fast = densestCount(failures, judged.at, thresholds.window.value * microsPerMinute) >= thresholds.failures.value;
  if (!fast && !slow && !view.ongoing(subject.key, quiet)) return null;
  const whose = subject.by === 'address' ? `from ${subject.key}` : `of ${subject.key}`;
  return {
    key: subject.key,
    quiet,
    subject,
    score: thresholds.score.value,
    title: `Failed sign-ins ${whose}`,
    evidence: failures.map((failure) => failure.id),
    describe(count, before) {
      const attempts = before === null ? [...failures, judged] : [judged];
      const users = gather(
        before?.users,
        attempts.map((attempt) => attempt.user),
      );
      const addresses = gather(
        before?.addresses,
        attempts.map((attempt) => attempt.address),
      );
      const spread =
        subject.by === 'address' ? `${plural(users.length, 'account')}` : `${plural(addresses.length, 'address', 'addresses')}`;
      return {
        summary: `${count} failed sign-ins ${whose}, ${spread}.`,
        details: { by: subject.by.toUpperCase(), key: subject.key, failures: count, users, addresses },
      };
    },
  };
}

function gather(before: unknown, names: readonly (string | null)[]): string[] {
  const known = Array.isArray(before) ? before.filter((name) => typeof name === 'string') : [];
  return [...new Set([...known, ...names.filter((name) => name !== null)])].slice(0, namesMax);
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${count >= namesMax ? `${namesMax} or more` : count} ${count === 1 ? one : many}`;
}
