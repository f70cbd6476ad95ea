import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, logHead, pageView, until } from '../../flow/harness.ts';
import { ask, data, makeKey, track } from '../../harness/client.ts';
import type { Service } from '../../harness/service.ts';
import { freshDatabase, startService } from '../../harness/service.ts';
import type { Watch } from '../harness.ts';
import { keepDeaf, watchEvents, watchSocket } from '../harness.ts';
import { setMode } from './world.ts';

/** Pseudonymise mode goes on and off, with two processes on one database. */

/** Milliseconds within which no process tells names any more. */
const hidesWithinMs = 1_000;
/** With which a WebSocket is closed whose streams may not go on. */
const closedForbidden = 4403;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let here: Service;
let elsewhere: Service;
let analyst: string;
beforeAll(async () => {
  database = await freshDatabase();
  const options = { databaseUrl: database.url, config: { fingerprintKey: 'the same key for both of these processes' } };
  [here, elsewhere] = await Promise.all([startService(options), startService(options)]);
  analyst = (await makeKey(here, { role: 'ANALYST' })).secret;
  for (const user of ['ada', 'bob']) await track(here, pageView(user, `${user}-0`));
});
afterAll(async () => {
  await here.close();
  await elsewhere.close();
  await database.drop();
});

const nameOf = async (service: Service, key = analyst): Promise<string> =>
  (await data(service, '{ activities(last: 1) { nodes { user { externalId } } } }', {}, key)).activities.nodes[0].user.externalId;

describe('setting the mode', () => {
  it('holds from the next answer on here, and within a second on other processes, on and off', async () => {
    expect([await nameOf(here), await nameOf(elsewhere)]).toEqual(['ada', 'ada']);
    for (let round = 0; round < 3; round += 1) {
      await setMode(here, true);
      const hidden = await nameOf(here);
      expect(hidden).toMatch(/^user-/);
      await until('it holds elsewhere', async () => (await nameOf(elsewhere)) === hidden, hidesWithinMs);
      await setMode(elsewhere, false);
      expect(await nameOf(elsewhere)).toBe('ada');
      await until('it is over here', async () => (await nameOf(here)) === 'ada', hidesWithinMs);
    }
  });

  it('holds within a second also where processes do not hear of each other', async () => {
    await nameOf(elsewhere);
    const deaf = await keepDeaf(database.url, 2);
    await setMode(here, true);
    await until('it holds elsewhere', async () => (await nameOf(elsewhere)).startsWith('user-'), hidesWithinMs);
    await deaf.end();
    await setMode(here, false);
    await until('it is over elsewhere', async () => (await nameOf(elsewhere)) === 'ada');
  });

  it('ends every open stream of whom it concerns at its line of the log, and of nobody else', async () => {
    const services = [here, elsewhere];
    const admin = (await makeKey(here, { role: 'ADMIN' })).secret;
    for (const on of [true, false]) {
      const after = await logHead(here);
      const open = (key: string): Watch[] => services.flatMap((one) => [watchSocket(one, key, after), watchEvents(one, key, after)]);
      const [concerned, others] = [open(analyst), open(admin)];
      const all = [...concerned, ...others];
      await track(here, pageView('ada', 'ada-1'));
      await until('all run', () => all.every(({ items }) => items.length === 1));
      await setMode(here, on);
      await Promise.all([1, 2, 3].map(() => track(elsewhere, pageView('bob', 'bob-1'))));
      await until('the others go on', () => others.every(({ items }) => items.length === 4));
      await until('those concerned have ended', () => concerned.every((one) => one.isOver()));
      const ends = await Promise.all(concerned.map(({ ended }) => ended));
      expect(ends.map(({ code, errors }) => (code === closedForbidden ? 'FORBIDDEN' : errors.join()))).toEqual(ends.map(() => 'FORBIDDEN'));
      expect(concerned.map(({ items }) => items.length)).toEqual(concerned.map(() => 1));
      expect(others.flatMap(({ errors }) => errors)).toEqual([]);
      expect(others.every(({ items }) => items.every(({ user }) => ['ada', 'bob'].includes(user)))).toBe(true);
      await Promise.all(all.map((one) => one.leave()));
      await until('it holds elsewhere', async () => (await nameOf(elsewhere)).startsWith('user-') === on);
    }
  });

  it('changes nothing for streams that another setting is changed under', async () => {
    const watch = watchSocket(here, analyst, await logHead(here));
    await data(here, 'mutation { updateSettings(input: { holidays: ["2026-12-25"] }) { userErrors { code } } }');
    await track(here, pageView('ada', 'ada-2'));
    await until('it goes on', () => watch.items.length === 1);
    expect(watch.errors).toEqual([]);
    await watch.leave();
  });
});

describe('a pseudonym', () => {
  it('is the same on all processes, and found by one that has never shown it', async () => {
    await setMode(here, true);
    await until('it holds elsewhere', async () => (await nameOf(elsewhere)).startsWith('user-'));
    await track(here, pageView('cleo', 'cleo-0'));
    const { activities } = await data(here, '{ activities(first: 1) { nodes { user { id externalId } } } }', {}, analyst);
    const { id, externalId } = activities.nodes[0].user;
    const find = 'query($user: String!) { user(externalId: $user) { id externalId } }';
    expect((await data(elsewhere, find, { user: externalId }, analyst)).user).toEqual({ id, externalId });
    expect((await ask(elsewhere, find, { user: 'cleo' }, analyst)).data).toEqual({ user: null });
  });

  it('is not shown of themselves to who is a user, and of them to everybody else on the same channel', async () => {
    const self = (await makeKey(here, { role: 'ANALYST', user: 'ada' })).secret;
    const query = 'subscription { activityRecorded { ... on ActivityEvent { activity { user { externalId } } } } }';
    const [own, other] = [await follow(here, query, {}, self), await follow(here, query, {}, analyst)];
    for (const user of ['ada', 'bob']) await track(here, pageView(user, `${user}-3`));
    const shown = async (stream: typeof own) =>
      (await stream.take(2)).map(({ activityRecorded }) => activityRecorded.activity.user.externalId as string);
    const [ownShown, otherShown] = [await shown(own), await shown(other)];
    expect(ownShown[0]).toBe('ada');
    expect(otherShown[0]).toMatch(/^user-/);
    expect(ownShown[1]).toBe(otherShown[1]);
    expect(ownShown[1]).toMatch(/^user-/);
    await own.close();
    await other.close();
  });
});
