import { defineDetector, score } from '../detector.ts';
import { microsPerDay, microsPerMinute } from '../../domain/time.ts';
import { crowded } from '../windows.ts';

const namesMax = 20; // secrets named in the details

export const secretDenied = defineDetector({
  id: 'secret-denied',
  type: 'SECRET_DENIED',
  types: 'ANY',
  looksFor: 'Secrets denied to one user again and again within ten minutes: somebody tries doors.',
  thresholds: {
    denials: {
      value: 3,
      unit: 'denied activities',
      source: 'one is a slip, two a second try of it; from the third on it is a search (a judgement: no standard gives a number)',
      min: 1,
      max: 100,
    },
    window: { value: 10, unit: 'minutes', source: 'as for failed sign-ins', min: 1, max: 60 },
    score: score(70, 'the alert threshold: FEATURES C24 asks that denials are seen'),
  },
  judge(judged, view, limits) {
    if (!judged.secretsUsed?.some(({ granted }) => !granted)) return null;
    const span = limits.window * microsPerMinute;
    const denials = view.ofUser.secrets.filter(({ secrets }) => secrets?.some(({ granted }) => !granted));
    const many = limits.denials - 1;
    const dense = crowded([...denials, { ...judged, secrets: judged.secretsUsed }], span, many);
    if (!dense.some(({ id }) => id === judged.id)) return null;
    const before = new Set(crowded(denials, span, many).map(({ id }) => id));
    const joining = dense.filter(({ id }) => id !== judged.id && !before.has(id));
    const names = dense.flatMap(({ secrets }) => (secrets ?? []).filter(({ granted }) => !granted).map(({ secret }) => secret));
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Secrets denied to ${judged.user}`,
      evidence: joining,
      describe: (count) => ({
        summary: `${judged.user} was denied secrets ${count} times, ${limits.denials} or more within ${limits.window} minutes.`,
        details: { denials: count, secrets: [...new Set(names)].toSorted().slice(0, namesMax) },
      }),
    };
  },
});
