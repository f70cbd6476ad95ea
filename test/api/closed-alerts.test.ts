import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, data, track, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const failure = { user: 'root', sourceIp: '203.0.113.50', detail: { auth: { event: 'FAILURE' } } };
const alertsOf = async (subject: string) =>
  (
    await data(
      service,
      'query($s: String!) { alerts(filter: {subject: {eq: $s}}, first: 200) { totalCount nodes { id status count anomalies { id count resolved } } } }',
      { s: subject },
    )
  ).alerts;

describe('an alert that was closed', () => {
  it('keeps its anomalies when the attack goes on and opens another', async () => {
    await trackAll(service, Array(6).fill(failure));
    const [first] = (await alertsOf('address:203.0.113.50')).nodes;
    await data(service, 'mutation($id: ID!) { resolveAlert(input: {id: $id}) { alert { status } } }', { id: first.id });
    await track(service, failure);
    const { nodes, totalCount } = await alertsOf('address:203.0.113.50');
    const [anomaly] = first.anomalies;
    expect(totalCount).toBe(2);
    expect(nodes).toEqual([
      expect.objectContaining({ status: 'OPEN', count: 1, anomalies: [{ ...anomaly, count: 7 }] }),
      expect.objectContaining({ id: first.id, status: 'RESOLVED', count: 6, anomalies: [{ ...anomaly, count: 7 }] }),
    ]);
  });

  it('grows again under its old link once it was reopened in place of the later one', async () => {
    const [later, first] = (await alertsOf('address:203.0.113.50')).nodes;
    await data(service, 'mutation($id: ID!) { dismissAlert(input: {id: $id}) { alert { status } } }', { id: later.id });
    await data(service, 'mutation($id: ID!) { reopenAlert(input: {id: $id}) { alert { status } } }', { id: first.id });
    await track(service, failure);
    const { nodes } = await alertsOf('address:203.0.113.50');
    expect(nodes.map(({ status, count, anomalies }: typeof first) => [status, count, anomalies.length])).toEqual([
      ['DISMISSED', 1, 1],
      ['OPEN', 7, 1],
    ]);
  });

  it('leaves its anomaly to be settled, and unsettled ones can be asked for', async () => {
    const open = async () =>
      (await data(service, '{ anomalies(filter: {resolved: {eq: false}, type: {eq: FAILED_LOGIN_BURST}}) { nodes { id } } }')).anomalies
        .nodes;
    const [{ id }] = await open();
    await data(service, 'mutation($id: ID!) { resolveAnomaly(input: {id: $id}) { anomaly { resolved } } }', { id });
    expect(await open()).toEqual([]);
  });
});

describe('an item of a batch that has the wrong type', () => {
  it('is named by its place, since GraphQL refuses the whole request', async () => {
    const { errors } = await ask(
      service,
      'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { cursor } } }',
      { input: { activities: [failure, { ...failure, occurredAt: '2026-11-22T00:00:00' }] } },
    );
    expect(errors).toHaveLength(1);
    expect(errors?.[0]?.message).toContain('activities[1].occurredAt');
    expect(errors?.[0]?.message).toContain('RFC 3339');
  });
});

describe('a GET request whose variables are no JSON', () => {
  it('is a bad request and no fault of ours', async () => {
    const response = await fetch(`${service.url}?query=%7Bviewer%7Bname%7D%7D&variables=%7Bbad`, {
      headers: { authorization: `Bearer ${adminKey}`, accept: 'application/json' },
    });
    expect(response.status).toBe(400);
    expect((await response.json()).errors[0].extensions.code).toBe('BAD_REQUEST');
  });
});

describe('signing out of a session that was terminated', () => {
  it('is recorded and changes nothing: it stays TERMINATED since its termination', async () => {
    const at = { user: 'tess', session: 'terminated-1' };
    await track(service, { ...at, detail: { web: { page: '/' } } });
    const { session } = await data(service, '{ session(externalId: "terminated-1") { id } }');
    await data(service, 'mutation($id: ID!) { terminateSession(input: {id: $id}) { session { status } } }', { id: session.id });
    const terminated = (await data(service, '{ session(externalId: "terminated-1") { terminatedAt endedAt } }')).session;
    await track(service, { ...at, detail: { auth: { event: 'LOGOUT' } } });
    const after = (await data(service, '{ session(externalId: "terminated-1") { status terminatedAt endedAt activityCount } }')).session;
    expect(after).toEqual({ ...terminated, status: 'TERMINATED', activityCount: 2 });
  });
});

describe('keys', () => {
  it('are listed without their secrets, so that a lost id can be found and revoked', async () => {
    await data(service, 'mutation { createApiKey(input: {name: "shop", role: SERVICE}) { secret } }');
    const { apiKeys } = await data(service, '{ apiKeys { id name role revokedAt } }');
    const shop = apiKeys.find(({ name }: { name: string }) => name === 'shop');
    expect(shop).toMatchObject({ role: 'SERVICE', revokedAt: null });
    await data(service, 'mutation($id: ID!) { revokeApiKey(input: {id: $id}) { apiKey { revokedAt } } }', { id: shop.id });
    const again = (await data(service, '{ apiKeys { id revokedAt } }')).apiKeys;
    expect(again.find(({ id }: { id: string }) => id === shop.id).revokedAt).not.toBeNull();
  });
});
