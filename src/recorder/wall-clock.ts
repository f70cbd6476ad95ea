import { utcOffsets } from '../db/queries/rollups.ts';
import type { Runner } from '../db/statement.ts';
import type { Micros } from '../domain/time.ts';
import { microsPerHour, microsPerSecond } from '../domain/time.ts';

/**
 * What the clocks of an organisation show. PostgreSQL is asked, not the runtime, whose tables of time zones may be of
 * another year: then an activity would be counted in one day and listed in another.
 */
export type WallClocks = {
  timeZone: string;
  /** Seconds ahead of UTC through a whole hour of UTC; null where they change within it. */
  hours: Map<number, number | null>;
  /** The same at instants of hours in which they change. */
  instants: Map<Micros, number>;
};

/** Most hours and instants kept. Asking again costs one statement, so all go at once when there are more. */
const keptMax = 10_000;

export const emptyWallClocks = (timeZone: string): WallClocks => ({ timeZone, hours: new Map(), instants: new Map() });

const hourOf = (instant: Micros) => Math.floor(instant / microsPerHour);

/** Learns what the clocks show at these instants. Hours that are known cost nothing. */
export async function readClocks(em: Runner, clocks: WallClocks, wanted: readonly Micros[]): Promise<void> {
  const { hours, instants, timeZone } = clocks;
  if (hours.size + instants.size > keptMax) {
    hours.clear();
    instants.clear();
  }
  const unknown = [...new Set(wanted.map(hourOf))].filter((hour) => !hours.has(hour));
  if (unknown.length > 0) {
    const ends = unknown.flatMap((hour) => [hour * microsPerHour, (hour + 1) * microsPerHour - 1]);
    const offsets = await utcOffsets(em, timeZone, ends);
    for (const [place, hour] of unknown.entries()) {
      const [first, last] = offsets.slice(2 * place, 2 * place + 2);
      hours.set(hour, first === last ? first! : null);
    }
  }
  const changing = wanted.filter((instant) => hours.get(hourOf(instant)) === null && !instants.has(instant));
  if (changing.length === 0) return;
  const offsets = await utcOffsets(em, timeZone, changing);
  for (const [place, instant] of changing.entries()) instants.set(instant, offsets[place]!);
}

/** What the clocks show at an instant that was read before, and how many seconds that is ahead of UTC. */
export function wallClockAt({ hours, instants }: WallClocks, instant: Micros): { local: Micros; utcOffset: number } {
  const utcOffset = hours.get(hourOf(instant)) ?? instants.get(instant);
  if (utcOffset === undefined) throw new Error('these clocks were not read for this instant');
  return { local: instant + utcOffset * microsPerSecond, utcOffset };
}
