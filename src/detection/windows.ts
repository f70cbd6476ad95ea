import type { Micros } from '../domain/time.ts';
import { microsPerHour, microsPerMinute } from '../domain/time.ts';

/** How far back the windows go that detectors look at, by event time. */
export const windowSpans = {
  attempts: 24 * microsPerHour,
  pages: 2 * microsPerMinute, // twice the minute that is judged: a page was fast already if those around it were many
  sessions: 30 * microsPerMinute,
} as const;

/** Activities may arrive this much out of order and are still judged together. */
export const latenessMax = 5 * microsPerMinute;

/** Most items a window holds; the oldest leave first. Far over every threshold, so it only bounds memory. */
export const windowItemsMax = 1_000;

type Item = { id: string; at: Micros };

/** Puts an item where its time belongs and lets go what no activity within the lateness bound can see any more. */
export function remember<T extends Item>(items: T[], item: T, span: Micros): void {
  let place = items.length;
  while (place > 0 && items[place - 1]!.at > item.at) place -= 1;
  items.splice(place, 0, item);
  const oldest = items[items.length - 1]!.at - span - latenessMax;
  const gone = items.findIndex((one) => one.at >= oldest);
  const surplus = Math.max(gone, items.length - windowItemsMax);
  if (surplus > 0) items.splice(0, surplus);
}

/** The items within `span` before `at`, both ends counted, and those up to the lateness bound after it. */
export function around<T extends Item>(items: readonly T[], at: Micros, span: Micros): T[] {
  return items.filter((item) => item.at >= at - span && item.at <= at + latenessMax);
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
