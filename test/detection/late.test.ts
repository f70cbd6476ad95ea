import { afterAll, beforeAll, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { after, command, newCast } from './sample.ts';

const noon = '2026-11-20T12:00:00Z';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-12-01T00:00:00Z') });
});
afterAll(() => service.close());

const track = `mutation($activity: TrackActivityInput!) { trackActivity(input: $activity) {
  receipt { activity { late lateByMs } anomalies { type late } } } }`;

it.each([
  [{ minutes: -5, micros: 1 }, null],
  [{ minutes: -5 }, null],
  [{ minutes: -5, micros: -1 }, 300_000.001],
  [{ days: -2 }, 172_800_000],
])('what comes %j before the newest of its user is judged, and late by %j ms', async (before, lateByMs) => {
  const cast = newCast();
  const actor = { user: cast.user(), session: cast.session() };
  await data(service, track, { activity: command(actor, noon, 'ls') });
  const { trackActivity } = await data(service, track, { activity: command(actor, after(noon, before), 'rm -rf /') });
  expect(trackActivity.receipt).toEqual({
    activity: { late: lateByMs !== null, lateByMs },
    anomalies: [{ type: 'SUSPICIOUS_COMMAND', late: lateByMs !== null }],
  });
});

it('nothing of another user makes an activity late, and a restart does not forget what does', async () => {
  const cast = newCast();
  await data(service, track, { activity: command({ user: cast.user() }, noon, 'ls') });
  const other = command({ user: cast.user(2) }, after(noon, { hours: -1 }), 'ls');
  expect((await data(service, track, { activity: other })).trackActivity.receipt.activity.late).toBe(false);
  const again = await startService({ clock: testClock('2026-12-01T00:00:00Z'), databaseUrl: service.databaseUrl });
  const earlier = command({ user: cast.user() }, after(noon, { hours: -1 }), 'ls');
  expect((await data(again, track, { activity: earlier })).trackActivity.receipt.activity.late).toBe(true);
  await again.close();
});
