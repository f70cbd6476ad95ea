import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, statfsSync, statSync, chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ask as askPostgres, makeCluster } from '../harness/cluster.ts';
import { ask, data } from '../harness/client.ts';
import { startService } from '../harness/service.ts';
import { dataFolder, pageView, removeFolder, rows, until } from './harness.ts';

const mutation =
  'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { duplicate activity { uuid } } userErrors { code } } }';

it.runIf(process.env.LAPWING_TEST_OUTAGES === 'full')(
  'a disk that is full is STORAGE_FULL, nothing acknowledged is lost, and once there is room the service goes on by itself',
  async (test) => {
    const root = dataFolder();
    const disk = join(root, 'disk');
    mkdirSync(disk);
    onTestFinished(() => removeFolder(root));
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk]);
    if (mounted.status !== 0) test.skip(`needs a small disk, which only root may mount here: ${String(mounted.stderr)}`);
    onTestFinished(() => void spawnSync('umount', [disk]));
    const cluster = await makeCluster(root);
    onTestFinished(() => cluster.kill());
    const { uid, gid } = statSync(cluster.data);
    const space = join(disk, 'space');
    mkdirSync(space, { mode: 0o700 });
    chownSync(space, uid, gid);
    chmodSync(disk, 0o711);
    await askPostgres(cluster.socketDir, 'postgres', `create tablespace small location '${space}'`);
    await askPostgres(cluster.socketDir, 'postgres', 'alter database lapwing set tablespace small');
    const service = await startService({ databaseUrl: cluster.url });

    onTestFinished(() => service.close());
    const acknowledged: string[] = [];
    let batches = 0;
    const send = async (batch: number) => {
      const noise = () => Array.from({ length: 200 }, () => Math.random().toString(36)).join('');
      const activities = Array.from({ length: 50 }, (_, n) => ({
        ...pageView('disk', 'disk-1', { metadata: { noise: noise() } }),
        idempotencyKey: `${batch}-${n}`,
      }));
      const { data: answer, errors } = await ask(service, mutation, { input: { activities } });
      if (!errors)
        acknowledged.push(...answer.trackActivities.receipts.map((receipt: { activity: { uuid: string } }) => receipt.activity.uuid));
      return errors?.[0]?.extensions;
    };
    await send((batches += 1));
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(join(disk, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - 2 * 1024 * 1024)));
    let refusal: Record<string, unknown> | undefined;
    await until('the disk is full', async () => (refusal = await send((batches += 1))) !== undefined, 60_000);
    expect(refusal).toMatchObject({ code: 'STORAGE_FULL', retryAfterMs: 30_000 });
    expect(await send(batches)).toMatchObject({ code: 'STORAGE_FULL' });
    const { activities, system } = await data(service, '{ activities { totalCount } system { failures { cause count } } }').catch(() => ({
      activities: null,
      system: null,
    }));
    rmSync(join(disk, 'filler'));
    expect([activities, system]).toEqual([null, null]); // a read of others cannot be recorded either, so it is not answered
    expect(await send(batches)).toBeUndefined();
    const { failures } = (await data(service, '{ system { failures { cause count } } }')).system;
    expect(failures).toContainEqual({ cause: 'STORAGE_FULL', count: 3 });
    const stored = await rows<{ id: string }>(cluster.url, 'select id from activity order by seq');
    expect(stored.map(({ id }) => id)).toEqual(acknowledged);
  },
  120_000,
);
