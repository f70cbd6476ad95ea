import type { Clock } from '../domain/time.ts';
import type { Server } from './http.ts';
import type { Principals } from './principals.ts';
import { accessSince, isValid } from './viewers.ts';

/** Closes what somebody has open whose access has ended or changed since they opened it. */
export type AccessWatch = {
  /** Somebody's access changed somewhere: looks at everybody who is connected, once for all calls that come meanwhile. */
  review(): Promise<void>;
  /** Whether the last look failed. */
  isDue(): boolean;
  /** Closes what has expired. */
  expire(): void;
};

type Deps = { server: Server; principals: Principals; clock: Clock };

export function createAccessWatch({ server, principals, clock }: Deps): AccessWatch {
  let running: Promise<void> | null = null;
  let next: Promise<void> | null = null;
  let due = false;

  const look = async () => {
    due = true;
    principals.forget();
    const asked = server.connected();
    const credentials = new Set(asked.map(({ credential }) => credential));
    const now = await principals.review(asked);
    server.review((viewer) => {
      if (!credentials.has(viewer.credential)) return viewer; // came meanwhile, and was told apart by what holds now
      const current = now.get(viewer.credential);
      if (!current) return 'UNAUTHENTICATED';
      return accessSince(viewer, current, clock.now()) === 'HOLDS' ? current : 'FORBIDDEN';
    });
    due = false;
  };
  const run = async () => {
    running = look();
    await running.finally(() => (running = null));
  };

  return {
    review() {
      if (!running) return run();
      next ??= running
        .catch(() => undefined)
        .then(() => {
          next = null;
          return run();
        });
      return next;
    },
    isDue: () => due && !running,
    expire() {
      server.review((viewer) => (isValid(viewer, clock.now()) ? viewer : 'FORBIDDEN'));
    },
  };
}
