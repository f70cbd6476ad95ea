import type { JobStatus } from '../domain/job-status.ts';
import type { Clock } from '../domain/time.ts';
import type { Logger } from '../telemetry.ts';

/** Something to do again and again. `run` is idempotent, bounded, and does nothing where nothing is due. */
export type Job = { name: string; everyMs: number; run(): Promise<void> };

export type Jobs = { start(jobs: readonly Job[]): void; statuses(): readonly JobStatus[]; stop(): Promise<void> };

/** Runs jobs at their pace, never one on top of itself; a failure is logged and counted, and the next turn tries again. */
export function createJobs(clock: Clock, log: Logger, failed: () => void): Jobs {
  const running = new Map<Job, Promise<void>>();
  const statuses: JobStatus[] = [];
  const timers: NodeJS.Timeout[] = [];
  return {
    start(jobs) {
      for (const job of jobs) {
        const status: JobStatus = { name: job.name, everyMs: job.everyMs, lastRunAt: null, lastRunMs: null, failures: 0 };
        statuses.push(status);
        const turn = () => {
          if (!running.has(job))
            running.set(
              job,
              takeTurn(job, status, clock, log, failed).finally(() => running.delete(job)),
            );
        };
        timers.push(setInterval(turn, job.everyMs));
      }
    },
    statuses: () => statuses,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

async function takeTurn(job: Job, status: JobStatus, clock: Clock, log: Logger, failed: () => void): Promise<void> {
  const started = performance.now();
  await job.run().catch((error: unknown) => {
    status.failures += 1;
    failed();
    log.error({ job: job.name, err: error }, 'a job failed');
  });
  status.lastRunAt = clock.now();
  status.lastRunMs = performance.now() - started;
}
