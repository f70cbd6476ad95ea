import type { Database } from '../db/database.ts';
import { ensurePartitions } from '../db/queries/partitions.ts';
import type { Clock } from '../domain/time.ts';
import type { Job } from './job.ts';

/** Keeps the partitions of `activity` ready for this month and the next two. */
export function makePartitions({ database, clock }: { database: Database; clock: Clock }): Job {
  return {
    name: 'make-partitions',
    everyMs: 60 * 60 * 1_000,
    run: () => ensurePartitions(database.control, clock.now()),
  };
}
