import type { Claim, Detector, Judged, SignInAttempt, Subject, Threshold } from '../detector.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import { around, densestCount, latenessMax, windowSpans } from '../windows.ts';

const thresholds = {
  failures: { value: 5, unit: 'failed sign-ins', source: 'fail2ban default maxretry = 5' },
  window: { value: 10, unit: 'minutes', source: 'fail2ban default findtime = 10m' },
  slowFailures: { value: 5, unit: 'failed sign-ins', source: 'as fast ones; only of addresses that never succeeded in the window' },
  slowWindow: { value: 24, unit: 'hours', source: 'fail2ban recidive jail: findtime = 1d' },
  score: { value: 75, unit: 'points', source: 'over the alert threshold of 70: FEATURES B19 asks for an alert' },
} satisfies Record<string, Threshold>;

/** An attack goes on until it has been quiet for a day: the same address pausing for two hours is the same attack. */
const quiet = thresholds.slowWindow.value * microsPerHour;
const window = thresholds.window.value * microsPerMinute;
const namesMax = 100; // distinct users and addresses kept in the details of one anomaly

export const failedLoginBurstByAddress: Detector = {
  id: 'failed-login-burst-by-address',
  type: 'FAILED_LOGIN_BURST',
  looksFor: 'Five failed sign-ins from one address within ten minutes, or within a day in which none from there had succeeded.',
  thresholds,
  judge(judged, view) {
    if (judged.type !== 'AUTH_FAILURE' || judged.address === null) return null;
    const failures = failuresAround(view.attemptsOfAddress, judged);
    const subject = { by: 'address', key: judged.address } as const;
    if (view.ongoing(subject.key, quiet)) return claimBurst(judged, subject, []);
    const fast = isMany(densestCount(failures, judged.at, window));
    return fast || isSlowAttack(view.attemptsOfAddress, judged) ? claimBurst(judged, subject, failures) : null;
  },
};

export const failedLoginBurstByUser: Detector = {
  id: 'failed-login-burst-by-user',
  type: 'FAILED_LOGIN_BURST',
  looksFor: 'Five failed sign-ins of one user within ten minutes that did not all come from one known address.',
  thresholds: {
    failures: thresholds.failures,
    window: thresholds.window,
    addresses: {
      value: 2,
      unit: 'addresses, each unknown one counted',
      source: 'a burst from one address is what the other detector claims: one attack is one anomaly (FEATURES, known failures)',
    },
    score: thresholds.score,
  },
  judge(judged, view) {
    if (judged.type !== 'AUTH_FAILURE') return null;
    const failures = failuresAround(view.attemptsOfUser, judged);
    const subject = { by: 'user', key: judged.user } as const;
    if (view.ongoing(subject.key, quiet)) return claimBurst(judged, subject, []);
    return isSpreadBurst(failures, judged) ? claimBurst(judged, subject, failures) : null;
  },
};

function failuresAround(attempts: readonly SignInAttempt[], judged: Judged): SignInAttempt[] {
  return around(attempts, judged.at, windowSpans.attempts).filter((attempt) => attempt.failed);
}

const isMany = (count: number) => count >= thresholds.failures.value;

/** Whether many failures lie in a stretch with one from elsewhere; the nearest such one before or after is in it if any is. */
function isSpreadBurst(failures: readonly SignInAttempt[], judged: Judged): boolean {
  if (judged.address === null) return isMany(densestCount(failures, judged.at, window));
  const elsewhere = failures.filter((failure) => failure.address !== judged.address);
  return [elsewhere.findLast((one) => one.at <= judged.at), elsewhere.find((one) => one.at > judged.at)].some(
    (one) => one !== undefined && isMany(densestCount(failures, judged.at, window, one.at)),
  );
}

/**
 * Whether a failure, the judged one or one after it that arrived before it, is the fifth within a day with no success.
 * Successes in the last minutes before it do not count: they may still be on their way, and the verdict must not hang on that.
 */
function isSlowAttack(attempts: readonly SignInAttempt[], judged: Judged): boolean {
  const failures = [judged.at, ...failuresAround(attempts, judged).map((failure) => failure.at)];
  return failures
    .filter((last) => last >= judged.at)
    .some((last) => {
      const since = last - windowSpans.attempts;
      const many = failures.filter((at) => at >= since && at <= last).length >= thresholds.slowFailures.value;
      return many && !attempts.some((one) => !one.failed && one.at >= since && one.at < last - latenessMax);
    });
}

/** The claim that `joining`, earlier failures that no claim was made of, and the judged one are a burst or go on with it. */
function claimBurst(judged: Judged, subject: Subject, joining: readonly SignInAttempt[]): Claim {
  const whose = subject.by === 'address' ? `from ${subject.key}` : `of ${subject.key}`;
  return {
    key: subject.key,
    quiet,
    subject,
    score: thresholds.score.value,
    title: `Failed sign-ins ${whose}`,
    evidence: joining,
    describe(count, before) {
      const attempts = [...joining, judged];
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
