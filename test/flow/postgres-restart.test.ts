import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Cluster } from '../harness/cluster.ts';
import { makeCluster } from '../harness/cluster.ts';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { dataFolder, logHead, removeFolder, until } from './harness.ts';
import { expectExactly, followThrough, nothingTracked, startWriters, trackUntilReceipt } from './outage-harness.ts';

const root = dataFolder();
/** LAPWING_TEST_OUTAGES=full: as many restarts as find what one in a hundred shows. */
const [restarts, each] = process.env.LAPWING_TEST_OUTAGES === 'full' ? [15, 150] : [2, 16];
/** A service is back this long after its PostgreSQL is: its connections are made again by the next who needs one. */
const backMsMax = 5_000;
let cluster: Cluster;
let services: Service[];
beforeAll(async () => {
  cluster = await makeCluster(root);
  const first = await startService({ databaseUrl: cluster.url });
  services = [first, await startService({ databaseUrl: cluster.url })];
});
afterAll(async () => {
  for (const service of services) await service.close();
  await cluster.stop('immediate');
  removeFolder(root);
});

it('PostgreSQL crashes and comes back under load: nothing acknowledged is lost, nothing is twice, both processes go on by themselves', async () => {
  const tracked = nothingTracked();
  const beginning = await logHead(services[0]!);
  const count = 8 * each + restarts;
  const streams = services.map((service) => followThrough(service, beginning, count));
  const writing = startWriters(services, 8, each, tracked);
  for (let restart = 0; restart < restarts; restart += 1) {
    const wanted = tracked.acknowledged.size + each / 2;
    await Promise.race([writing, until('they write', () => tracked.acknowledged.size >= wanted, 60_000)]);
    await cluster.stop('immediate');
    await sleep(Math.random() * 300);
    await cluster.start();
    const since = performance.now();
    await trackUntilReceipt(services[restart % 2]!, `r-${restart}`, tracked);
    expect(performance.now() - since).toBeLessThan(backMsMax);
  }
  await writing;
  const ids = await expectExactly(cluster.url, tracked, count);
  for (const stream of streams) expect(await stream).toEqual(ids);
  const { failures, listening } = (await data(services[0]!, '{ system { listening failures { cause count } } }')).system;
  const countOf = (cause: string) => failures.find((one: { cause: string }) => one.cause === cause).count;
  expect(listening).toBe(true);
  expect(countOf('LISTENING_LOST')).toBeGreaterThan(0); // a crash may come before it listens again after the last
  expect(countOf('DUPLICATE')).toBeLessThanOrEqual(tracked.duplicates);
  expect([...tracked.refusals.keys()].filter((code) => code !== 'UNAVAILABLE')).toEqual([]);
}, 120_000);
