import type { ActivityType } from '../domain/activity.ts';
import { attemptTypes, changeTypes, fileTypes, pageTypes, signInTypes } from '../domain/activity.ts';
import type { Trace } from '../domain/trace.ts';
import type { Micros } from '../domain/time.ts';
import { microsPerHour, microsPerMinute } from '../domain/time.ts';

export type { Trace } from '../domain/trace.ts';
export const traceTextMax = 200; // characters

/** `types` is ANY for activities of any type with secrets that are noted. */
export type Window = { types: readonly ActivityType[] | 'ANY'; span: Micros; itemsMax: number };

/**
 * What detectors look back on, by event time: how far, and at most how many items, the oldest of which leave first. That is
 * far over every threshold, so it only bounds memory. A threshold that an organisation sets stays within its window.
 */
export const windows = {
  attempts: { types: attemptTypes, span: 24 * microsPerHour, itemsMax: 1_000 },
  pages: { types: pageTypes, span: 10 * microsPerMinute, itemsMax: 600 },
  factors: { types: ['MFA_CHALLENGE', 'MFA_FAILURE', ...signInTypes], span: microsPerHour, itemsMax: 200 },
  files: { types: fileTypes, span: 2 * microsPerHour, itemsMax: 700 },
  changes: {
    types: changeTypes,
    span: 24 * microsPerHour,
    itemsMax: 100,
  },
  elevations: { types: ['SUDO_COMMAND'], span: 24 * microsPerHour, itemsMax: 200 },
  secrets: { types: 'ANY', span: microsPerHour, itemsMax: 200 },
} as const satisfies Record<string, Window>;
export type WindowName = keyof typeof windows;
export type Windows = { [Name in WindowName]: Trace[] };
export const windowNames = Object.keys(windows) as WindowName[];

/** Sign-ins of everybody, for attacks that come from many addresses: so far back, and so many at most. */
export const organisationWindow = { types: attemptTypes, span: microsPerHour, itemsMax: 1_000 } as const;
/** Accounts and rights that anybody gave to anybody: who gains is not who acts. */
export const organisationChanges = { types: changeTypes, span: 24 * microsPerHour, itemsMax: 1_000 } as const;
/** How far back it matters that a session was active. */
export const sessionsSpan = 30 * microsPerMinute;

export const emptyWindows = (): Windows => ({ attempts: [], pages: [], factors: [], files: [], changes: [], elevations: [], secrets: [] });

const namesByType = new Map<ActivityType, WindowName[]>();
for (const name of windowNames) {
  const { types }: Window = windows[name];
  for (const type of types === 'ANY' ? [] : types) namesByType.set(type, [...(namesByType.get(type) ?? []), name]);
}
const none: readonly WindowName[] = [];
/** The windows that remember an activity. */
export function windowsOf({ type, secrets }: Pick<Trace, 'type' | 'secrets'>): readonly WindowName[] {
  const byType = namesByType.get(type) ?? none;
  return secrets === null ? byType : [...byType, 'secrets'];
}

/** Activities may arrive this much out of order and are still judged together. */
export const latenessMax = 5 * microsPerMinute;

type Item = { id: string; at: Micros };

/** Puts an item where its time belongs and lets go what no activity within the lateness bound can see any more. */
export function remember<T extends Item>(items: T[], item: T, { span, itemsMax }: Pick<Window, 'span' | 'itemsMax'>): void {
  let place = items.length;
  while (place > 0 && items[place - 1]!.at > item.at) place -= 1;
  items.splice(place, 0, item);
  const oldest = items[items.length - 1]!.at - span - latenessMax;
  const gone = items.findIndex((one) => one.at >= oldest);
  const surplus = Math.max(gone, items.length - itemsMax);
  if (surplus > 0) items.splice(0, surplus);
}

/** The items within `span` before `at`, both ends counted, and those up to the lateness bound after it. */
export function around<T extends Item>(items: readonly T[], at: Micros, span: Micros): T[] {
  return items.filter((item) => item.at >= at - span && item.at <= at + latenessMax);
}

/** The items at most `span` before or after a moment. */
export const near = <T extends Item>(items: readonly T[], at: Micros, span: Micros): T[] =>
  items.filter((item) => Math.abs(item.at - at) <= span);

/** The items that lie in any stretch of length `span` with at least `least` that differ. */
export function crowdedApart<T extends Item>(items: readonly T[], span: Micros, least: number, differ: (item: T) => string): Set<T> {
  const sorted = items.toSorted((a, b) => a.at - b.at);
  const counts = new Map<string, number>();
  const found = new Set<T>();
  let start = 0;
  for (const [end, item] of sorted.entries()) {
    counts.set(differ(item), (counts.get(differ(item)) ?? 0) + 1);
    for (; item.at - sorted[start]!.at > span; start += 1) {
      const gone = differ(sorted[start]!);
      const left = counts.get(gone)! - 1;
      if (left === 0) counts.delete(gone);
      else counts.set(gone, left);
    }
    if (counts.size >= least) for (const one of sorted.slice(start, end + 1)) found.add(one);
  }
  return found;
}

/** Of items in the order of their times the `count` before a moment and the `count` after it. */
export function neighbours<T extends Item>(items: readonly T[], at: Micros, count: number): T[] {
  let place = items.length;
  while (place > 0 && items[place - 1]!.at > at) place -= 1;
  return items.slice(Math.max(0, place - count), place + count);
}

/**
 * The most items that fall into any stretch of length `span` that holds `at`, which is counted as one, and `also`, the
 * time of an item.
 */
export function densestCount(items: readonly Item[], at: Micros, span: Micros, also = at): number {
  const times = items.map((item) => item.at).filter((time) => Math.abs(time - at) <= span);
  times.push(at);
  times.sort((a, b) => a - b);
  let most = 0;
  let start = 0;
  for (let end = 0; end < times.length; end += 1) {
    while (times[end]! - times[start]! > span) start += 1;
    if (times[start]! <= Math.min(at, also) && Math.max(at, also) <= times[end]!) most = Math.max(most, end - start + 1);
  }
  return most;
}

/** The items that lie in any stretch of length `span` that holds more than `most` of them, oldest first. */
export function crowded<T extends Item>(items: readonly T[], span: Micros, most: number): T[] {
  const sorted = items.toSorted((a, b) => a.at - b.at);
  const found: T[] = [];
  let start = 0;
  let taken = 0;
  for (let end = 0; end < sorted.length; end += 1) {
    while (sorted[end]!.at - sorted[start]!.at > span) start += 1;
    if (end - start + 1 <= most) continue;
    found.push(...sorted.slice(Math.max(start, taken), end + 1));
    taken = end + 1;
  }
  return found;
}

/** What joins a pattern with the judged activity: of what `find` finds the items it did not find without it; null where it is no part. */
export function joining<T extends Item>(find: (items: readonly T[]) => ReadonlySet<T>, others: readonly T[], judged: T): T[] | null {
  const found = find([...others, judged]);
  if (!found.has(judged)) return null;
  const before = find(others);
  return [...found].filter((item) => item !== judged && !before.has(item));
}
