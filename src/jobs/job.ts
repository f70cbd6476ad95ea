import type { Logger } from '../telemetry.ts';

/** Something to do again and again. `run` is idempotent, bounded, and does nothing where nothing is due. */
export type Job = { name: string; everyMs: number; run(): Promise<void> };

/** Runs jobs at their pace, never one on top of itself; a failure is logged and the next turn tries again. */
export function startJobs(jobs: readonly Job[], log: Logger): { stop(): Promise<void> } {
  const running = new Set<Promise<void>>();
  const timers = jobs.map((job) => {
    let busy = false;
    return setInterval(() => {
      if (busy) return;
      busy = true;
      const turn = job
        .run()
        .catch((error: unknown) => log.error({ job: job.name, err: error }, 'a job failed'))
        .finally(() => {
          busy = false;
          running.delete(turn);
        });
      running.add(turn);
    }, job.everyMs);
  });
  return {
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await Promise.all(running);
    },
  };
}
