import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { migrationsList } from '../../src/db/database.ts';
import { data, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';
import { rows } from './harness.ts';
import type { ActivityLine } from './leaf-hash.ts';
import { activityLines, leafHash } from './leaf-hash.ts';

const name = `upgrade_${process.pid}`;
const { socketDir, port, owner, superuser } = inject('postgres');
const organisation = '01a1f000-0000-7000-8000-000000000001';
const activity = '01a1f000-0000-7000-8000-000000000003';

async function asSuperuser(database: string, ...statements: string[]): Promise<void> {
  const client = new Client({ host: socketDir, port, user: superuser, database });
  await client.connect();
  for (const sql of statements) await client.query(sql);
  await client.end();
}

/** The tables as they were after this migration, made by their owner. */
async function migrateTo(last: string): Promise<void> {
  const migrations = { snapshot: false, silent: true, migrationsList };
  const orm = new MikroORM({
    host: socketDir,
    port,
    user: owner,
    dbName: name,
    entities: [],
    extensions: [Migrator],
    migrations,
    ensureDatabase: false,
    discovery: { warnWhenNoEntities: false },
  });
  await orm.connect();
  await orm.migrator.up({ to: last });
  await orm.close(true);
}

/** What a version before left behind: the detail has every field, the key is a text. */
const leftBehind = `
  insert into organisation values ('${organisation}', 'default', 'UTC', now());
  insert into log_head values ('${organisation}', 1);
  create table activity_2026_11 partition of activity for values from ('2026-11-01T00:00:00Z') to ('2026-12-01T00:00:00Z');
  alter table activity_2026_11 owner to ${owner};
  insert into "user" (id, organisation_id, external_id, first_seen_at, baseline)
    values ('01a1f000-0000-7000-8000-000000000002', '${organisation}', 'old', now(), '{"hours": [], "addresses": []}');
  insert into activity (id, organisation_id, seq, recorded_at, occurred_at, kind, type, user_id, outcome, risk_score, risk_factors,
    policy_version, text, detail)
    values ('${activity}', '${organisation}', 1, '2026-11-20T12:00:00.123456Z', '2026-11-20T11:00:00Z', 'web', 'PAGE_VIEW',
    '01a1f000-0000-7000-8000-000000000002', 'SUCCESS', 0, '[]', 1, '/old', '{"page": "/old", "action": null, "endpoint": null}');
  insert into log_entry values ('${organisation}', 1, 'ACTIVITY', '${activity}', '2026-11-20T12:00:00.123456Z', '');
  insert into idempotency_key values ('${organisation}', 'old ¶ key', '${activity}')`;

/** What the version before uses of secrets were rows of their own left behind. */
const reported = '01a1f000-0000-7000-8000-000000000004';
const leftBehindWithSecrets = `
  insert into activity (id, organisation_id, seq, recorded_at, occurred_at, kind, type, user_id, outcome, risk_score, risk_factors,
    policy_version, text, detail, secrets_used)
    select '${reported}', organisation_id, 2, recorded_at + interval '1 second', occurred_at, kind, type, user_id, outcome, risk_score,
      risk_factors, policy_version, '/vault', '{"page": "/vault"}',
      '[{"secret": "vault", "granted": true, "reason": null}, {"secret": "safe", "granted": false, "reason": "not yours"}]'
    from activity;
  insert into log_entry select organisation_id, 2, kind, '${reported}', recorded_at + interval '1 second', '' from log_entry;
  update log_head set seq = 2`;

let service: Service;
const databaseUrl = `postgres://${superuser}@localhost:${port}/${name}?host=${encodeURIComponent(socketDir)}`;
beforeAll(async () => {
  await asSuperuser('postgres', `create database ${name} owner ${owner}`);
  await migrateTo('Migration20261122000002_session_integrity');
  await asSuperuser(name, leftBehind);
  const [line] = await rows<ActivityLine>(databaseUrl, activityLines);
  await asSuperuser(name, `update log_entry set leaf_hash = '${leafHash(line!)}'`);
  await migrateTo('Migration20261126000000_settings_revision');
  await asSuperuser(name, leftBehindWithSecrets);
  const [, second] = await rows<ActivityLine>(databaseUrl, activityLines);
  await asSuperuser(name, `update log_entry set leaf_hash = decode('${leafHash(second!)}', 'hex') where seq = 2`);
  service = await startService({ databaseUrl });
});
afterAll(async () => {
  await service.close();
  await asSuperuser('postgres', `drop database ${name} with (force)`);
});

it('rows of an earlier version keep their leaf hashes, and what is recorded beside them has its own', async () => {
  await track(service, { user: 'new', detail: { web: { page: '/new' } } });
  const lines = await rows<ActivityLine>(databaseUrl, activityLines);
  expect(lines.map(({ activity }) => activity.detail)).toEqual([
    { page: '/old', action: null, endpoint: null },
    { page: '/vault' },
    { page: '/new' },
  ]);
  for (const line of lines) expect(leafHash(line)).toBe(line.leaf_hash.toString('hex'));
});

it('a key from before there were hashes of what was sent answers its activity, whatever comes with it', async () => {
  const sent = { user: 'old', idempotencyKey: 'old ¶ key', detail: { web: { page: '/another' } } };
  const { receipts, userErrors } = await trackAll(service, [sent, { ...sent, idempotencyKey: 'old ¶ key ' }]);
  expect(userErrors).toEqual([]);
  expect(receipts.map((receipt: { duplicate: boolean }) => receipt.duplicate)).toEqual([true, false]);
  expect(receipts[0].activity.uuid).toBe(activity);
});

it('what was reported of secrets is listed among their uses, as it was reported', async () => {
  const { secretUsages } = await data(
    service,
    '{ secretUsages { nodes { secret kind fingerprint granted reason field at activity { uuid } user { externalId } occurredAt recordedAt } } }',
  );
  const shared = {
    kind: 'REPORTED',
    fingerprint: null,
    field: null,
    at: null,
    activity: { uuid: reported },
    user: { externalId: 'old' },
    occurredAt: '2026-11-20T11:00:00.000000Z',
    recordedAt: '2026-11-20T12:00:01.123456Z',
  };
  expect(secretUsages.nodes).toHaveLength(2);
  expect(secretUsages.nodes).toEqual(
    expect.arrayContaining([
      { ...shared, secret: 'vault', granted: true, reason: null },
      { ...shared, secret: 'safe', granted: false, reason: 'not yours' },
    ]),
  );
});
