import { afterAll, beforeAll, expect, it } from 'vitest';
import { logHead, pageView, seqOf, until } from '../flow/harness.ts';
import { track } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import { startIdentityProvider } from '../harness/identity-provider.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService } from '../harness/service.ts';
import type { Item, LoggedActivity, Watch } from './harness.ts';
import { activitiesAfter, changesOf, signInBy, updatePerson, watchSocket, whoIs } from './harness.ts';

/** The full run, 200 streams and 1,000 flips: LAPWING_TEST_STREAMS=200 LAPWING_TEST_FLIPS=1000 npx vitest run test/access/role-flips.test.ts */
const streamsCount = Number(process.env.LAPWING_TEST_STREAMS ?? 24);
const flipsCount = Number(process.env.LAPWING_TEST_FLIPS ?? 36);
const peopleCount = 20;
const writers = 4;
const closesWithinMs = 5_000;
const timeoutMs = 30_000 + 400 * flipsCount;

let provider: TestIdentityProvider;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let services: Service[];
beforeAll(async () => {
  const clock = { now: () => Date.now() * 1_000 };
  provider = await startIdentityProvider(clock);
  database = await freshDatabase();
  // Those whose access was taken come again before they know: from one address, and each time with a token that is void.
  const options = { clock, databaseUrl: database.url, config: signInBy(provider), limits: { guessesPerAddressMax: 5_000 } };
  services = await Promise.all([startService(options), startService(options)]);
});
afterAll(async () => {
  for (const service of services) await service.close();
  await provider.close();
  await database.drop();
});

type Access = 'ALL' | 'OWN' | 'NONE';
const inputs: Record<Access, readonly object[]> = {
  ALL: [{ roles: ['ANALYST'], suspended: false }],
  OWN: [{ roles: ['MEMBER'], suspended: false }],
  NONE: [{ roles: [] }, { suspended: true }],
};
/** From each access to the next, so that every flip is one and everything follows everything. */
const turns: readonly Access[] = ['OWN', 'ALL', 'NONE', 'ALL', 'OWN', 'NONE', 'OWN', 'ALL', 'NONE'];

type Flip = { to: Access; sentAtMs: number; answeredAtMs: number };
type Person = { name: string; id: string; token: string; access: Access; flips: Flip[] };
/** One connection of a client, from the cursor that it resumed from. */
type Leg = { from: number; watch: Watch; code: number | null; closedAtMs: number };
type Client = { person: Person; legs: Leg[]; stop(): Promise<void> };

async function signIn(place: number): Promise<Person> {
  const name = `person-${place}`;
  const iat = Math.floor(Date.now() / 1_000);
  const token = await provider.sign({ sub: name, roles: ['ANALYST'], iat, exp: iat + 3_600 });
  const { id } = (await whoIs(services[0]!, token)).principal;
  return { name, id, token, access: 'ALL', flips: [] };
}

/** Follows all activities, and comes again from its last cursor whenever it is sent away and may. */
function startClient(person: Person, service: Service, beginning: string): Client {
  const legs: Leg[] = [];
  let running = true;
  const run = async () => {
    let cursor = beginning;
    while (running) {
      await until('there is access', () => person.access !== 'NONE' || !running, timeoutMs);
      if (!running) return;
      const watch = watchSocket(service, person.token, cursor);
      const leg: Leg = { from: seqOf(cursor), watch, code: null, closedAtMs: Infinity };
      legs.push(leg);
      await until('it ends', () => watch.isOver() || watch.errors.length > 0 || !running, timeoutMs);
      if (!running) return watch.leave();
      const { code, atMs } = await watch.ended;
      Object.assign(leg, { code, closedAtMs: atMs });
      cursor = watch.items.at(-1)?.cursor ?? cursor;
    }
  };
  const done = run();
  const stop = async () => {
    running = false;
    await done;
  };
  return { person, legs, stop };
}

async function flip(person: Person, to: Access, count: number): Promise<void> {
  const input = inputs[to][count % inputs[to].length]!;
  const sentAtMs = performance.now();
  if (to === 'NONE') person.access = to;
  await updatePerson(services[count % 2]!, {
    id: Buffer.from(`Person:${person.id}`).toString('base64'),
    ...input,
    reason: `flip ${count}`,
  });
  person.access = to;
  person.flips.push({ to, sentAtMs, answeredAtMs: performance.now() });
}

/** Tracks activities of the people in turn, several at a time on each process, until told to stop: one is always being committed. */
function keepTracking(): () => Promise<void> {
  let running = true;
  const tracking = Array.from({ length: 8 }, async (_, place) => {
    for (let turn = place; running; turn += 8) {
      const name = `person-${turn % peopleCount}`;
      await track(services[place % 2]!, pageView(name, `session of ${name}`));
    }
  });
  return async () => {
    running = false;
    await Promise.all(tracking);
  };
}

const openLegs = (clients: readonly Client[], person: Person) =>
  clients.filter((client) => client.person === person).flatMap(({ legs }) => legs.filter(({ closedAtMs }) => closedAtMs === Infinity));

it(
  'two processes under many changes of roles deliver nothing past a revocation, nothing twice, and nothing too little',
  async () => {
    const people = await Promise.all(Array.from({ length: peopleCount }, (_, place) => signIn(place)));
    const beginning = await logHead(services[0]!);
    const clients = Array.from({ length: streamsCount }, (_, place) =>
      startClient(people[place % peopleCount]!, services[Math.floor(place / peopleCount) % 2]!, beginning),
    );
    const stopTracking = keepTracking();
    await until('every stream delivers', () => clients.every(({ legs }) => (legs[0]?.watch.items.length ?? 0) > 0), 60_000);

    let flips = 0;
    const flipAll = async (writer: number) => {
      const theirs = people.filter((_, place) => place % writers === writer);
      for (let turn = 0; flips < flipsCount; turn += 1) {
        const person = theirs[turn % theirs.length]!;
        // Only a stream that was seen to deliver is known to have been open before the flip.
        if (person.access !== 'NONE')
          await until('they follow', () => openLegs(clients, person).some(({ watch }) => watch.items.length > 0), 60_000);
        const next = turns[person.flips.length % turns.length]!;
        await flip(person, next, (flips += 1));
      }
    };
    await Promise.all(Array.from({ length: writers }, (_, writer) => flipAll(writer)));
    for (const person of people) if (person.access !== 'ALL') await flip(person, 'ALL', (flips += 1));
    await stopTracking();

    const all = await activitiesAfter(database.url, seqOf(beginning));
    const last = all.at(-1)!.seq;
    const hasAll = ({ legs }: Client) => legs.some(({ watch }) => watch.items.at(-1)?.seq === last);
    await until('everybody has seen the last activity', () => clients.every(hasAll), 60_000);
    await Promise.all(clients.map(({ stop }) => stop()));

    const closings: number[] = [];
    let bound = 0;
    for (const person of people) {
      const places = await changesOf(database.url, person.id);
      expect(places).toHaveLength(person.flips.length);
      for (const { legs } of clients.filter((client) => client.person === person)) {
        for (const { watch, closedAtMs } of legs) {
          const ending = person.flips.findIndex(({ sentAtMs }) => sentAtMs > (watch.items[0]?.arrivedAtMs ?? Infinity));
          if (ending === -1) continue;
          bound += 1;
          expect(watch.items.filter(({ seq }) => seq > places[ending]!)).toEqual([]);
          closings.push(Math.max(0, closedAtMs - person.flips[ending]!.answeredAtMs));
        }
      }
    }
    for (const client of clients) expectEach(client, all, await changesOf(database.url, client.person.id));
    expect(bound).toBeGreaterThan(flipsCount / 4);
    expect(closings.filter((ms) => ms > closesWithinMs)).toEqual([]);
    report({ clients, all, flips, closings });
  },
  timeoutMs,
);

/** Each connection delivers, from its cursor on, without a gap, all or what is their own, as their access was then. */
function expectEach({ person, legs }: Client, all: readonly LoggedActivity[], places: readonly number[]): void {
  const items = legs.flatMap(({ watch }) => watch.items);
  expect(new Set(items.map(({ uuid }) => uuid)).size).toBe(items.length);
  for (const { from, watch } of legs) {
    const ids = watch.items.map(({ uuid }) => uuid);
    const after = all.filter(({ seq }) => seq > from).map(({ id, user }) => ({ id, own: user === person.name }));
    const isAll = watch.items.some(({ user }) => user !== person.name);
    const expected = after.filter(({ own }) => isAll || own).map(({ id }) => id);
    expect(ids).toEqual(expected.slice(0, ids.length));
    expect(watch.items.filter(({ user, ...item }) => user !== person.name && !mayHaveSeen(item, person, places))).toEqual([]);
  }
  // Whatever they are told of themselves they may see at any time but while they have no access, and that is replayed.
  const own = all.filter(({ user }) => user === person.name).map(({ id }) => id);
  expect(items.filter(({ user }) => user === person.name).map(({ uuid }) => uuid)).toEqual(own);
}

/** Whether somebody saw all when this was committed, or has been let see all again before it arrived. */
function mayHaveSeen({ seq, arrivedAtMs }: Omit<Item, 'user'>, { flips }: Person, places: readonly number[]): boolean {
  const next = places.findIndex((place) => place > seq);
  const before = next === -1 ? flips.length : next;
  const then = flips[before - 1]?.to ?? 'ALL';
  return then === 'ALL' || flips.slice(before).some(({ to, sentAtMs }) => to === 'ALL' && sentAtMs < arrivedAtMs);
}

/** The figures, where the full run is asked for. */
function report({ clients, all, flips, closings }: { clients: Client[]; all: LoggedActivity[]; flips: number; closings: number[] }): void {
  if (process.env.LAPWING_TEST_FLIPS === undefined) return;
  const sorted = closings.toSorted((a, b) => a - b);
  const quantile = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN);
  const legs = clients.flatMap((client) => client.legs);
  const codes = Object.entries(Object.groupBy(legs, ({ code }) => String(code))).map(([code, some]) => `${code}: ${some?.length}`);
  const delivered = legs.reduce((sum, { watch }) => sum + watch.items.length, 0);
  process.stderr.write(
    `${clients.length} streams, ${flips} flips, ${all.length} activities, ${legs.length} connections (${codes.join(', ')}), ${delivered} items; ` +
      `${closings.length} closed after the answer by p50 ${quantile(0.5)} p99 ${quantile(0.99)} max ${quantile(1)} ms\n`,
  );
}
