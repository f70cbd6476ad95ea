import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { wakeUpChannel } from './queries/write-batch.ts';

export type WakeUps = { close(): void };

const retryMsMin = 100;
const retryMsMax = 5_000;

/**
 * Calls `wake` whenever some process has committed, and after every interruption, since what was notified meanwhile is
 * lost. The connection is one of the pool's, kept for as long as it lives.
 */
export async function listenForCommits(database: Database, wake: () => void, warn: (message: string) => void): Promise<WakeUps> {
  const pool = await database.orm.em.getDriver().getConnection().getNativeClient();
  let client: PoolClient | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const lost = (failures: number) => {
    if (closed || timer) return;
    client?.release(true);
    client = null;
    const pauseMs = Math.min(retryMsMax, retryMsMin * 2 ** failures) * (0.5 + Math.random() / 2);
    timer = setTimeout(() => {
      timer = null;
      listen().then(wake, () => lost(failures + 1));
    }, pauseMs);
  };
  const listen = async () => {
    const fresh = await pool.connect();
    client = fresh;
    fresh.on('notification', wake);
    fresh.once('error', (error) => {
      warn(`lost the connection that listens for commits: ${error.message}`);
      lost(0);
    });
    await fresh.query(`listen ${wakeUpChannel}`);
  };
  await listen();

  return {
    close() {
      closed = true;
      if (timer) clearTimeout(timer);
      client?.release(true);
    },
  };
}
