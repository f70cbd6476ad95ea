import { defineDetector, score } from '../detector.ts';
import { attemptTypes } from '../../domain/activity.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { counted, failed, gather, joiningOf, succeeded, usersOf } from '../sign-ins.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';
import { latenessMax } from '../windows.ts';

export const successAfterFailuresByAddress = defineDetector({
  id: 'success-after-failures-by-address',
  type: 'SUCCESS_AFTER_FAILURES',
  types: attemptTypes,
  looksFor:
    'A first sign-in in a day from an address that failed as five other users within the hour before: one of many guesses was right.',
  thresholds: {
    users: { value: 5, unit: 'other users', source: 'as many as failures make a burst: fail2ban default maxretry = 5', min: 2, max: 500 },
    window: { value: 60, unit: 'minutes', source: 'as of spraying, which gives each account time to forget a failure', min: 1, max: 720 },
    score: score(85, 'as success-after-failures'),
  },
  judge(judged, view, limits) {
    const span = limits.window * microsPerMinute;
    const { attempts } = view.ofAddress;
    if (judged.address === null || attempts.length < limits.users) return null;
    const self = traceOf(judged, view.baseline);
    const goesOn = succeeded(self) && view.ongoing(judged.address, microsPerDay);
    const joining = mayJoin(self, attempts) ? joiningOf((items) => takeovers(items, span, limits.users), attempts, self) : null;
    if (joining === null && !goesOn) return null;
    const { address } = judged;
    return {
      key: address,
      quiet: microsPerDay,
      subject: { by: 'address', key: address },
      score: limits.score,
      title: `Sign-in from ${address} after failed ones as others`,
      evidence: joining ?? [],
      describe(count, before) {
        const attempts = [...(joining ?? []), self];
        const tried = gather(before?.tried, usersOf(attempts.filter(failed)));
        const users = gather(before?.users, usersOf(attempts.filter(succeeded)));
        return {
          summary: `${address} signed in as ${users.join(', ')} after it had failed as ${counted(tried, 'account')}.`,
          details: { address, users, tried, attempts: count },
        };
      },
    };
  },
});

/** Without going through all: most fail where nobody gets in after them, or sign in where others have. */
function mayJoin(self: Trace, attempts: readonly Trace[]): boolean {
  if (failed(self)) return attempts.some((one) => one.at >= self.at && succeeded(one));
  return !attempts.some((one) => isEarlier(one, self));
}

/** One of the last minutes may still be on its way: the verdict must not hang on it. An office has earlier ones. */
const isEarlier = (one: Trace, { at }: Trace) => one.at < at - latenessMax && one.at >= at - microsPerDay && succeeded(one);

/** The sign-ins that follow failures of so many others, with those, where nobody had signed in from there for a day. */
function takeovers(items: readonly Trace[], span: Micros, usersMin: number): Set<Trace> {
  const found = new Set<Trace>();
  const successes = items.filter(succeeded);
  for (const success of successes) {
    if (successes.some((one) => isEarlier(one, success))) continue;
    const others = items.filter((one) => failed(one) && one.user !== success.user && one.at >= success.at - span && one.at <= success.at);
    if (usersOf(others).size >= usersMin) for (const one of [...others, success]) found.add(one);
  }
  return found;
}
