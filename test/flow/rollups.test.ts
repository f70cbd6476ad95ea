import { Client } from 'pg';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { countWhatIsThere } from '../../migrations/Migration20261123000002_rollups.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/database.ts';
import { organisationNamed } from '../../src/db/queries/organisations.ts';
import type { SummaryRequest } from '../../src/db/queries/summaries.ts';
import { summarise, topPages } from '../../src/db/queries/summaries.ts';
import { formatInstant, microsPerDay, microsPerHour, parseInstant } from '../../src/domain/time.ts';
import { ask, data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService, testClock } from '../harness/service.ts';

/** Summaries are read from counts that grow with each commit; here they are held against the activities themselves. */

const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

type World = { service: Service; start(): Promise<Service>; database: Database; admin: Client };

async function world(timeZone: string, now: string): Promise<World> {
  const fresh = await freshDatabase();
  closing.push(fresh.drop);
  const start = async () => {
    const service = await startService({ databaseUrl: fresh.url, clock: testClock(now), config: { timeZone } });
    closing.push(() => service.close());
    return service;
  };
  const service = await start();
  const database = await openDatabase({ url: fresh.url }, () => {});
  closing.push(() => database.close());
  const { socketDir, port, superuser } = inject('postgres');
  const admin = new Client({ host: socketDir, port, user: superuser, database: new URL(fresh.url).pathname.slice(1) });
  await admin.connect();
  closing.push(() => admin.end());
  return { service, start, database, admin };
}

async function requestOf(database: Database, period: SummaryRequest['period'], from: string, to: string) {
  const { id, timeZone } = (await organisationNamed(database.control, 'default'))!;
  return { organisationId: id, timeZone, period, from: parseInstant(from)!, to: parseInstant(to)! };
}

/** From the counts, and from the activities. */
async function bothWays({ database }: World, period: SummaryRequest['period'], from: string, to: string) {
  const request = await requestOf(database, period, from, to);
  const reader = database.reader(request.organisationId, 'ALL');
  const read = async (of: SummaryRequest['of']) => ({
    rows: await summarise(reader, { ...request, of }),
    pages: await topPages(reader, { ...request, of }),
  });
  return [await read('ALL'), await read({ userId: null })] as const;
}

const expectAgreement = async (where: World, from: string, to: string, activities: number) => {
  for (const period of ['day', 'week', 'month'] as const) {
    const [counted, listed] = await bothWays(where, period, from, to);
    expect(counted).toEqual(listed);
    expect(counted.rows.reduce((sum, row) => sum + row.activities, 0)).toBe(activities);
  }
};

/** Numbers that are the same in every run. */
const numbers = (seed: number) => () => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;

const kinds = [
  { web: { page: '/' } },
  { web: { page: '/reports' } },
  { web: { endpoint: '/api' } },
  { browser: { action: 'NAVIGATE', url: '/reports' } },
  { terminal: { command: 'sudo rm -rf /' } },
  { auth: { event: 'FAILURE' } },
];

/** Activities around an instant, in sessions that grow both ways, with some ids twice and any order. */
function activitiesAround(instant: string, count: number, random: () => number) {
  const pick = (of: number) => Math.floor(random() * of);
  return Array.from({ length: count }, (_, place) => ({
    idempotencyKey: `${instant} ${place % 7 === 6 ? place - 1 : place}`,
    user: `user-${pick(6)}`,
    session: pick(3) === 0 ? null : `session-${pick(8)}`,
    sourceIp: pick(3) === 0 ? null : `203.0.113.${pick(5)}`,
    occurredAt: formatInstant(parseInstant(instant)! + Math.floor((random() - 0.5) * 3 * microsPerDay)),
    detail: kinds[pick(kinds.length)],
  }));
}

/** The suite looks at two; LAPWING_TEST_ZONES=all at the others too. */
const everyZone = process.env.LAPWING_TEST_ZONES === 'all';

const changes: [zone: string, change: string, what: string][] = [
  ['Europe/Berlin', '2026-10-25T01:00:00Z', 'a day of 25 hours'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 'half an hour twice'],
  ['America/St_Johns', '2010-11-07T02:31:00Z', 'clocks that go back over midnight at 00:01'],
  ['Africa/Cairo', '2026-04-23T22:00:00Z', 'a day that begins at 01:00'],
  ['Asia/Kolkata', '2026-05-01T00:00:00Z', 'hours that begin at half past'],
  ['Africa/Monrovia', '1972-01-07T00:44:30Z', 'an offset of 44:30'],
];

describe('counts', () => {
  it.each(everyZone ? changes : changes.slice(0, 2))('agree with the activities in %s around %s: %s', async (timeZone, change) => {
    const where = await world(timeZone, '2026-11-20T12:00:00Z');
    const { service: one } = where;
    const two = await where.start();
    const random = numbers(change.length + timeZone.length);
    const all = activitiesAround(change, 210, random);
    const edges = [-1, 0, 1, -microsPerHour, microsPerHour, -microsPerHour - 1, microsPerHour - 1].map((micros) => ({
      user: 'edge',
      occurredAt: formatInstant(parseInstant(change)! + micros),
      detail: kinds[0],
    }));
    // Two processes at once, each with its half, and both with what is sent twice.
    const parts = [0, 1, 2, 3, 4, 5].map((part) => all.slice(part * 35, part * 35 + 35));
    await Promise.all(parts.map((part, place) => trackAll(place % 2 === 0 ? one : two, part)));
    await Promise.all([trackAll(one, edges), trackAll(two, all.slice(0, 50))]);
    const third = await where.start(); // it knows of nothing yet
    await trackAll(third, [...all.slice(0, 20), ...activitiesAround(change, 60, random).map((one) => ({ ...one, idempotencyKey: null }))]);
    const stretch = [-3, 3].map((days) => formatInstant(parseInstant(change)! + days * microsPerDay)) as [string, string];
    await expectAgreement(where, ...stretch, 210 - 30 + edges.length + 60);
  });

  it('are the same when they are made from what is there', async () => {
    const where = await world('Europe/Berlin', '2026-11-20T12:00:00Z');
    const { service } = where;
    await trackAll(service, activitiesAround('2026-10-25T01:00:00Z', 250, numbers(1)));
    const tables = ['summary_count', 'summary_presence', 'summary_page'];
    const stored = async () => {
      const rows: unknown[][] = [];
      for (const table of tables) {
        const query = `select t::text from ${table} t where to_jsonb(t)->>'count' is distinct from '0' order by 1`;
        rows.push((await where.admin.query(query)).rows);
      }
      return rows;
    };
    const grown = await stored();
    expect(grown.map((rows) => rows.length > 3)).toEqual([true, true, true]);
    await where.admin.query(`truncate ${tables.join(', ')}`);
    for (const sql of countWhatIsThere) await where.admin.query(sql);
    expect(await stored()).toEqual(grown);
  });

  it('hold nothing of a commit that failed', async () => {
    const where = await world('UTC', '2026-11-20T12:00:00Z');
    const { service } = where;
    const activities = activitiesAround('2026-11-15T12:00:00Z', 30, numbers(2));
    await where.admin.query(`alter table summary_count add constraint refused check (what <> 'activities') not valid`);
    const mutation = 'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { cursor } } }';
    expect((await ask(service, mutation, { input: { activities } })).errors).toHaveLength(1);
    await where.admin.query('alter table summary_count drop constraint refused');
    await trackAll(service, activities);
    await expectAgreement(where, '2026-11-01T00:00:00Z', '2026-11-20T00:00:00Z', 26);
  });

  it('stay a handful of rows however many activities there are', async () => {
    const where = await world('UTC', '2026-11-20T12:00:00Z');
    const { service } = where;
    const page = { user: 'ada', session: 's', sourceIp: '203.0.113.1', detail: kinds[0] };
    await trackAll(service, [page]);
    const rows = async () => Number((await where.admin.query('select count(*) from summary_presence')).rows[0].count);
    expect(await rows()).toBe(1 + 3 * 3); // the hour for the user; day, week and month for user, address and session
    await trackAll(
      service,
      Array.from({ length: 100 }, () => page),
    );
    expect(await rows()).toBe(10);
  });
});

describe('who sees only some', () => {
  it('gets summaries of those, and no count of the organisation', async () => {
    const where = await world('UTC', '2026-11-20T12:00:00Z');
    const { service } = where;
    const page = (user: string) => ({ user, occurredAt: '2026-11-19T10:00:00Z', detail: kinds[0] });
    await trackAll(service, [page('ada'), page('ada'), page('bob')]);
    const query = '{ summaries(from: "P1D") { activities uniqueUsers topPages { page views } } }';
    const { createApiKey } = await data(
      service,
      'mutation { createApiKey(input: { name: "ada", role: MEMBER, user: "ada" }) { secret userErrors { message } } }',
    );
    expect(createApiKey.userErrors).toEqual([]);
    expect((await data(service, query, {}, createApiKey.secret)).summaries[1]).toEqual({
      activities: 2,
      uniqueUsers: 1,
      topPages: [{ page: '/', views: 2 }],
    });
    expect((await data(service, query)).summaries[1]).toEqual({ activities: 3, uniqueUsers: 2, topPages: [{ page: '/', views: 3 }] });
    const request = await requestOf(where.database, 'day', '2026-11-19T00:00:00Z', '2026-11-20T00:00:00Z');
    const some = where.database.reader(request.organisationId, { self: 'ada', leads: [] });
    expect(await summarise(some, { ...request, of: 'ALL' })).toMatchObject([{ activities: 0, uniqueUsers: 0 }]);
    expect(await topPages(some, { ...request, of: 'ALL' })).toEqual([[]]);
  });
});
