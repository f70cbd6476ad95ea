import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../errors.ts';

/*
 * Locks between processes that the kernel lets go of when their holder dies, however it dies. Node has no `flock`, but its
 * SQLite takes POSIX locks on any file, and an empty one will do: nothing is ever written to it.
 * Pid files were the alternative. They mistake a reused pid for a living owner (a restarted container hands out the same
 * small pids again), and two processes that find the same stale file can both take it over.
 * Two cautions: whoever can read the file can hold the lock, so it belongs in a private folder; and nothing else in the
 * process may open it, because closing any descriptor of a file drops the POSIX locks its process holds there.
 */

const lockWaitMs = 150_000;
const lockPollMs = 20;
const sqliteBusy = 5;

/** Runs `work` while no other process works on `file`; waits its turn for at most `lockWaitMs`. */
export async function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + lockWaitMs;
  let lock = tryLock(file, 'exclusive');
  while (lock === null) {
    if (performance.now() > deadline) {
      throw new OperatorError(
        `Another Lapwing process has been starting or stopping the database for ${lockWaitMs / 1000} s. ` +
          `Find and end the process that has ${file} open, then start again.`,
      );
    }
    await sleep(lockPollMs);
    lock = tryLock(file, 'exclusive');
  }
  try {
    return await work();
  } finally {
    lock.close();
  }
}

/** Counts this caller among the users of `file` until the returned function is called or the process ends. */
export function registerUser(file: string): () => void {
  const lock = tryLock(file, 'shared');
  if (lock === null) throw new Error(`${file} is locked: users are counted only under the folder's lock`);
  return () => lock.close();
}

/** Whether anyone is registered on `file`. To be asked under `withFileLock`, so that nobody registers meanwhile. */
export function hasUsers(file: string): boolean {
  const lock = tryLock(file, 'exclusive');
  lock?.close();
  return lock === null;
}

/** The boundary to SQLite: "busy" is an answer here, all else is a fault. */
function tryLock(file: string, kind: 'exclusive' | 'shared'): DatabaseSync | null {
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    // Without a journal in memory an exclusive lock would need a file beside it, and room on the disk to let a server stop.
    lock.exec('pragma journal_mode = memory');
    lock.exec(kind === 'exclusive' ? 'begin exclusive' : 'begin; select count(*) from sqlite_schema');
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy) return null;
    throw error;
  }
}
