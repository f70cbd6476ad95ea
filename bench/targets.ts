import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Child } from './children.ts';
import { startServer } from './children.ts';
import type { Database } from './cluster.ts';
import { rowOf } from './peers/row.ts';
import type { Input } from './traffic.ts';
import { post } from './wire.ts';

/** Something that records activities and pushes them: Lapwing, or a peer of it. */
export type Target = Child & {
  name: string;
  key: string;
  /** The request that records these activities. */
  request(activities: readonly Input[]): Buffer;
  subscription: Subscription;
};
/** How a client follows: graphql-transport-ws with this operation, or null for bare frames from the moment it connects. */
export type Subscription = { url: string; key: string; operation: { query: string; variables: object } | null };

export const adminKey = 'bench-admin-key-0123456789abcdefghijklm';
const bench = fileURLToPath(new URL('.', import.meta.url));
const packageJson = JSON.parse(readFileSync(`${bench}../package.json`, 'utf8')) as { scripts: { start: string } };
/** What \`npm start\` gives to node; without npm itself, which would be one more process to measure and to stop. */
const startArguments = packageJson.scripts.start.split(' ').slice(1);
const startFlags = startArguments.filter((argument) => argument.startsWith('--'));

/** Where it is noon: run at night, the bench would be a test of how fast sessions outside working hours are reported. */
export const timeZone = zoneOfNoon(new Date().getUTCHours());

/** The names of these zones count westwards. */
function zoneOfNoon(utcHour: number): string {
  const west = utcHour - 12;
  return west === 0 ? 'Etc/GMT' : `Etc/GMT${west > 0 ? '+' : ''}${west}`;
}

/** What a client library asks for, of every side the same. */
const receipt = 'receipt { cursor duplicate sessionStatus risk { score level } activity { uuid } } userErrors { code field message }';
const receipts = receipt.replace('receipt ', 'receipts ');
const one = `mutation Track($input: TrackActivityInput!) { trackActivity(input: $input) { ${receipt} } }`;
const many = `mutation Track($input: TrackActivitiesInput!) { trackActivities(input: $input) { ${receipts} } }`;
export const activityFields = 'uuid type occurredAt outcome sourceIp user { externalId } risk { score level }';
export const followActivities = `subscription Follow($filter: ActivityFilter) { activityRecorded(filter: $filter) {
  ... on ActivityEvent { cursor activity { ${activityFields} } } ... on Lagged { lagged: cursor missed } } }`;

type Place = { database: Database; logs: string };

/** As `npm start` runs it, with nothing set but its address, database, key, folder and time zone. */
export async function startLapwing({ database, logs }: Place, more: { name?: string; env?: Record<string, string> } = {}): Promise<Target> {
  const name = more.name ?? 'Lapwing';
  const env = {
    DATABASE_URL: database.url,
    LAPWING_ADMIN_KEY: adminKey,
    LAPWING_FINGERPRINT_KEY: adminKey,
    LAPWING_DATA_DIR: `${logs}/${name}-data`,
    LAPWING_TIME_ZONE: timeZone,
    ...more.env,
  };
  const child = await startServer({ name, args: startArguments, env, logs });
  return lapwingAt(child, name, adminKey);
}

/** The same process for another key, of another organisation perhaps. */
export function lapwingAt(child: Child, name: string, key: string): Target {
  return {
    ...child,
    name,
    key,
    request: (activities) => graphqlRequest(activities, key),
    subscription: { url: `ws://127.0.0.1:${child.port}/graphql`, key, operation: { query: followActivities, variables: {} } },
  };
}

function graphqlRequest(activities: readonly Input[], key: string | null): Buffer {
  const [query, input] = activities.length === 1 ? [one, activities[0]] : [many, { activities }];
  return post('/graphql', JSON.stringify({ query, variables: { input } }), key);
}

/** A stock Yoga that inserts each activity by itself. */
export async function startYoga({ database, logs }: Place): Promise<Target> {
  const name = 'Yoga + pg';
  const child = await startServer({
    name,
    args: [`${bench}peers/yoga-pg.ts`],
    env: { DATABASE_URL: database.url, NODE_ENV: 'production' },
    logs,
  });
  return lapwingAt(child, name, adminKey);
}

/** Lapwing's check and recorder behind bare node:http. */
export async function startJsonEndpoint({ database, logs }: Place): Promise<Target> {
  const name = 'JSON endpoint';
  const args = [...startFlags, `${bench}peers/json-endpoint.ts`];
  const child = await startServer({ name, args, env: { DATABASE_URL: database.url, KEY: adminKey, TIME_ZONE: timeZone }, logs });
  return {
    ...child,
    name,
    key: adminKey,
    request: (activities) => post('/', JSON.stringify(activities.length === 1 ? { input: activities[0] } : { activities }), adminKey),
    subscription: { url: `ws://127.0.0.1:${child.port}/`, key: adminKey, operation: null },
  };
}

/** PostGraphile on the same table, with a trigger that notifies. */
export async function startPostGraphile({ database, logs }: Place): Promise<Target> {
  const name = 'PostGraphile';
  const args = [`${bench}peers/postgraphile/server.ts`];
  const child = await startServer({
    name,
    args,
    env: { DATABASE_URL: database.url, NODE_ENV: 'production', GRAPHILE_ENV: 'production' },
    logs,
  });
  const query = 'subscription { activityRecorded { activity { uuid: rowId type occurredAt outcome sourceIp userId riskScore } } }';
  return {
    ...child,
    name,
    key: adminKey,
    request: (activities) => post('/graphql', JSON.stringify(createMutation(activities)), null),
    subscription: { url: `ws://127.0.0.1:${child.port}/graphql`, key: adminKey, operation: { query, variables: {} } },
  };
}

/** A root field per activity: PostGraphile has no mutation for many rows. */
function createMutation(activities: readonly Input[]) {
  const names = activities.map((_, place) => `i${place}`);
  const query = `mutation Track(${names.map((name) => `$${name}: ActivityInput!`).join(' ')}) {
    ${names.map((name) => `${name}: createActivity(input: {activity: $${name}}) { activity { uuid: rowId seq riskScore sessionId } }`).join('\n')} }`;
  return { query, variables: Object.fromEntries(activities.map((activity, place) => [names[place]!, camelCase(rowOf(activity))])) };
}

/** As PostGraphile names columns; `id` is what it calls the node's own id, so the column is another. */
function camelCase(row: object): Record<string, unknown> {
  const entries = Object.entries(row).map(([column, value]) => [
    column === 'id' ? 'rowId' : column.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
