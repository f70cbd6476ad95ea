import type { JobStatus } from '../domain/job-status.ts';
import type { Clock } from '../domain/time.ts';
import type { Logger } from '../telemetry.ts';

/** Something to do again and again. `run` is idempotent, bounded, and does nothing where nothing is due. */
export type Job = { name: string; everyMs: number; run(): Promise<void> };

export type Jobs = { statuses(): readonly JobStatus[]; stop(): Promise<void> };

/** Runs jobs at their pace, never one on top of itself; a failure is logged and counted, and the next turn tries again. */
export function startJobs(jobs: readonly Job[], clock: Clock, log: Logger): Jobs {
  const running = new Map<Job, Promise<void>>();
  const statuses = jobs.map(({ name, everyMs }): JobStatus => ({ name, everyMs, lastRunAt: null, lastRunMs: null, failures: 0 }));
  const timers = jobs.map((job, place) =>
    setInterval(() => {
      if (running.has(job)) return;
      const turn = takeTurn(job, statuses[place]!, clock, log).finally(() => running.delete(job));
      running.set(job, turn);
    }, job.everyMs),
  );
  return {
    statuses: () => statuses,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running.values());
    },
  };
}

async function takeTurn(job: Job, status: JobStatus, clock: Clock, log: Logger): Promise<void> {
  const started = performance.now();
  await job.run().catch((error: unknown) => {
    status.failures += 1;
    log.error({ job: job.name, err: error }, 'a job failed');
  });
  status.lastRunAt = clock.now();
  status.lastRunMs = performance.now() - started;
}
