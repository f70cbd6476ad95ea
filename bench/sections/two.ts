import { readFileSync } from 'node:fs';
import { ask } from '../api.ts';
import type { Bench } from '../bench.ts';
import { settle } from '../bench.ts';
import { median } from '../figures.ts';
import type { Load } from '../load.ts';
import { closedLoop, recordOnce } from '../load.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, ratioRow } from '../rows.ts';
import type { Subscribers } from '../subscribers.ts';
import { openSubscribers } from '../subscribers.ts';
import type { Target } from '../targets.ts';
import { adminKey, lapwingAt, startLapwing, timeZone } from '../targets.ts';
import { createTraffic } from '../traffic.ts';

const connections = 32;
const orderActivities = 1_000;
const pushedWithinMs = 30_000;

/** One process with one organisation against two on one database, each with an organisation of its own: the same load on both. */
export async function two(bench: Bench): Promise<Row[]> {
  const { cluster, logs, options } = bench;
  const database = await cluster.database('bench_lapwing');
  const first = await startLapwing({ database, logs }, { name: 'Lapwing 1' });
  const second = await startLapwing({ database, logs }, { name: 'Lapwing 2' });
  try {
    const otherKey = await makeOrganisation(first, `${logs}/Lapwing 1-data`);
    const other = lapwingAt(second, 'Lapwing 2', otherKey);
    const traffic = createTraffic(11);
    const load = (target: Target, sockets: number, seconds: number, rateGuess: number) =>
      closedLoop({ target, traffic, postmaster: cluster.pid, connections: sockets, perRequest: 1, until: { seconds, rateGuess } });
    const split = (seconds: number, rateGuess: number) =>
      Promise.all([load(first, connections / 2, seconds, rateGuess / 2), load(other, connections / 2, seconds, rateGuess / 2)]);
    const total = (loads: readonly Load[]) => loads.reduce((sum, { perSecond }) => sum + perSecond, 0);

    const { perSecond: guess } = await load(first, connections, Math.min(3, options.seconds), 0);
    await split(Math.min(3, options.seconds), guess);
    const one: number[] = [];
    const both: number[] = [];
    for (let round = 0; round < options.rounds; round += 1) {
      await settle(database);
      one.push((await load(first, connections, options.seconds, guess)).perSecond);
      await settle(database);
      both.push(total(await split(options.seconds, guess)));
      note(`one process ${figure(one.at(-1)!)}/s, two ${figure(both.at(-1)!)}/s`);
    }
    const order = await ordersAgree(bench, [first, lapwingAt(second, 'Lapwing 2', adminKey)]);
    bench.details.two = { one, both, order };
    const row = ratioRow({
      what: 'two processes, two organisations, 32 connections together',
      ours: median(both),
      them: 'one process, one organisation',
      theirs: median(one),
      unit: '/s',
      mark: 1,
      goal: 1,
      note: order.agree
        ? `subscribers of both processes got the same ${order.seen} activities in the same order, while both recorded`
        : `the subscribers of the two processes DO NOT AGREE: ${order.why}`,
    });
    return [order.agree ? row : { ...row, met: 'no' }];
  } finally {
    await second.stop();
    await first.stop();
  }
}

/** Both processes record for one organisation at once, and a subscriber at each has to see the same order. */
async function ordersAgree({ cluster, logs }: Bench, processes: readonly Target[]): Promise<{ agree: boolean; seen: number; why: string }> {
  const traffic = createTraffic(12);
  const followers: Subscribers[] = [];
  const watched = async (target: Target) => {
    const wanted = { subscriptions: [target.subscription], count: 1, keep: true, logs };
    const opened = await openSubscribers(wanted, () => recordOnce(processes[0]!, traffic));
    followers.push(opened);
  };
  try {
    for (const target of processes) await watched(target);
    for (const one of followers) await one.reset();
    const half = {
      traffic,
      postmaster: cluster.pid,
      connections: connections / 2,
      perRequest: 1,
      until: { activities: orderActivities / 2 },
    };
    await Promise.all(processes.map((target) => closedLoop({ ...half, target })));
    const orders: string[][] = [];
    for (const one of followers) {
      await one.each(orderActivities, pushedWithinMs);
      orders.push((await one.kept()).flat().map(({ uuid }) => uuid));
    }
    const [here = [], there = []] = orders;
    const differs = here.findIndex((uuid, place) => uuid !== there[place]);
    const agree = differs === -1 && here.length === there.length;
    return { agree, seen: here.length, why: `${here.length} and ${there.length} frames, first different at ${differs}` };
  } finally {
    for (const one of followers) await one.close();
  }
}

/** As the command line of whoever runs the service does. */
async function makeOrganisation(service: Target, dataDir: string): Promise<string> {
  const { key } = JSON.parse(readFileSync(`${dataDir}/cli-key`, 'utf8')) as { key: string };
  const mutation = 'mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) { secret userErrors { message } } }';
  const answer = await ask<{ createOrganisation: { secret: string | null; userErrors: unknown } }>(
    service,
    mutation,
    { input: { name: 'other', timeZone } },
    key,
  );
  const { secret, userErrors } = answer.createOrganisation;
  if (secret === null) throw new Error(JSON.stringify(userErrors));
  return secret;
}
