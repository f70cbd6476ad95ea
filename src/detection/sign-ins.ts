import { isSignIn } from '../domain/activity.ts';
import type { Micros } from '../domain/time.ts';
import type { Trace } from './windows.ts';
import { latenessMax } from './windows.ts';

/** What detectors of guessed passwords have in common. */

export const failed = ({ type }: Trace): boolean => type === 'AUTH_FAILURE';
export const succeeded = ({ type, outcome }: Trace): boolean => isSignIn(type) && outcome === 'SUCCESS';

export const usersOf = (attempts: readonly Trace[]): Set<string> => new Set(attempts.map(({ user }) => user));
export const addressesOf = (attempts: readonly Trace[]): Set<string> =>
  new Set(attempts.flatMap(({ address }) => (address === null ? [] : [address])));

/** Names kept in the details of one anomaly; counts are of those kept. */
export const namesMax = 100;

/** Those of an anomaly so far and these, in an order that does not depend on which came first. */
export function gather(before: unknown, names: Iterable<string>): string[] {
  const known = Array.isArray(before) ? before.filter((name) => typeof name === 'string') : [];
  return [...new Set([...known, ...names])].toSorted().slice(0, namesMax);
}

/** "100 or more accounts" where more are not kept. */
export const counted = (names: readonly string[], one: string, many = `${one}s`): string =>
  `${names.length >= namesMax ? `${namesMax} or more` : names.length} ${names.length === 1 ? one : many}`;

/**
 * Failed tries for each user in the part of a stretch that has settled: all of it has arrived, so what it says against a
 * pattern holds in any order. Zero where nothing has settled.
 */
export function triesPerUser(stretch: readonly Trace[], last: Micros): number {
  const settled = stretch.filter(({ at }) => at < last - latenessMax);
  return settled.length === 0 ? 0 : settled.length / usersOf(settled).size;
}

const endsMax = 20;

/** The failures with which a stretch that holds `at` may end: of very many later ones that came before it, the first and the last. */
export function endsOf(failures: readonly Trace[], at: Micros): Trace[] {
  const ends = failures.filter((one) => one.at >= at && one.at <= at + latenessMax).toSorted((a, b) => a.at - b.at);
  return ends.length > endsMax ? [...ends.slice(0, endsMax / 2), ...ends.slice(-endsMax / 2)] : ends;
}

/** What joins a pattern with `judged`: what `find` finds with it and does not find without it; null where it is no part itself. */
export function joiningOf(find: (items: readonly Trace[]) => ReadonlySet<Trace>, others: readonly Trace[], judged: Trace): Trace[] | null {
  const found = find([...others, judged].toSorted((a, b) => a.at - b.at));
  if (!found.has(judged)) return null;
  const before = find(others);
  return [...found].filter((one) => one !== judged && !before.has(one)).toSorted((a, b) => a.at - b.at);
}
