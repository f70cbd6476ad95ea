import { afterAll, beforeAll, expect, it } from 'vitest';
import { backlogActivitiesMax } from '../../src/recorder/recorder.ts';
import { ask } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { pageView, rows } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const batchItems = 1_000;
const batches = (2 * backlogActivitiesMax) / batchItems;

it('past the backlog a batch is answered OVERLOADED at once, and what has a receipt is in the table', async () => {
  const activities = Array.from({ length: batchItems }, (_, n) => pageView(`user-${n % 50}`, `session-${n % 50}`));
  const answers = await Promise.all(
    Array.from({ length: batches }, () =>
      ask(
        service,
        'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { duplicate } userErrors { code } } }',
        { input: { activities } },
      ),
    ),
  );
  const refused = answers.filter(({ errors }) => errors !== undefined);
  expect(new Set(refused.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions.code)))).toEqual(new Set(['OVERLOADED']));
  const receipts = answers.flatMap((answer) => answer.data?.trackActivities?.receipts ?? []);
  expect(receipts).toHaveLength((batches - refused.length) * batchItems);
  expect(receipts.length).toBeGreaterThanOrEqual(backlogActivitiesMax);
  const [table] = await rows<{ count: string }>(service.databaseUrl, 'select count(*) from activity');
  expect(Number(table?.count)).toBe(receipts.length);
});
