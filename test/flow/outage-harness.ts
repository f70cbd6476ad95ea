import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import { ask } from '../harness/client.ts';
import { fingerprintKey } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import { activityFrames, pageView, readStream, rows, seqOf } from './harness.ts';

/** What the tests of outages share: clients that do as the errors tell them, and what must be true afterwards. */

type Address = { url: string; ws: string };

/** Long enough for a loop that retries not to be a loop that burns; the service asks for more, which would make tests long. */
const pauseMs = 20;

export type Tracked = { acknowledged: Map<string, string>; duplicates: number; refusals: Map<string, number> };
export const nothingTracked = (): Tracked => ({ acknowledged: new Map(), duplicates: 0, refusals: new Map() });

const mutation =
  'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { duplicate activity { uuid } } userErrors { code } } }';

/** Tracks one activity, again and again under its key, until there is a receipt. What may not be sent again fails the test. */
export async function trackUntilReceipt(service: Address, key: string, tracked: Tracked): Promise<void> {
  for (;;) {
    const { data, errors } = await ask(service, mutation, {
      input: { ...pageView('outage', `outage-${key.split('-')[0]}`), idempotencyKey: key },
    });
    for (const { extensions } of errors ?? []) {
      tracked.refusals.set(String(extensions.code), (tracked.refusals.get(String(extensions.code)) ?? 0) + 1);
      expect(extensions).toMatchObject({
        code: expect.stringMatching(/UNAVAILABLE|OVERLOADED|STORAGE_FULL/),
        retryAfterMs: expect.any(Number),
      });
    }
    if (!errors) {
      const { receipt, userErrors } = data.trackActivity;
      expect(userErrors).toEqual([]);
      tracked.acknowledged.set(key, receipt.activity.uuid);
      if (receipt.duplicate) tracked.duplicates += 1;
      return;
    }
    await sleep(pauseMs);
  }
}

/** Writers at the services in turn, each with so many activities, one after the other. */
export function startWriters(services: readonly Address[], writers: number, each: number, tracked: Tracked): Promise<unknown> {
  return Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let turn = 0; turn < each; turn += 1) await trackUntilReceipt(services[writer % services.length]!, `${writer}-${turn}`, tracked);
    }),
  );
}

/** Follows all activities until `count` have come, and comes again from its last cursor where the stream ends before. */
export async function followThrough(service: Address, after: string, count: number): Promise<string[]> {
  const uuids: string[] = [];
  let cursor = after;
  const take = (frames: ActivityFrame[]) => {
    const { activityRecorded } = frames.at(-1)!;
    expect(seqOf(activityRecorded.cursor)).toBeGreaterThan(seqOf(cursor));
    cursor = activityRecorded.cursor;
    uuids.push(activityRecorded.activity.uuid);
    return uuids.length === count;
  };
  while (uuids.length < count) {
    await readStream<ActivityFrame>(service, { query: activityFrames, variables: { after: cursor } }, take).catch(() => sleep(pauseMs));
  }
  return uuids;
}

/** What is acknowledged is in the table, in the log and under its key, each once, and the log has no gap. Answers with the ids in log order. */
export async function expectExactly(databaseUrl: string, tracked: Tracked, count: number): Promise<string[]> {
  const stored = await rows<{ organisation: string; key: string | null; id: string }>(
    databaseUrl,
    `select a.organisation_id as organisation, replace(k.id::text, '-', '') as key, a.id
      from activity a left join idempotency_key k on k.activity_id = a.id order by a.seq`,
  );
  const keyHash = createKeyedHashes(Buffer.from(fingerprintKey))(stored[0]?.organisation ?? '', 'idempotency');
  const acknowledged = [...tracked.acknowledged].map(([key, id]) => [keyHash(key).slice(0, 32), id] as const);
  expect(tracked.acknowledged.size).toBe(count);
  expect(new Map(stored.map(({ key, id }) => [key, id]))).toEqual(new Map(acknowledged));
  const [log] = await rows<Record<string, string>>(
    databaseUrl,
    `select (select count(*) from log_entry where kind = 'ACTIVITY') as entries, (select count(*) from activity) as activities,
      (select max(seq) - count(*) from log_entry) as gaps, (select sum(activity_count) from session) as counted,
      (select h.seq - max(e.seq) from log_head h join log_entry e using (organisation_id) group by h.seq) as beyond`,
  );
  expect(log).toEqual({ entries: String(count), activities: String(count), gaps: '0', counted: String(count), beyond: '0' });
  return stored.map(({ id }) => id);
}
