import { signInTypes } from '../../domain/activity.ts';
import type { Baseline } from '../../domain/baseline.ts';
import { fact, knows } from '../../domain/baseline.ts';
import type { Place } from '../../domain/place.ts';
import { inOtherRegions, kmBetween } from '../../domain/place.ts';
import { networkOf } from '../../domain/session-integrity.ts';
import type { Micros } from '../../domain/time.ts';
import { formatInstant, microsPerDay, microsPerHour, microsPerMinute, microsPerSecond, parseInstant } from '../../domain/time.ts';
import type { Details, Limits } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { isIn, isUnplaced } from '../networks.ts';
import type { Trace } from '../windows.ts';
import { around, windows } from '../windows.ts';

const thresholds = {
  speed: {
    value: 900,
    unit: 'km/h, more than which is claimed',
    source: 'the cruising speed of airliners; identity providers go by it too',
    min: 100,
    max: 10_000,
  },
  distance: {
    value: 50,
    unit: 'km, less than which is no travel',
    source: 'a city and its surroundings, within which databases of addresses are often wrong',
    min: 1,
    max: 5_000,
  },
  score: score(80, 'over the alert threshold of 70: nobody is in two places at once'),
};

/** A sign-in that tells where the person is. */
type End = { id: string; at: Micros; address: string | null; place: Place };
type Journey = { from: End; to: End; km: number; kmPerHour: number };

export const impossibleTravel = defineDetector({
  id: 'impossible-travel',
  type: 'IMPOSSIBLE_TRAVEL',
  types: signInTypes,
  looksFor:
    'Two sign-ins of one user in different regions, farther apart than an airliner flies in the time between them, unless the user is known to use both networks.',
  thresholds,
  judge(judged, view, limits) {
    const { trustedNetworks } = view.settings;
    const here = judged.outcome === 'SUCCESS' ? endOf(judged, trustedNetworks) : null;
    if (here === null) return null;
    const past = around(view.ofUser.attempts, judged.at, windows.attempts.span).filter(isSuccess);
    if (!past.some(({ place }) => place !== null && inOtherRegions(place, here.place))) return null; // nearly always
    const ends = past.map((trace) => endOf(trace, trustedNetworks)).filter((end) => end !== null);
    const travel = (a: End, b: End) => impossible(a, b, view.baseline, limits);
    const journeys = ends.map((end) => travel(end, here)).filter((journey) => journey !== null);
    if (journeys.length === 0) return null;
    const others = journeys.map(({ from, to }) => (from === here ? to : from));
    return {
      key: judged.user,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Impossible travel of ${judged.user}`,
      // Those in an impossible journey without the judged one are in the anomaly already.
      evidence: others.filter((end) => !ends.some((other) => travel(other, end) !== null)),
      describe(count, before) {
        const told = journeys.map(toldOf).reduce(faster, before as Told | null)!;
        return { summary: summaryOf(judged.user, told), details: { ...told, signIns: count } };
      },
    };
  },
});

const isSuccess = ({ type, outcome }: Trace) => type !== 'AUTH_FAILURE' && outcome === 'SUCCESS';

/** Null where it does not tell where the person is: an exit that many share, an address of no place, a place without coordinates. */
function endOf({ id, at, address, place }: Omit<End, 'place'> & { place: Place | null }, trustedNetworks: readonly string[]): End | null {
  if (place === null || place.anonymous || place.latitude === null || place.longitude === null) return null;
  if (address !== null && (isUnplaced(address) || isIn(address, trustedNetworks))) return null;
  return { id, at, address, place };
}

function impossible(a: End, b: End, baseline: Baseline, { speed, distance }: Limits<typeof thresholds>): Journey | null {
  // One address is at one place: that it is told of two is a mistake, not a journey.
  if ((a.address !== null && a.address === b.address) || !inOtherRegions(a.place, b.place)) return null;
  const km = kmBetween(a.place, b.place);
  if (km === null || km < distance || km <= (a.place.accuracyKm ?? 0) + (b.place.accuracyKm ?? 0)) return null;
  const hours = Math.max(Math.abs(a.at - b.at), microsPerSecond) / microsPerHour;
  if (km / hours <= speed || (isKnown(a, baseline) && isKnown(b, baseline))) return null;
  const [from, to] = a.at < b.at || (a.at === b.at && String(a.address) < String(b.address)) ? [a, b] : [b, a];
  return { from, to, km: Math.round(km), kmPerHour: Math.round(km / hours) };
}

/** Whether the user was known to use the network by then: a home and the exit of a VPN are used in turns. */
const isKnown = ({ address, at }: End, baseline: Baseline) => address !== null && knows(baseline, fact('network', networkOf(address)), at);

type ToldEnd = { at: string; address: string | null } & Place;
type Told = Details & { from: ToldEnd; to: ToldEnd; km: number; kmPerHour: number };

const toldEnd = ({ at, address, place }: End): ToldEnd => ({ at: formatInstant(at), address, ...place });
const toldOf = ({ from, to, km, kmPerHour }: Journey): Told => ({ from: toldEnd(from), to: toldEnd(to), km, kmPerHour });

/** The journey to show: the fastest, of equals the first, so that it is the same in any order of arrival. */
function faster(a: Told | null, b: Told): Told {
  if (a === null || a.kmPerHour !== b.kmPerHour) return a === null || b.kmPerHour > a.kmPerHour ? b : a;
  return `${b.from.at} ${b.to.at}` < `${a.from.at} ${a.to.at}` ? b : a;
}

function summaryOf(user: string, { from, to, km, kmPerHour }: Told): string {
  const minutes = Math.round((parseInstant(to.at)! - parseInstant(from.at)!) / microsPerMinute);
  return `${user} signed in ${whereIs(from)} and ${minutes} minutes later ${whereIs(to)}: ${km} km apart, ${kmPerHour} km/h.`;
}

function whereIs({ city, region, country, latitude, longitude, address }: ToldEnd): string {
  const names = [city, region === city ? null : region, country].filter((name) => name !== null).join(', ');
  return `in ${names || `${latitude}, ${longitude}`}${address === null ? '' : ` (${address})`}`;
}
