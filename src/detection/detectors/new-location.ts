import { defineDetector, score } from '../detector.ts';
import { fact, isMature, known, knows } from '../../domain/baseline.ts';
import { microsPerDay } from '../../domain/time.ts';

export const newLocation = defineDetector({
  id: 'new-location',
  type: 'NEW_LOCATION',
  types: 'ANY',
  looksFor: 'A sign-in from an address this user never signed in from, once the baseline has learned five days.',
  thresholds: {
    learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week', min: 1, max: 30 },
    score: score(70, 'FEATURES B17'),
  },
  judge(judged, view, limits) {
    const { address } = judged;
    if (!judged.signIn || address === null || !isMature(view.baseline, judged.at, limits.learningDays)) return null;
    if (knows(view.baseline, fact('address', address), judged.at)) return null;
    const addresses = known(view.baseline, 'address', judged.at);
    if (addresses.length === 0) return null;
    return {
      key: `${judged.user} ${address}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Sign-in of ${judged.user} from a new address`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} signed in from ${address}, never seen before (${addresses.length} known).`,
        details: { address, knownAddresses: addresses.length, signIns: count },
      }),
    };
  },
});
