import type { Bench } from './bench.ts';
import { settle, started } from './bench.ts';
import type { Database } from './cluster.ts';
import { copyActivityTable } from './cluster.ts';
import { median } from './figures.ts';
import type { Load } from './load.ts';
import { closedLoop, recordOnce } from './load.ts';
import { note } from './progress.ts';
import type { Subscribers } from './subscribers.ts';
import { openSubscribers } from './subscribers.ts';
import type { Target } from './targets.ts';
import { startJsonEndpoint, startLapwing, startPostGraphile, startYoga } from './targets.ts';
import { createTraffic } from './traffic.ts';

/** Several services under the same load, in turn, round after round, each with a subscriber attached. */

export type Side = { target: Target; loads: Load[]; median: Load };
export type Compared = {
  lapwing: Side;
  /** By name; a reason where it could not be measured. */
  peers: Map<string, Side | { reason: string }>;
};
type PeerName = 'Yoga + pg' | 'PostGraphile' | 'JSON endpoint';
type Comparison = {
  peers: readonly PeerName[];
  perRequest: number;
  /** After each round of Lapwing. */
  afterLapwing?: (database: Database) => Promise<void>;
};

const connections = 32;
const seed = 4;

export async function compare(bench: Bench, { peers, perRequest, afterLapwing }: Comparison): Promise<Compared> {
  const { cluster, logs, options } = bench;
  const database = await cluster.database('bench_lapwing');
  const lapwing = await startLapwing({ database, logs });
  const stopping: { stop(): Promise<void> }[] = [lapwing];
  const subscribers: Subscribers[] = [];
  try {
    const results = new Map<string, Side | { reason: string }>();
    const sides = [await warmUp(lapwing)];
    for (const name of peers) {
      const place = await peerDatabase(bench, database, name);
      const target = await started(name, () => starters[name]({ database: place, logs }));
      if ('pid' in target) stopping.push(target);
      const side = 'pid' in target ? await warmUp(target).catch((error: unknown) => ({ reason: String(error) })) : target;
      if ('target' in side) sides.push(side);
      else if ('pid' in target) note(`${name}: ${side.reason}`);
      results.set(name, side);
    }
    for (let round = 0; round < options.rounds; round += 1) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        await settle(database);
        const load = await run(side, options.seconds);
        side.loads.push(load);
        note(`${side.target.name}, ${perRequest} a request: ${load.perSecond.toFixed(0)}/s, ${microsOf(load)}`);
        if (side.target === lapwing) await afterLapwing?.(database);
      }
    }
    for (const side of sides) side.median = medianLoad(side.loads);
    return { lapwing: sides[0]!, peers: results };
  } finally {
    for (const one of subscribers) await one.close();
    for (const one of stopping.toReversed()) await one.stop();
  }

  type Warm = Side & { traffic: ReturnType<typeof createTraffic> };
  async function warmUp(target: Target): Promise<Warm> {
    const traffic = createTraffic(seed);
    const wanted = { subscriptions: [target.subscription], count: 1, logs };
    subscribers.push(await openSubscribers(wanted, () => recordOnce(target, traffic)));
    const side = { target, traffic, loads: [] as Load[], median: noLoad };
    side.median = await run(side, Math.min(3, options.seconds));
    return side;
  }
  async function run({ target, traffic, median: { perSecond } }: Warm, seconds: number): Promise<Load> {
    const until = { seconds, rateGuess: perSecond };
    return closedLoop({ target, traffic, postmaster: cluster.pid, connections, perRequest, until });
  }
}

const noLoad: Load = { activities: 0, perSecond: 0, p50: 0, p99: 0, micros: { driver: 0, server: 0, postgres: 0 }, driverShare: 0 };

const starters = { 'Yoga + pg': startYoga, PostGraphile: startPostGraphile, 'JSON endpoint': startJsonEndpoint };

/** Lapwing's table of activities, empty, for those who have none of their own. */
async function peerDatabase({ cluster }: Bench, lapwing: Database, name: PeerName): Promise<Database> {
  const database = await cluster.database(`bench_${name.toLowerCase().replaceAll(/\W+/g, '_')}`);
  if (name === 'JSON endpoint') return database;
  await copyActivityTable(lapwing, database);
  if (name === 'PostGraphile') {
    await database.query(`create function notify_activity() returns trigger language plpgsql as $$ begin
      perform pg_notify('activity_recorded', json_build_object('id', new.id, 'recorded_at', new.recorded_at)::text);
      return new;
    end $$`);
    await database.query('create trigger notify_activity after insert on activity for each row execute function notify_activity()');
  }
  return database;
}

function medianLoad(loads: readonly Load[]): Load {
  const of = (pick: (load: Load) => number) => median(loads.map(pick));
  return {
    activities: of((load) => load.activities),
    perSecond: of((load) => load.perSecond),
    p50: of((load) => load.p50),
    p99: of((load) => load.p99),
    micros: {
      driver: of((load) => load.micros.driver),
      server: of((load) => load.micros.server),
      postgres: of((load) => load.micros.postgres),
    },
    driverShare: of((load) => load.driverShare),
  };
}

/** Where the time of an activity goes: the reason, where a mark is not met. */
export function microsOf({ micros, p50, p99, driverShare }: Load): string {
  const { server, postgres, driver } = micros;
  return (
    `µs of processor an activity: server ${server.toFixed(0)}, PostgreSQL ${postgres.toFixed(0)}, driver ${driver.toFixed(0)} ` +
    `(${(driverShare * 100).toFixed(0)} % of a core); p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`
  );
}
