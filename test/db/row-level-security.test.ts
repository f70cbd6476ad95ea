import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import {
  createOrganisation,
  organisationNamed,
  organisationOfKey,
  organisationsWithDueSessions,
} from '../../src/db/queries/organisations.ts';
import { countList, listRows } from '../../src/db/queries/list-page.ts';
import { ensurePartitions } from '../../src/db/queries/partitions.ts';
import { statement } from '../../src/db/statement.ts';
import type { Audience } from '../../src/domain/access.ts';
import { parseInstant } from '../../src/domain/time.ts';
import { freshDatabase } from '../harness/service.ts';
import { connectAs, countIn, fillOrganisation, now, openAs, tablesOf } from './harness.ts';

const { user, superuser } = inject('postgres');
let fresh: Awaited<ReturnType<typeof freshDatabase>>;
let name: string;
let database: Database;
let app: Client;
let admin: Client;
let ours: string;
let theirs: string;
let tables: string[];

beforeAll(async () => {
  fresh = await freshDatabase();
  name = new URL(fresh.url).pathname.slice(1);
  database = await openAs(user, name);
  app = await connectAs(user, name);
  admin = await connectAs(superuser, name);
  ours = await fillOrganisation(database, admin, 'ours');
  theirs = await fillOrganisation(database, admin, 'theirs');
  tables = (await tablesOf(admin)).filter((table) => !table.isPartition).map((table) => table.name);
});
afterAll(async () => {
  await app.end();
  await admin.end();
  await database.close();
  await fresh.drop();
});

const keyOf = (table: string) => (table === 'organisation' ? 'id' : 'organisation_id');

/** How many rows of each organisation a viewer sees in each table, where it sees any. */
async function seenBy(organisationId: string, audience: Audience): Promise<Record<string, Record<string, number>>> {
  const seen: Record<string, Record<string, number>> = {};
  for (const table of tables) {
    const sql = `select ${keyOf(table)} as organisation, count(*)::int from ${table} group by 1`;
    const rows = await statement<{ organisation: string; count: number }>(database.reader(organisationId, audience), sql);
    if (rows.length > 0) seen[table] = Object.fromEntries(rows.map((row) => [row.organisation, row.count]));
  }
  return seen;
}

async function refusal(client: Client, sql: string): Promise<string> {
  const error: unknown = await client.query(sql).catch((cause: unknown) => cause);
  return error instanceof Error ? error.message : 'done';
}

describe("the app's role without an organisation", () => {
  it('sees no row of any table or partition, though there are some in every table', async () => {
    const found = await tablesOf(admin);
    expect(found.filter((table) => table.isPartition).map((table) => table.name)).toContain('activity_2026_11');
    expect(found.filter((table) => !table.isWalled)).toEqual([]);
    for (const table of found) expect(await countIn(app, table.name), `${table.name} as ${user}`).toBe(0);
    for (const table of tables) expect(await countIn(admin, table), `${table} as ${superuser}`).toBeGreaterThan(0);
    expect(await countIn(admin, 'activity_2026_11')).toBe(6);
  });

  it('sees none where the organisation or the audience is missing, empty or unknown', async () => {
    const { id } = (await organisationNamed(database.control, 'ours'))!;
    for (const [organisation, audience] of [
      [id, ''],
      [id, 'EVERYBODY'],
      ['', 'ALL'],
      ['00000000-0000-7000-8000-000000000000', 'ALL'],
    ]) {
      await app.query('begin');
      await app.query(
        `select set_config('lapwing.organisation', $1, true), set_config('lapwing.audience', $2, true),
        set_config('lapwing.self', 'ada', true), set_config('lapwing.leads', '["blue"]', true)`,
        [organisation, audience],
      );
      for (const table of tables) expect(await countIn(app, table), `${table} with ${organisation} and ${audience}`).toBe(0);
      await app.query('rollback');
    }
  });

  it('sees nothing in a partition by its name with an organisation either', async () => {
    await app.query('begin');
    await app.query(`select set_config('lapwing.organisation', $1, true), set_config('lapwing.audience', 'ALL', true)`, [ours]);
    expect(await countIn(app, 'activity')).toBe(3);
    expect(await countIn(app, 'activity_2026_11')).toBe(0);
    await app.query('rollback');
  });

  it('has no way around: it owns nothing, makes no tables, lifts no policy, becomes nobody else and opens no door of the owner', async () => {
    expect(await refusal(app, 'create table mine (id int)')).toContain('permission denied');
    expect(await refusal(app, 'alter table activity disable row level security')).toContain('must be owner');
    expect(await refusal(app, 'drop policy tenant on activity')).toContain('must be owner');
    expect(await refusal(app, `set role ${superuser}`)).toContain('permission denied');
    expect(await refusal(app, 'set row_security = off; select count(*) from activity')).toContain('row-level security');
    await app.query('set row_security = on');
    for (const table of ['mikro_orm_migrations', 'service_key']) {
      expect(await refusal(app, `select * from ${table}`)).toContain('permission denied');
    }
    await app.query(`set lapwing.control = 'on'`);
    for (const table of tables) expect(await countIn(app, table), table).toBe(0);
    await app.query('reset lapwing.control');
  });

  it('finds an organisation by a hash of a key or by its name, and those with due sessions', async () => {
    expect(await organisationOfKey(database.control, 'hash of ours')).toBe(ours);
    expect(await organisationOfKey(database.control, 'earlier hash of theirs')).toBe(theirs);
    expect(await organisationOfKey(database.control, 'hash of nobody')).toBeNull();
    expect(await organisationNamed(database.control, 'theirs')).toEqual({ id: theirs, timeZone: 'UTC' });
    expect(await organisationNamed(database.control, 'nobodys')).toBeNull();
    const due = await organisationsWithDueSessions(database.control, '2026-11-20T12:00:00Z');
    expect(due.map(({ id }) => id).sort()).toEqual([ours, theirs].sort());
    expect(await organisationsWithDueSessions(database.control, '2026-11-20T11:59:59Z')).toEqual([]);
  });

  it('makes an organisation with its log where the name is free, once, and leaves one that is there as it is', async () => {
    const attempts = await Promise.all(
      ['UTC', 'Europe/Berlin', 'Asia/Tokyo'].map((zone) => createOrganisation(database.control, 'new', zone, now)),
    );
    expect(attempts.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(attempts.map(({ organisation }) => JSON.stringify(organisation)))).toHaveLength(1);
    const { id } = attempts[0]!.organisation;
    expect(await statement(database.reader(id, 'ALL'), 'select seq from log_head')).toEqual([{ seq: '0' }]);
  });

  it('gets partitions made, which show nothing by their names', async () => {
    const later = parseInstant('2031-12-31T23:59:59.999999Z')!;
    await Promise.all([1, 2, 3].map(() => ensurePartitions(database.recorderControl, later)));
    const made = (await tablesOf(admin)).filter((table) => /_203\d_/.test(table.name));
    expect(made).toEqual(
      ['activity_2031_12', 'activity_2032_01', 'activity_2032_02'].map((partition) => ({
        name: partition,
        isPartition: true,
        isWalled: true,
      })),
    );
    expect(await countIn(app, 'activity_2032_02')).toBe(0);
  });
});

describe('a reader', () => {
  it('of all sees the rows of its organisation in every table, and no other', async () => {
    const seen = await seenBy(ours, 'ALL');
    expect(Object.keys(seen)).toEqual(tables);
    expect(Object.values(seen).flatMap((rows) => Object.keys(rows))).toEqual(tables.map(() => ours));
    expect(seen).toMatchObject({ activity: { [ours]: 3 }, alert: { [ours]: 4 }, evidence: { [ours]: 4 }, log_entry: { [ours]: 1 } });
  });

  const everything = (count: number) =>
    Object.fromEntries(
      [
        'activity',
        'alert',
        'alert_anomaly',
        'alert_history',
        'anomaly',
        'command_habits',
        'evidence',
        'secret_usage',
        'session',
        '"user"',
      ].map((table) => [table, { [ours]: count }]),
    );

  it.each<[who: string, audience: Audience, users: string[]]>([
    ['oneself', { self: 'ada', leads: [] }, ['ada']],
    ['a team one leads', { self: null, leads: ['blue'] }, ['bob']],
    ['oneself and the teams one leads', { self: 'eve', leads: ['green', 'no team'] }, ['ada', 'bob', 'eve']],
    ['nobody', { self: null, leads: [] }, []],
    ['a user that is unknown', { self: `o'\\"x`, leads: [`bl'ue`, `\\`, 'blu', '%'] }, []],
  ])('of %s sees them in every table, nobody else, and nothing that is of no user', async (_who, audience, users) => {
    expect(await seenBy(ours, audience)).toEqual({ organisation: { [ours]: 1 }, ...(users.length > 0 ? everything(users.length) : {}) });
    const rows = await statement<{ name: string }>(database.reader(ours, audience), 'select external_id as name from "user" order by 1');
    expect(rows.map((row) => row.name)).toEqual(users);
    const about = await statement<{ name: string }>(database.reader(ours, audience), 'select subject as name from alert order by 1');
    expect(about.map((row) => row.name)).toEqual(users);
  });

  it('sees as much in the lists that MikroORM builds', async () => {
    const list = { name: 'activity', organisationId: ours, where: {} } as const;
    const counted = (audience: Audience) => countList(database, database.reader(ours, audience), list);
    expect([await counted('ALL'), await counted({ self: 'ada', leads: [] })]).toEqual([3, 1]);
    const page = { ...list, property: 'occurredAt', direction: 'ASC', items: 5, backward: false, after: null, before: null } as const;
    expect(await listRows(database, database.reader(ours, { self: null, leads: ['green'] }), page)).toHaveLength(2);
  });

  it('cannot write', async () => {
    const writing = statement(database.reader(ours, 'ALL'), 'update log_head set seq = 7');
    await expect(writing).rejects.toThrow('read-only');
  });
});

describe('a write', () => {
  const write = (sql: string, params: unknown[] = []) => database.transact(ours, (tx) => statement(tx, sql, params));

  it('for another organisation is refused, as a new row, as one moved there and as one taken over', async () => {
    const key = 'insert into idempotency_key (id, organisation_id, activity_id) values (gen_random_uuid(), $1, gen_random_uuid())';
    await write(key, [ours]);
    await expect(write(key, [theirs])).rejects.toThrow('row-level security');
    await expect(write('update session set organisation_id = $1', [theirs])).rejects.toThrow('row-level security');
    expect(await write('update session set kind = kind where organisation_id = $1 returning id', [theirs])).toEqual([]);
    const [foreign] = (await admin.query('select id from "user" where organisation_id = $1 limit 1', [theirs])).rows;
    const upsert = `insert into "user" (id, organisation_id, external_id, first_seen_at, baseline) values ($1, $2, 'mine', now(), '{}')
      on conflict (id) do update set organisation_id = excluded.organisation_id`;
    await expect(write(upsert, [foreign.id, ours])).rejects.toThrow('row-level security');
  });

  it.each(['log_entry', 'audit_entry', 'activity', 'evidence', 'secret_usage', 'alert_history', 'idempotency_key', 'summary_presence'])(
    'to %s only adds',
    async (table) => {
      await expect(write(`update ${table} set organisation_id = organisation_id`)).rejects.toThrow('permission denied');
      await expect(write(`delete from ${table}`)).rejects.toThrow('permission denied');
      await expect(write(`truncate ${table}`)).rejects.toThrow('permission denied');
    },
  );

  it('deletes nothing anywhere', async () => {
    for (const table of tables) await expect(write(`delete from ${table}`), table).rejects.toThrow('permission denied');
  });
});

describe('a connection', () => {
  const settings = `select current_setting('lapwing.organisation', true) as organisation, current_setting('lapwing.audience', true) as audience,
    current_setting('lapwing.self', true) as self, current_setting('lapwing.leads', true) as leads, (select count(*)::int from activity) as activities`;
  const all = (count: number, work: () => Promise<unknown>) => Promise.allSettled(Array.from({ length: count }, work));

  /** How many hold a connection when each lets go of its own only once all have one. */
  const heldAtOnce = async (count: number, hold: (work: () => Promise<void>) => Promise<void>) => {
    const { promise: complete, resolve } = Promise.withResolvers<void>();
    let held = 0;
    const work = () => {
      held += 1;
      if (held === count) resolve();
      return complete;
    };
    await Promise.all(Array.from({ length: count }, () => hold(work)));
    return held;
  };

  /** Lets so many readers wait for a lock, each on a connection while there are any; answers with how to let them go on. */
  const holdReaders = async (count: number) => {
    await admin.query('select pg_advisory_lock(7)');
    const waiting = all(count, () => statement(database.reader(ours, 'ALL'), 'select pg_advisory_xact_lock_shared(7)'));
    const held = `select count(*)::int as held from pg_stat_activity where datname = $1 and wait_event = 'advisory'`;
    await expect.poll(async () => (await admin.query(held, [name])).rows[0].held).toBe(16);
    return async () => {
      await admin.query('select pg_advisory_unlock(7)');
      expect((await waiting).map(({ status }) => status)).toEqual(Array.from({ length: count }, () => 'fulfilled'));
    };
  };

  it('keeps nothing of a reader or a transaction for whoever has it next, also when they fail', async () => {
    const reader = database.reader(ours, { self: 'ada', leads: ['blue'] });
    await all(40, () => statement(reader, 'select 1'));
    await all(40, () => statement(reader, 'select 1 / 0'));
    await all(40, () => database.transact(ours, () => Promise.reject(new Error('failed'))));
    for (const control of [database.control, database.recorderControl]) {
      const found = await Promise.all(Array.from({ length: 40 }, () => statement<Record<string, unknown>>(control, settings)));
      expect(new Set(found.flat().flatMap(Object.values))).toEqual(new Set(['', 0]));
    }
    expect(await statement(database.control, 'select txid_current_if_assigned() as open')).toEqual([{ open: null }]);
  });

  it('is given back by reads that end with an error, and with its cut', async () => {
    const reader = database.reader(ours, 'ALL');
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and usename = $2 and application_name like 'lapwing%'`;
    for (let turn = 0; turn < 30; turn += 1) {
      const reading = all(20, () => statement(reader, 'select 1 / (random() * 3)::int'));
      const writing = all(6, () => database.transact(ours, (tx) => statement(tx, 'select 1')));
      await admin.query(cut, [name, user]);
      await Promise.all([reading, writing]);
    }
    // A connection of the pool may be cut and not know it yet.
    const settled = () => all(20, () => statement(reader, 'select 1')).then((done) => done.every(({ status }) => status === 'fulfilled'));
    await expect.poll(settled).toBe(true);
    await expect.poll(() => database.transact(ours, () => Promise.resolve(true)).catch(() => false)).toBe(true);
    await (
      await holdReaders(16)
    )();
    expect(await heldAtOnce(4, (work) => database.transact(ours, work))).toBe(4);
  });

  it('is left for the recorder when readers hold all of theirs', async () => {
    const release = await holdReaders(20);
    const recording = async () => {
      await ensurePartitions(database.recorderControl, now);
      return database.transact(ours, (tx) => statement(tx, 'select count(*)::int as keys from api_key'));
    };
    expect(await recording().finally(release)).toEqual([{ keys: 1 }]);
  });
});
