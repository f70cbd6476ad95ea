import { buildSchema, GraphQLObjectType, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { createClient, type Client, type ClientOptions } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { audienceOf, scopesOf, type Role } from '../../src/domain/access.ts';
import type { Viewer } from '../../src/domain/viewer.ts';
import { RequestError } from '../../src/errors.ts';
import { limits, type Limits } from '../../src/graphql/limits.ts';
import { createAuthenticate } from '../../src/server/authenticate.ts';
import type { Judge } from '../../src/server/connections.ts';
import { createGuesses } from '../../src/server/guesses.ts';
import { createServer, type Readiness, type Server, type ServerDeps } from '../../src/server/http.ts';
import { createLogger, createMetrics, type Metrics } from '../../src/telemetry.ts';

export type Context = { viewer: Viewer; serial: number; reads: { settle(): Promise<void> } };

export const keys = { ada: 'k'.repeat(40), bob: 'b'.repeat(40) };

const viewers: Record<string, Viewer> = { [keys.ada]: viewerNamed('ada', 'ADMIN'), [keys.bob]: viewerNamed('bob', 'SERVICE') };

function viewerNamed(name: string, role: Role): Viewer {
  const grant = { roles: [role], user: null, teams: [], leads: [] };
  return {
    organisationId: `org-of-${name}`,
    timeZone: 'UTC',
    principal: { kind: 'KEY', id: `key-${name}`, name },
    scopes: scopesOf(grant, null),
    audience: audienceOf(grant),
    credential: `hash-of-${name}`,
    expiresAt: null,
    ...grant,
  };
}

/** For `review`: the key of one of the viewers was revoked. */
export const revoked =
  (name: string): Judge =>
  (viewer) =>
    viewer.principal.name === name ? 'UNAUTHENTICATED' : viewer;

const sdl = `
  enum Mood { HAPPY SAD }
  type Thing { name: String self: Thing list(first: Int): [Thing!] }
  type Query {
    hello(name: String, tags: [Int!], mood: Mood): String serial: Int thing: Thing broken: String unserialisable: Int forbidden: String
    overloaded: String! forever: String slow: String
  }
  type Mutation { track(secret: String!): String }
  type Subscription { things: Thing count(mood: Mood): Int endless: Int flood: String failing: Int refused: Int }
`;

type Streams = { opened: number; closed: number };
type Resolve = GraphQLFieldResolver<unknown, Context, Record<string, string | undefined>>;

const forbidden = () => Promise.reject(new RequestError('FORBIDDEN', 'Only admins may do this.'));
const later = (milliseconds: number, value: string) => new Promise((resolve) => setTimeout(resolve, milliseconds, value));

const resolvers: Record<string, Record<string, Resolve>> = {
  Query: {
    hello: (_root, { name }, { viewer }) => `hello ${name ?? viewer.principal.name}`,
    serial: (_root, _args, { serial }) => serial,
    thing: () => ({}),
    broken: () => Promise.reject(new Error('password=hunter2 in the statement')),
    unserialisable: () => Number.NaN,
    forbidden,
    overloaded: () => Promise.reject(new RequestError('OVERLOADED', 'Try again in a second.')),
    forever: () => new Promise(() => undefined),
    slow: () => later(300, 'done'),
  },
  Mutation: { track: (_root, { secret }) => `${secret?.length}` },
  Subscription: {
    things: () => ({}),
    count: (_tick, _args, { serial }) => serial,
    endless: () => 0,
    flood: () => 'x'.repeat(64 * 1024),
    failing: (tick) => tick,
    refused: () => 0,
  },
};

/** The smallest schema that has every shape the edges treat differently. */
function createSchema(streams: Streams, entered: Set<string>): GraphQLSchema {
  const schema = buildSchema(sdl);
  const sources: Record<string, () => unknown> = {
    things: () => ticks(streams, 3),
    count: () => ticks(streams, 3),
    endless: () => idle(streams),
    flood: () => ticks(streams, 1_000_000),
    failing,
    refused: () => Promise.reject(new RequestError('FORBIDDEN', 'Not this stream.')),
  };
  for (const type of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
      const resolve = resolvers[type?.name ?? '']?.[name];
      field.resolve =
        resolve &&
        ((...asked) => {
          entered.add(name);
          return resolve(...asked);
        });
      field.subscribe = sources[name];
    }
  }
  const things = schema.getType('Thing');
  if (things instanceof GraphQLObjectType) {
    // As @pothos/plugin-complexity writes it down.
    const cost = { complexity: ({ first }: { first?: number }) => ({ field: 1, multiplier: first ?? 10 }) };
    Object.assign(things.getFields().list ?? {}, { extensions: cost });
  }
  return schema;
}

async function* ticks(streams: Streams, count: number) {
  streams.opened += 1;
  try {
    for (let tick = 1; tick <= count; tick += 1) yield tick;
  } finally {
    streams.closed += 1;
  }
}

async function* failing() {
  yield 1;
  throw new Error('password=hunter2 in the stream');
}

/** A source like the hub's: nothing comes, and `return` ends it at once. */
function idle(streams: Streams): AsyncIterableIterator<number> {
  streams.opened += 1;
  let end: (result: IteratorReturnResult<undefined>) => void = () => undefined;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => new Promise((resolve) => (end = resolve)),
    return() {
      streams.closed += 1;
      end({ done: true, value: undefined });
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

export type Edge = {
  server: Server;
  port: number;
  url: string;
  metrics: Metrics;
  streams: Streams;
  /** Names of the root fields that a resolver has begun on. */
  entered: ReadonlySet<string>;
  logText(): string;
  logLines(): Record<string, unknown>[];
  post(body: unknown, headers?: Record<string, string>): Promise<Answer>;
  client(options?: Partial<ClientOptions>): Client;
};

export type Answer = {
  status: number;
  headers: Headers;
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
};

type Options = Partial<Pick<ServerDeps, 'port' | 'trustedProxies' | 'allowedOrigins'>> & {
  limits?: Partial<Limits>;
  readiness?: Readiness;
  /** Tells whose a token is, once nobody remembers it. */
  viewerOf?(token: string): Promise<Viewer | null>;
};

/** A server on a free port, closed when the test ends. */
export async function startEdge(options: Options = {}): Promise<Edge> {
  const written: string[] = [];
  const streams: Streams = { opened: 0, closed: 0 };
  const entered = new Set<string>();
  const metrics = createMetrics();
  let serial = 0;
  const allLimits = { ...limits, ...options.limits };
  const known = new Map<string, Viewer>();
  const principals = {
    remembered: (token: string) => known.get(token),
    async viewerOf(token: string) {
      const viewer = (await options.viewerOf?.(token)) ?? viewers[token] ?? null;
      if (viewer) known.set(token, viewer);
      return viewer;
    },
  };
  const server = createServer({
    schema: createSchema(streams, entered),
    authenticate: createAuthenticate({ principals, guesses: createGuesses(allLimits) }),
    createContext: (viewer): Context => ({ viewer, serial: (serial += 1), reads: { settle: () => Promise.resolve() } }),
    readiness: async () => options.readiness ?? { ready: true, checks: { database: 'ok' } },
    metrics,
    log: createLogger('debug', { write: (line) => void written.push(line) }),
    limits: allLimits,
    host: '127.0.0.1',
    port: options.port ?? 0,
    trustedProxies: options.trustedProxies ?? [],
    allowedOrigins: options.allowedOrigins ?? [],
    playgroundTabs: [{ query: '{ hello }' }],
    refused: () => undefined,
  });
  const { port } = await server.start();
  onTestFinished(() => server.close());
  const url = `http://127.0.0.1:${port}/graphql`;
  return {
    server,
    port,
    url,
    metrics,
    streams,
    entered,
    logText: () => written.join(''),
    logLines: () => written.map((line): Record<string, unknown> => JSON.parse(line)),
    post: (body, headers = { authorization: `Bearer ${keys.ada}` }) =>
      answer(fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })),
    client(clientOptions = {}) {
      const client = createClient({
        url: `ws://127.0.0.1:${port}/graphql`,
        webSocketImpl: WebSocket,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${keys.ada}` },
        ...clientOptions,
      });
      onTestFinished(async () => void (await client.dispose()));
      return client;
    },
  };
}

export async function answer(pending: Promise<Response>): Promise<Answer> {
  const response = await pending;
  const body: Pick<Answer, 'data' | 'errors'> = JSON.parse(await response.text());
  return { status: response.status, headers: response.headers, ...body };
}

/** Everything an operation sends: results, then the `error` message (an array) or the close event it ended with. */
export async function collect(
  client: Client,
  payload: { query: string; variables?: Record<string, unknown>; extensions?: Record<string, unknown> },
) {
  const results: unknown[] = [];
  const failure = await new Promise<unknown>((resolve) => {
    client.subscribe(payload, { next: (result) => results.push(result), error: resolve, complete: () => resolve(null) });
  });
  return { results, failure };
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5));
}
