import { setTimeout as sleep } from 'node:timers/promises';
import { now } from './clock.ts';
import type { Spent } from './figures.ts';
import { difference, quantile, spent } from './figures.ts';
import type { Target } from './targets.ts';
import type { Traffic } from './traffic.ts';
import type { Connection } from './wire.ts';
import { openConnections } from './wire.ts';

/** Load on a target, closed (the next request when the last is answered) or open (at its time, whatever the answers do). */

export type Load = {
  activities: number;
  perSecond: number;
  p50: number;
  p99: number;
  /** Processor time in microseconds for each activity. */
  micros: Spent;
  /** Which share of one core the driver itself used. */
  driverShare: number;
};

/** Made before the clock starts, at most this many: the driver is not what is to be measured. */
const preparedMax = 60_000;

type Closed = {
  target: Target;
  traffic: Traffic;
  postmaster: number;
  connections: number;
  perRequest: number;
  /** Ends after so long, or after so many activities. */
  until: { seconds: number; rateGuess: number } | { activities: number };
};

export async function closedLoop({ target, traffic, postmaster, connections, perRequest, until }: Closed): Promise<Load> {
  const requestsMax = 'activities' in until ? Math.ceil(until.activities / perRequest) : Infinity;
  const guess = 'activities' in until ? requestsMax : Math.ceil((until.seconds * until.rateGuess * 1.3) / perRequest);
  const prepare = () => target.request(traffic.take(perRequest));
  const prepared = Array.from({ length: Math.min(guess, Math.ceil(preparedMax / perRequest)) }, prepare);
  const sockets = await openConnections(target.port, connections);
  const latencies: number[] = [];
  let sent = 0;
  const before = spent([target.pid], postmaster);
  const begun = now();
  const deadline = 'seconds' in until ? begun + until.seconds * 1_000 : Infinity;
  const work = async (socket: Connection) => {
    while (now() < deadline && sent < requestsMax) {
      const request = prepared[sent] ?? prepare();
      sent += 1;
      const at = now();
      uuidsOf(await socket.send(request), perRequest);
      latencies.push(now() - at);
    }
  };
  await Promise.all(sockets.map(work)).finally(() => sockets.forEach((socket) => socket.close()));
  const seconds = (now() - begun) / 1_000;
  return summary(latencies, sent * perRequest, seconds, difference(spent([target.pid], postmaster), before));
}

function summary(latencies: number[], activities: number, seconds: number, cpu: Spent): Load {
  const each = (value: number) => (value * 1e6) / activities;
  return {
    activities,
    perSecond: activities / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    micros: { driver: each(cpu.driver), server: each(cpu.server), postgres: each(cpu.postgres) },
    driverShare: cpu.driver / seconds,
  };
}

/** The ids of what was recorded; throws where it is not as many as were sent. */
export function uuidsOf(body: string, expected: number): string[] {
  const uuids = Array.from(body.matchAll(/"uuid":"([0-9a-f-]{36})"/g), ([, uuid]) => uuid!);
  if (uuids.length === expected) return uuids;
  throw new Error(`${uuids.length} of ${expected} activities were recorded: ${body.slice(0, 500)}`);
}

/** Records these few at once, for a warm-up or a probe. */
export async function recordOnce(target: Target, traffic: Traffic, count = 1): Promise<void> {
  const [socket] = await openConnections(target.port, 1);
  await socket!
    .send(target.request(traffic.take(count)))
    .then((body) => uuidsOf(body, count))
    .finally(() => socket!.close());
}

export type Acknowledged = { uuid: string; dueAt: number; ackedAt: number };
type Open = { target: Target; traffic: Traffic; rate: number; seconds: number; connections: number };

/**
 * Sends at its time what is due, whether or not earlier ones are answered: what finds no free connection waits for one, and its
 * time counts from when it was due. Returns what was acknowledged, and what was not.
 */
export async function openLoop({
  target,
  traffic,
  rate,
  seconds,
  connections,
}: Open): Promise<{ acked: Acknowledged[]; failed: number; driverShare: number }> {
  const total = rate * seconds;
  const prepared = Array.from({ length: total }, () => target.request(traffic.take(1)));
  const sockets = await openConnections(target.port, connections);
  const free = [...sockets];
  const queue: number[] = [];
  const acked: Acknowledged[] = [];
  let failed = 0;
  const cpu = process.cpuUsage();
  const begun = now() + 50;
  const dueAt = (place: number) => begun + (place * 1_000) / rate;
  const sendOn = async (socket: Connection, place: number): Promise<void> => {
    const uuid = await socket.send(prepared[place]!).then(
      (body) => /"uuid":"([0-9a-f-]{36})"/.exec(body)?.[1],
      () => undefined,
    );
    if (uuid === undefined) failed += 1;
    else acked.push({ uuid, dueAt: dueAt(place), ackedAt: now() });
    const next = queue.shift();
    if (next === undefined) free.push(socket);
    else void sendOn(socket, next);
  };
  for (let place = 0; place < total;) {
    for (; place < total && dueAt(place) <= now(); place += 1) {
      const socket = free.pop();
      if (socket) void sendOn(socket, place);
      else queue.push(place);
    }
    await sleep(1);
  }
  const deadline = now() + 30_000;
  while (acked.length + failed < total && now() < deadline) await sleep(5);
  const { user, system } = process.cpuUsage(cpu);
  sockets.forEach((socket) => socket.close());
  return { acked, failed: total - acked.length, driverShare: (user + system) / 1e3 / (now() - begun) };
}
