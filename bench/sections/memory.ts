import { makeKeys } from '../api.ts';
import type { Bench } from '../bench.ts';
import { inspectable, openInspector } from '../inspector.ts';
import { recordOnce, uuidsOf } from '../load.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, limitRow } from '../rows.ts';
import { openSubscribers } from '../subscribers.ts';
import type { Target } from '../targets.ts';
import { startLapwing } from '../targets.ts';
import type { Input } from '../traffic.ts';
import { createTraffic } from '../traffic.ts';
import { openConnections } from '../wire.ts';

const warmUsers = 500;
/** With those of the warm-up no more than Lapwing keeps of an organisation, so that none is let go while others come. */
const users = 20_000 - 2 * warmUsers;
const activitiesPerUser = 3;
/** Two for each user: a third would be an anomaly each. */
const sessionsPerUser = 2;
const sessions = users * sessionsPerUser;
const subscribers = 2_000;
const perRequest = 500;
const kibi = 1_024;

/** What stays in the process for each subscriber, session and user, after a full collection. */
export async function memory(bench: Bench): Promise<Row[]> {
  const { cluster, logs } = bench;
  const database = await cluster.database('bench_lapwing');
  const lapwing = await startLapwing({ database, logs }, { env: inspectable });
  const inspector = await openInspector(lapwing);
  try {
    const keys = await makeKeys(lapwing, 3);
    const traffic = createTraffic(8);
    // Twice, so that everything that is made once is made before the first look; then away again.
    const connect = () => {
      const subscriptions = keys.map((key) => ({ ...lapwing.subscription, key }));
      return openSubscribers({ subscriptions, count: subscribers, logs }, () => recordOnce(lapwing, traffic));
    };
    await (await connect()).close();
    const idle = await inspector.measure();
    const connected = await connect();
    const followed = await inspector.measure().finally(() => connected.close());
    const bySubscriber = { heap: (followed.heap - idle.heap) / subscribers, resident: (followed.resident - idle.resident) / subscribers };
    note(`a subscriber: heap ${figure(bySubscriber.heap)} B, resident ${figure(bySubscriber.resident)} B`);

    await recordAll(lapwing, ofUsers('warm', warmUsers));
    await recordAll(lapwing, inSessions('warm', warmUsers));
    const before = await inspector.measure();
    note(`${users} users, ${activitiesPerUser} activities each`);
    await recordAll(lapwing, ofUsers('user', users));
    const known = await inspector.measure();
    note(`${sessions} sessions`);
    await recordAll(lapwing, inSessions('user', users));
    const live = await inspector.measure();
    bench.details.memory = { idle, followed, before, known, live };
    return [
      limitRow({
        what: 'memory of an idle subscriber',
        ours: Math.max(bySubscriber.heap, bySubscriber.resident) / kibi,
        unit: ' KiB',
        mark: 20,
        note: `of ${subscribers}: heap and buffers ${figure(bySubscriber.heap / kibi)} KiB, resident ${figure(bySubscriber.resident / kibi)} KiB; the larger counts`,
      }),
      limitRow({
        what: 'memory of a live session',
        ours: (live.heap - known.heap) / sessions / kibi,
        unit: ' KiB',
        mark: 1,
        note: `of ${sessions}, with one activity each, of users that are known`,
      }),
      limitRow({
        what: 'memory of a known user',
        ours: (known.heap - before.heap) / users / kibi,
        unit: ' KiB',
        mark: 4,
        note: `of ${users}, with ${activitiesPerUser} activities each`,
      }),
    ];
  } finally {
    inspector.close();
    await lapwing.stop();
  }
}

/** Without sessions, so that a user's memory is theirs alone. */
function* ofUsers(prefix: string, count: number): Generator<Input> {
  const { next } = createTraffic(9);
  for (let round = 0; round < activitiesPerUser; round += 1)
    for (let user = 0; user < count; user += 1)
      yield { ...next(), ...who(prefix, user), session: null, detail: details[round % details.length]! };
}

function* inSessions(prefix: string, count: number): Generator<Input> {
  const { next } = createTraffic(10);
  for (let session = 0; session < sessionsPerUser; session += 1)
    for (let user = 0; user < count; user += 1)
      yield { ...next(), ...who(prefix, user), session: `${prefix}-${user}-${session}`, detail: details[1]! };
}

const details: Input['detail'][] = [
  { auth: { event: 'LOGIN', method: 'password', host: 'shop.example' } },
  { web: { endpoint: '/api/v2/orders', method: 'GET', statusCode: 200 } },
  { web: { page: '/orders', pageTitle: 'Orders' } },
];

/** Now, for their sessions have to be live; no keys, since what is kept of those is nobody's. */
const who = (prefix: string, user: number) => ({
  user: `${prefix}-${user}@shop.example`,
  sourceIp: `10.${prefix.length}.${user >> 8}.${user & 255}`,
  occurredAt: new Date().toISOString(),
  outcome: 'SUCCESS' as const,
  idempotencyKey: null,
  metadata: null,
});

async function recordAll(lapwing: Target, activities: Iterable<Input>): Promise<void> {
  const sockets = await openConnections(lapwing.port, 2);
  const source = activities[Symbol.iterator]();
  const work = sockets.map(async (socket) => {
    for (;;) {
      const some = Array.from({ length: perRequest }, () => source.next()).flatMap(({ done, value }) => (done ? [] : [value]));
      if (some.length === 0) return;
      uuidsOf(await socket.send(lapwing.request(some)), some.length);
    }
  });
  await Promise.all(work).finally(() => sockets.forEach((socket) => socket.close()));
}
