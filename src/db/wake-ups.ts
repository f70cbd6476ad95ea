import type { PoolClient } from 'pg';
import type { Database } from './database.ts';
import { channels } from './queries/write-batch.ts';

/** `isListening` is false while the line is down. */
export type WakeUps = { isListening(): boolean; close(): void };

const retryMsMin = 100;
const retryMsMax = 5_000;
/** A line whose other end is gone without a word is as silent as one where nothing is committed: so it is asked. */
const beatMs = 1_000;
/** Questions without an answer after which the server counts as gone, and with it every line to it. */
const unansweredMax = 3;

/** What to do when some process, this one included, has written to the log, or has changed what a key or a person may. */
export type Woken = Record<keyof typeof channels, () => void>;

/**
 * Listens for what processes notify when they commit. After an interruption everything is woken, since what was notified
 * meanwhile is lost. The connection is one of the pool's, kept for as long as it lives.
 */
export async function listenForCommits(database: Database, woken: Woken, interrupted: (message: string) => void): Promise<WakeUps> {
  const pool = await database.orm.em.getDriver().getConnection().getNativeClient();
  let client: PoolClient | null = null;
  let timer: NodeJS.Timeout | null = null;
  let listening = false;
  let closed = false;
  const wakeBy = new Map<string, () => void>([
    [channels.log, woken.log],
    [channels.access, woken.access],
  ]);
  const wakeAll = () => {
    for (const wake of wakeBy.values()) wake();
  };

  const drop = () => {
    listening = false;
    client?.connection.stream.destroy(); // it may be deaf: a good-bye would wait for an answer
    client?.release(true);
    client = null;
  };
  const lost = (failures: number) => {
    if (closed || timer) return;
    drop();
    const pauseMs = Math.min(retryMsMax, retryMsMin * 2 ** failures) * (0.5 + Math.random() / 2);
    timer = setTimeout(() => {
      timer = null;
      listen().then(wakeAll, () => lost(failures + 1));
    }, pauseMs);
  };
  const listen = async () => {
    const fresh = await pool.connect();
    if (closed) return fresh.release(true);
    client = fresh;
    fresh.on('notification', ({ channel }) => wakeBy.get(channel)?.());
    fresh.once('error', (error) => {
      if (client !== fresh) return; // told before, and replaced since
      interrupted(`lost the connection that listens for commits: ${error.message}`);
      lost(0);
    });
    for (const channel of wakeBy.keys()) await fresh.query(`listen ${channel}`);
    listening = client === fresh;
  };
  await listen();

  const stopAsking = keepAsking(
    () => client,
    () => {
      interrupted(`the database has not answered for ${unansweredMax * beatMs} ms: its lines are dropped`);
      lost(0);
      database.cut(); // otherwise whoever has asked something on another one would wait for longer
    },
  );

  return {
    isListening: () => listening,
    close() {
      closed = true;
      stopAsking();
      if (timer) clearTimeout(timer);
      client?.release(true);
      client = null;
    },
  };
}

/** Asks the line that listens whether it lives, beat by beat; `gone` hears that it has not answered for `unansweredMax` beats. */
function keepAsking(current: () => PoolClient | null, gone: () => void): () => void {
  let asked: PoolClient | null = null;
  let unanswered = 0;
  const judge = () => {
    if (asked && current() === asked && unanswered >= unansweredMax) gone();
  };
  const beat = () => {
    const line = current();
    if (line !== asked) unanswered = 0;
    asked = line;
    if (!line) return;
    if (unanswered >= unansweredMax) return void setImmediate(judge); // its answer may be here, and only we too busy to read it
    unanswered += 1;
    line.query(`listen ${channels.log}`).then(
      () => {
        if (line === asked) unanswered = 0;
      },
      () => undefined, // the line tells by its `error`
    );
  };
  const beats = setInterval(beat, beatMs);
  return () => clearInterval(beats);
}
