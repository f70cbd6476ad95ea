import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ask } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { pageView, rows } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

/** Cuts every connection of the service to its database, as a restart of PostgreSQL does. */
async function cutConnections(): Promise<void> {
  const { socketDir, port, superuser } = inject('postgres');
  const client = new Client({ host: socketDir, port, user: superuser, database: 'postgres' });
  await client.connect();
  await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [
    new URL(service.databaseUrl).pathname.slice(1),
  ]);
  await client.end();
}

it('a connection cut in the middle is a retryable UNAVAILABLE, and retries with the same keys lose and double nothing', async () => {
  const codes = new Set<unknown>();
  let acknowledged = 0;
  const trackUntilReceipt = async (key: string): Promise<void> => {
    const answer = await ask(service, 'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { cursor } } }', {
      input: { ...pageView('cut', 'cut-1'), idempotencyKey: key },
    });
    if (answer.errors === undefined) acknowledged += 1;
    else {
      for (const error of answer.errors) codes.add(error.extensions.code);
      await trackUntilReceipt(key);
    }
  };
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let turn = 0; turn < 50; turn += 1) await trackUntilReceipt(`${writer}-${turn}`);
  });
  let writing = true;
  const all = Promise.all(writers).finally(() => (writing = false));
  for (let cuts = 0; writing && cuts < 20; cuts += 1) await cutConnections();
  await all;

  expect([...codes].filter((code) => code !== 'UNAVAILABLE')).toEqual([]);
  expect(acknowledged).toBe(400);
  const [found] = await rows<Record<string, string>>(
    service.databaseUrl,
    `select (select count(*) from activity) as activities, (select count(*) from idempotency_key) as keys,
      (select count(*) from log_entry where kind = 'ACTIVITY') as entries,
      (select max(seq) - count(*) from log_entry) as gaps, (select activity_count from session) as counted`,
  );
  expect(found).toEqual({ activities: '400', keys: '400', entries: '400', gaps: '0', counted: 400 });
});
