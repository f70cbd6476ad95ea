import type { Micros } from './time.ts';
import { microsPerDay, microsPerHour, microsPerMinute } from './time.ts';

/** How much a user does in a day: counted while it lasts, learned once it is over. Days are the user's own. */

/** A day that goes on. Slots hold what happened within five minutes, so that gaps are told to the microsecond in any order. */
export type DayCount = { activities: number; transfers: number; bytes: number; slots: Map<number, Slot> };
type Slot = { count: number; first: Micros; last: Micros };

/** A day that is over: of how many activities, files sent or fetched and bytes of them; the busiest hour; the longest gap, night included. */
export type DayVolume = {
  day: string;
  activities: number;
  transfers: number;
  bytes: number;
  peak: number;
  gap: Micros;
  last: Micros;
};
/** The days a user was active on, oldest first: at most `daysMax`. */
export type Volumes = readonly DayVolume[];
export type Figure = 'activities' | 'transfers' | 'bytes' | 'peak';

/** As far as a baseline looks back (FEATURES, B26). */
export const daysMax = 30;
/** With so many days there is something usual: a week has all its weekdays. */
export const usualDaysMin = 7;
/** A day teaches at most so many times what was usual before it: whoever works up to an attack needs weeks for each step. */
const lessonFactorMax = 3;

const slotSpan = 5 * microsPerMinute;
export const slotOf = (at: Micros): number => Math.floor(at / slotSpan);

export const emptyDay = (): DayCount => ({ activities: 0, transfers: 0, bytes: 0, slots: new Map() });

/** Adds activities that happened from `first` to `last`, which lie in one slot. */
export function count(day: DayCount, { first, last }: { first: Micros; last: Micros }, more: Omit<DayCount, 'slots'>): void {
  day.activities += more.activities;
  day.transfers += more.transfers;
  day.bytes += more.bytes;
  const slot = day.slots.get(slotOf(first));
  if (!slot) {
    day.slots.set(slotOf(first), { count: more.activities, first, last });
    return;
  }
  slot.count += more.activities;
  slot.first = Math.min(slot.first, first);
  slot.last = Math.max(slot.last, last);
}

const slotsPerHour = microsPerHour / slotSpan;
const hourOf = (slot: number) => Math.floor(slot / slotsPerHour);

/** Activities of the hour, by the clock in UTC, in which `at` lies. */
export function countOfHour({ slots }: DayCount, at: Micros): number {
  const start = hourOf(slotOf(at)) * slotsPerHour;
  let sum = 0;
  for (let slot = start; slot < start + slotsPerHour; slot += 1) sum += slots.get(slot)?.count ?? 0;
  return sum;
}

export const firstOf = ({ slots }: DayCount): Micros => Math.min(...[...slots.values()].map(({ first }) => first));

function volumeOf(day: string, counted: DayCount, before: DayVolume | undefined): DayVolume {
  const slots = [...counted.slots].sort(([a], [b]) => a - b);
  const peaks = new Map<number, number>();
  let last = before?.last ?? slots[0]![1].first;
  let gap = 0;
  for (const [slot, { count: activities, first, last: end }] of slots) {
    gap = Math.max(gap, first - last);
    last = end;
    peaks.set(hourOf(slot), (peaks.get(hourOf(slot)) ?? 0) + activities);
  }
  const { activities, transfers, bytes } = counted;
  return { day, activities, transfers, bytes, peak: Math.max(...peaks.values()), gap, last };
}

/** The days that are over, with those of `counted` that are before `today` and not yet among them. The same list where there are none. */
export function withFinished(volumes: Volumes, counted: ReadonlyMap<string, DayCount>, today: string): Volumes {
  const newest = volumes.at(-1)?.day ?? '';
  let all = volumes;
  for (const day of [...counted.keys()].filter((one) => one > newest && one < today).sort()) {
    all = [...all, tamed(volumeOf(day, counted.get(day)!, all.at(-1)), all)].slice(-daysMax);
  }
  return all;
}

function tamed(volume: DayVolume, before: Volumes): DayVolume {
  if (before.length < usualDaysMin) return volume;
  const most = (figure: Figure) => Math.min(volume[figure], Math.ceil(lessonFactorMax * Math.max(1, medianOf(before, figure))));
  return { ...volume, activities: most('activities'), transfers: most('transfers'), bytes: most('bytes'), peak: most('peak') };
}

const medianOf = (volumes: Volumes, figure: Figure) => median(volumes.map((volume) => volume[figure]));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}

/** What is usual and how far days lie from it: median and median absolute deviation, which a few odd days do not move. */
export function usualOf(volumes: Volumes, figure: Figure): { usual: number; deviation: number } {
  const values = volumes.map((volume) => volume[figure]);
  const usual = median(values);
  return { usual, deviation: median(values.map((value) => Math.abs(value - usual))) };
}

/**
 * The longest time a source is usually quiet for: of the longest gap of each day the second longest, so that one break in a month
 * changes nothing. Null before there is something usual.
 */
export function usualGapOf(volumes: Volumes): Micros | null {
  return volumes.length < usualDaysMin ? null : volumes.map(({ gap }) => gap).toSorted((a, b) => b - a)[1]!;
}

/** Whoever is quiet for longer every now and then is no source whose silence says anything. */
export const steadyGapMax = microsPerDay;
/** Nobody is called silent for less. */
export const silenceMin = microsPerHour;

/**
 * The quiet of an hour or more that ended with something within `span` before `at`, or at it: from the last activity before to the
 * first one after. The same for all activities that follow it closely, in whatever order they come.
 */
export function quietBefore(days: ReadonlyMap<string, DayCount>, at: Micros, span: Micros): { from: Micros; to: Micros } | null {
  const now = slotOf(at);
  const slots = [...days.values()].map((day) => day.slots);
  const find = (slot: number) => slots.find((one) => one.has(slot))?.get(slot);
  let to = at;
  let first = now;
  for (let slot = now; slot >= slotOf(at - span); slot -= 1) {
    const found = find(slot);
    if (found === undefined || found.first > at) continue;
    if (found.first < at - span) return null;
    to = found.first;
    first = slot;
  }
  for (let slot = first - 1; slot > first - slotsPerHour; slot -= 1) if (find(slot)) return null;
  const before = slots.flatMap((one) => [...one].filter(([slot]) => slot < first).map(([, { last }]) => last));
  return before.length === 0 ? null : { from: Math.max(...before), to };
}
