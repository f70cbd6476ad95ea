import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { logHead, pageView, seqOf, until } from '../flow/harness.ts';
import { ask, data, makeKey, track } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import { startIdentityProvider } from '../harness/identity-provider.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import type { Watch } from './harness.ts';
import {
  activitiesAfter,
  changesOf,
  keepDeaf,
  listening,
  openSocket,
  revokeKey,
  rotateKey,
  signInBy,
  updatePerson,
  updateUser,
  uuidOf,
  watchEvents,
  watchSocket,
  whoIs,
} from './harness.ts';

const start = '2026-03-02T09:00:00Z';
const hour = 3_600;
/** Milliseconds within which an end of access has to be seen everywhere. */
const closesWithinMs = 1_000;

let clock: TestClock;
let provider: TestIdentityProvider;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let here: Service;
let elsewhere: Service;
beforeAll(async () => {
  clock = testClock(start);
  provider = await startIdentityProvider(clock);
  database = await freshDatabase();
  const options = { clock, databaseUrl: database.url, config: signInBy(provider) };
  [here, elsewhere] = await Promise.all([startService(options), startService(options)]);
  for (const user of ['ada', 'bob']) await track(here, pageView(user, `${user}-0`));
});
afterAll(async () => {
  await here.close();
  await elsewhere.close();
  await provider.close();
  await database.drop();
});

/** A token with this much time left; each is newer than those before it. */
async function sign(claims: object, lifeSeconds = 12 * hour): Promise<string> {
  clock.advance(1);
  const iat = clock.now() / 1_000_000;
  return provider.sign({ iat, exp: iat + lifeSeconds, ...claims });
}
async function signIn(claims: object, lifeSeconds?: number): Promise<{ token: string; id: string }> {
  const token = await sign(claims, lifeSeconds);
  return { token, id: (await whoIs(here, token)).principal.id };
}
const globalId = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64');
const personId = (id: string) => globalId('Person', id);

/** Somebody with access, how it ends, and how they come by another. */
type Scene = {
  token: string;
  /** The row whose change ends the access; null where time does. */
  changes: string | null;
  end(): Promise<unknown>;
  /** How the token fares afterwards: it is void, or is refused what it was not, or is shown nobody of those it saw. */
  old: 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOTHING';
  fresh(): Promise<string>;
  /** Whose activities the fresh token sees; left out: everybody's. */
  sees?: string;
};
let people = 0;
const newPerson = () => `person-${(people += 1)}`;

const scenes: { what: string; code: number; open(): Promise<Scene> }[] = [
  {
    what: 'a key is revoked',
    code: 4401,
    async open() {
      const { secret: token, id } = await makeKey(here, { role: 'ANALYST' });
      const end = () => revokeKey(here, id);
      return {
        token,
        changes: uuidOf(id),
        end,
        old: 'UNAUTHENTICATED',
        fresh: async () => (await makeKey(here, { role: 'ANALYST' })).secret,
      };
    },
  },
  {
    what: 'the overlap of a rotated key ends',
    code: 4403,
    async open() {
      const { secret: token, id } = await makeKey(here, { role: 'ANALYST' });
      let fresh = '';
      const end = async () => {
        fresh = await rotateKey(here, id, 1);
        expect((await whoIs(elsewhere, token)).roles).toEqual(['ANALYST']);
        clock.advance(hour);
      };
      return { token, changes: null, end, old: 'UNAUTHENTICATED', fresh: async () => fresh };
    },
  },
  {
    what: 'a key is rotated without an overlap',
    code: 4403,
    async open() {
      const { secret: token, id } = await makeKey(here, { role: 'ANALYST' });
      let fresh = '';
      const end = async () => void (fresh = await rotateKey(here, id, 0));
      return { token, changes: uuidOf(id), end, old: 'UNAUTHENTICATED', fresh: async () => fresh };
    },
  },
  {
    what: 'a key expires',
    code: 4403,
    async open() {
      const expiresAt = new Date(clock.now() / 1_000 + 60_000).toISOString();
      const { secret: token } = await makeKey(here, { role: 'ANALYST', expiresAt });
      const fresh = async () => (await makeKey(here, { role: 'ANALYST' })).secret;
      return { token, changes: null, end: async () => clock.advance(60), old: 'UNAUTHENTICATED', fresh };
    },
  },
  {
    what: 'a token expires',
    code: 4403,
    async open() {
      const sub = newPerson();
      const { token } = await signIn({ sub, roles: ['ANALYST'] }, 300);
      return {
        token,
        changes: null,
        end: async () => clock.advance(300),
        old: 'UNAUTHENTICATED',
        fresh: () => sign({ sub, roles: ['ANALYST'] }),
      };
    },
  },
  {
    what: 'a person is suspended',
    code: 4401,
    async open() {
      const sub = newPerson();
      const { token, id } = await signIn({ sub, roles: ['ANALYST'] });
      const fresh = async () => {
        expect(await whoIs(here, await sign({ sub, roles: ['ADMIN'] })), 'a newer token does not lift it').toBeNull();
        await updatePerson(elsewhere, { id: personId(id), suspended: false });
        return sign({ sub, roles: ['ANALYST'] });
      };
      return { token, changes: id, end: () => updatePerson(here, { id: personId(id), suspended: true }), old: 'UNAUTHENTICATED', fresh };
    },
  },
  {
    what: 'the last role is taken away',
    code: 4401,
    async open() {
      const { token, id } = await signIn({ sub: newPerson(), roles: ['ANALYST'] });
      const fresh = async () => {
        await updatePerson(here, { id: personId(id), roles: null });
        return token;
      };
      return { token, changes: id, end: () => updatePerson(here, { id: personId(id), roles: [] }), old: 'UNAUTHENTICATED', fresh };
    },
  },
  {
    what: 'a role is narrowed',
    code: 4403,
    async open() {
      const { token, id } = await signIn({ sub: 'ada', roles: ['ANALYST'] });
      const end = () => updatePerson(here, { id: personId(id), roles: ['MEMBER'] });
      return { token, changes: id, end, old: 'NOTHING', fresh: async () => token, sees: 'ada' };
    },
  },
  {
    what: 'a newer token has fewer roles',
    code: 4403,
    async open() {
      const { token, id } = await signIn({ sub: 'bob', roles: ['ANALYST'] });
      const end = async () => whoIs(here, await sign({ sub: 'bob', roles: ['MEMBER'] }));
      return { token, changes: id, end, old: 'FORBIDDEN', fresh: () => sign({ sub: 'bob', roles: ['MEMBER'] }), sees: 'bob' };
    },
  },
  {
    what: 'a led team is taken away',
    code: 4403,
    async open() {
      for (const externalId of ['ada', 'bob']) await updateUser(here, { externalId, teams: ['red'] });
      const { token, id } = await signIn({ sub: newPerson(), roles: ['MEMBER'], leads: ['red'] });
      const fresh = async () => {
        await updatePerson(here, { id: personId(id), leads: null });
        return token;
      };
      return { token, changes: id, end: () => updatePerson(here, { id: personId(id), leads: [] }), old: 'NOTHING', fresh };
    },
  },
];

/** Tracks activities of ada and bob on both processes, several at a time, until told to stop: one is always being committed. */
function keepTracking() {
  let running = true;
  const stopped = Promise.all(
    Array.from({ length: 8 }, async (_, place) => {
      for (let turn = place; running; turn += 1) {
        const user = turn % 4 < 2 ? 'ada' : 'bob';
        await track(place % 2 === 0 ? here : elsewhere, pageView(user, `${user}-0`));
      }
    }),
  );
  const stop = async () => {
    running = false;
    await stopped;
  };
  onTestFinished(stop);
  return stop;
}

const everywhere = (token: string, after: string): Watch[] => {
  const watches = [here, elsewhere].flatMap((service) => [watchSocket(service, token, after), watchEvents(service, token, after)]);
  for (const watch of watches) onTestFinished(watch.leave);
  return watches;
};
const haveItems = (watches: readonly Watch[], count: number) =>
  until('every stream delivers', () => {
    for (const { errors } of watches) if (errors.length > 0) throw new Error(`a stream ended with ${errors.join(', ')}`);
    return watches.every(({ items }) => items.length >= count);
  });
/** Sockets with this code, event streams without one. */
async function expectClosed(watches: readonly Watch[], sinceMs: number, code: number, withinMs = closesWithinMs): Promise<void> {
  const ends = await Promise.all(watches.map(({ ended }) => ended));
  expect(ends.map((end) => end.code)).toEqual([code, null, code, null]);
  expect(ends.map(({ atMs }) => atMs - sinceMs).filter((ms) => ms > withinMs)).toEqual([]);
}
const idsOf = (watch: Watch) => watch.items.map(({ uuid }) => uuid);
/** With what a token is refused, asking for something that takes STAFF, or somebody of a team that it leads no more. */
async function refused(service: Service, token: string): Promise<unknown> {
  const { data: answer, errors } = await ask(service, '{ user(externalId: "bob") { id } detectors { id } }', {}, token);
  return answer?.user === null ? 'NOTHING' : errors?.[0]?.extensions.code;
}

describe('streams end everywhere, in log order, when', () => {
  it.each(scenes)('$what ($code)', async ({ code, open }) => {
    const scene = await open();
    const other = await signIn({ sub: newPerson(), roles: ['ANALYST'] });
    const beginning = await logHead(here);
    const bystanders = everywhere(other.token, beginning);
    const watches = everywhere(scene.token, beginning);
    const stop = keepTracking();
    await haveItems([...watches, ...bystanders], 4);

    await scene.end();
    const endedAtMs = performance.now();
    const endsAt = new Date(clock.now() / 1_000);
    expect(await refused(here, scene.token)).toBe(scene.old);
    await until('the other process refuses it', async () => (await refused(elsewhere, scene.token)) === scene.old, closesWithinMs);
    await expectClosed(watches, endedAtMs, code);

    const seen = bystanders.map(({ items }) => items.length);
    await until('others see more', () => bystanders.every(({ items }, place) => items.length > seen[place]! + 3));
    await stop();
    const all = await activitiesAfter(database.url, seqOf(beginning));
    const ofEnd = scene.changes === null ? Infinity : (await changesOf(database.url, scene.changes)).at(-1)!;
    const allowed = all.filter(({ seq, recorded_at }) => (scene.changes === null ? recorded_at < endsAt : seq < ofEnd));
    expect(allowed.length).toBeLessThan(all.length);
    for (const watch of watches) expect(idsOf(watch)).toEqual(allowed.slice(0, watch.items.length).map(({ id }) => id));

    await until('others see all', () => bystanders.every(({ items }) => items.length >= all.length));
    for (const bystander of bystanders) {
      expect(idsOf(bystander)).toEqual(all.map(({ id }) => id));
      expect(bystander.isOver()).toBe(false);
      await bystander.leave();
    }

    const fresh = await scene.fresh();
    for (const [place, watch] of watches.entries()) {
      const { cursor } = watch.items.at(-1)!;
      const rest = all.filter(({ seq, user }) => seq > seqOf(cursor) && (scene.sees === undefined || user === scene.sees));
      const resumed = (place % 2 === 0 ? watchSocket : watchEvents)(place < 2 ? here : elsewhere, fresh, cursor);
      await haveItems([resumed], rest.length);
      expect(idsOf(resumed)).toEqual(rest.map(({ id }) => id));
      await resumed.leave();
    }
  });
});

it('a user who leaves the led team is seen no more from that line of the log on, and the stream goes on', async () => {
  for (const externalId of ['ada', 'bob']) await updateUser(here, { externalId, teams: ['blue'] });
  const { token } = await signIn({ sub: newPerson(), roles: ['MEMBER'], leads: ['blue'] });
  const beginning = await logHead(here);
  const watches = everywhere(token, beginning);
  const stop = keepTracking();
  await haveItems(watches, 4);
  await updateUser(here, { externalId: 'ada', teams: [] });
  const { user } = await data(here, '{ user(externalId: "ada") { id } }');
  const left = (await changesOf(database.url, uuidOf(user.id))).at(-1)!;
  await until('they go on', () => watches.every(({ items }) => items.filter(({ seq }) => seq > left).length >= 4));
  await stop();

  const all = await activitiesAfter(database.url, seqOf(beginning));
  const of = (name: string) => all.filter((one) => one.user === name && (name === 'bob' || one.seq < left)).map(({ id }) => id);
  const seen = (watch: Watch, name: string) => watch.items.filter((item) => item.user === name).map(({ uuid }) => uuid);
  await until('they have seen all of those who stay', () => watches.every((watch) => seen(watch, 'bob').length >= of('bob').length));
  for (const watch of watches) {
    expect(watch.errors).toEqual([]);
    expect(watch.isOver()).toBe(false);
    expect(seen(watch, 'bob')).toEqual(of('bob'));
    // What was committed before they left may still be on its way then, and is passed over.
    expect(seen(watch, 'ada')).toEqual(of('ada').slice(0, seen(watch, 'ada').length));
  }
});

describe('streams that wait for something to happen end as well, when', () => {
  it.each([
    { what: 'their key is revoked', code: 4401, mine: true },
    { what: 'their token expires, though somebody else is revoked in that moment', code: 4403, mine: false },
  ])('$what ($code)', async ({ code, mine }) => {
    const { secret, id } = await makeKey(here, { role: 'ANALYST' });
    const { token } = await signIn({ sub: newPerson(), roles: ['ANALYST'] }, 300);
    const watches = everywhere(mine ? secret : token, await logHead(here));
    await track(here, pageView('ada', 'ada-0'));
    await haveItems(watches, 1);
    if (!mine) clock.advance(300);
    await revokeKey(here, id);
    await expectClosed(watches, performance.now(), code);
  });
});

it('an older token brings no roles back, whichever process it is shown to', async () => {
  const sub = newPerson();
  const older = await signIn({ sub, roles: ['ADMIN'] });
  const newer = await sign({ sub, roles: ['MEMBER'] });
  expect((await whoIs(here, newer)).roles).toEqual(['MEMBER']);
  for (const service of [here, elsewhere]) {
    await until('it is known here', async () => (await whoIs(service, older.token))?.roles[0] === 'MEMBER', closesWithinMs);
    expect((await whoIs(service, newer)).roles).toEqual(['MEMBER']);
  }
  expect(await changesOf(database.url, older.id)).toHaveLength(1);
});

it('while the processes do not hear of each other, access still ends everywhere within a second or so', async () => {
  const keys = [await makeKey(here, { role: 'ANALYST' }), await makeKey(here, { role: 'ANALYST' })];
  const beginning = await logHead(here);
  const watches = keys.map(({ secret }) => everywhere(secret, beginning));
  const stop = keepTracking();
  await haveItems(watches.flat(), 2);
  const { end } = await keepDeaf(database.url, 2);
  onTestFinished(end);
  // One after the other: each process has just looked for itself then, and looks again only half a second later.
  for (const [place, { id }] of keys.entries()) {
    await revokeKey(here, id);
    await expectClosed(watches[place]!, performance.now(), 4401, 2 * closesWithinMs);
  }
  await stop();
  for (const [place, { id }] of keys.entries()) {
    const [ofEnd] = await changesOf(database.url, uuidOf(id));
    expect(watches[place]!.flatMap(({ items }) => items.filter(({ seq }) => seq > ofEnd!))).toEqual([]);
  }
});

it('an open socket does nothing more for a key once its revocation is answered, though no process hears of it', async () => {
  await until('everybody hears again', async () => (await listening(database.url)) === 2);
  const { end } = await keepDeaf(database.url, 2);
  onTestFinished(end);
  const late: unknown[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const { secret, id } = await makeKey(here, { role: 'ADMIN' });
    const client = openSocket(here, secret); // nothing is followed on it, so that no line of the log closes it
    onTestFinished(async () => void (await client.dispose()));
    const name = async () => (await client.iterate<{ viewer: { name: string } }>({ query: '{ viewer { name } }' }).next()).value;
    expect((await name()).data.viewer.name).toBe('test ADMIN');
    await revokeKey(here, id);
    const answer = await name().catch(() => null); // the socket is closed, or closing
    if (answer?.data) late.push(answer.data);
  }
  expect(late).toEqual([]);
});
