import type { Limits, Threshold } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import { traceOf } from '../trace.ts';
import { isAsset, isSignInForm, pathOf } from '../web/pages.ts';
import { isGuess } from '../web/probes.ts';
import type { Trace } from '../windows.ts';
import { crowdedApart, joining, near } from '../windows.ts';

const thresholds = {
  missing: {
    value: 10,
    unit: 'different pages that are missing or refused',
    source: 'CrowdSec http-probing: a bucket of 10 different paths answered with 400, 403 or 404',
    min: 2,
    max: 100,
  },
  guesses: {
    value: 3,
    unit: 'different pages of products that are not here',
    source: 'CrowdSec http-sensitive-files: a bucket of 2, the third overflows it',
    min: 2,
    max: 50,
  },
  signIns: { value: 5, unit: 'sign-in forms sent and not accepted', source: 'fail2ban default maxretry = 5', min: 2, max: 100 },
  window: {
    value: 5,
    unit: 'minutes',
    source: 'half of the 10 minutes for which pages are remembered, so that all that joins is still there',
    min: 1,
    max: 5,
  },
  score: score(60, 'as web attacks: HIGH, below the alert threshold'),
} satisfies Record<string, Threshold>;

export const webProbing = defineDetector({
  id: 'web-probing',
  type: 'WEB_ATTACK',
  types: ['PAGE_VIEW'],
  looksFor:
    'Within five minutes ten different pages that are missing or refused, three pages of products that are not here, or five times a sign-in form that was not accepted.',
  thresholds,
  judge(judged, view, limits) {
    const request = traceOf(judged, view.baseline);
    if (!isTried(request)) return null;
    const span = limits.window * microsPerMinute;
    const others = near(view.ofUser.pages, judged.at, 2 * span).filter(isTried);
    const joined = joining((requests) => probing(requests, limits, span), others, request);
    if (joined === null) return null;
    return {
      key: judged.user,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Probing by ${judged.user}`,
      evidence: joined,
      describe: (count) => ({
        summary: `${judged.user} tried ${count} pages or sign-ins that were not there or not accepted.`,
        details: { requests: count },
      }),
    };
  },
});

const missingStatuses = new Set([400, 403, 404]);
const page = ({ text }: Trace) => pathOf(text ?? '');

const isMissing = (request: Trace) => missingStatuses.has(request.amount ?? 0) && !isAsset(request.text);
const isGuessed = (request: Trace) => isGuess(page(request).toLowerCase(), request.amount);
/** What accepts a sign-in sends the browser on to somewhere else. */
const isRefusedSignIn = ({ method, amount, text }: Trace) =>
  method?.toUpperCase() === 'POST' && amount !== null && (amount < 300 || amount >= 400) && isSignInForm(pathOf(text ?? ''));
const isTried = (request: Trace) => isMissing(request) || isGuessed(request) || isRefusedSignIn(request);

function probing(requests: readonly Trace[], limits: Limits<typeof thresholds>, span: number): Set<Trace> {
  return new Set([
    ...crowdedApart(requests.filter(isMissing), span, limits.missing, page),
    ...crowdedApart(requests.filter(isGuessed), span, limits.guesses, page),
    ...crowdedApart(requests.filter(isRefusedSignIn), span, limits.signIns, ({ id }) => id),
  ]);
}
