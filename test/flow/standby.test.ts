import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { makeCluster, makeStandby } from '../harness/cluster.ts';
import { startProxy } from '../harness/proxy.ts';
import { startService } from '../harness/service.ts';
import { dataFolder, logHead, removeFolder, until } from './harness.ts';
import { expectExactly, followThrough, nothingTracked, startWriters, trackUntilReceipt } from './outage-harness.ts';

/** A service writes again this long after its standby is promoted. */
const backMsMax = 5_000;
const each = 60;

it.runIf(process.env.LAPWING_TEST_OUTAGES === 'full')(
  'the primary dies and a synchronous standby takes over: nothing acknowledged is lost, nothing is twice, streams go on',
  async () => {
    const folders = [dataFolder(), dataFolder()] as const;
    onTestFinished(() => folders.forEach(removeFolder));
    const primary = await makeCluster(folders[0], { wal_keep_size: '256MB' });
    onTestFinished(() => primary.kill());
    const standby = await makeStandby(folders[1], primary);
    onTestFinished(() => standby.kill());
    await primary.query(`alter system set synchronous_standby_names = 'standby'`);
    await primary.query('select pg_reload_conf()');
    const isSynchronous = async () => (await primary.query(`select 1 from pg_stat_replication where sync_state = 'sync'`)).length === 1;
    await until('the standby is synchronous', isSynchronous);

    const proxy = await startProxy(primary.socket); // plays the name or the balancer that leads to whoever is primary
    onTestFinished(() => proxy.close());
    const service = await startService({ databaseUrl: `postgres://postgres@127.0.0.1:${proxy.port}/lapwing` });
    onTestFinished(() => service.close());
    const tracked = nothingTracked();
    const count = 6 * each + 1;
    const stream = followThrough(service, await logHead(service), count);
    const writing = startWriters([service], 6, each, tracked);
    await until('they write', () => tracked.acknowledged.size >= each, 60_000);
    primary.kill();
    proxy.leadTo(standby.socket); // still read-only: a balancer may be faster than the promotion
    await sleep(500);
    await standby.promote();
    const since = performance.now();
    await trackUntilReceipt(service, 'f-0', tracked);
    expect(performance.now() - since).toBeLessThan(backMsMax);
    await writing;
    expect(await stream).toEqual(await expectExactly(standby.url, tracked, count));
    expect([...tracked.refusals.keys()]).toEqual(['UNAVAILABLE']);
  },
  180_000,
);
