import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { judge, judgeBy } from './judging.ts';
import type { Actor } from './sample.ts';
import { after, days, login, newCast, pageView } from './sample.ts';

const clock = testClock('2026-10-20T00:00:00Z');
const firstDay = '2026-10-01T10:00:00Z';

let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
});
afterAll(() => service.close());

const newActor = (zone?: string) => {
  const cast = newCast();
  return { user: cast.user(), sourceIp: cast.address(), ...(zone === undefined ? {} : { userTimeZone: zone }) };
};
const elsewhere = (actor: Actor) => ({ ...actor, sourceIp: actor.sourceIp!.replace(/\d+$/, '99') });

async function baselineOf({ user }: Actor) {
  const answer = await data(service, 'query($user: String!) { user(externalId: $user) { baseline { mature signIns addresses } } }', {
    user,
  });
  return answer.user.baseline;
}

describe('a sign-in is unusual more than 120 minutes from the usual times', () => {
  it.each([
    [-121, 1],
    [-120, 0],
    [-119, 0],
    [119, 0],
    [120, 0],
    [121, 1],
  ])('%i minutes from 10:00: %i', async (minutes, anomalies) => {
    const actor = newActor();
    const found = await judge(service, [...days(5, actor, firstDay), login(actor, after(firstDay, { days: 5, minutes }))]);
    expect(found).toHaveLength(anomalies);
  });

  it.each([
    [-121, 1],
    [-120, 0],
    [120, 0],
    [121, 1],
  ])('%i minutes from midnight: %i', async (minutes, anomalies) => {
    const actor = newActor();
    const midnight = '2026-10-01T00:00:00Z';
    const found = await judge(service, [...days(5, actor, midnight), login(actor, after(midnight, { days: 5, minutes }))]);
    expect(found).toHaveLength(anomalies);
  });

  it.each([
    [-121, 1],
    [-120, 0],
    [120, 0],
    [121, 1],
  ])("%i minutes from 01:00 on a Tokyo user's clock, which is 16:00 the day before in UTC: %i", async (minutes, anomalies) => {
    const actor = newActor('Asia/Tokyo');
    const oneInTokyo = '2026-09-30T16:00:00Z';
    const found = await judge(service, [...days(5, actor, oneInTokyo), login(actor, after(oneInTokyo, { days: 5, minutes }))]);
    expect(found).toHaveLength(anomalies);
  });
});

const remark = (type: string) => ({ type, learning: true, score: 29, alert: null });
const odd = [
  { type: 'UNUSUAL_TIME', learning: false, score: 60, alert: null },
  { type: 'NEW_LOCATION', learning: false, score: 70, alert: { count: 1 } },
];

describe('a baseline', () => {
  it.each([
    [1, false, [remark('UNUSUAL_TIME'), remark('NEW_LOCATION')]],
    [4, false, [remark('UNUSUAL_TIME'), remark('NEW_LOCATION')]],
    [5, true, odd],
    [6, true, odd],
  ])('of %i days: mature is %s and a sign-in at night from elsewhere raises %j', async (learned, mature, claims) => {
    const actor = newActor();
    await judge(service, days(learned, actor, firstDay));
    expect(await baselineOf(actor)).toEqual({ mature, signIns: learned, addresses: [actor.sourceIp] });
    const found = await judge(service, [login(elsewhere(actor), after(firstDay, { days: learned, hours: -7 }))]);
    expect(found).toMatchObject(claims);
    expect(found).toHaveLength(claims.length);
  });

  it('is not fed by the sign-in that it judges', async () => {
    const actor = newActor();
    const odd = login(elsewhere(actor), after(firstDay, { days: 5, hours: -7 }));
    const found = await judge(service, [...days(5, actor, firstDay), odd]);
    expect(found.map(({ details }) => details)).toMatchObject([{ earlierSignIns: 5, nearThisTime: 0 }, { knownAddresses: 1 }]);
  });

  it('learns nothing from anomalous sign-ins, however often they come', async () => {
    const actor = newActor();
    await judge(service, days(5, actor, firstDay));
    const before = await baselineOf(actor);
    const nights = days(6, elsewhere(actor), '2026-10-07T03:00:00Z');
    for (const night of nights) {
      expect((await judge(service, [night])).map(({ type }) => type)).toEqual(['UNUSUAL_TIME', 'NEW_LOCATION']);
    }
    expect(await baselineOf(actor)).toEqual(before);
  });

  it('keeps finding odd nights after one odd night while it was learning', async () => {
    const actor = newActor();
    const workdays = days(4, actor, after(firstDay, { days: 1 }));
    const found = await judgeBy(service, 'unusual-time', [
      login(actor, '2026-10-01T03:00:00Z'),
      ...workdays,
      ...days(3, actor, '2026-10-07T03:00:00Z'),
    ]);
    const settled = found.filter(({ learning }) => !learning);
    expect(settled.map(({ details }) => details)).toMatchObject([{ nearThisTime: 1 }, { nearThisTime: 1 }, { nearThisTime: 1 }]);
  });

  it('looks back thirty days and not a moment longer', async () => {
    const inside = newActor();
    const outside = newActor();
    const odd = after(firstDay, { days: 30 });
    for (const [actor, first, learning] of [
      [inside, firstDay, false],
      [outside, after(firstDay, { micros: -1 }), true],
    ] as const) {
      const known = [login(actor, first), ...days(4, actor, after(firstDay, { days: 1 }))];
      clock.set(odd);
      expect(await judge(service, [...known, login(elsewhere(actor), odd)])).toMatchObject([{ type: 'NEW_LOCATION', learning }]);
    }
  });
});

describe('a detector that throws', () => {
  it('costs its own verdict: the activity is recorded, the others speak, and it is counted', async () => {
    const database = await freshDatabase();
    const actor = newActor();
    const before = await startService({ databaseUrl: database.url });
    await judge(before, days(5, actor, firstDay));
    await before.close();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await client.query(`insert into organisation_settings select id, id, '{"holidays": 5}', now(), 'this test' from organisation`); // as a damaged row would be
    await client.end();

    const damaged = await startService({ databaseUrl: database.url });
    const night = after(firstDay, { days: 5, hours: -7 });
    expect(
      (await judge(damaged, [login({ ...elsewhere(actor), session: `${actor.user}-night` }, night)])).map(({ detector }) => detector),
    ).toEqual(['unusual-time', 'new-location']);
    await judge(damaged, [pageView(actor, night)]);
    const { detectors, activities, system } = await data(
      damaged,
      '{ detectors { id failures } system { failures { cause count } } activities(filter: { occurredAt: { gte: "2026-10-06T00:00:00Z" } }) { nodes { type } } }',
    );
    const failures = detectors.filter((one: { failures: number }) => one.failures > 0);
    expect(failures).toEqual([{ id: 'after-hours', failures: 1 }]);
    expect(system.failures).toContainEqual({ cause: 'DETECTOR_FAILED', count: 1 });
    expect(activities.nodes.map((one: { type: string }) => one.type).toSorted()).toEqual(['LOGIN', 'PAGE_VIEW']);
    expect(damaged.logLines.filter((line) => line.includes('a detector threw'))).toHaveLength(1);
    await damaged.close();
    await database.drop();
  });
});

describe('working at night', () => {
  it('is learned like any other habit: a remark that it is late does not keep a night worker from having a baseline', async () => {
    const actor = newActor();
    const nights = days(6, actor, '2026-10-01T22:30:00Z').map((activity) => ({
      ...activity,
      session: `${actor.user}-${activity.occurredAt}`,
    }));
    const found = await judge(service, nights);
    expect(found.map(({ type }) => type)).toEqual(nights.map(() => 'AFTER_HOURS'));
    expect(await baselineOf(actor)).toMatchObject({ mature: true, signIns: 6 });
  });
});
