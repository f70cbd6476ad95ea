import type { Micros } from './time.ts';

/** How a job of this process is doing. `lastRunAt` is null until its first turn has ended. */
export type JobStatus = {
  name: string;
  everyMs: number;
  lastRunAt: Micros | null;
  lastRunMs: number | null;
  /** Turns that failed since the process started. */
  failures: number;
};
