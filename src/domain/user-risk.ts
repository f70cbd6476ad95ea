import type { Resolution } from './alert.ts';
import { scoreMax } from './risk.ts';
import type { Micros } from './time.ts';
import { microsPerHour } from './time.ts';

/**
 * How dangerous a user is just now: what detectors have claimed of them, each with the points of its score, which halve with
 * every day since it last happened. Nothing else lowers it but somebody who settles an anomaly as nothing.
 */

/** One day: what is as grave as an alert (70) is LOW after a day and a quarter, so yesterday's is still in sight this morning. */
export const halfLifeHours = 24;
/** Contributions of fewer points are left out. */
export const contributionMin = 1;
/** The most contributions that are added up: far over what is needed for 100 points. */
export const contributionsMax = 50;
/** After so long even a score of 100 is left out: the half-lives in which it comes down to one point, rounded up. */
export const horizon: Micros = Math.ceil(Math.log2(scoreMax / contributionMin) * halfLifeHours) * microsPerHour;

/** Settled so, an anomaly says nothing against the user. */
export const acquittals = ['FALSE_POSITIVE', 'BENIGN', 'DUPLICATE'] as const satisfies readonly Resolution[];

type Claimed = { id: string; score: number; lastAt: Micros; resolution: Resolution | null };
export type UserRisk<T extends Claimed> = { score: number; contributions: { points: number; claimed: T }[] };

/** What an anomaly of this score is worth at `now`. What is dated a little ahead is worth all of it. */
export const decayed = (score: number, lastAt: Micros, now: Micros): number =>
  score * 0.5 ** (Math.max(0, now - lastAt) / (halfLifeHours * microsPerHour));

/** The gravest first. Points are whole and add up to the score: past 100 the last ones lose theirs. */
export function userRiskOf<T extends Claimed>(anomalies: readonly T[], now: Micros): UserRisk<T> {
  const counting = anomalies
    .filter(({ resolution }) => !acquittals.some((one) => one === resolution))
    .map((claimed) => ({ claimed, worth: decayed(claimed.score, claimed.lastAt, now) }))
    .filter(({ worth }) => worth >= contributionMin)
    .sort((a, b) => b.worth - a.worth || (a.claimed.id < b.claimed.id ? -1 : 1))
    .slice(0, contributionsMax);
  let score = 0;
  const contributions = counting.map(({ claimed, worth }) => {
    const points = Math.min(Math.round(worth), scoreMax - score);
    score += points;
    return { points, claimed };
  });
  return { score, contributions };
}
