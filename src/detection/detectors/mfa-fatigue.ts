import { defineDetector, score } from '../detector.ts';
import { signInTypes } from '../../domain/activity.ts';
import { scoreMax } from '../../domain/risk.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { gather, joiningOf, succeeded } from '../sign-ins.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';
import { crowded } from '../windows.ts';

/** What a sign-in after them adds: the user may have given in. */
const successPoints = 20;

export const mfaFatigue = defineDetector({
  id: 'mfa-fatigue',
  type: 'MFA_FATIGUE',
  types: ['MFA_CHALLENGE', 'MFA_FAILURE', ...signInTypes],
  looksFor:
    'Five second factors asked of one user or refused within ten minutes with no sign-in in between: somebody has the password. Worse when a sign-in follows.',
  thresholds: {
    prompts: {
      value: 5,
      unit: 'challenges and refusals',
      source: 'as of a burst (fail2ban default maxretry = 5): a lost phone or a slow message explains two or three',
      min: 2,
      max: 100,
    },
    window: { value: 10, unit: 'minutes', source: 'as of a burst: fail2ban default findtime = 10m', min: 1, max: 30 },
    score: score(70, 'the alert threshold: who is asked has given the right password; 20 more where a sign-in follows'),
  },
  judge(judged, view, limits) {
    const { factors } = view.ofUser;
    if (factors.length < limits.prompts - 1) return null;
    const span = limits.window * microsPerMinute;
    const self = traceOf(judged, view.baseline);
    const joining = joiningOf((items) => fatigueIn(items, span, limits.prompts), factors, self);
    if (joining === null) return null;
    const all = [...joining, self];
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: all.some(isSuccess) ? Math.min(scoreMax, limits.score + successPoints) : limits.score,
      title: `Second factors asked of ${judged.user} again and again`,
      evidence: joining,
      describe(count, before) {
        const successes = Number(before?.successes ?? 0) + all.filter(isSuccess).length;
        const outcome = successes > 0 ? ', and then a sign-in succeeded' : '';
        return {
          summary: `${judged.user} was asked for a second factor or refused it ${count - successes} times${outcome}.`,
          details: {
            prompts: count - successes,
            successes,
            kinds: gather(
              before?.kinds,
              all.filter(isPrompt).map(({ type }) => type),
            ),
          },
        };
      },
    };
  },
});

const isPrompt = ({ type }: Trace) => type === 'MFA_CHALLENGE' || type === 'MFA_FAILURE';
const isSuccess = succeeded;

/**
 * Prompts that crowd, and the sign-in that follows them. A sign-in ends what was asked before it, so that who signs in to five
 * programs is not tired out; one that arrives after the prompts behind it does not take back what was claimed of them.
 */
function fatigueIn(items: readonly Trace[], span: Micros, promptsMin: number): Set<Trace> {
  const found = new Set<Trace>();
  let run: Trace[] = [];
  for (const item of items) {
    if (isPrompt(item)) run.push(item);
    if (!isSuccess(item)) continue;
    const asked = crowded(run, span, promptsMin - 1);
    for (const one of asked) found.add(one);
    if (asked.length > 0 && item.at - asked.at(-1)!.at <= span) found.add(item);
    run = [];
  }
  for (const one of crowded(run, span, promptsMin - 1)) found.add(one);
  return found;
}
