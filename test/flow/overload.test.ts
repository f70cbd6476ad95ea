import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { backlogActivitiesMax, backlogMsMax } from '../../src/recorder/recorder.ts';
import { recorderPatience } from '../../src/db/patience.ts';
import { ask, data } from '../harness/client.ts';
import type { Proxy } from '../harness/proxy.ts';
import { startProxy } from '../harness/proxy.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService } from '../harness/service.ts';
import { pageView, rows, until } from './harness.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let proxy: Proxy;
let service: Service;
beforeAll(async () => {
  database = await freshDatabase();
  const { socketDir, port, superuser } = inject('postgres');
  proxy = await startProxy(`${socketDir}/.s.PGSQL.${port}`);
  service = await startService({ databaseUrl: `postgres://${superuser}@127.0.0.1:${proxy.port}${new URL(database.url).pathname}` });
});
afterAll(async () => {
  proxy.hold(false);
  await service.close();
  await proxy.close();
  await database.drop();
});

const batch = (items: number) => Array.from({ length: items }, (_, n) => pageView(`user-${n % 50}`, `session-${n % 50}`));
const send = (items: number) =>
  ask(
    service,
    'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { duplicate } userErrors { code } } }',
    {
      input: { activities: batch(items) },
    },
  );
const system = async () => (await data(service, '{ system { backlogActivities backlogActivitiesMax failures { cause count } } }')).system;
const waiting = (count: number) => until(`${count} wait`, async () => (await system()).backlogActivities === count, 30_000);
const overloaded = [{ extensions: { code: 'OVERLOADED', retryAfterMs: 1_000 } }];

it('the backlog takes exactly its limit; one more is OVERLOADED while nothing moves, and all that was taken is recorded', async () => {
  expect((await send(1)).errors).toBeUndefined();
  proxy.hold(true, 'lapwing recorder');
  const taken = [send(1)];
  await waiting(1);
  taken.push(...Array.from({ length: 19 }, () => send(1_000)), send(998));
  await waiting(backlogActivitiesMax - 1);
  expect((await send(2)).errors).toMatchObject(overloaded);
  taken.push(send(1));
  await waiting(backlogActivitiesMax);
  expect((await send(1)).errors).toMatchObject(overloaded);
  // Whoever floods the log keeps no administrator from acting.
  const made = ask(service, 'mutation { createApiKey(input: { name: "in need", role: SERVICE }) { apiKey { name } } }');
  await waiting(backlogActivitiesMax + 1);
  const { backlogActivitiesMax: told, failures } = await system();
  expect(told).toBe(backlogActivitiesMax);
  expect(failures).toContainEqual({ cause: 'OVERLOADED', count: 2 });
  proxy.hold(false);

  // On a machine too slow to record all of it in time the last are refused as well: what has a receipt is recorded, and nothing else.
  const answers = await Promise.all(taken);
  expect(answers.flatMap(({ errors }) => errors ?? []).filter(({ extensions }) => extensions.code !== 'OVERLOADED')).toEqual([]);
  const receipts = answers.flatMap((answer) => answer.data?.trackActivities?.receipts ?? []);
  await made;
  const [table] = await rows<{ count: string }>(database.url, 'select count(*) from activity');
  expect(Number(table?.count)).toBe(receipts.length + 1);
  expect(receipts.length).toBeGreaterThan(backlogActivitiesMax / 4);
  await waiting(0);
}, 90_000);

it.runIf(process.env.LAPWING_TEST_OUTAGES === 'full')(
  'a database that says nothing: UNAVAILABLE within the bound, OVERLOADED at once before, and the lane goes on afterwards',
  async () => {
    proxy.hold(true, 'lapwing recorder');
    const began = performance.now();
    const first = send(1);
    await waiting(1);
    await until('the oldest has waited too long', () => performance.now() - began > backlogMsMax + 100, 20_000);
    const late = send(1);
    expect((await late).errors).toMatchObject(overloaded);
    expect((await first).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(performance.now() - began).toBeLessThan(recorderPatience.silenceMs + 5_000);
    expect((await system()).backlogActivities).toBe(0);
    proxy.hold(false);
    await until('it records again', async () => (await send(1)).errors === undefined, 20_000);
  },
  90_000,
);
