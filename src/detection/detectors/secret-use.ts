import { defineDetector, score } from '../detector.ts';
import { fact, isMature, knows } from '../../domain/baseline.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import type { Trace } from '../windows.ts';

type Use = Pick<Trace, 'id' | 'at' | 'secrets'>;
const namesMax = 20; // secrets named in the details

export const secretUse = defineDetector({
  id: 'secret-use',
  type: 'SECRET_USE',
  types: 'ANY',
  looksFor:
    'Within ten minutes many secrets that this user was never given before, by their keepers or in what a command put out: somebody gathers what is in reach.',
  thresholds: {
    secrets: {
      value: 5,
      unit: 'secrets new to the user',
      source:
        'a task that is new to somebody takes a password and a token or two; five are an inventory (a judgement: no standard gives a number)',
      min: 1,
      max: 50,
    },
    window: { value: 10, unit: 'minutes', source: 'as for failed sign-ins', min: 1, max: 60 },
    learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week', min: 1, max: 30 },
    score: score(75, 'over the alert threshold of 70: what was taken has to be changed'),
  },
  judge(judged, view, limits) {
    if (judged.secrets === null || !isMature(view.baseline, judged.at, limits.learningDays)) return null;
    const span = limits.window * microsPerMinute;
    // New when it was asked for: what was new minutes ago has settled meanwhile, and still belongs to the collection.
    const newOnes = ({ at, secrets }: Use) =>
      (secrets ?? []).filter(({ secret, how }) => how === 'GIVEN' && !knows(view.baseline, fact('secret', secret), at));
    const own = { id: judged.id, at: judged.at, secrets: judged.secrets };
    if (newOnes(own).length === 0) return null;
    const near = [...view.ofUser.secrets, own].filter((use) => Math.abs(use.at - judged.at) <= span && newOnes(use).length > 0);
    const secretsOf = (uses: readonly Use[]) => new Map(uses.flatMap(newOnes).map(({ secret, label }) => [secret, label]));
    const stretches = near
      .map((first) => near.filter(({ at }) => at >= first.at && at <= first.at + span))
      .filter((uses) => uses.some(({ id }) => id === judged.id));
    const crowd = stretches.toSorted((a, b) => secretsOf(b).size - secretsOf(a).size)[0]!;
    const secrets = secretsOf(crowd);
    if (secrets.size < limits.secrets) return null;
    const going = view.ongoing(judged.user, microsPerDay);
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `${judged.user} gathers secrets`,
      evidence: going ? [] : crowd.filter(({ id }) => id !== judged.id),
      describe: (count) => ({
        summary: `${judged.user} was given or shown ${secrets.size} secrets within ${limits.window} minutes that were new to them.`,
        details: { secrets: [...secrets.values()].toSorted().slice(0, namesMax), uses: count },
      }),
    };
  },
});
