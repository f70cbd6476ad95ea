import { afterAll, beforeAll, expect, it } from 'vitest';
import { inject } from 'vitest';
import { ask } from '../harness/client.ts';
import type { Proxy } from '../harness/proxy.ts';
import { startProxy } from '../harness/proxy.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService } from '../harness/service.ts';
import { logHead, pageView } from './harness.ts';
import { expectExactly, followThrough, nothingTracked, startWriters } from './outage-harness.ts';

/** What PostgreSQL says once it has committed: CommandComplete with the tag COMMIT. */
const committed = Buffer.from('C\0\0\0\x0bCOMMIT\0');
const each = process.env.LAPWING_TEST_OUTAGES === 'full' ? 500 : 12;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let proxy: Proxy;
let service: Service;
let oneIn = Infinity;
let swallowed = 0;
beforeAll(async () => {
  database = await freshDatabase();
  const { socketDir, port, superuser } = inject('postgres');
  proxy = await startProxy(`${socketDir}/.s.PGSQL.${port}`, (said) => {
    if (!said.includes(committed) || Math.random() >= 1 / oneIn) return true;
    swallowed += 1;
    return false;
  });
  const name = new URL(database.url).pathname;
  service = await startService({ databaseUrl: `postgres://${superuser}@127.0.0.1:${proxy.port}${name}` });
});
afterAll(async () => {
  await service.close();
  await proxy.close();
  await database.drop();
});

it('a connection cut after the commit and before its answer: the receipt comes from the next try, as a duplicate, and nothing is twice', async () => {
  const tracked = nothingTracked();
  const beginning = await logHead(service);
  const stream = followThrough(service, beginning, 4 * each);
  oneIn = 4;
  await startWriters([service], 4, each, tracked);
  oneIn = Infinity;
  expect(swallowed).toBeGreaterThan(0);
  expect(tracked.duplicates).toBeGreaterThan(0);
  expect([...tracked.refusals.keys()]).toEqual(['UNAVAILABLE']);
  expect(await stream).toEqual(await expectExactly(database.url, tracked, 4 * each));
}, 120_000);

it('and the error says that nobody knows', async () => {
  const input = { ...pageView('unknown', 'unknown-1'), idempotencyKey: 'unknown' };
  const track = () =>
    ask(service, 'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate } } }', { input });
  await track(); // so that the key of whoever asks is known, and the next commit is that of the activity
  oneIn = 1;
  const { errors } = await ask(
    service,
    'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate } } }',
    {
      input: { ...input, idempotencyKey: 'unknown-2' },
    },
  );
  oneIn = Infinity;
  expect(errors?.[0]).toMatchObject({
    message: expect.stringContaining(
      'whether it did is not known. Send it again: under the same idempotency keys nothing is recorded twice',
    ),
    extensions: { code: 'UNAVAILABLE', retryAfterMs: 1_000 },
  });
  expect((await track()).data.trackActivity.receipt).toEqual({ duplicate: true });
});
