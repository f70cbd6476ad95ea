import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ask, data } from '../harness/client.ts';
import type { Proxy } from '../harness/proxy.ts';
import { startProxy } from '../harness/proxy.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService } from '../harness/service.ts';
import { activityFrames, follow, pageView, rows, trackUuids, until } from './harness.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let proxy: Proxy;
let writing: Service;
let reading: Service;
let canListen = true;
beforeAll(async () => {
  database = await freshDatabase();
  const { socketDir, port, superuser } = inject('postgres');
  proxy = await startProxy(`${socketDir}/.s.PGSQL.${port}`, (said) => canListen || !said.includes(Buffer.from('LISTEN\0')));
  writing = await startService({ databaseUrl: database.url });
  reading = await startService({ databaseUrl: `postgres://${superuser}@127.0.0.1:${proxy.port}${new URL(database.url).pathname}` });
});
afterAll(async () => {
  await reading.close();
  await proxy.close();
  await writing.close();
  await database.drop();
});

const isListening = async () => (await data(reading, '{ system { listening } }')).system.listening;
const dropListener = () =>
  rows(database.url, `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`);

it('while nothing is heard of the commits of others, subscribers have them within a second all the same, in order', async () => {
  const stream = await follow(reading, activityFrames);
  canListen = false;
  await dropListener();
  await until('the line is down', async () => !(await isListening()));
  const written: string[] = [];
  for (let turn = 0; turn < 5; turn += 1) written.push(...(await trackUuids(writing, [pageView('l', 'l-1'), pageView('l', 'l-1')])));
  const uuidsOf = (frames: { activityRecorded: { activity: { uuid: string } } }[]) =>
    frames.map((one) => one.activityRecorded.activity.uuid);
  expect(uuidsOf(await stream.take(10))).toEqual(written);
  expect(await isListening()).toBe(false);
  canListen = true;
  await until('it listens again', isListening);
  const after = await trackUuids(writing, [pageView('l', 'l-1')]);
  expect(uuidsOf(await stream.take(1))).toEqual(after);
  await stream.close();
});

it('a database that is gone without a word is found out: what was asked is UNAVAILABLE, and later all goes on', async () => {
  const asked = () => ask(reading, '{ users { totalCount } }');
  proxy.hold(true);
  const began = performance.now();
  expect((await asked()).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 } }]);
  expect(performance.now() - began).toBeLessThan(15_000);
  proxy.hold(false);
  await until('it answers and listens again', async () => (await asked()).errors === undefined && (await isListening()), 15_000);
});
