import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Child } from './children.ts';
import { start } from './children.ts';
import type { Asked, Counts, Kept } from './clients/subscribers.ts';
import { now } from './clock.ts';
import type { Subscription } from './targets.ts';

/** Subscribers in processes of their own. */
export type Subscribers = {
  count: number;
  counts(): Promise<Counts>;
  reset(): Promise<void>;
  /** What the first subscriber of each process got since the last reset, in order. */
  kept(): Promise<Kept[]>;
  /** Resolves when each has got this many frames since the last reset. */
  each(frames: number, withinMs: number): Promise<Counts>;
  close(): Promise<void>;
};

type Wanted = { subscriptions: Subscription[]; count: number; processes?: number; keep?: boolean; logs: string };

const pollMs = 20;
/** Without a frame for so long, what has been sent is taken to have arrived. */
const quietMs = 300;
const restMs = 1_000;
const liveMsMax = 120_000;

/** Opened, and known to be live: `probe` makes the server push something, as often as it takes until everybody has got it. */
export async function openSubscribers(wanted: Wanted, probe: () => Promise<unknown>): Promise<Subscribers> {
  const { subscriptions, count, processes = 1, keep = false, logs } = wanted;
  const children = Array.from({ length: processes }, (_, place) => client(`subscribers-${place}`, logs));
  const askAll = <Answer>(asked: Asked) => Promise.all(children.map(({ ask }) => ask<Answer>(asked)));
  const close = async () => void (await Promise.all(children.map(({ child }) => child.stop())));
  const counts = async () => (await askAll<Counts>({ do: 'counts' })).reduce(together);
  const each = async (frames: number, withinMs: number) => {
    const deadline = now() + withinMs;
    for (;;) {
      const found = await counts();
      if (found.least >= frames) return found;
      if (found.closed > 0 || found.lagged > 0 || now() > deadline)
        throw new Error(
          `after ${withinMs} ms at most a subscriber had ${found.least} of ${frames} frames; all together ${found.frames}; ${found.closed} sockets closed, ${found.lagged} told that they lag`,
        );
      await sleep(pollMs);
    }
  };
  const opening = children.map(({ ask }, place) => {
    const own = Math.floor((count + place) / processes);
    return ask({ do: 'open', subscriptions, count: own, keep });
  });
  try {
    await Promise.all(opening);
    await goLive(counts, probe);
    await askAll({ do: 'reset' });
  } catch (error) {
    await close();
    throw error;
  }
  return { count, counts, each, close, reset: async () => void (await askAll({ do: 'reset' })), kept: () => askAll<Kept>({ do: 'kept' }) };
}

/** Another probe only when the last has come to rest: thousands of subscribers get each of them. */
async function goLive(counts: () => Promise<Counts>, probe: () => Promise<unknown>): Promise<void> {
  const deadline = now() + liveMsMax;
  for (let found = await counts(); found.least === 0;) {
    if (now() > deadline) throw new Error(`some subscribers got nothing within ${liveMsMax} ms`);
    await probe();
    const probed = now();
    do {
      await sleep(pollMs);
      found = await counts();
    } while (found.least === 0 && now() - Math.max(probed, found.lastAt) < restMs);
  }
  while (now() - (await counts()).lastAt < quietMs) {
    if (now() > deadline) throw new Error(`frames of probes still come after ${liveMsMax} ms`);
    await sleep(pollMs);
  }
}

function together(one: Counts, other: Counts): Counts {
  return {
    frames: one.frames + other.frames,
    bytes: one.bytes + other.bytes,
    closed: one.closed + other.closed,
    lagged: one.lagged + other.lagged,
    least: Math.min(one.least, other.least),
    lastAt: Math.max(one.lastAt, other.lastAt),
  };
}

type Answered = { id: number; answered?: unknown; failed?: string };

function client(name: string, logs: string): { child: Child; ask<Answer>(asked: Asked): Promise<Answer> } {
  const program = fileURLToPath(new URL('clients/subscribers.ts', import.meta.url));
  const child = start({ name, args: [program], env: {}, logs, talks: true });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let asked = 0;
  child.process.on('message', ({ id, answered, failed }: Answered) => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (failed === undefined) one?.resolve(answered);
    else one?.reject(new Error(failed));
  });
  child.process.on('exit', () => {
    for (const one of waiting.values()) one.reject(new Error(`${name} ended: ${child.said().slice(-500)}`));
  });
  const ask = <Answer>(what: Asked) =>
    new Promise<Answer>((resolve, reject) => {
      asked += 1;
      waiting.set(asked, { resolve: (answer) => resolve(answer as Answer), reject });
      child.process.send({ id: asked, asked: what });
    });
  return { child, ask };
}
