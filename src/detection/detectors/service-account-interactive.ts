import type { Judged, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { activityKinds } from '../../domain/activity.ts';
import { fact, knows } from '../../domain/baseline.ts';
import { microsPerDay } from '../../domain/time.ts';

/** MEDIUM: an account nobody named may as well be a person's first page. */
const unlistedScore = 40;

export const serviceAccountInteractive = defineDetector({
  id: 'service-account-interactive',
  type: 'SERVICE_ACCOUNT_INTERACTIVE',
  types: 'ANY',
  looksFor:
    'A sign-in by password, a page, a browser, a desktop or a terminal of an account that the organisation lists as one for programs, or that has only called APIs for two weeks.',
  thresholds: {
    apiDays: {
      value: 14,
      unit: 'days with nothing but API calls',
      source: 'two working weeks: longer than most holidays',
      min: 1,
      max: 365,
    },
    score: score(75, 'over the alert threshold: the organisation said that nobody does this; 40 for an account that it did not list'),
  },
  judge(judged, view, limits) {
    if (!isInteractive(judged)) return null;
    const listed = isListed(judged.user, view.settings.serviceAccounts);
    if (!listed && !onlyCalls(judged, view, limits.apiDays)) return null;
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: listed ? limits.score : Math.min(unlistedScore, limits.score),
      teaches: !listed,
      title: `${judged.user} is used by a person`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user}, ${listed ? 'a service account' : 'until now only seen calling APIs'}, was used by a person ${count === 1 ? 'once' : `${count} times`}, last by ${judged.type}.`,
        details: { listed, activities: count, last: judged.type },
      }),
    };
  },
});

/** How people sign in; programs show a key, a token or a certificate. */
const personalMethods =
  /^(?:password|keyboard-interactive|keyboard-interactive\/pam|otp|totp|sms|push|webauthn|fido2?|passkey|biometric)$/i;

function isInteractive(judged: Judged): boolean {
  if (judged.outcome !== 'SUCCESS') return false;
  switch (judged.kind) {
    case 'auth':
      return judged.signIn && judged.detail.method !== null && personalMethods.test(judged.detail.method);
    case 'web':
      return judged.type === 'PAGE_VIEW' && judged.deviceType !== 'BOT';
    case 'browser':
    case 'desktop':
    case 'terminal':
      return true;
    default:
      return false;
  }
}

/** Whether an account is on the list, by its id or by a beginning of it that ends in `*`. */
function isListed(user: string, listed: readonly string[]): boolean {
  return listed.some((name) => (name.endsWith('*') ? user.startsWith(name.slice(0, -1)) : user === name));
}

/** Whether an account has called APIs for so long, and done nothing else but sign in to that; who signed in before may do so again. */
function onlyCalls({ at, kind }: Judged, { baseline }: View, daysMin: number): boolean {
  const since = baseline.facts[fact('kind', 'api')];
  if (since === undefined || since > at - daysMin * microsPerDay) return false;
  return activityKinds.every((other) => (other === 'auth' && kind !== 'auth') || !knows(baseline, fact('kind', other), at));
}
