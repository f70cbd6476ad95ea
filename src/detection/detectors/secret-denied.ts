import { defineDetector, score } from '../detector.ts';
import type { NotedSecret } from '../../domain/secret-use.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import type { Trace } from '../windows.ts';
import { crowded, crowdedApart, joining } from '../windows.ts';

type Use = Pick<Trace, 'id' | 'at' | 'secrets'>;
const namesMax = 20; // secrets named in the details

export const secretDenied = defineDetector({
  id: 'secret-denied',
  type: 'SECRET_DENIED',
  types: 'ANY',
  looksFor:
    'Within ten minutes secrets denied to one user again and again, or one secret after the other in commands that failed: somebody tries doors.',
  thresholds: {
    denials: {
      value: 3,
      unit: 'denied activities',
      source: 'one is a slip, two a second try of it; from the third on it is a search (a judgement: no standard gives a number)',
      min: 1,
      max: 100,
    },
    tried: {
      value: 5,
      unit: 'secrets in commands that failed',
      source: 'as failed sign-ins: fail2ban default maxretry = 5. One secret again and again is a command that does not work',
      min: 2,
      max: 100,
    },
    window: { value: 10, unit: 'minutes', source: 'as for failed sign-ins', min: 1, max: 60 },
    score: score(70, 'the alert threshold: FEATURES C24 asks that denials are seen'),
  },
  judge(judged, view, limits) {
    if (!isRefused(judged)) return null;
    const span = limits.window * microsPerMinute;
    const dense = (uses: readonly Use[]): Set<Use> => {
      const tried = uses.filter((use) => secretsOf(use, 'TRIED') !== '');
      const denied = uses.filter((use) => secretsOf(use, 'DENIED') !== '');
      const apart = crowdedApart(tried, span, limits.tried, (use) => secretsOf(use, 'TRIED'));
      return new Set([...apart, ...crowded(denied, span, limits.denials - 1)]);
    };
    const own: Use = { id: judged.id, at: judged.at, secrets: judged.secrets };
    const others = view.ofUser.secrets.filter(isRefused);
    const joined = joining(dense, others, own);
    if (joined === null) return null;
    const labels = [...dense([...others, own])].flatMap(({ secrets }) => (secrets ?? []).filter(refused).map(({ label }) => label));
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Secrets denied to ${judged.user}`,
      evidence: joined,
      describe: (count) => ({
        summary: `${judged.user} was denied secrets, or failed with one after the other, ${count} times in stretches of ${limits.window} minutes.`,
        details: { denials: count, secrets: [...new Set(labels)].toSorted().slice(0, namesMax) },
      }),
    };
  },
});

const refused = ({ how }: NotedSecret) => how !== 'GIVEN';
const isRefused = ({ secrets }: Pick<Use, 'secrets'>) => secrets?.some(refused) === true;

/** Which secrets an activity used so, as one text; empty for none. */
function secretsOf({ secrets }: Use, how: NotedSecret['how']): string {
  const used = (secrets ?? []).filter((one) => one.how === how).map(({ secret }) => secret);
  return [...new Set(used)].toSorted().join(' ');
}
