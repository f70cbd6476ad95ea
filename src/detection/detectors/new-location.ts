import type { Detector } from '../detector.ts';
import { isMature } from '../../domain/baseline.ts';
import { microsPerDay } from '../../domain/time.ts';

export const newLocation: Detector = {
  id: 'new-location',
  type: 'NEW_LOCATION',
  looksFor: 'A sign-in from an address this user never signed in from, once the baseline has learned five days.',
  thresholds: {
    learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week' },
    score: { value: 70, unit: 'points', source: 'FEATURES B17' },
  },
  judge(judged, view) {
    const { address } = judged;
    if (!judged.signIn || address === null || !isMature(view.baseline, judged.at)) return null;
    const known = view.baseline.addresses.filter((one) => one.firstAt < judged.at);
    if (known.length === 0 || known.some((one) => one.address === address)) return null;
    return {
      key: `${judged.user} ${address}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: 70,
      title: `Sign-in of ${judged.user} from a new address`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} signed in from ${address}, never seen before (${known.length} known).`,
        details: { address, knownAddresses: known.length, signIns: count },
      }),
    };
  },
};
