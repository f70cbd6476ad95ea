import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { adminKey } from './service.ts';

/** Plain clients, as a stranger would write them: `fetch` and graphql-ws, none of the service's own code. */

// oxlint-disable-next-line typescript/no-explicit-any -- answers are looked at field by field, as a stranger would
type Answer = { data: any; errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[] };

export async function ask(service: { url: string }, query: string, variables: object = {}, key: string = adminKey): Promise<Answer> {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  });
  return response.json() as Promise<Answer>;
}

/** As `ask`, for operations that must succeed: throws what the service said otherwise. */
export async function data(
  service: { url: string },
  query: string,
  variables: object = {},
  key: string = adminKey,
): Promise<Answer['data']> {
  const answer = await ask(service, query, variables, key);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

const receiptFields = `duplicate cursor sessionStatus risk { score level factors { code points } }
  anomalies { id type reference score count summary details } activity { id uuid type occurredAt }`;

/** Tracks one activity and returns its receipt. */
export async function track(service: { url: string }, input: object, key: string = adminKey) {
  const { trackActivity } = await data(
    service,
    `mutation($input: TrackActivityInput!) { trackActivity(input: $input) {
    receipt { ${key === adminKey ? receiptFields : 'duplicate cursor'} } userErrors { code field message } } }`,
    { input },
    key,
  );
  if (trackActivity.userErrors.length > 0) throw new Error(JSON.stringify(trackActivity.userErrors));
  return trackActivity.receipt;
}

/** Tracks many in one batch and returns the payload, refusals included. */
export async function trackAll(service: { url: string }, activities: object[], key: string = adminKey) {
  const { trackActivities } = await data(
    service,
    `mutation($input: TrackActivitiesInput!) { trackActivities(input: $input) {
    receipts { ${receiptFields} } userErrors { code field message hint } } }`,
    { input: { activities } },
    key,
  );
  return trackActivities;
}

/** A running subscription whose items can be awaited one by one. */
export type Stream = {
  /** The next item; fails after `withinMs`. */
  next(withinMs?: number): Promise<Answer['data']>;
  /** The next `count` items. */
  take(count: number, withinMs?: number): Promise<Answer['data'][]>;
  /** What has arrived and was not taken. */
  arrived(): Answer['data'][];
  /** Resolves when the server has ended the subscription. */
  ended: Promise<unknown>;
  close(): Promise<void>;
};

/** Opens a subscription over WebSocket with the public graphql-ws client and waits until the server has it. */
export async function subscribe(
  service: { url: string; ws: string },
  query: string,
  variables: object = {},
  key: string = adminKey,
): Promise<Stream> {
  const client = createClient({
    url: service.ws,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: true,
    connectionParams: { authorization: `Bearer ${key}` },
  });
  const items: Answer['data'][] = [];
  const waiting: ((item: Answer['data']) => void)[] = [];
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
  const stop = client.subscribe<Answer['data']>(
    { query, variables: { ...variables } },
    {
      next: (answer) => {
        const item = answer.errors ? { errors: answer.errors } : answer.data;
        const taker = waiting.shift();
        if (taker) taker(item);
        else items.push(item);
      },
      error: end,
      complete: () => end(undefined),
    },
  );
  await subscribed(service);

  const next = (withinMs = 5_000) => {
    const item = items.shift();
    if (item !== undefined) return Promise.resolve(item);
    return new Promise<Answer['data']>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no item within ${withinMs} ms`)), withinMs);
      waiting.push((arrived) => {
        clearTimeout(timer);
        resolve(arrived);
      });
    });
  };
  return {
    next,
    async take(count, withinMs) {
      const taken = [];
      while (taken.length < count) taken.push(await next(withinMs));
      return taken;
    },
    arrived: () => items.splice(0),
    ended,
    async close() {
      stop();
      await client.dispose();
    },
  };
}

/** graphql-ws has no "subscribed" message, so this watches the server's own gauge of running subscriptions. */
const running = new WeakMap<object, number>();
async function subscribed(service: { url: string }): Promise<void> {
  const wanted = (running.get(service) ?? 0) + 1;
  running.set(service, wanted);
  for (let look = 0; look < 200; look += 1) {
    if ((await gauge(service, 'lapwing_subscriptions_live_total')) >= wanted) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the server did not take the subscription');
}

/** The value of a metric the service exposes. */
export async function gauge(service: { url: string }, name: string): Promise<number> {
  const text = await (await fetch(new URL('/metrics', service.url))).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(name))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** Makes a key and returns its secret. */
export async function makeKey(service: { url: string }, input: { role: string; [field: string]: unknown }, key: string = adminKey) {
  const { createApiKey } = await data(
    service,
    'mutation($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret apiKey { id } userErrors { code message } } }',
    { input: { name: `test ${input.role}`, ...input } },
    key,
  );
  if (createApiKey.secret === null) throw new Error(JSON.stringify(createApiKey.userErrors));
  return { secret: createApiKey.secret as string, id: createApiKey.apiKey.id as string };
}

/** Makes an organisation, as the command line of whoever runs the service does, and returns the secret of its admin key. */
export async function makeOrganisation(service: { url: string; dataDir: string }, name: string, timeZone = 'UTC'): Promise<string> {
  const { key } = JSON.parse(readFileSync(join(service.dataDir, 'cli-key'), 'utf8')) as { key: string };
  const { createOrganisation } = await data(
    service,
    'mutation($input: CreateOrganisationInput!) { createOrganisation(input: $input) { secret userErrors { code message } } }',
    { input: { name, timeZone } },
    key,
  );
  if (createOrganisation.secret === null) throw new Error(JSON.stringify(createOrganisation.userErrors));
  return createOrganisation.secret;
}
