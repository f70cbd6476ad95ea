import type { View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { attemptTypes } from '../../domain/activity.ts';
import { fact, isMature, knows } from '../../domain/baseline.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { addressesOf, counted, failed, gather, joiningOf, succeeded } from '../sign-ins.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';

/** MEDIUM, worth a look: who guesses passwords rarely sits where the user sits, at a program that the user uses. */
const ownMistakesScore = 45;

export const successAfterFailures = defineDetector({
  id: 'success-after-failures',
  type: 'SUCCESS_AFTER_FAILURES',
  types: attemptTypes,
  looksFor:
    "A sign-in after five failed ones of the same user within ten minutes: a guessed password. It opens no alert where all came from the user's own network and program.",
  thresholds: {
    failures: { value: 5, unit: 'failed sign-ins', source: 'as of a burst: fail2ban default maxretry = 5', min: 2, max: 500 },
    window: { value: 10, unit: 'minutes', source: 'as of a burst: fail2ban default findtime = 10m', min: 1, max: 720 },
    score: score(85, 'over a burst (75), which only tried; 45 where the user has mistyped'),
  },
  judge(judged, view, limits) {
    const span = limits.window * microsPerMinute;
    const { attempts } = view.ofUser;
    if (attempts.length < limits.failures) return null;
    // A success up to one span later may be the end of it, and what was claimed before reaches back one span more.
    const near = attempts.filter(({ at }) => at >= judged.at - 2 * span && at <= judged.at + span);
    const self = traceOf(judged, view.baseline);
    if (failed(self) && !near.some((one) => one.at >= judged.at && succeeded(one))) return null;
    const joining = joiningOf((items) => takeovers(items, span, limits.failures), near, self);
    if (joining === null) return null;
    const all = [...near, self].toSorted((a, b) => a.at - b.at);
    const ends = [...takeovers(all, span, limits.failures)].filter((one) => succeeded(one) && one.at >= judged.at);
    const mistyped = ends.every((one) => isOwnMistake(one, all, span, view));
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: mistyped ? Math.min(ownMistakesScore, limits.score) : limits.score,
      title: `Sign-in of ${judged.user} after failed ones`,
      evidence: joining,
      describe(count, before) {
        const attempts = [...joining, self];
        const addresses = gather(before?.addresses, addressesOf(attempts));
        const successes = Number(before?.successes ?? 0) + attempts.filter(succeeded).length;
        return {
          summary: `${judged.user} signed in after ${count - successes} failed sign-ins from ${counted(addresses, 'address', 'addresses')}.`,
          details: { failures: count - successes, successes, addresses },
        };
      },
    };
  },
});

/** The sign-ins that follow so many failures, with those. `items` are in the order of their times. */
function takeovers(items: readonly Trace[], span: Micros, failuresMin: number): Set<Trace> {
  const found = new Set<Trace>();
  const failures = items.filter(failed);
  const successes = failures.length < failuresMin ? [] : items.filter(succeeded);
  let taken = 0;
  let start = 0;
  let end = 0;
  for (const success of successes) {
    while (end < failures.length && failures[end]!.at <= success.at) end += 1;
    while (start < end && failures[start]!.at < success.at - span) start += 1;
    if (end - start < failuresMin) continue;
    for (const one of [...failures.slice(Math.max(start, taken), end), success]) found.add(one);
    taken = end;
  }
  return found;
}

/** Whether it came, with the failures before it, from where the user is known to be, by programs that the user is known to use. */
function isOwnMistake(success: Trace, items: readonly Trace[], span: Micros, { baseline }: View): boolean {
  const { at } = success;
  const before = items.filter((one) => failed(one) && one.at >= at - span && one.at <= at);
  const isUsual = ({ client, familiar }: Trace) => familiar && (client === null || knows(baseline, fact('client', client), at));
  return isMature(baseline, at) && [...before, success].every(isUsual);
}
