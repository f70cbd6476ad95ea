import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';
import { sameInAnyOrder } from './any-order.ts';
import { judge, judgeBy } from './judging.ts';
import type { Actor, Cast } from './sample.ts';
import { accessChange, after, command, days, every, file, newCast, pageView } from './sample.ts';

const clock = testClock('2026-12-01T00:00:00Z');
const monday = '2026-10-05T06:00:00Z';
const pages = (actor: Actor, counts: readonly number[], minutes = 1) =>
  counts.flatMap((count, day) => every({ minutes }, count, after(monday, { days: day })).map((at) => pageView(actor, at)));
const week = (count: number) => Array.from({ length: 7 }, () => count);

let service: Service;
beforeAll(async () => {
  service = await startService({ clock });
});
afterAll(() => service.close());

describe('arriving up to five minutes late', () => {
  const reads = (cast: Cast) =>
    every({ seconds: 4 }, 170, monday).map((at, n) => file({ user: cast.user() }, at, 'READ', `/srv/${n % 120}`, { sizeBytes: 9_000_000 }));

  it('changes nothing about files read in bulk', () => sameInAnyOrder(service, ['bulk-download'], reads));

  it('changes nothing about files deleted and renamed', () =>
    sameInAnyOrder(service, ['mass-delete', 'mass-encryption'], (cast) =>
      every({ seconds: 7 }, 110, monday).map((at, n) =>
        n % 2 === 0
          ? file({ user: cast.user() }, at, 'DELETE', `/srv/${n}`)
          : file({ user: cast.user() }, at, 'RENAME', `/srv/${n}`, { newPath: `/srv/${n}${n % 3 === 0 ? 'x' : '.locked'}` }),
      ),
    ));

  it('changes nothing about rights that are given and used', () =>
    sameInAnyOrder(service, ['privilege-escalation', 'permission-change'], (cast) => [
      command({ user: cast.user() }, monday, 'sudo id'),
      accessChange({ user: cast.user(2) }, after(monday, { minutes: 1 }), cast.user(), { before: 'user', after: 'admin' }),
      command({ user: cast.user() }, after(monday, { minutes: 2 }), 'sudo id'),
      accessChange({ user: cast.user() }, after(monday, { minutes: 3 }), 'wheel', { change: 'PERMISSION', after: cast.user() }),
      command({ user: cast.user() }, after(monday, { minutes: 4 }), 'sudo id'),
      accessChange({ user: cast.user() }, after(monday, { minutes: 6 }), cast.user(3), { after: 'owner' }),
      { ...pageView({ user: cast.user(3) }, after(monday, { minutes: 7 })), detail: { web: { page: '/admin' } } },
    ]));

  it('changes nothing about a day, across midnight', () =>
    sameInAnyOrder(service, ['unusual-volume'], (cast) => [
      ...every({ hours: 1 }, 7 * 24, '2026-10-05T00:00:00Z').map((at) => pageView({ user: cast.user() }, at)),
      ...every({ seconds: 20 }, 260, '2026-10-11T23:58:00Z').map((at) => pageView({ user: cast.user() }, at)),
    ]));

  it('changes nothing about a silence that ends', async () => {
    const own = await startService({ clock }); // where no other story goes on
    await sameInAnyOrder(own, ['silence'], (cast) => [
      ...every({ minutes: 30 }, 8 * 48, '2026-10-05T00:00:00Z').map((at) => pageView({ user: cast.user() }, at)),
      ...every({ seconds: 45 }, 12, '2026-10-13T06:00:00Z').map((at) => pageView({ user: cast.user() }, at)),
    ]);
    await own.close();
  });
});

describe('a service that starts again', () => {
  it('has its windows and the counts of the day as before', async () => {
    const database = await freshDatabase();
    const cast = newCast();
    const thirty = pages({ user: cast.user() }, [...week(10), 30]);
    const more = every({ minutes: 1 }, 30, after(monday, { days: 7, hours: 1 })).map((at) => pageView({ user: cast.user() }, at));
    const reads = every({ seconds: 5 }, 120, monday).map((at, n) => file({ user: cast.user(2) }, at, 'READ', `/srv/${n}`));
    const granted = accessChange({ user: cast.user(3) }, monday, cast.user(4), { after: 'admin' });

    const first = await startService({ clock, databaseUrl: database.url });
    expect((await judge(first, [...thirty, ...reads.slice(0, 60), granted])).map(({ detector }) => detector)).toEqual([
      'permission-change',
    ]);
    await first.close();
    const second = await startService({ clock, databaseUrl: database.url });
    expect(await judge(second, more)).toMatchObject([{ detector: 'unusual-volume', count: 11, details: { activities: 60, usual: 10 } }]);
    expect(await judge(second, reads.slice(60))).toMatchObject([{ detector: 'bulk-download', count: 120 }]);
    expect(await judge(second, [command({ user: cast.user(4) }, after(monday, { hours: 1 }), 'sudo id')])).toMatchObject([
      { detector: 'privilege-escalation', count: 2, details: { how: [`given by ${cast.user(3)}`] } },
    ]);
    await second.close();
    await database.drop();
  });

  it('knows of renames what the files were renamed to', async () => {
    const database = await freshDatabase();
    const actor = { user: newCast().user() };
    const renames = every({ seconds: 5 }, 20, monday).map((at, n) =>
      file(actor, at, 'RENAME', `/srv/${n}.doc`, { newPath: `/srv/${n}.doc.locked` }),
    );
    const first = await startService({ clock, databaseUrl: database.url });
    await judge(first, renames.slice(0, 19));
    await first.close();
    const second = await startService({ clock, databaseUrl: database.url });
    expect(await judge(second, renames.slice(19))).toMatchObject([{ detector: 'mass-encryption', count: 20 }]);
    await second.close();
    await database.drop();
  });
});

describe('what is usual in a day', () => {
  it('is not moved by five percent more every day for thirty days: twenty times as much is still claimed', async () => {
    const actor = { user: newCast().user() };
    const growing = Array.from({ length: 30 }, (_, day) => Math.round(20 * 1.05 ** day));
    expect(await judgeBy(service, 'unusual-volume', pages(actor, growing))).toEqual([]);
    const attack = every({ minutes: 2 }, 400, after(monday, { days: 30 })).map((at) => pageView(actor, at));
    expect(await judgeBy(service, 'unusual-volume', attack)).toMatchObject([{ details: { activities: 400 } }]);
  });

  it('is not moved by a few days of an attack: each of them is claimed, and the next one too', async () => {
    const actor = { user: newCast().user() };
    const found = await judgeBy(service, 'unusual-volume', pages(actor, [...week(20), 400, 400, 400, 400]));
    expect(found.map(({ details }) => [details.activities, details.usual])).toEqual([400, 400, 400, 400].map((many) => [many, 20]));
  });

  it('becomes more where somebody works more for good', async () => {
    const actor = { user: newCast().user() };
    const months = pages(actor, [...week(20), ...Array.from({ length: 25 }, () => 70)]);
    expect(await judgeBy(service, 'unusual-volume', months)).toEqual([]);
    const later = every({ minutes: 2 }, 200, after(monday, { days: 32 })).map((at) => pageView(actor, at));
    expect(await judgeBy(service, 'unusual-volume', later)).toEqual([]);
  });
});

describe('a steady source that stops', () => {
  const beat = (actor: Actor, hours: number) => every({ hours: 1 }, hours, '2026-10-05T00:00:00Z').map((at) => pageView(actor, at));
  const last = '2026-10-12T23:00:00Z';

  it.each([
    [{ hours: 6, minutes: 5 }, 0],
    [{ hours: 6, minutes: 5, micros: 1 }, 1],
  ])('is claimed once something else happens, %j later: %i', async (late, claims) => {
    const own = await startService({ clock });
    const cast = newCast();
    await judge(own, beat({ user: cast.user() }, 8 * 24));
    const elsewhere = { user: cast.user(2), session: cast.session(2) };
    const found = await judgeBy(own, 'silence', [pageView(elsewhere, after(last, late)), pageView(elsewhere, after(last, { hours: 7 }))]);
    expect(found.filter(({ firstAt, lastAt }) => firstAt === after(last, {}) && lastAt === after(last, late))).toHaveLength(claims);
    expect(found).toMatchObject([{ detector: 'silence', count: 1, firstAt: after(last, {}), alert: null }]);
    await own.close();
  });

  it('is one anomaly until it is back, over a restart too, and of the source alone', async () => {
    const database = await freshDatabase();
    const cast = newCast();
    const elsewhere = { user: cast.user(2), session: cast.session(2) };
    const first = await startService({ clock, databaseUrl: database.url });
    await judge(first, beat({ user: cast.user() }, 8 * 24));
    const found = await judgeBy(first, 'silence', [
      pageView(elsewhere, after(last, { hours: 8 })),
      pageView(elsewhere, after(last, { hours: 9 })),
    ]);
    expect(found).toMatchObject([{ detector: 'silence', count: 1 }]);
    await first.close();
    const second = await startService({ clock, databaseUrl: database.url });
    expect(
      await judgeBy(second, 'silence', [pageView(elsewhere, after(last, { hours: 10 })), pageView(elsewhere, after(last, { hours: 30 }))]),
    ).toEqual([]);
    const back = await judgeBy(second, 'silence', [pageView({ user: cast.user() }, after(last, { hours: 31 }))]);
    expect(back).toMatchObject([{ id: found[0]!.id, count: 2, firstAt: after(last, {}), details: { until: after(last, { hours: 31 }) } }]);
    const { anomalies } = await data(
      second,
      '{ anomalies(filter: { type: { eq: SILENCE } }) { nodes { user { externalId } session { id } } } }',
    );
    expect(anomalies.nodes).toEqual([{ user: { externalId: cast.user() }, session: null }]);
    await second.close();
    await database.drop();
  });

  it('is noticed after a restart', async () => {
    const database = await freshDatabase();
    const cast = newCast();
    const first = await startService({ clock, databaseUrl: database.url });
    await judge(first, beat({ user: cast.user() }, 8 * 24));
    await first.close();
    const second = await startService({ clock, databaseUrl: database.url });
    expect(await judgeBy(second, 'silence', [pageView({ user: cast.user(2) }, after(last, { hours: 20 }))])).toMatchObject([
      { detector: 'silence' },
    ]);
    await second.close();
    await database.drop();
  });
});

describe('a change of permissions', () => {
  it('is a note where the user does it usually, and no alert', async () => {
    const admin = { user: newCast().user() };
    const change = (at: string) => accessChange(admin, at, 'bob', { before: 'viewer', after: 'editor' });
    await judge(service, [...days(5, admin, '2026-10-01T12:00:00Z'), change('2026-10-05T12:00:00Z')]);
    const [note] = await judgeBy(service, 'permission-change', [change('2026-10-06T12:00:00Z')]);
    expect(note).toMatchObject({ details: { level: 'USUAL' }, alert: null });
  });
});

describe('a service account', () => {
  it('may move files in bulk', async () => {
    const database = await freshDatabase();
    const backup = { user: newCast().user() };
    const reads = every({ seconds: 1 }, 300, monday).map((at, n) => file(backup, at, 'READ', `/srv/${n}`, { sizeBytes: 100_000_000 }));
    const client = new Client({ connectionString: database.url });
    const first = await startService({ clock, databaseUrl: database.url });
    expect(await judge(first, reads.slice(0, 10))).toMatchObject([{ detector: 'bulk-download' }]);
    await first.close();
    await client.connect();
    await client.query(
      `insert into organisation_settings select id, id, '{"serviceAccounts": ["${backup.user}"]}', now(), 'this test' from organisation`,
    );
    await client.end();
    const second = await startService({ clock, databaseUrl: database.url });
    expect(await judge(second, reads.slice(10))).toEqual([]);
    await second.close();
    await database.drop();
  });
});
