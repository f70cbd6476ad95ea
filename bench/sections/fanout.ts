import { fileURLToPath } from 'node:url';
import { makeKeys } from '../api.ts';
import type { Bench } from '../bench.ts';
import { settle } from '../bench.ts';
import type { Child } from '../children.ts';
import { startServer } from '../children.ts';
import { now } from '../clock.ts';
import type { Counts } from '../clients/subscribers.ts';
import { median } from '../figures.ts';
import { recordOnce } from '../load.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, missingRow, ratioRow } from '../rows.ts';
import type { Subscribers } from '../subscribers.ts';
import { openSubscribers } from '../subscribers.ts';
import type { Subscription, Target } from '../targets.ts';
import { adminKey, followActivities, startLapwing } from '../targets.ts';
import type { Traffic } from '../traffic.ts';
import { createTraffic } from '../traffic.ts';
import { openConnections } from '../wire.ts';

type Audience = { name: string; subscribers: number; scopes: number; deliveries: number; mark: number; goal: number };
type Side = 'Lapwing' | 'raw ws' | 'graphql-ws';

const perMutation = 10;
const connections = 4;
const withinMs = 60_000;
/** One frame in a turn of the event loop, or ten, as Lapwing is given them: what raw ws does better with counts. */
const paces = [1, 10];
const clientProcesses = 2;
const socketsPerKey = 900;
const seed = 6;

/** The same frames to many sockets: through Lapwing, through a loop over raw sockets, and through graphql-ws as it comes. */
export async function fanout(bench: Bench): Promise<Row[]> {
  const deliveries = 60_000 * Math.min(bench.options.seconds, 5);
  const audiences: Audience[] = [
    { name: '1,000 equal subscribers', subscribers: 1_000, scopes: 1, deliveries, mark: 0.9, goal: 1.5 },
    { name: '5,000 equal subscribers', subscribers: 5_000, scopes: 1, deliveries, mark: 0.9, goal: 1.5 },
    { name: '100 scopes over 1,000 subscribers', subscribers: 1_000, scopes: 100, deliveries, mark: 0.6, goal: 0.8 },
  ];
  const rows: Row[] = [];
  // One that fails leaves the others.
  for (const audience of audiences)
    rows.push(await deliver(bench, audience).catch((error: unknown) => missingRow(`deliveries to ${audience.name}`, String(error))));
  return rows;
}

async function deliver(bench: Bench, audience: Audience): Promise<Row> {
  const { cluster, logs, options } = bench;
  const frames = Math.max(perMutation, Math.round(audience.deliveries / audience.subscribers / perMutation) * perMutation);
  const database = await cluster.database('bench_lapwing');
  const lapwing = await startLapwing({ database, logs });
  const program = fileURLToPath(new URL('../peers/broadcast.ts', import.meta.url));
  const peer = await startServer({ name: 'broadcast', args: [program], env: { NODE_ENV: 'production' }, logs });
  const rates: Record<Side, number[]> = { Lapwing: [], 'raw ws': [], 'graphql-ws': [] };
  try {
    const keys = await makeKeys(lapwing, Math.ceil(audience.subscribers / socketsPerKey));
    const traffic = createTraffic(seed);
    const count = audience.subscribers;
    const open = (subscriptions: Subscription[], probe: () => Promise<unknown>, keep = false) =>
      openSubscribers({ subscriptions, count, processes: clientProcesses, logs, keep }, probe);
    for (let round = 0; round < options.rounds; round += 1) {
      await settle(database);
      // Only those who are measured are connected: each side anew in each round, in turn.
      const followers = await open(scopesOf(lapwing, keys, audience.scopes), () => recordOnce(lapwing, traffic), true);
      const [ours, sent] = await throughLapwing(lapwing, traffic, followers, frames).finally(() => followers.close());
      rates.Lapwing.push(ours);
      const raw = await open([at(peer, 'raw')], () => send(peer, 'raw', sent.slice(0, 1), 1));
      const best: number[] = [];
      for (const perTurn of paces) best.push(await throughPeer(peer, 'raw', raw, sent, perTurn));
      await raw.close();
      rates['raw ws'].push(Math.max(...best));
      const plain = await open([at(peer, 'graphql')], () => send(peer, 'graphql', sent.slice(0, 1), 1));
      rates['graphql-ws'].push(await throughPeer(peer, 'graphql', plain, sent, perMutation).finally(() => plain.close()));
      note(
        `${audience.name}: ${sides.map((side) => `${side} ${figure(rates[side].at(-1)!)}/s`).join(', ')}; raw ws at its paces ${best.map(figure).join(', ')}/s`,
      );
    }
  } finally {
    await peer.stop();
    await lapwing.stop();
  }
  bench.details[audience.name] = { ...rates, frames };
  const theirs = median(rates['raw ws']);
  const plain = median(rates['graphql-ws']);
  return ratioRow({
    what: `deliveries to ${audience.name}`,
    ours: median(rates.Lapwing),
    them: 'raw ws',
    theirs,
    unit: '/s',
    mark: audience.mark,
    goal: audience.goal,
    note: `${frames} frames for each; plain graphql-ws ${figure(plain)}/s, ${(plain / theirs).toFixed(2)} × raw ws. Lapwing's figure includes recording the activities`,
  });
}

const sides: Side[] = ['Lapwing', 'raw ws', 'graphql-ws'];

/** Each scope lets everything through: subscriptions that differ share nothing, and all get the same frames. */
function scopesOf(lapwing: Target, keys: readonly string[], scopes: number): Subscription[] {
  const { url } = lapwing.subscription;
  const filters = Array.from({ length: scopes }, (_, place) => (scopes === 1 ? {} : { filter: { user: { neq: `nobody-${place}` } } }));
  // As many as both have in common, so that every filter meets every key.
  return keys.flatMap((key) => filters.map((variables) => ({ url, key, operation: { query: followActivities, variables } })));
}

function at(peer: Child, path: 'raw' | 'graphql'): Subscription {
  const operation = path === 'raw' ? null : { query: followActivities, variables: {} };
  return { url: `ws://127.0.0.1:${peer.port}/${path}`, key: adminKey, operation };
}

/** Deliveries in a second, from the first mutation to the last frame; and the frames as one subscriber got them. */
async function throughLapwing(lapwing: Target, traffic: Traffic, followers: Subscribers, frames: number): Promise<[number, string[]]> {
  const requests = Array.from({ length: frames / perMutation }, () => lapwing.request(traffic.take(perMutation)));
  const sockets = await openConnections(lapwing.port, connections);
  const begun = now();
  const work = sockets.map(async (socket) => {
    for (let request = requests.shift(); request; request = requests.shift()) await socket.send(request);
  });
  await Promise.all(work).finally(() => sockets.forEach((socket) => socket.close()));
  const all = await followers.each(frames, withinMs);
  const [first = []] = await followers.kept();
  return [perSecond(all, begun), first.map(({ frame }) => frame)];
}

async function throughPeer(peer: Child, to: 'raw' | 'graphql', followers: Subscribers, frames: string[], perTurn: number): Promise<number> {
  await followers.reset();
  const begun = now();
  await send(peer, to, frames, perTurn);
  return perSecond(await followers.each(frames.length, withinMs), begun);
}

const perSecond = ({ frames, lastAt }: Counts, begun: number) => (frames * 1_000) / (lastAt - begun);

async function send({ port }: Child, to: 'raw' | 'graphql', frames: string[], perTurn: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/send`, { method: 'POST', body: JSON.stringify({ to, frames, perTurn }) });
  await response.arrayBuffer();
}
