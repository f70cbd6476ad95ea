import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { Client } from 'pg';

import { ask, data, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, freshDatabase, startService } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import {
  activityFrames,
  dataFolder,
  end,
  endAll,
  failure,
  follow,
  login,
  pageView,
  readStream,
  removeFolder,
  rows,
  startProcess,
  trackUuids,
  until,
} from './harness.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let a: Service;
let b: Service;
beforeAll(async () => {
  database = await freshDatabase();
  [a, b] = await Promise.all([startService({ databaseUrl: database.url }), startService({ databaseUrl: database.url })]);
});
afterAll(async () => {
  await a.close();
  await b.close();
  await database.drop();
});
afterEach(endAll);

const burst = `query($key: String!) {
  anomalies(filter: {type: {eq: FAILED_LOGIN_BURST}, subject: {eq: $key}}) { nodes { count } }
  alerts(filter: {subject: {eq: $key}}) { nodes { count } } }`;

/** Failures of one attack, the first to one service, the next to the other, and so on. */
async function attack(services: readonly { url: string }[], address: string, failures: number, key = adminKey): Promise<void> {
  for (let attempt = 0; attempt < failures; attempt += 1)
    await track(services[attempt % services.length]!, failure(`victim-${attempt % 9}`, address), key);
}

describe('two processes on one database', () => {
  it('see one attack of which each gets a half: one anomaly, one alert, the exact count', async () => {
    await attack([a, b], '203.0.113.50', 23);
    for (const service of [a, b])
      expect(await data(service, burst, { key: 'address:203.0.113.50' })).toEqual({
        anomalies: { nodes: [{ count: 23 }] },
        alerts: { nodes: [{ count: 23 }] },
      });
  });

  it('also when both halves arrive at the same time', async () => {
    const half = (service: Service) => Promise.all(Array.from({ length: 20 }, () => track(service, failure('root', '203.0.113.51'))));
    await Promise.all([half(a), half(b)]);
    expect(await data(b, burst, { key: 'address:203.0.113.51' })).toEqual({
      anomalies: { nodes: [{ count: 40 }] },
      alerts: { nodes: [{ count: 40 }] },
    });
  });

  it('show every activity to subscribers of either, in the same order', async () => {
    const streams = [await follow(a, activityFrames), await follow(b, activityFrames)];
    const writers = [a, b, a, b].map(async (service, writer) => {
      for (let turn = 0; turn < 20; turn += 1) await trackUuids(service, [pageView(`w-${writer}`, `w-${writer}`), login('shared')]);
    });
    await Promise.all(writers);
    const [first, second] = await Promise.all(streams.map((stream) => stream.take(160)));
    const table = await rows<{ id: string }>(
      database.url,
      'select id from (select id, seq from activity order by seq desc limit 160) t order by seq',
    );
    expect(first!.map((item) => item.activityRecorded.activity.uuid)).toEqual(table.map(({ id }) => id));
    expect(second).toEqual(first);
    for (const stream of streams) await stream.close();
  });

  it('take a cursor of one another at once, also before the news of it has come', async () => {
    const idle = await follow(b, activityFrames, { filter: { user: { eq: 'nobody' } } });
    for (let turn = 0; turn < 15; turn += 1) {
      const { cursor } = await track(a, pageView('cursor', 'cursor-1'));
      const next = readStream<ActivityFrame>(b, { query: activityFrames, variables: { after: cursor } }, () => true);
      const [uuid] = await trackUuids(a, [pageView('cursor', 'cursor-1')]);
      expect((await next)[0]?.activityRecorded.activity.uuid).toBe(uuid);
    }
    await idle.close();
  });

  it('count a session exactly that both write to, also when it is used by another than the one who opened it', async () => {
    const guest = { user: 'guest', session: 'across', detail: { terminal: { command: 'id' } } };
    for (const first of [a, b]) await track(first, pageView('opener', 'across'));
    for (let turn = 0; turn < 6; turn += 1) for (const service of [b, a]) await track(service, guest);
    for (const last of [a, b]) await track(last, pageView('opener', 'across'));
    const { session } = await data(b, '{ session(externalId: "across") { activityCount commandCount user { externalId } } }');
    expect(session).toEqual({ activityCount: 16, commandCount: 12, user: { externalId: 'opener' } });
  });

  it('refuse a key that was revoked at the other', async () => {
    const { createApiKey } = await data(a, 'mutation { createApiKey(input: {name: "brief", role: ADMIN}) { secret apiKey { id } } }');
    const { secret, apiKey } = createApiKey;
    expect((await ask(b, '{ viewer { name } }', {}, secret)).data.viewer.name).toBe('brief');
    await data(a, 'mutation($i: ID!) { revokeApiKey(input: {id: $i}) { userErrors { message } } }', { i: apiKey.id });
    await until(
      'it is refused',
      async () => (await ask(b, '{ viewer { name } }', {}, secret)).errors?.[0]?.extensions.code === 'UNAUTHENTICATED',
      1_000,
    );
  });

  it('catch up after the connection was cut on which they hear of each other', async () => {
    const stream = await follow(b, activityFrames, { filter: { user: { eq: 'cut' } } });
    const { socketDir: host, port, superuser: user } = inject('postgres');
    const superuser = new Client({ host, port, user, database: 'postgres' });
    await superuser.connect();
    const { rowCount } = await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = $1`,
      [new URL(database.url).pathname.slice(1)],
    );
    await superuser.end();
    expect(rowCount).toBe(2);
    const uuids = await trackUuids(a, [pageView('cut', 'cut-1'), pageView('cut', 'cut-1')]);
    const items = await stream.take(2);
    expect(items.map((item) => item.activityRecorded.activity.uuid)).toEqual(uuids);
    await stream.close();
  });
});

describe('two processes of their own', () => {
  it('start at once on an empty database, share one admin key, and see one attack as one', async () => {
    const { socketDir: host, port, superuser: user, user: owner } = inject('postgres');
    const name = `test_empty_${process.pid}`;
    const superuser = new Client({ host, port, user, database: 'postgres' });
    await superuser.connect();
    await superuser.query(`create database ${name} owner ${owner}`);
    const url = `postgres://${owner}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
    const folders = [dataFolder(), dataFolder()];
    const settings = (folder: string) => ({ DATABASE_URL: url, LAPWING_DATA_DIR: folder });
    const both = await Promise.all(folders.map((folder) => startProcess(settings(folder))));
    const keys = both.map(({ key }) => key).filter((key) => key.startsWith('lw_'));
    expect(keys).toHaveLength(1);
    await attack(both, '203.0.113.60', 14, keys[0]);
    for (const one of both)
      expect((await data(one, burst, { key: 'address:203.0.113.60' }, keys[0])).alerts).toEqual({ nodes: [{ count: 14 }] });
    expect(await Promise.all(both.map((one) => end(one)))).toEqual([0, 0]);
    await superuser.query(`drop database ${name}`);
    await superuser.end();
    folders.forEach(removeFolder);
  });
});
