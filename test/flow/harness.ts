import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client as SocketClient } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { Client } from 'pg';
import WebSocket from 'ws';
import type { Stream } from '../harness/client.ts';
import { data, gauge, subscribe } from '../harness/client.ts';
import { adminKey, fingerprintKey } from '../harness/service.ts';

/** What the tests of the flow share: a look into the database, processes of their own, and a socket client they can break. */

type Address = { url: string; ws: string };

export async function rows<Row extends object>(databaseUrl: string, sql: string, params: unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(sql, params)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until `condition` holds; fails after `withinMs`. */
export async function until(what: string, condition: () => Promise<boolean> | boolean, withinMs = 15_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(10);
  }
}

/** The place in the log that a cursor stands for. Clients must not read it; a test of the order has to. */
export const seqOf = (cursor: string) => Number(Buffer.from(cursor, 'base64url').toString().split('.')[0]);

/** The cursor of the newest log entry. */
export async function logHead(service: Address, key = adminKey): Promise<string> {
  return (await data(service, '{ system { logHead } }', {}, key)).system.logHead;
}

export function socketClient(service: Address, key = adminKey): SocketClient {
  return createClient({
    url: service.ws,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${key}` },
  });
}

export const activityFrames = `subscription($after: Cursor, $filter: ActivityFilter) { activityRecorded(after: $after, filter: $filter) {
  ... on ActivityEvent { cursor activity { uuid } } ... on Lagged { lagged: cursor missed } } }`;
export type ActivityFrame = { activityRecorded: { cursor: string; activity: { uuid: string } } };

/** As `subscribe` of the harness, also where other clients have opened streams; one call after the other. */
export async function follow(service: Address, query: string, variables: object = {}, key = adminKey): Promise<Stream> {
  const opened = 'lapwing_subscriptions_live_total';
  const before = await gauge(service, opened);
  const stream = await subscribe(service, query, variables, key);
  await until('the subscription is live', async () => (await gauge(service, opened)) > before);
  return stream;
}

/** Reads a subscription until `enough` says so, then leaves it; `break` also cuts the line instead of saying good-bye. */
export async function readStream<Item>(
  service: Address,
  operation: { query: string; variables?: Record<string, unknown>; key?: string },
  enough: (items: Item[]) => boolean,
  leave: 'complete' | 'break' = 'complete',
): Promise<Item[]> {
  const client = socketClient(service, operation.key);
  const items: Item[] = [];
  for await (const { data: item, errors } of client.iterate<Item>({ query: operation.query, variables: operation.variables ?? {} })) {
    if (errors) throw new Error(JSON.stringify(errors));
    if (item) items.push(item);
    if (enough(items)) break;
  }
  if (leave === 'break') client.terminate();
  else await client.dispose();
  return items;
}

/** The errors with which the service answers a subscription it does not take. */
export async function refusal(service: Address, query: string, variables: Record<string, unknown>, key = adminKey): Promise<unknown> {
  const client = socketClient(service, key);
  const { promise, resolve } = Promise.withResolvers<unknown>();
  client.subscribe({ query, variables }, { next: ({ errors }) => resolve(errors), error: resolve, complete: () => resolve(null) });
  const answer = await promise;
  await client.dispose();
  return answer;
}

export const login = (user: string, more: object = {}) => ({ user, detail: { auth: { event: 'LOGIN' } }, ...more });
export const failure = (user: string, sourceIp: string, more: object = {}) => ({
  user,
  sourceIp,
  detail: { auth: { event: 'FAILURE' } },
  ...more,
});
export const pageView = (user: string, session: string, more: object = {}) => ({
  user,
  session,
  detail: { web: { page: '/start' } },
  ...more,
});

/** Tracks a batch and returns the ids of what was recorded, in order. */
export async function trackUuids(service: Address, activities: object[], key = adminKey): Promise<string[]> {
  const { trackActivities } = await data(
    service,
    `mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) { receipts { activity { uuid } } userErrors { message } } }`,
    { input: { activities } },
    key,
  );
  if (trackActivities.userErrors.length > 0) throw new Error(JSON.stringify(trackActivities.userErrors));
  return trackActivities.receipts.map((receipt: { activity: { uuid: string } }) => receipt.activity.uuid);
}

export type Running = Address & { key: string; pid: number; banner: string; child: ChildProcess; errors(): string; startMs: number };

/** A folder that a process run by root may also use: PostgreSQL runs as another user, who has to pass through. */
export function dataFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'lapwing-flow-')));
  chmodSync(folder, 0o711);
  return folder;
}

/** A port that is free now, for a service that shall come back where it was. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}

export const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

const running = new Set<ChildProcess>();

/** Processes that share a database share it; where each has a folder for both, the folder's own will do. */
const sharedKey = { LAPWING_FINGERPRINT_KEY: fingerprintKey };

/** As `npm start` runs it, with these settings and nothing else of ours in its environment. */
export function launch(settings: Record<string, string>, program = 'src/main.ts', args: string[] = []) {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  const child = spawn(process.execPath, ['--max-semi-space-size=16', '--heap-growing-percent=30', program, ...args], {
    env: { PATH, HOME, NODE_COMPILE_CACHE, PORT: '0', ...(settings.DATABASE_URL ? sharedKey : {}), ...settings },
    stdio: 'pipe',
  });
  running.add(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => (said.out += String(chunk)));
  child.stderr.on('data', (chunk) => (said.err += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => {
    running.delete(child);
    return { code, signal, ...said };
  });
  return { child, said, ended };
}

export async function startProcess(settings: Record<string, string>, withinMs = 30_000): Promise<Running> {
  const started = performance.now();
  const { child, said, ended } = launch({ LOG_LEVEL: 'silent', ...settings });
  const ready = until('the service is ready', () => said.out.includes("-d '{"), withinMs);
  const early = await Promise.race([ready, ended]);
  if (early) throw new Error(`the service ended with ${String(early.code)}: ${early.err}`);
  const url = /Playground +(\S+)/.exec(said.out)?.[1] ?? '';
  return {
    url,
    ws: url.replace('http', 'ws'),
    key: settings.LAPWING_ADMIN_KEY ?? /Admin key +(\S+)/.exec(said.out)?.[1] ?? '',
    pid: child.pid ?? 0,
    banner: said.out,
    child,
    errors: () => said.err,
    startMs: performance.now() - started,
  };
}

/** Sends the signal and waits for the end. */
export async function end({ child }: { child: ChildProcess }, signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  child.kill(signal);
  const [code] = await once(child, 'exit');
  return code as number | null;
}

/** For afterEach: a failed test leaves no process behind. */
export async function endAll(): Promise<void> {
  for (const child of running) await end({ child }); // in order, for a service that is killed leaves its PostgreSQL running
}
