import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { organisationNamed, organisationOfKey } from '../../src/db/queries/organisations.ts';
import { statement } from '../../src/db/statement.ts';
import { OperatorError } from '../../src/errors.ts';
import { connectAs, countIn, fillOrganisation, tablesOf } from './harness.ts';

/** A server of its own: roles are of all databases of one, and other tests start with theirs at the same time. */
const dataDir = mkdtempSync(join(tmpdir(), 'lapwing-roles-'));
const start = () => startEmbedded({ dataDir, log: () => {} });

beforeAll(() => chmodSync(dataDir, 0o711)); // as root the server runs as another user, who has to pass through
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

describe('the user of a DATABASE_URL', () => {
  let server: Awaited<ReturnType<typeof start>>;
  let admin: Client;
  const urlOf = (user: string, name: string, more = '') =>
    `postgres://${user}@localhost:${server.port}/${name}?host=${encodeURIComponent(server.socketDir)}${more}`;

  beforeAll(async () => {
    server = await start();
    admin = await connectAs(server.superuser, 'postgres', server);
    for (const [role, powers] of [
      ['ordinary', ''],
      ['bypassing', 'bypassrls'],
      ['making', 'bypassrls createrole'],
    ]) {
      await admin.query(`create role ${role} login ${powers}`);
      await admin.query(`create database of_${role} owner ${role}`);
    }
    await admin.query('create database of_superuser');
  });
  afterAll(async () => {
    await admin.end();
    await server.stop();
  });

  it('owns the tables and is held by the policies all the same', async () => {
    const database = await openDatabase({ url: urlOf('ordinary', 'of_ordinary') }, () => {});
    const superuser = await connectAs(server.superuser, 'of_ordinary', server);
    const ours = await fillOrganisation(database, superuser, 'ours');
    await fillOrganisation(database, superuser, 'theirs');
    const owner = await connectAs('ordinary', 'of_ordinary', server);
    for (const table of await tablesOf(owner)) expect(await countIn(owner, table.name), table.name).toBe(0);
    expect(await statement(database.reader(ours, 'ALL'), 'select count(*)::int, current_user as role from alert')).toEqual([
      { count: 4, role: 'ordinary' },
    ]);
    expect(await organisationOfKey(database.control, 'hash of ours')).toBe(ours);
    expect(
      await statement(database.control, `select current_setting('lapwing.control', true) as control, count(*)::int from api_key`),
    ).toEqual([{ control: '', count: 0 }]);
    await Promise.all([owner.end(), superuser.end(), database.close()]);
  });

  it('is told what to do where it is above the policies and may not make a role that is not', async () => {
    const refused = openDatabase({ url: urlOf('bypassing', 'of_bypassing') }, () => {});
    const error: unknown = await refused.catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(OperatorError);
    expect(String(error)).toContain('create role lapwing_app nologin');
    await admin.query('create role lapwing_app nologin; grant lapwing_app to bypassing');
    await (await openDatabase({ url: urlOf('bypassing', 'of_bypassing') }, () => {})).close();
    await admin.query('drop owned by lapwing_app');
    await admin.query('drop database of_bypassing with (force)');
    await admin.query('drop role lapwing_app');
  });

  it.each([
    ['a user with BYPASSRLS', 'making', 'of_making'],
    ['a superuser', 'postgres', 'of_superuser'],
  ])('is served as lapwing_app where it is %s, and RESET ROLE does not lead back', async (_who, user, name) => {
    const opened = await Promise.all([1, 2, 3].map(() => openDatabase({ url: urlOf(user, name) }, () => {})));
    const database = opened[0]!;
    const superuser = await connectAs(server.superuser, name, server);
    const ours = await fillOrganisation(database, superuser, 'ours');
    for (const runner of [database.control, database.recorderControl]) {
      expect(await statement(runner, 'select current_user as role')).toEqual([{ role: 'lapwing_app' }]);
      await statement(runner, 'reset role');
      await statement(runner, 'reset all');
      expect(await statement(runner, 'select current_user as role, count(*)::int from activity')).toEqual([
        { role: 'lapwing_app', count: 0 },
      ]);
    }
    for (const table of await tablesOf(superuser)) {
      expect(await statement(database.control, `select count(*)::int from ${table.name}`), table.name).toEqual([{ count: 0 }]);
    }
    expect(await statement(database.reader(ours, 'ALL'), 'select count(*)::int from activity')).toEqual([{ count: 3 }]);
    await expect(statement(database.control, 'create table mine (id int)')).rejects.toThrow('permission denied');
    await superuser.end();
    await Promise.all(opened.map((one) => one.close()));
  });

  it('is refused where `options` of the URL would keep it above the policies', async () => {
    const url = urlOf('postgres', 'of_superuser', `&options=${encodeURIComponent('-c statement_timeout=5000')}`);
    await expect(openDatabase({ url }, () => {})).rejects.toThrow('`options`');
  });
});

describe('a data folder of the first version', () => {
  it('gets an owner apart from the role that serves, and keeps its rows', async () => {
    const old = await start();
    const { database: name, user, owner } = old;
    const before = await connectAs(old.superuser, 'postgres', old);
    await before.query(`alter database ${name} owner to ${user}`);
    await before.query(`drop role ${owner}`);
    await before.end();
    const owned = await openDatabase({ ...old, owner: user, name }, () => {});
    const filling = await connectAs(old.superuser, name, old);
    const ours = await fillOrganisation(owned, filling, 'ours');
    await filling.end();
    await owned.close();
    await old.stop();

    for (const time of ['first', 'second']) {
      const mended = await start();
      const database = await openDatabase({ ...mended, name }, () => {});
      const admin = await connectAs(mended.superuser, name, mended);
      const { rows } = await admin.query(`select distinct pg_get_userbyid(owner) as owner from (
        select datdba as owner from pg_database where datname = current_database()
        union select relowner from pg_class where relnamespace = 'public'::regnamespace
        union select proowner from pg_proc where pronamespace = 'public'::regnamespace) owned`);
      expect(rows, time).toEqual([{ owner }]);
      const app = await connectAs(user, name, mended);
      for (const table of await tablesOf(app)) expect(await countIn(app, table.name), table.name).toBe(0);
      await expect(app.query('alter table activity disable row level security')).rejects.toThrow('must be owner');
      await app.query(`set lapwing.control = 'on'`);
      expect(await countIn(app, 'api_key')).toBe(0);
      expect((await organisationNamed(database.control, 'ours'))?.id).toBe(ours);
      expect(await statement(database.reader(ours, 'ALL'), 'select count(*)::int from activity')).toEqual([{ count: 3 }]);
      await Promise.all([app.end(), admin.end()]);
      await database.close();
      await mended.stop();
    }
  });
});
