import { afterEach, expect, it } from 'vitest';
import { limits } from '../../src/graphql/limits.ts';
import { adminKey, freshDatabase } from '../harness/service.ts';
import type { Follower } from './follower.ts';
import { itemsAfter, kindNames, startFollower } from './follower.ts';
import type { Running } from './harness.ts';
import { dataFolder, end, endAll, freePort, logHead, removeFolder, startProcess, until } from './harness.ts';
import { chosenSeed, cleanFailures, createRandom, ledgerOf, ledgerOfExactly, retryable, startTraffic, wrongAlerts } from './traffic.ts';

/** The full run: LAPWING_TEST_TERMINATIONS=10 npx vitest run test/flow/terminate.test.ts */
const terminationsCount = Number(process.env.LAPWING_TEST_TERMINATIONS ?? 1);
const isFullRun = process.env.LAPWING_TEST_TERMINATIONS !== undefined;
const writers = 6;
const seed = chosenSeed();
const random = createRandom(seed);

afterEach(endAll);

/** Stops the service as its operator does and returns how long it took: one that is not in order in 20 s ends with code 1. */
async function terminate(service: Running): Promise<number> {
  const begun = performance.now();
  expect(await end(service), service.errors()).toBe(0);
  return performance.now() - begun;
}

/** Everybody who reads, and has read enough to be in the middle of the stream. */
const readsOn = (followers: readonly Follower[]) => {
  const before = followers.map(({ items }) => items.length);
  return until('everybody reads', () => followers.every(({ items }, place) => items.length > before[place]!), 60_000);
};

it(
  'SIGTERM under load: what is acknowledged is there, every caller knows, sockets leave with 1012 and go on where they were',
  async () => {
    const database = await freshDatabase();
    const folder = dataFolder();
    const settings = {
      PORT: String(await freePort()),
      DATABASE_URL: database.url,
      LAPWING_DATA_DIR: folder,
      LAPWING_ADMIN_KEY: adminKey,
    };
    let service = await startProcess(settings, 120_000);
    const addresses = () => [service];
    const beginning = await logHead(service);
    const followers = kindNames.map((kind, place) =>
      startFollower({ kind, after: beginning, addresses, random: createRandom(seed + 1_000 + place), isRestless: false }),
    );
    const stopMs: number[] = [];
    const recorded = { acknowledged: 0, unanswered: 0 };
    for (let round = 1; round <= terminationsCount; round += 1) {
      const traffic = startTraffic({ addresses, writers, seed: seed + 10 * round, name: `round-${round}` });
      await readsOn(followers);
      await traffic.goesOn(1 + random.below(300));
      // In every second round they try again until somebody is there to answer; in the others each caller has one answer.
      const isRetried = round % 2 === 1;
      const leaving = isRetried ? null : traffic.breakOff();
      stopMs.push(await terminate(service));
      await leaving;
      service = await startProcess(settings, 120_000);
      if (isRetried) {
        await traffic.goesOn(1);
        await traffic.finish();
      }
      expect(traffic.unexpected).toEqual([]);
      const foreseen = ['ANSWERED', ...cleanFailures, ...retryable];
      expect([...traffic.outcomes.keys()].filter((outcome) => !foreseen.includes(outcome))).toEqual([]);
      const { ids } = await ledgerOf(database.url);
      const known = new Set(ids);
      expect([...traffic.acknowledged.values()].filter((id) => !known.has(id))).toEqual([]);
      recorded.acknowledged += traffic.acknowledged.size;
      recorded.unanswered = ids.length - recorded.acknowledged;
    }
    const wanted = new Map(
      await Promise.all(kindNames.map(async (kind) => [kind, await itemsAfter(database.url, kind, beginning)] as const)),
    );
    const hasAll = ({ kind, items }: Follower) => items.length >= wanted.get(kind)!.length;
    await until('everybody has the last', () => followers.every(hasAll), 60_000);
    await Promise.all(followers.map((follower) => follower.stop()));
    for (const { kind, items, legs, errors } of followers) {
      expect(items, `${kind}, seed ${seed}`).toEqual(wanted.get(kind));
      const ends = legs.slice(0, -1).map(({ end: how }) => how);
      expect(ends.filter((how) => how !== 'refused')).toEqual(Array.from({ length: terminationsCount }, () => '1012'));
      expect(errors).toEqual([]);
    }
    // Whoever had no receipt was not recorded either: a stop in order cuts nothing between commit and answer.
    const { counts } = await ledgerOf(database.url);
    expect(counts, `seed ${seed}`).toEqual(ledgerOfExactly(recorded.acknowledged));
    expect(await wrongAlerts(database.url), `seed ${seed}`).toEqual([]);
    report(stopMs, recorded, followers);
    stopMs.push(await terminate(service));
    expect(stopMs.filter((ms) => isFullRun && ms > limits.shutdownMsMax)).toEqual([]);
    await database.drop();
    removeFolder(folder);
  },
  120_000 + 60_000 * terminationsCount,
);

/** The figures, where the full run is asked for. */
function report(stopMs: number[], recorded: object, followers: readonly Follower[]): void {
  if (!isFullRun) return;
  const each = followers.map(({ kind, items, legs }) => `${kind} ${items.length} items in ${legs.length} connections`);
  process.stderr.write(
    `seed ${seed}: ${stopMs.length} stops of ${stopMs.map(Math.round).join(', ')} ms; ${JSON.stringify(recorded)}; ${each.join(', ')}\n`,
  );
}
