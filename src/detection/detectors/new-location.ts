import { fact, isMature, known, knows } from '../../domain/baseline.ts';
import { networkOf } from '../../domain/session-integrity.ts';
import { microsPerDay } from '../../domain/time.ts';
import type { Judged, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';

export const newLocation = defineDetector({
  id: 'new-location',
  type: 'NEW_LOCATION',
  types: 'ANY',
  looksFor:
    'A sign-in from an address this user never signed in from: more where the country is new too, less in a network of theirs that changes its addresses by itself.',
  thresholds: {
    learningDays: { value: 5, unit: 'days with sign-ins', source: 'one working week', min: 1, max: 30 },
    changingAddresses: {
      value: 3,
      unit: 'known addresses in one network, with which another of it is no news',
      source: 'two are a desk and a meeting room; with three it is the network that hands them out: leases, mobile carriers, IPv6 privacy',
      min: 2,
      max: 100,
    },
    score: score(70, 'FEATURES B17'),
    scoreInCountry: score(80, 'an address in a country new to the user is rarer than another address, and what stolen passwords look like'),
    scoreInNetwork: score(25, 'LOW: to be seen, and not worth a look by itself'),
  },
  judge(judged, view, limits) {
    const { address } = judged;
    if (!judged.signIn || address === null || knows(view.baseline, fact('address', address), judged.at)) return null;
    const addresses = known(view.baseline, 'address', judged.at).map(({ value }) => value);
    if (addresses.length === 0) return null;
    const network = networkOf(address);
    const inNetwork = addresses.filter((one) => networkOf(one) === network).length;
    const changes = inNetwork >= limits.changingAddresses;
    const country = newCountry(judged, view);
    const news = [...(inNetwork === 0 ? [`network ${network}`] : []), ...(country === null ? [] : [`country ${country}`])];
    return {
      key: `${judged.user} ${address}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: country !== null ? limits.scoreInCountry : changes ? limits.scoreInNetwork : limits.score,
      learning: !isMature(view.baseline, judged.at, limits.learningDays),
      title: `Sign-in of ${judged.user} from a new address`,
      evidence: [],
      describe: (count) => ({
        summary: `${judged.user} signed in from ${address}, never seen before (${addresses.length} known)${news.length > 0 ? `; the ${news.join(' and the ')} too` : ''}.`,
        details: {
          address,
          network,
          country: judged.place?.country ?? null,
          newNetwork: inNetwork === 0,
          newCountry: country !== null,
          knownAddresses: addresses.length,
          knownInNetwork: inNetwork,
          signIns: count,
        },
      }),
    };
  },
});

/** The country, where the user has others. An exit that many share is in whatever country it pleases. */
function newCountry({ place, at }: Judged, { baseline }: View): string | null {
  if (place === null || place.country === null || place.anonymous) return null;
  if (knows(baseline, fact('country', place.country), at)) return null;
  return known(baseline, 'country', at).length > 0 ? place.country : null;
}
