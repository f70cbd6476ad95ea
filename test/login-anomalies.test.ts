import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, subscribe, track, trackAll } from './harness/client.ts';
import type { Service } from './harness/service.ts';
import { startService } from './harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const day = (n: number, time: string) => new Date(Date.UTC(2026, 9, n)).toISOString().slice(0, 11) + time;
const login = (user: string, occurredAt: string, sourceIp: string) => ({
  user,
  occurredAt,
  sourceIp,
  detail: { auth: { event: 'LOGIN', method: 'password' } },
});

describe('sign-ins', () => {
  it('at 03:00 from a never-seen address after 20 days of 10:00 raise both anomalies', async () => {
    await trackAll(
      service,
      Array.from({ length: 20 }, (_, n) => login('nora', day(n + 1, '10:00:00Z'), '198.51.100.7')),
    );
    const stream = await subscribe(
      service,
      'subscription { anomalyDetected { ... on AnomalyEvent { anomaly { type user { externalId } } } } }',
    );
    const receipt = await track(service, login('nora', day(21, '03:00:00Z'), '203.0.113.9'));
    expect(receipt.anomalies.map((anomaly: { type: string }) => anomaly.type).toSorted()).toEqual(['NEW_LOCATION', 'UNUSUAL_TIME']);
    const items = await stream.take(2);
    expect(items.map((item) => item.anomalyDetected.anomaly.user.externalId)).toEqual(['nora', 'nora']);
    await stream.close();
    const { alerts } = await data(service, '{ alerts { nodes { type severity count user { externalId } anomalies { type score } } } }');
    expect(alerts.nodes).toEqual([
      {
        type: 'NEW_LOCATION',
        severity: 'CRITICAL',
        count: 1,
        user: { externalId: 'nora' },
        anomalies: [{ type: 'NEW_LOCATION', score: 70 }],
      },
    ]);
  });
});
