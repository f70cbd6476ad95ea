import type { Micros } from '../domain/time.ts';

/** Stretches of time in which much lies close together, counted by what is different in them. */

type Item = { id: string; at: Micros };
/** What an item counts as: items with one key are one thing, however often it comes. */
export type Weighed = { key: string; weight: number };

/** The items of any stretch of length `span` whose different things weigh `least` or more together, oldest first. */
export function crowd<T extends Item>(items: readonly T[], span: Micros, least: number, weigh: (item: T) => Weighed): T[] {
  const sorted = items.map((item) => ({ item, ...weigh(item) })).sort((a, b) => a.item.at - b.item.at);
  const times = new Map<string, number>();
  const found: T[] = [];
  let weight = 0;
  let start = 0;
  let taken = 0;
  for (let end = 0; end < sorted.length; end += 1) {
    const last = sorted[end]!;
    const before = times.get(last.key) ?? 0;
    times.set(last.key, before + 1);
    if (before === 0) weight += last.weight;
    for (; last.item.at - sorted[start]!.item.at > span; start += 1) {
      const first = sorted[start]!;
      const left = times.get(first.key)! - 1;
      times.set(first.key, left);
      if (left === 0) weight -= first.weight;
    }
    if (weight < least) continue;
    for (let place = Math.max(start, taken); place <= end; place += 1) found.push(sorted[place]!.item);
    taken = end + 1;
  }
  return found;
}

/** How items of one kind are counted as a crowd: which, over how long, and from what weight on. */
export type Crowding<T extends Item> = { span: Micros; least: number; weigh(item: T): Weighed };

/**
 * Those that `judged` makes a crowd of or joins to one: null where it is in none, the others that were in none without it
 * otherwise. What it changes lies within the longest span of it, and whether that was crowded before within another. Whichever of a
 * crowd comes last, all of it is found, and each just once.
 */
export function joiners<T extends Item>(items: readonly T[], judged: T, crowdings: readonly Crowding<T>[]): T[] | null {
  const all = new Map<string, T>();
  const known = new Set<string>();
  const reach = 2 * Math.max(...crowdings.map(({ span }) => span));
  const near = items.filter((item) => Math.abs(item.at - judged.at) <= reach);
  for (const { span, least, weigh } of crowdings) {
    if (!canReach(near, judged, least, weigh)) continue;
    for (const item of crowd([...near, judged], span, least, weigh)) all.set(item.id, item);
    for (const item of crowd(near, span, least, weigh)) known.add(item.id);
  }
  if (!all.has(judged.id)) return null;
  return [...all.values()].filter((item) => item.id !== judged.id && !known.has(item.id));
}

/** Most are far from a crowd even if all that they lie among were different things. */
function canReach<T extends Item>(near: readonly T[], judged: T, least: number, weigh: (item: T) => Weighed): boolean {
  return near.reduce((sum, item) => sum + weigh(item).weight, weigh(judged).weight) >= least;
}
