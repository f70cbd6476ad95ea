import type { Judged } from '../detection/detector.ts';
import type { DaySlot } from '../db/queries/load-volumes.ts';
import { settleSpan } from '../domain/baseline.ts';
import { isTransfer } from '../domain/activity.ts';
import type { Micros } from '../domain/time.ts';
import { localTime, microsPerDay, microsPerMinute } from '../domain/time.ts';
import type { DayCount, Volumes } from '../domain/volumes.ts';
import { count, emptyDay, steadyGapMax, usualGapOf, withFinished } from '../domain/volumes.ts';
import type { Batch } from './batch.ts';
import type { UserState } from './state.ts';

/** Counts what users do in a day. Nothing is written for an activity: a day is learned when it is over, and counted again on load. */

/** The days that are counted, from `from` on: what happens before that is too late to count. */
export type CountedDays = { from: string; days: Map<string, DayCount> };
export const noDays = (): CountedDays => ({ from: '', days: new Map() });
/** Yesterday may still be settling, and a clock ahead of the others may be in tomorrow. */
const countedDaysMax = 3;

/** The offsets of time zones are whole quarters of an hour: instants of one share a day, and its clock is asked once. */
const quarter = 15 * microsPerMinute;
const dayOf = (at: Micros, zone: string) => localTime(Math.floor(at / quarter) * quarter, zone).day;

/** From what was recorded: whole days only, the newest and the one before it. */
export function countedFrom(slots: readonly DaySlot[], newestAt: Micros | null, zone: string): CountedDays {
  if (newestAt === null) return noDays();
  const counted: CountedDays = { from: dayOf(newestAt - microsPerDay, zone), days: new Map() };
  for (const slot of slots) add(counted, dayOf(slot.first, zone), slot, slot);
  return counted;
}

function add(counted: CountedDays, day: string, when: { first: Micros; last: Micros }, what: Omit<DayCount, 'slots'>): void {
  if (day < counted.from) return;
  const known = counted.days.get(day) ?? emptyDay();
  counted.days.set(day, known);
  count(known, when, what);
}

/** The days that may judge something that happened at `at`: over, and settled. */
export function daysBefore({ row, counted }: UserState, at: Micros, zone: string): Volumes {
  const today = dayOf(at - settleSpan, zone);
  return withFinished(row.baseline.volumes ?? [], counted.days, today).filter(({ day }) => day < today);
}

/** Counts the activity, and learns the days that are over for good. */
export function countDay(batch: Batch, user: UserState, judged: Judged, zone: string): void {
  const { counted, row } = user;
  const bytes = judged.kind === 'file' ? (judged.detail.sizeBytes ?? 0) : 0;
  const transfers = isTransfer(judged.type) ? 1 : 0;
  add(counted, judged.local.day, { first: judged.at, last: judged.at }, { activities: 1, transfers, bytes: transfers * bytes });
  const newest = Math.max(judged.at, user.newestAt ?? judged.at);
  const before = row.baseline.volumes ?? [];
  const after = withFinished(before, counted.days, dayOf(newest - settleSpan, zone));
  if (after !== before) {
    const { steadyGap: _before, ...others } = row.baseline;
    const usual = usualGapOf(after);
    row.baseline = { ...others, volumes: after, ...(usual !== null && usual <= steadyGapMax ? { steadyGap: usual } : {}) };
    batch.users.add(row);
  }
  if (counted.days.size <= countedDaysMax) return;
  const kept = [...counted.days.keys()].sort().slice(-countedDaysMax);
  counted.from = kept[0]!;
  for (const day of counted.days.keys()) if (day < counted.from) counted.days.delete(day);
}
