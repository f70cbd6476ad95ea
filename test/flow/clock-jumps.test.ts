import { afterAll, beforeAll, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { activityFrames, follow, pageView, rows, trackUuids } from './harness.ts';

let clock: TestClock;
let service: Service;
beforeAll(async () => {
  clock = testClock('2026-11-22T12:00:00Z');
  service = await startService({ clock });
});
afterAll(() => service.close());

/** Back an hour, back over the turn of a month and of a year, forward by months that have no partition yet, and home again. */
const jumps = [
  '2026-11-22T12:00:00Z',
  '2026-11-22T11:00:00Z',
  '2026-12-24T12:00:00Z',
  '2027-06-01T00:00:00Z',
  '2025-12-31T23:59:59.9Z',
  '2026-11-22T12:00:01Z',
];

/** Every uuid of the list in this order, page by page. */
async function paged(order: string): Promise<string[]> {
  const uuids: string[] = [];
  let after: string | null = null;
  do {
    const { activities } = await data(
      service,
      `query($after: String) { activities(first: 4, after: $after, orderBy: { ${order} }) { nodes { uuid } pageInfo { endCursor hasNextPage } } }`,
      { after },
    );
    uuids.push(...activities.nodes.map(({ uuid }: { uuid: string }) => uuid));
    after = activities.pageInfo.hasNextPage ? activities.pageInfo.endCursor : null;
  } while (after !== null);
  return uuids;
}

it('a clock that jumps, between batches and while they are recorded, takes nothing from the log, its order, lists or streams', async () => {
  const stream = await follow(service, activityFrames);
  const uuids: string[] = [];
  for (const jump of jumps) {
    clock.set(jump);
    uuids.push(...(await trackUuids(service, [pageView('clock', 'clock-1'), pageView('clock', 'clock-1')])));
    const running = [1, 2, 3].map((n) => trackUuids(service, [pageView('clock', `clock-1`), pageView(`other-${n}`, `other-${n}`)]));
    clock.advance(-1_800);
    uuids.push(...(await Promise.all(running)).flat());
  }
  const frames = await stream.take(uuids.length);
  await stream.close();
  const stored = await rows<{ id: string; seq: string; recorded_at: Date }>(
    service.databaseUrl,
    'select a.id, a.seq, a.recorded_at from activity a join log_entry e on e.ref = a.id and e.seq = a.seq and e.recorded_at = a.recorded_at order by a.seq',
  );
  const ids = stored.map(({ id }) => id);
  expect(ids.toSorted()).toEqual(uuids.toSorted());
  expect(frames.map(({ activityRecorded }) => activityRecorded.activity.uuid)).toEqual(ids);
  // `recordedAt` is what the clock said: held back to the newest it would be wrong for as long as the clock had been ahead.
  const recorded = stored.map(({ recorded_at }) => recorded_at.getTime());
  expect(recorded.some((time, place) => time < (recorded[place - 1] ?? 0))).toBe(true);
  const [log] = await rows<object>(
    service.databaseUrl,
    'select max(seq) - count(*) as gaps, count(distinct seq) = count(*) as once from log_entry',
  );
  expect(log).toEqual({ gaps: '0', once: true });

  for (const order of ['field: OCCURRED_AT, direction: DESC', 'field: OCCURRED_AT, direction: ASC'])
    expect((await paged(order)).toSorted()).toEqual(uuids.toSorted());
  const { session, system } = await data(
    service,
    '{ session(externalId: "clock-1") { activityCount status } system { jobs { failures } } }',
  );
  expect(session).toEqual({ activityCount: jumps.length * 5, status: expect.stringMatching(/^[A-Z]+$/) });
  expect(system.jobs.map(({ failures }: { failures: number }) => failures)).toEqual([0, 0, 0, 0]);
});
