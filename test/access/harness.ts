import type { Client } from 'graphql-ws';
import { createClient } from 'graphql-ws';
import { Client as DatabaseClient } from 'pg';
import { inject } from 'vitest';
import WebSocket from 'ws';
import type { Config } from '../../src/config.ts';
import { rows, seqOf, until } from '../flow/harness.ts';
import { ask, data } from '../harness/client.ts';
import type { TestIdentityProvider } from '../harness/identity-provider.ts';
import { adminKey } from '../harness/service.ts';

/** What the tests of access share: people who sign in with tokens, and streams that tell how they ended. */

type Address = { url: string; ws: string };

/** The settings under which people sign in with tokens of this identity provider. */
export const signInBy = (provider: TestIdentityProvider, organisationClaim: string | null = null): Partial<Config> => ({
  oidc: {
    issuer: provider.issuer,
    audience: provider.audience,
    jwksUrl: provider.jwksUrl,
    organisationClaim,
    rolesClaim: 'roles',
    roles: new Map(),
    teamsClaim: 'teams',
    leadsClaim: 'leads',
    userClaim: 'sub',
  },
});

export type Item = { cursor: string; seq: number; uuid: string; user: string; recordedAt: string; arrivedAtMs: number };
type End = { code: number | null; errors: string[]; atMs: number };

/** A running subscription to all activities. */
export type Watch = {
  /** What has arrived so far. */
  readonly items: Item[];
  /** Codes of the errors with which the service ended the operation, so far. */
  readonly errors: string[];
  isOver(): boolean;
  /** Resolves when the line is closed: with the close code of a WebSocket, null for an event stream. */
  ended: Promise<End>;
  leave(): Promise<void>;
};

type Frame = { activityRecorded: { cursor: string; activity: { uuid: string; recordedAt: string; user: { externalId: string } } } };
type Answer = { data?: Frame | null; errors?: readonly { extensions?: Record<string, unknown> }[] };

const watched = `subscription($after: Cursor) { activityRecorded(after: $after) {
  ... on ActivityEvent { cursor activity { uuid recordedAt user { externalId } } } ... on Lagged { lagged: cursor missed } } }`;

function itemOf({ activityRecorded: { cursor, activity } }: Frame): Item {
  const { uuid, recordedAt, user } = activity;
  return { cursor, seq: seqOf(cursor), uuid, recordedAt, user: user.externalId, arrivedAtMs: performance.now() };
}

/** What both transports note, and how their end is told. */
function createNotes() {
  const items: Item[] = [];
  const errors: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<End>();
  let over = false;
  return {
    items,
    errors,
    ended,
    isOver: () => over,
    take(answer: Answer) {
      errors.push(...(answer.errors ?? []).map(({ extensions }) => String(extensions?.code)));
      if (answer.data) items.push(itemOf(answer.data));
    },
    end(code: number | null) {
      over = true;
      resolve({ code, errors, atMs: performance.now() });
    },
  };
}

/** A client whose WebSocket stays open until the service closes it. */
export function openSocket(service: Address, token: string, closed: (code: number) => void = () => undefined): Client {
  return createClient({
    url: service.ws,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    lazy: false,
    onNonLazyError: () => undefined,
    connectionParams: { authorization: `Bearer ${token}` },
    on: { closed: (event) => closed((event as { code: number }).code) },
  });
}

/** Over a WebSocket of its own. */
export function watchSocket(service: Address, token: string, after: string): Watch {
  const { take, end, ...notes } = createNotes();
  const client = openSocket(service, token, end);
  client.subscribe<Frame>(
    { query: watched, variables: { after } },
    {
      next: (answer) => take(answer as Answer),
      error: (error) => take({ errors: Array.isArray(error) ? error : [] }),
      complete: () => undefined,
    },
  );
  return { ...notes, leave: async () => void (await client.dispose()) };
}

/** Over server-sent events, with plain fetch. */
export function watchEvents(service: Address, token: string, after: string): Watch {
  const { take, end, ...notes } = createNotes();
  const abort = new AbortController();
  const read = async () => {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: watched, variables: { after } }),
      signal: abort.signal,
    });
    if (!response.headers.get('content-type')?.includes('event-stream')) return take((await response.json()) as Answer);
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const events = text.split('\n\n');
      text = events.pop()!;
      for (const event of events.filter((one) => one.includes('data: {')))
        take(JSON.parse(event.slice(event.indexOf('data: ') + 6)) as Answer);
    }
  };
  void read()
    .catch(() => undefined) // a line that is cut off is an end like any other
    .then(() => end(null));
  return { ...notes, leave: async () => abort.abort() };
}

/** The id of the row that a global id stands for. */
export const uuidOf = (globalId: string) => Buffer.from(globalId, 'base64').toString().split(':')[1]!;

/** Codes of the errors of an answer, each once. */
export async function codesOf(service: Address, query: string, token: string, variables: object = {}): Promise<unknown[]> {
  const { errors = [] } = await ask(service, query, variables, token);
  return [...new Set(errors.map(({ extensions }) => extensions.code))];
}

/** What the service says of whoever signs with this: null where it does not know them. */
export async function whoIs(service: Address, token: string) {
  const { data: answer } = await ask(
    service,
    '{ viewer { name roles scopes user teams leads expiresAt organisation { name } principal { kind id name } } }',
    {},
    token,
  );
  return answer?.viewer ?? null;
}

const change = (name: string, type: string, gives: string) =>
  `mutation($input: ${type}!) { ${name}(input: $input) { ${gives} userErrors { code message } } }`;

/** Makes a change that has to succeed, and returns its payload. */
async function changed(service: Address, name: string, type: string, gives: string, input: object, key: string) {
  const { [name]: payload } = await data(service, change(name, type, gives), { input }, key);
  if (payload.userErrors.length > 0) throw new Error(JSON.stringify(payload.userErrors));
  return payload;
}

export const updatePerson = (service: Address, input: object, key = adminKey) =>
  changed(service, 'updatePerson', 'UpdatePersonInput', 'person { id roles teams leads suspended }', input, key);
export const updateUser = (service: Address, input: object, key = adminKey) =>
  changed(service, 'updateUser', 'UpdateUserInput', 'user { teams }', input, key);
export const revokeKey = (service: Address, id: string, key = adminKey) =>
  changed(service, 'revokeApiKey', 'RevokeApiKeyInput', 'apiKey { revokedAt }', { id }, key);
export const rotateKey = async (service: Address, id: string, overlapHours: number, key = adminKey): Promise<string> =>
  (await changed(service, 'rotateApiKey', 'RotateApiKeyInput', 'secret', { id, overlapHours }, key)).secret;

export type LoggedActivity = { id: string; user: string; seq: number; recorded_at: Date };

/** Every activity after this place in the log, in its order, with the external id of whose it is. */
export async function activitiesAfter(databaseUrl: string, seq: number): Promise<LoggedActivity[]> {
  const found = await rows<LoggedActivity>(
    databaseUrl,
    `select a.id, u.external_id as user, a.seq, a.recorded_at from activity a join "user" u on u.id = a.user_id
      where a.seq > $1 and a.organisation_id = (select id from organisation where name = 'default') order by a.seq`,
    [seq],
  );
  return found.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** The places in the log of what changed the access of a key or person, in order. */
export async function changesOf(databaseUrl: string, id: string): Promise<number[]> {
  const found = await rows<{ seq: string }>(
    databaseUrl,
    `select seq from log_entry where ref = $1 and kind in ('PERSON_CHANGED', 'API_KEY_ROTATED', 'API_KEY_REVOKED', 'USER_UPDATED') order by seq`,
    [id],
  );
  return found.map(({ seq }) => Number(seq));
}

/** How many processes hear of what the others on this database commit. */
export async function listening(databaseUrl: string): Promise<number> {
  return (await rows(databaseUrl, `select 1 from pg_stat_activity where query like 'listen %' and datname = current_database()`)).length;
}

/**
 * Cuts the connections on which the processes on this database hear of each other, and again whenever one tries anew.
 * Resolves once each of them is cut; `end` lets them be.
 */
export async function keepDeaf(databaseUrl: string, processes: number): Promise<{ end(): Promise<void> }> {
  const { socketDir: host, port, superuser: user } = inject('postgres');
  const superuser = new DatabaseClient({ host, port, user, database: 'postgres' });
  await superuser.connect();
  const cut = async () => {
    const { rowCount } = await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = $1`,
      [new URL(databaseUrl).pathname.slice(1)],
    );
    return rowCount ?? 0;
  };
  let times = await cut();
  if (times !== processes) throw new Error(`${times} processes were listening`);
  let deaf = true;
  const cutting = (async () => {
    while (deaf) times += await cut();
  })();
  const end = async () => {
    deaf = false;
    await cutting;
    await superuser.end();
  };
  await until('every process has tried again in vain', () => times >= 2 * processes).catch((error: unknown) =>
    end().then(() => Promise.reject(error)),
  );
  return { end };
}
