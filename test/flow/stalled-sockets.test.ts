import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import { data, gauge } from '../harness/client.ts';
import { adminKey, freshDatabase } from '../harness/service.ts';
import type { Follower, Item } from './follower.ts';
import { itemsAfter, startFollower } from './follower.ts';
import type { Running } from './harness.ts';
import { dataFolder, end, endAll, logHead, pageView, removeFolder, seqOf, startProcess, until } from './harness.ts';
import { chosenSeed, createRandom } from './traffic.ts';

/** The full run: LAPWING_TEST_STALLED=100 npx vitest run test/flow/stalled-sockets.test.ts */
const stalledCount = Number(process.env.LAPWING_TEST_STALLED ?? 2);
const isFullRun = process.env.LAPWING_TEST_STALLED !== undefined;
const healthyCount = isFullRun ? 5 : 2;
const batchItems = isFullRun ? 100 : 500;
/** Of the flood nobody stalls in, for comparison; of that which fills the buffers of the system between us; and after it. */
const [calmBatches, fillingBatches, floodBatches] = isFullRun ? [20, 10, 55] : [1, 1, 11];
const batchesInAll = calmBatches + fillingBatches + floodBatches;
/**
 * What the service may grow by while clients stand still: the 5,000 items that wait are the same for all (3 KiB each), each
 * client has a frame of its own and 8 bytes for every item, and frames that are kept to be shared are bounded together
 * (64 MiB). The rest is what the heap takes in advance.
 */
const growthMbMax = 150;
const seed = chosenSeed();

afterEach(endAll);

/** Frames of 8 kB, so that the buffers of the sockets between us hold some hundred of them. */
const agent = 'Mozilla/5.0 '.padEnd(1_000, 'x');
const wide = Array.from({ length: 8 }, (_, n) => `a${n}: userAgent`).join(' ');
const wideFrames = `subscription($after: Cursor, $filter: ActivityFilter) { item: activityRecorded(after: $after, filter: $filter) {
  ... on ActivityEvent { cursor activity { what: uuid ${wide} } } ... on Lagged { lagged: cursor missed } } }`;

/** Most ask the same; some ask for something of their own, which all activities are. */
const filterOf = (place: number) => (place % 4 === 0 ? { user: { nin: [`nobody-${place}`] } } : null);

/** A client by hand: those of the protocol do not let one stop reading the socket. Of a frame it keeps what names the item. */
async function openByHand(service: Running, after: string, filter: object | null) {
  const socket = new WebSocket(service.ws, 'graphql-transport-ws');
  const items: Item[] = [];
  const acknowledged = Promise.withResolvers<void>();
  let cursor = after;
  let lagged: { cursor: string; missed: number } | null = null;
  let ended: string | null = null;
  socket.on('message', (bytes: Buffer) => {
    const beginning = bytes.subarray(0, 400).toString();
    const member = (name: string) => new RegExp(`"${name}":"?([^",}]+)`).exec(beginning)?.[1];
    const type = member('type');
    if (type === 'connection_ack') return acknowledged.resolve();
    if (type === 'complete') return void (ended ??= 'complete');
    if (type !== 'next') return;
    const lag = member('lagged');
    if (lag !== undefined) lagged = { cursor: lag, missed: Number(member('missed')) };
    else items.push({ seq: seqOf((cursor = member('cursor')!)), what: member('what')! });
  });
  socket.on('error', () => undefined);
  socket.on('close', (code) => (ended ??= String(code)));
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${adminKey}` } })));
  await acknowledged.promise;
  socket.send(JSON.stringify({ id: 'slow', type: 'subscribe', payload: { query: wideFrames, variables: { after, filter } } }));
  return {
    socket,
    items,
    /** `complete`, or the code the socket was closed with; null while it goes on. */
    end: () => ended,
    lagged: () => lagged,
    /** Where to go on. */
    cursor: () => lagged?.cursor ?? cursor,
  };
}
type Stalled = Awaited<ReturnType<typeof openByHand>>;

/** Tracks batches one after the other, each when everybody healthy has the one before, and notes how long its items took. */
function createFlood(service: Running, beginning: string) {
  const sentAt = new Map<number, number>();
  const latencies: number[] = [];
  let seen = 0;
  let wake = () => {};
  const arrived = () => {
    latencies.push(performance.now() - sentAt.get(Math.floor(seen / healthyCount / batchItems))!);
    seen += 1;
    wake();
  };
  const healthy = Array.from({ length: healthyCount }, (_, place) =>
    startFollower({
      kind: 'activities',
      after: beginning,
      addresses: () => [service],
      random: createRandom(seed + place),
      isRestless: false,
      arrived,
    }),
  );
  let batches = 0;
  const track = async () => {
    sentAt.set(batches, performance.now());
    batches += 1;
    const activities = Array.from({ length: batchItems }, (_, n) => pageView(`user-${n % 50}`, `flood-${n % 50}`, { userAgent: agent }));
    const mutation = 'mutation($i: TrackActivitiesInput!) { trackActivities(input: $i) { userErrors { message } } }';
    expect((await data(service, mutation, { i: { activities } })).trackActivities.userErrors).toEqual([]);
    while (seen < batches * batchItems * healthyCount) await new Promise<void>((resolve) => (wake = resolve));
  };
  return {
    healthy,
    /** Returns how long it took, item by item and subscriber by subscriber. */
    async run(count: number): Promise<number[]> {
      latencies.splice(0);
      for (let turn = 0; turn < count; turn += 1) await track();
      return latencies.splice(0);
    },
  };
}

const residentMb = async (service: Running) => (await gauge(service, 'process_resident_memory_bytes')) / 2 ** 20;

const peakMb = ({ pid }: Running) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Whoever does not read the pings either is dropped as dead: these are there, as a browser is whose page hangs. */
function keepAlive(stalled: readonly Stalled[]): () => void {
  const timer = setInterval(() => stalled.forEach(({ socket }) => socket.readyState === socket.OPEN && socket.pong()), 1_000);
  return () => clearInterval(timer);
}

it(
  'clients that stop reading in a flood cost little and hold up nobody, are told that they lag, and go on without loss',
  async () => {
    const database = await freshDatabase();
    const folder = dataFolder();
    const service = await startProcess({ DATABASE_URL: database.url, LAPWING_DATA_DIR: folder, LAPWING_ADMIN_KEY: adminKey }, 120_000);
    const beginning = await logHead(service);
    const flood = createFlood(service, beginning);
    const calm = await flood.run(calmBatches);
    const calmMb = await residentMb(service);

    const from = await logHead(service);
    const stalled = await Promise.all(Array.from({ length: stalledCount }, (_, place) => openByHand(service, from, filterOf(place))));
    await until(
      'all are live',
      async () => (await gauge(service, 'lapwing_subscriptions_live_total')) >= stalledCount + healthyCount,
      60_000,
    );
    for (const { socket } of stalled) socket.pause();
    const letThemBe = keepAlive(stalled);
    const filling = await flood.run(fillingBatches);
    const flooded = await flood.run(floodBatches);
    const floodedMb = await residentMb(service);
    const stalledPeakMb = peakMb(service);

    for (const { socket } of stalled) socket.resume();
    let answerMs = 0;
    const isOver = async () => {
      const asked = performance.now();
      // A connection of its own: an idle one may be closed in the very moment it is used again.
      await fetch(new URL('/livez', service.url), { headers: { connection: 'close' } });
      answerMs = Math.max(answerMs, performance.now() - asked);
      return stalled.every(({ end: how }) => how() !== null);
    };
    await until('each has come to an end', isOver, isFullRun ? 900_000 : 90_000);
    letThemBe();
    for (const { socket } of stalled) socket.terminate();
    const rest = stalled.map((one) =>
      startFollower({ kind: 'activities', after: one.cursor(), addresses: () => [service], random: createRandom(seed), isRestless: false }),
    );
    const wanted = await itemsAfter(database.url, 'activities', beginning);
    expect(wanted).toHaveLength(batchesInAll * batchItems);
    const last = wanted.at(-1)!.seq;
    const hasLast = ({ items }: Follower) => items.at(-1)?.seq === last;
    await until('each has the rest', () => [...rest, ...flood.healthy].every(hasLast), isFullRun ? 600_000 : 90_000);
    await Promise.all([...rest, ...flood.healthy].map((follower) => follower.stop()));

    for (const { items } of flood.healthy) expect(items).toEqual(wanted);
    const theirs = wanted.slice(calmBatches * batchItems);
    for (const [place, { items, lagged, end: how }] of stalled.entries()) {
      expect([...items, ...rest[place]!.items]).toEqual(theirs);
      const told = { end: how(), missed: lagged()?.missed ?? null };
      expect([{ end: 'complete', missed: theirs.length - items.length }, dismissed]).toContainEqual(told);
      expect(rest[place]!.items.length).toBeGreaterThan(0);
    }
    report(
      { stalled, calm, filling, flooded, answerMs },
      { calm: calmMb, flooded: floodedMb, stalledPeak: stalledPeakMb, peak: peakMb(service) },
    );
    expect(stalledPeakMb - calmMb).toBeLessThan(isFullRun ? growthMbMax : Infinity);
    expect(await end(service)).toBe(0);
    await database.drop();
    removeFolder(folder);
  },
  isFullRun ? 1_800_000 : 240_000,
);

/** What a client finds whose socket was closed because too much waited in the process for it. */
const dismissed = { end: '1013', missed: null };

type Figures = { stalled: Stalled[]; calm: number[]; filling: number[]; flooded: number[]; answerMs: number };

/** The figures, where the full run is asked for. */
function report({ stalled, calm, filling, flooded, answerMs }: Figures, mb: Record<string, number>): void {
  if (!isFullRun) return;
  const quantile = (of: number[], share: number) => of.toSorted((a, b) => a - b)[Math.floor(share * (of.length - 1))]!;
  const spread = (of: number[]) => `p50 ${quantile(of, 0.5).toFixed(1)} p99 ${quantile(of, 0.99).toFixed(1)} ms`;
  const ends = Object.entries(Object.groupBy(stalled, (one) => (one.lagged() ? 'Lagged' : String(one.end()))));
  const held = stalled.map(({ items }) => items.length);
  const resident = Object.entries(mb).map(([when, size]) => `${when} ${size.toFixed(0)}`);
  process.stderr.write(
    `${stalled.length} stalled (${ends.map(([how, some]) => `${how}: ${some?.length}`).join(', ')}), each was sent ${Math.min(...held)} to ` +
      `${Math.max(...held)} of ${(fillingBatches + floodBatches) * batchItems} items; resident MB: ${resident.join(', ')}\n` +
      `push to the ${healthyCount} who read: nobody stalls ${spread(calm)}; buffers fill ${spread(filling)}; all stalled ${spread(flooded)}, ` +
      `p99 ${(quantile(flooded, 0.99) / quantile(calm, 0.99)).toFixed(2)} times as long\n` +
      `longest answer of /livez while all of them read on at once: ${answerMs.toFixed(0)} ms\n`,
  );
}
