import type { Job } from './job.ts';

type Deps = {
  access: { review(): Promise<void>; isDue(): boolean; expire(): void };
  hub: { wake(): void };
  /** Whether other processes' commits are heard of. */
  isListening(): boolean;
};

/**
 * Closes what has expired. While the line is down on which other processes tell of their commits, or after a look that
 * failed, it also looks for itself, so that nobody goes on for more than a second whose access has ended elsewhere.
 */
export function watchAccess({ access, hub, isListening }: Deps): Job {
  return {
    name: 'watch-access',
    everyMs: 500,
    async run() {
      access.expire();
      if (isListening() && !access.isDue()) return;
      hub.wake();
      await access.review();
    },
  };
}
