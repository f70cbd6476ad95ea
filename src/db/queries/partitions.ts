import type { Micros } from '../../domain/time.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** Months of `activity` kept ready: the current one and two more. */
const monthsReady = 3;

/** The month an instant lies in, e.g. "2026-11". */
const monthOf = (instant: Micros) => new Date(Math.floor(instant / 1000)).toISOString().slice(0, 7);

/** Makes the partitions for the month of `instant` and the ones after it, where they are missing. */
export async function ensurePartitions(runner: Runner, instant: Micros): Promise<void> {
  await statement(runner, 'select make_activity_partitions($1, $2)', [`${monthOf(instant)}-01`, monthsReady]);
}

/**
 * Answers when the month of an instant has its partition. The job makes them long before; this is for a clock that got
 * past what it has made, and asks the database only about months that this process has not seen ready.
 */
export function createPartitionCheck(runner: Runner): (instant: Micros) => Promise<void> {
  const ready = new Set<string>();
  return async (instant) => {
    if (ready.has(monthOf(instant))) return;
    await ensurePartitions(runner, instant);
    ready.add(monthOf(instant));
  };
}
