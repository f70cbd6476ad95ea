import WebSocket from 'ws';
import { now } from '../clock.ts';
import type { Subscription } from '../targets.ts';

/**
 * A process full of subscribers, which does as little with a frame as can be: it counts it, and where it is told to it keeps the
 * time at which it came. The bench asks it over the channel of a child process.
 */

export type Asked =
  | { do: 'open'; subscriptions: Subscription[]; count: number; keep: boolean }
  | { do: 'counts' }
  | { do: 'reset' }
  | { do: 'kept' };
export type Counts = { frames: number; bytes: number; least: number; lastAt: number; closed: number; lagged: number };
export type Kept = { uuid: string; at: number; frame: string }[];

type Follower = { socket: WebSocket; frames: number };
const followers: Follower[] = [];
const counts = { frames: 0, bytes: 0, lastAt: 0, closed: 0, lagged: 0 };
let kept: Kept = [];

/** Opened this many at a time, so that no listen queue overflows. */
const atOnce = 100;

async function open({ subscriptions, count, keep }: Extract<Asked, { do: 'open' }>): Promise<void> {
  for (let begun = 0; begun < count; begun += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, count - begun) }, (_, place) => begun + place);
    await Promise.all(some.map((place) => follow(subscriptions[place % subscriptions.length]!, keep && place === 0)));
  }
}

/** Resolves when the operation is sent; whether the server has taken it shows when frames come. */
function follow({ url, key, operation }: Subscription, keep: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, operation ? 'graphql-transport-ws' : [], { perMessageDeflate: false, skipUTF8Validation: true });
    const follower = { socket, frames: 0 };
    followers.push(follower);
    socket.on('open', () => {
      if (operation) return socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${key}` } }));
      resolve();
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => {
      counts.closed += 1;
      reject(new Error(`closed with ${code}: ${String(reason)}`));
    });
    socket.on('message', (message: Buffer) => {
      if (operation === null || message.includes('"next"')) return take(follower, message, keep);
      const { type, payload } = JSON.parse(message.toString()) as { type: string; payload: unknown };
      if (type === 'ping') return socket.send('{"type":"pong"}');
      if (type === 'error') return reject(new Error(JSON.stringify(payload)));
      if (type !== 'connection_ack') return;
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: operation }));
      resolve();
    });
  });
}

function take(follower: Follower, message: Buffer, keep: boolean): void {
  counts.lastAt = now();
  counts.frames += 1;
  counts.bytes += message.length;
  follower.frames += 1;
  if (message.includes('"lagged"')) counts.lagged += 1;
  if (!keep) return;
  const frame = message.toString();
  kept.push({ uuid: /"uuid":"([^"]+)"/.exec(frame)?.[1] ?? '', at: counts.lastAt, frame });
}

async function answer(asked: Asked): Promise<unknown> {
  if (asked.do === 'open') return open(asked);
  if (asked.do === 'kept') return kept;
  if (asked.do === 'reset') {
    Object.assign(counts, { frames: 0, bytes: 0 });
    for (const follower of followers) follower.frames = 0;
    kept = [];
    return null;
  }
  return { ...counts, least: followers.reduce((least, { frames }) => Math.min(least, frames), Infinity) } satisfies Counts;
}

process.on('message', ({ id, asked }: { id: number; asked: Asked }) => {
  answer(asked).then(
    (answered) => process.send?.({ id, answered }),
    (error: unknown) => process.send?.({ id, failed: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
