import { Client } from 'pg';
import { afterEach, expect, inject, it } from 'vitest';
import { ask, track } from '../harness/client.ts';
import { adminKey, freshDatabase } from '../harness/service.ts';
import type { Follower } from './follower.ts';
import { itemsAfter, kindNames, startFollower } from './follower.ts';
import type { Running } from './harness.ts';
import { dataFolder, end, endAll, failure, freePort, logHead, removeFolder, startProcess, until } from './harness.ts';
import type { Traffic } from './traffic.ts';
import { attackerOf, chosenSeed, createRandom, ledgerOf, ledgerOfExactly, startTraffic, wrongAlerts } from './traffic.ts';

/** The full run: LAPWING_TEST_DISCONNECTS=1000 npx vitest run test/flow/streams-disconnects.test.ts */
const disconnectsCount = Number(process.env.LAPWING_TEST_DISCONNECTS ?? 30);
const isFullRun = process.env.LAPWING_TEST_DISCONNECTS !== undefined;
const followersCount = isFullRun ? 16 : 8;
/** One in so many disconnects is followed by one that the service suffers. */
const blowEvery = isFullRun ? 80 : 12;
const writers = 4;
/** How long anything is waited for that has to happen: a busy machine is no failure. */
const patienceMs = 120_000;
const seed = chosenSeed();
const random = createRandom(seed);

afterEach(endAll);

/** Cuts the connections on which the processes hear of what others commit. */
async function cutListening(databaseUrl: string): Promise<void> {
  const { socketDir: host, port, superuser: user } = inject('postgres');
  const superuser = new Client({ host, port, user, database: 'postgres' });
  await superuser.connect();
  await superuser.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = $1`, [
    new URL(databaseUrl).pathname.slice(1),
  ]);
  await superuser.end();
}

/** Terminates some session that is open, as administrators do, until told to stop. A process that was killed answers nothing. */
function keepTerminating(addresses: () => readonly Running[], traffic: Traffic): () => Promise<void> {
  let isRunning = true;
  const terminating = (async () => {
    while (isRunning) {
      await traffic.goesOn(40).catch(() => undefined);
      const service = random.pick(addresses());
      const found = await ask(service, '{ sessions(first: 20) { nodes { id } } }').catch(() => null);
      const { id } = random.pick<{ id?: string }>(found?.data?.sessions?.nodes ?? [{}]);
      const mutation = 'mutation($i: ID!) { terminateSession(input: {id: $i}) { userErrors { code } } }';
      if (id !== undefined) await ask(service, mutation, { i: id }).catch(() => null);
    }
  })();
  return async () => {
    isRunning = false;
    await terminating;
  };
}

it(
  'subscribers that lose their line at random, and resume at either process, have the table, in order, nothing missing or double',
  async () => {
    const database = await freshDatabase();
    const folders = [dataFolder(), dataFolder()];
    const ports = [await freePort(), await freePort()];
    const start = (place: number) =>
      startProcess(
        { PORT: String(ports[place]), DATABASE_URL: database.url, LAPWING_DATA_DIR: folders[place]!, LAPWING_ADMIN_KEY: adminKey },
        patienceMs,
      );
    const services = [await start(0), await start(1)];
    const addresses = () => services;
    const beginning = await logHead(services[0]!);
    const traffic = startTraffic({ addresses, writers, seed });
    const stopTerminating = keepTerminating(addresses, traffic);
    const followers = Array.from({ length: followersCount }, (_, place) =>
      startFollower({
        kind: kindNames[place % kindNames.length]!,
        after: beginning,
        addresses,
        random: createRandom(seed + 1_000 + place),
        isRestless: true,
      }),
    );
    const blows = { listening: 0, killed: 0 };
    const disconnects = () => followers.reduce((sum, { legs }) => sum + legs.filter(({ end: how }) => how !== 'refused').length, 0);
    for (let next = blowEvery; next < disconnectsCount; next += blowEvery) {
      await until(`${next} disconnects`, () => disconnects() >= next, patienceMs);
      if ((next / blowEvery) % 2 === 0) {
        const place = random.below(2);
        await end(services[place]!, 'SIGKILL');
        services[place] = await start(place);
        blows.killed += 1;
      } else {
        await cutListening(database.url);
        blows.listening += 1;
      }
    }
    await until('all disconnects', () => disconnects() >= disconnectsCount, patienceMs);
    await stopTerminating();
    await traffic.finish();
    for (const follower of followers) follower.stay();
    // The last of every kind of stream: what came double before it would be seen.
    for (let turn = 0; turn < 5; turn += 1) await track(services[0]!, failure('user-1', attackerOf(0), { session: 'the last' }));
    const wanted = new Map(
      await Promise.all(kindNames.map(async (kind) => [kind, await itemsAfter(database.url, kind, beginning)] as const)),
    );
    const isDone = ({ kind, items }: Follower) => (items.at(-1)?.seq ?? 0) >= wanted.get(kind)!.at(-1)!.seq;
    await until('everybody has the last', () => followers.every(isDone), patienceMs);
    await Promise.all(followers.map((follower) => follower.stop()));

    for (const { kind, items } of followers) expect(items, `${kind}, seed ${seed}`).toEqual(wanted.get(kind));
    expect(followers.flatMap(({ errors }) => errors)).toEqual([]);
    expect(blows.killed * blows.listening).toBeGreaterThan(0);
    const { counts } = await ledgerOf(database.url);
    const unkeyed = 5;
    const recorded = traffic.acknowledged.size + unkeyed;
    expect(counts, `seed ${seed}`).toEqual({ ...ledgerOfExactly(recorded), keys: recorded - unkeyed });
    expect(await wrongAlerts(database.url), `seed ${seed}`).toEqual([]);
    report(followers, traffic, blows);
    expect(await Promise.all(services.map((service) => end(service)))).toEqual([0, 0]);
    await database.drop();
    folders.forEach(removeFolder);
  },
  2 * patienceMs + 1_000 * disconnectsCount,
);

/** The figures, where the full run is asked for. */
function report(followers: Follower[], traffic: Traffic, blows: object): void {
  if (!isFullRun) return;
  const legs = followers.flatMap((follower) => follower.legs);
  const ends = Object.entries(Object.groupBy(legs, ({ end: how }) => how)).map(([how, some]) => `${how} ${some?.length}`);
  const each = kindNames.map((kind) => `${kind} ${followers.find((follower) => follower.kind === kind)?.items.length}`);
  process.stderr.write(
    `seed ${seed}: ${followers.length} subscribers, ${legs.length} connections (${ends.join(', ')}), blows ${JSON.stringify(blows)}; ` +
      `${traffic.acknowledged.size} activities; items of a subscriber to ${each.join(', ')}\n`,
  );
}
