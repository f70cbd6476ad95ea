import type { Micros } from '../../domain/time.ts';
import type { Transact } from '../statement.ts';
import { statement } from '../statement.ts';

/** Months of `activity` kept ready beyond the current one. */
export const monthsAhead = 2;

const partitionLock = 7_264_002; // any number of its own: only one process creates partitions at a time

/** The month an instant lies in, e.g. "2026_11": the suffix of its partition. */
export function monthOf(instant: Micros): string {
  return new Date(Math.floor(instant / 1000)).toISOString().slice(0, 7).replace('-', '_');
}

/** Makes the partitions for the month of `instant` and the ones after it, where they are missing. */
export async function ensurePartitions(transact: Transact, instant: Micros): Promise<void> {
  await transact(async (tx) => {
    await statement(tx, 'select pg_advisory_xact_lock($1)', [partitionLock]);
    const present = new Set(
      (
        await statement<{ name: string }>(
          tx,
          `select inhrelid::regclass::text as name from pg_inherits where inhparent = 'activity'::regclass`,
        )
      ).map((row) => row.name),
    );
    const first = new Date(Math.floor(instant / 1000));
    for (let ahead = 0; ahead <= monthsAhead; ahead += 1) {
      const [from, to] = [ahead, ahead + 1].map((months) => new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + months, 1)));
      const name = `activity_${monthOf(from!.getTime() * 1000)}`;
      if (present.has(name)) continue;
      await statement(
        tx,
        `create table ${name} partition of activity for values from ('${from!.toISOString()}') to ('${to!.toISOString()}')`,
      );
    }
  });
}

/**
 * Answers when the month of an instant has its partition. The job makes them long before; this is for a clock that got
 * past what it has made, and asks the database only about months that this process has not seen ready.
 */
export function createPartitionCheck(transact: Transact): (instant: Micros) => Promise<void> {
  const ready = new Set<string>();
  return async (instant) => {
    if (ready.has(monthOf(instant))) return;
    await ensurePartitions(transact, instant);
    ready.add(monthOf(instant));
  };
}
