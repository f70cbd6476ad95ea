import { defineDetector, score } from '../detector.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { counted, endsOf, failed, gather, triesPerUser, usersOf } from '../sign-ins.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';
import { around } from '../windows.ts';

export const passwordSpraying = defineDetector({
  id: 'password-spraying',
  type: 'PASSWORD_SPRAYING',
  types: ['AUTH_FAILURE'],
  looksFor:
    "One address that fails as ten users within an hour with at most three tries for each. Names that are said to be nobody's do not count: who guesses names makes a burst.",
  thresholds: {
    users: {
      value: 10,
      unit: 'users',
      source: 'twice a burst: five people behind one address may mistype within an hour, ten rarely do',
      min: 3,
      max: 500,
    },
    tries: {
      value: 3,
      unit: 'failed sign-ins for each user on average, of those older than five minutes',
      source: 'accounts are commonly locked after five failures or more (CIS: 5, OWASP: 3 to 5), and spraying stays below',
      min: 1,
      max: 50,
    },
    window: { value: 60, unit: 'minutes', source: 'lockout counters commonly start again after 15 to 60 minutes', min: 1, max: 1_440 },
    score: score(75, 'as a burst of the same address'),
  },
  judge(judged, view, limits) {
    const { address } = judged;
    const self = traceOf(judged, view.baseline);
    if (address === null || self.noAccount || view.ofAddress.attempts.length < limits.users - 1) return null;
    const goesOn = view.ongoing(address, microsPerDay);
    const failures = around(view.ofAddress.attempts, judged.at, microsPerDay).filter((one) => failed(one) && !one.noAccount);
    if (!goesOn && !isSpraying([...failures, self], judged.at, limits.window * microsPerMinute, limits)) return null;
    const joining = goesOn ? [] : failures;
    return {
      key: address,
      quiet: microsPerDay,
      subject: { by: 'address', key: address },
      score: limits.score,
      title: `Password spraying from ${address}`,
      evidence: joining,
      describe(count, before) {
        const users = gather(before?.users, usersOf([...joining, self]));
        return {
          summary: `${address} failed to sign in ${count} times as ${counted(users, 'user')}.`,
          details: { address, failures: count, users },
        };
      },
    };
  },
});

/** Whether a stretch that ends with the judged failure, or with a later one that came before it, tries few times as many users. */
function isSpraying(failures: readonly Trace[], at: Micros, span: Micros, { users, tries }: { users: number; tries: number }): boolean {
  return endsOf(failures, at).some((last) => {
    const stretch = failures.filter((one) => one.at >= last.at - span && one.at <= last.at);
    return usersOf(stretch).size >= users && triesPerUser(stretch, last.at) <= tries;
  });
}
