import type { Claim, Judged, Subject, Threshold } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import type { Trace } from '../windows.ts';
import { around, densestCount, latenessMax, windows } from '../windows.ts';

const thresholds = {
  failures: { value: 5, unit: 'failed sign-ins', source: 'fail2ban default maxretry = 5', min: 2, max: 500 },
  window: { value: 10, unit: 'minutes', source: 'fail2ban default findtime = 10m', min: 1, max: 1_440 },
  slowFailures: {
    value: 5,
    unit: 'failed sign-ins',
    source: 'as fast ones; only of addresses that never succeeded in the window',
    min: 2,
    max: 500,
  },
  slowWindow: { value: 24, unit: 'hours', source: 'fail2ban recidive jail: findtime = 1d', min: 1, max: 24 },
  score: score(75, 'over the alert threshold of 70: FEATURES B19 asks for an alert'),
} as const satisfies Record<string, Threshold>;

/** An attack goes on until it has been quiet for a day: the same address pausing for two hours is the same attack. */
const quiet = 24 * microsPerHour;
const namesMax = 100; // distinct users and addresses kept in the details of one anomaly

export const failedLoginBurstByAddress = defineDetector({
  id: 'failed-login-burst-by-address',
  type: 'FAILED_LOGIN_BURST',
  types: ['AUTH_FAILURE'],
  looksFor: 'Five failed sign-ins from one address within ten minutes, or within a day in which none from there had succeeded.',
  thresholds,
  judge(judged, view, limits) {
    if (judged.address === null) return null;
    const { attempts } = view.ofAddress;
    const failures = failuresAround(attempts, judged);
    const subject = { by: 'address', key: judged.address } as const;
    if (view.ongoing(subject.key, quiet)) return claimBurst(judged, subject, [], limits.score);
    const fast = densestCount(failures, judged.at, limits.window * microsPerMinute) >= limits.failures;
    const slow = () => isSlowAttack(attempts, judged, limits.slowFailures, limits.slowWindow * microsPerHour);
    return fast || slow() ? claimBurst(judged, subject, failures, limits.score) : null;
  },
});

export const failedLoginBurstByUser = defineDetector({
  id: 'failed-login-burst-by-user',
  type: 'FAILED_LOGIN_BURST',
  types: ['AUTH_FAILURE'],
  looksFor: 'Five failed sign-ins of one user within ten minutes that did not all come from one known address.',
  thresholds: {
    failures: thresholds.failures,
    window: thresholds.window,
    addresses: {
      value: 2,
      unit: 'addresses, each unknown one counted',
      source: 'a burst from one address is what the other detector claims: one attack is one anomaly (FEATURES, known failures)',
      min: 2,
      max: 2,
    },
    score: thresholds.score,
  },
  judge(judged, view, limits) {
    const failures = failuresAround(view.ofUser.attempts, judged);
    const subject = { by: 'user', key: judged.user } as const;
    if (view.ongoing(subject.key, quiet)) return claimBurst(judged, subject, [], limits.score);
    const spread = isSpreadBurst(failures, judged, limits.failures, limits.window * microsPerMinute);
    return spread ? claimBurst(judged, subject, failures, limits.score) : null;
  },
});

function failuresAround(attempts: readonly Trace[], judged: Judged): Trace[] {
  return around(attempts, judged.at, windows.attempts.span).filter(failed);
}

const failed = ({ type }: Trace) => type === 'AUTH_FAILURE';

/** Whether many failures lie in a stretch with one from elsewhere; the nearest such one before or after is in it if any is. */
function isSpreadBurst(failures: readonly Trace[], judged: Judged, many: number, window: Micros): boolean {
  if (judged.address === null) return densestCount(failures, judged.at, window) >= many;
  const elsewhere = failures.filter((failure) => failure.address !== judged.address);
  return [elsewhere.findLast((one) => one.at <= judged.at), elsewhere.find((one) => one.at > judged.at)].some(
    (one) => one !== undefined && densestCount(failures, judged.at, window, one.at) >= many,
  );
}

/**
 * Whether a failure, the judged one or one after it that arrived before it, is the fifth within a day with no success.
 * Successes in the last minutes before it do not count: they may still be on their way, and the verdict must not hang on that.
 */
function isSlowAttack(attempts: readonly Trace[], judged: Judged, failuresMin: number, window: Micros): boolean {
  const failures = [judged.at, ...failuresAround(attempts, judged).map((failure) => failure.at)];
  return failures
    .filter((last) => last >= judged.at)
    .some((last) => {
      const since = last - window;
      const many = failures.filter((at) => at >= since && at <= last).length >= failuresMin;
      return many && !attempts.some((one) => !failed(one) && one.at >= since && one.at < last - latenessMax);
    });
}

/** The claim that `joining`, earlier failures that no claim was made of, and the judged one are a burst or go on with it. */
function claimBurst(judged: Judged, subject: Subject, joining: readonly Trace[], points: number): Claim {
  const whose = subject.by === 'address' ? `from ${subject.key}` : `of ${subject.key}`;
  return {
    key: subject.key,
    quiet,
    subject,
    score: points,
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
