import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { z } from 'zod';
import { data } from '../harness/client.ts';
import { channelBytesMax } from '../../src/graphql/backlog.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import { activityFrames, follow, pageView, readStream, rows, trackUuids, until } from './harness.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const frame = z.object({
  type: z.string(),
  payload: z
    .object({
      data: z.object({
        activityRecorded: z.object({
          activity: z.object({ uuid: z.string() }).optional(),
          lagged: z.string().optional(),
          missed: z.number().optional(),
        }),
      }),
    })
    .optional(),
});
type Frame = z.infer<typeof frame>;

/** Frames of 45 kB, so that the buffers of the sockets between us hold a few hundred of them, not thousands. */
const agent = 'Mozilla/5.0 '.padEnd(1_000, 'x');
const wide = Array.from({ length: 45 }, (_, n) => `a${n}: userAgent`).join(' ');
const wideFrames = `subscription { activityRecorded {
  ... on ActivityEvent { activity { uuid ${wide} } } ... on Lagged { lagged: cursor missed } } }`;

/** The protocol by hand, because its clients do not let one stop reading the socket. */
async function openByHand(): Promise<{ socket: WebSocket; frames: Frame[] }> {
  const socket = new WebSocket(service.ws, 'graphql-transport-ws');
  const frames: Frame[] = [];
  const acknowledged = Promise.withResolvers<void>();
  socket.on('message', (bytes) => {
    const message = frame.parse(JSON.parse(String(bytes)));
    if (message.type === 'connection_ack') acknowledged.resolve();
    else frames.push(message);
  });
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${adminKey}` } })));
  await acknowledged.promise;
  socket.send(JSON.stringify({ id: 'slow', type: 'subscribe', payload: { query: wideFrames } }));
  return { socket, frames };
}

it('a subscriber who does not read is told that it lags, goes on from its cursor without loss, and holds up nobody', async () => {
  const slow = await openByHand();
  const equal = await openByHand();
  const other = await follow(service, activityFrames);
  await trackUuids(service, [pageView('flood', 'flood-0')]);
  await until('the slow one reads, still', () => slow.frames.length === 1 && equal.frames.length === 1);
  slow.socket.pause();
  // More than the sockets between us and the channel hold.
  const batches = 2 + Math.ceil((channelBytesMax + 16 * 1024 * 1024) / (110 * 45_000));
  const flood = Array.from({ length: 110 }, () => pageView('flood', 'flood-1', { userAgent: agent }));
  for (let batch = 1; batch <= batches; batch += 1) {
    await trackUuids(service, flood);
    await other.take(110); // in step with the writer: it does not wait for the one who stands still
    await until('so does the one who shares its frames', () => equal.frames.length === 1 + batch * 110);
  }
  await other.close();
  equal.socket.terminate();
  slow.socket.resume();
  await until('the stream ends', () => slow.frames.at(-1)?.type === 'complete', 60_000);
  slow.socket.terminate();

  const { system } = await data(service, '{ system { failures { cause count } } }');
  expect(system.failures).toContainEqual({ cause: 'SUBSCRIBER_LAGGED', count: 1 });
  const items = slow.frames.flatMap(({ payload }) => payload?.data.activityRecorded ?? []);
  const { lagged, missed } = items.pop()!;
  expect(missed).toBe(1 + batches * 110 - items.length);
  expect(missed).toBeGreaterThan(0);
  const rest = await readStream<ActivityFrame>(
    service,
    { query: activityFrames, variables: { after: lagged } },
    (frames) => frames.length === missed,
  );
  const uuids = [...items.map(({ activity }) => activity?.uuid), ...rest.map(({ activityRecorded }) => activityRecorded.activity.uuid)];
  const table = await rows<{ id: string }>(service.databaseUrl, 'select id from activity order by seq');
  expect(uuids).toEqual(table.map(({ id }) => id));
}, 90_000);

it('a burst of three full batches at once makes nobody lag who keeps reading', async () => {
  const reader = await follow(service, activityFrames);
  const burst = Array.from({ length: 900 }, (_, n) => pageView('burst', `burst-${n % 3}`));
  await Promise.all([trackUuids(service, burst), trackUuids(service, burst), trackUuids(service, burst)]);
  const frames = await reader.take(2_700);
  expect(new Set(frames.map(({ activityRecorded }) => activityRecorded.activity.uuid)).size).toBe(2_700);
  await reader.close();
});
