import { GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { ServerOptions, SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import type { WebSocket } from 'ws';
import type { Viewer } from '../domain/viewer.ts';
import { createChannels, type Rendered } from '../graphql/channels.ts';
import { limitExceeded, presentError } from '../graphql/present-error.ts';
import { bearerToken, signedViewer, viewerOf, type Caller } from './auth.ts';
import type { FrameWriter } from './broadcast.ts';
import { closeReasons } from './connections.ts';
import { logFields, openExchange, reportTo, type Exchange } from './exchange.ts';
import type { SocketDeps } from './websocket.ts';

/** What is known of one socket. */
export type Connected = {
  readonly socket: WebSocket;
  readonly caller: Caller;
  readonly writer: FrameWriter;
  /** The operations running on it, by their id. */
  readonly exchanges: Map<string, SocketExchange>;
  /** What the socket was opened with; it then signs all its operations. Null where each brings its own. */
  token: string | null;
  /** Counts the socket for a viewer, or for nobody; `false` at the limit. */
  claim(viewer: Viewer | null): boolean;
};

type SocketExchange = Exchange & { isStream: boolean };
type Parameters = Record<string, unknown> | undefined;

/** What graphql-ws asks of a server, answered by the same Yoga as HTTP: parse, limits, context, engine, error shape. */
export function createSocketOperations(deps: SocketDeps): ServerOptions<Parameters, Connected> {
  const { execute, subscribe } = deps.graphql.getEnveloped({});
  const channels = createChannels();
  const encode = (result: ExecutionResult) => encodeShared(deps, result);
  return {
    connectionInitWaitTimeout: deps.limits.connectionInitMsMax,
    onConnect: ({ connectionParams, extra }) => connect(deps, extra, connectionParams),
    async onSubscribe({ extra, subscriptions }, id, payload) {
      const opened = openExchange(deps.refused);
      const broadcast = { channels, encode, outlet: extra.writer.outlet(id, opened.noteCode) };
      const exchange = Object.assign(opened, { isStream: false, broadcast });
      extra.exchanges.set(id, exchange);
      return orErrors(() => prepare(deps, extra, exchange, payload, Object.keys(subscriptions).length));
    },
    execute: async (args) => orErrors(() => execute(args), asResult),
    subscribe: async (args) => orErrors(() => subscribe(args), asResult),
    onOperation({ extra }, id, _payload, _args, result) {
      const exchange = extra.exchanges.get(id);
      if (!exchange || !isAsyncIterable(result)) return;
      exchange.isStream = true;
      deps.metrics.subscriptions.inc({ transport: 'websocket' });
    },
    onNext({ extra }, id, _payload, _args, result) {
      if (!result.errors) return;
      return { ...result, errors: present(deps, extra, id, result.errors) };
    },
    onError({ extra }, id, _payload, errors) {
      const presented = present(deps, extra, id, errors);
      if (extra.exchanges.get(id)?.isStream) closeWhereAccessEnded(extra, presented);
      finish(deps, extra, id);
      return presented;
    },
    onComplete: ({ extra }, id) => finish(deps, extra, id),
  };
}

/**
 * A stream that fails because its viewer's access ended takes its socket along, before the client is told of the failure:
 * an operation that failed would not be tried again, a socket that was closed is.
 */
function closeWhereAccessEnded({ socket }: Connected, errors: readonly { extensions: Record<string, unknown> }[]): void {
  for (const { extensions } of errors) {
    if (extensions.code !== 'UNAUTHENTICATED' && extensions.code !== 'FORBIDDEN') continue;
    const { code, text } = closeReasons[extensions.code];
    socket.close(code, text);
  }
}

/** `false` after closing the socket with a code of ours: graphql-ws knows one refusal only. */
async function connect(deps: SocketDeps, connected: Connected, connectionParams: Parameters): Promise<boolean> {
  const { socket, caller } = connected;
  const token = bearerToken(connectionParams) ?? bearerToken(caller.headers);
  const viewer = token === null ? null : await orErrors(() => viewerOf(deps, caller, token));
  if (isErrors(viewer)) return refuse(deps, connected, viewer);
  connected.token = token;
  if (token !== null && !viewer) {
    socket.close(closeReasons.UNAUTHENTICATED.code, closeReasons.UNAUTHENTICATED.text);
    return false;
  }
  if (connected.claim(viewer)) return true;
  const limit = viewer ? 'streamsPerPrincipalMax' : 'anonymousSocketsMax';
  socket.close(4429, `LIMIT_EXCEEDED: ${limit} is ${deps.limits[limit]}`);
  return false;
}

/** Who it is could not be told: too many guesses, or nobody there to ask. Only the latter is to be tried again. */
function refuse({ log, refused }: SocketDeps, { socket }: Connected, errors: readonly GraphQLError[]): false {
  const exchange = openExchange(refused);
  for (const error of errors) {
    const { message, extensions } = presentError(error, exchange.requestId, reportTo(log, exchange));
    exchange.noteCode(extensions.code);
    socket.close(extensions.code === 'RATE_LIMITED' ? 4429 : 1013, `${String(extensions.code)}: ${message}`.slice(0, 120));
  }
  return false;
}

async function prepare(
  deps: SocketDeps,
  connected: Connected,
  exchange: SocketExchange,
  payload: SubscribePayload,
  running: number,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const max = deps.limits.subscriptionsPerSocketMax;
  if (running > max) throw limitExceeded({ limit: 'subscriptionsPerSocketMax', max, actual: running });
  exchange.viewer = await viewerOfOperation(deps, connected, payload);
  const { parse, validate, contextFactory, schema } = deps.graphql.getEnveloped({ exchange });
  const document = parse(payload.query);
  const errors = validate(schema, document);
  if (errors.length > 0) return errors;
  // graphql-ws keeps what was sent for as long as the operation runs: of equal texts then the one that is cached.
  Object.assign(payload, { query: document.loc?.source.body ?? payload.query });
  return {
    schema,
    document,
    contextValue: await contextFactory(),
    rootValue: undefined,
    variableValues: payload.variables,
    operationName: payload.operationName,
  };
}

/**
 * As their access is now, not as it was when the socket was opened: it stays open for a moment after that has ended.
 * GraphiQL opens its socket without a key and signs each operation.
 */
async function viewerOfOperation(deps: SocketDeps, connected: Connected, { extensions }: SubscribePayload): Promise<Viewer> {
  const viewer = await signedViewer(deps, connected.caller, connected.token ?? bearerToken(extensions));
  const max = deps.limits.streamsPerPrincipalMax;
  if (!connected.claim(viewer)) throw limitExceeded({ limit: 'streamsPerPrincipalMax', max });
  return viewer;
}

/** The payload of a frame for many: what failed in it is reported once, under an id of its own. */
function encodeShared(deps: SocketDeps, result: ExecutionResult): Rendered {
  deps.metrics.streamExecutions.inc();
  const exchange = openExchange(() => {}); // each who gets the frame counts what is in it
  const shown = result.errors ? { ...result, errors: presentAs(deps, exchange, result.errors) } : result;
  return { payload: Buffer.from(JSON.stringify(shown)), errorCodes: [...exchange.errorCodes] };
}

function present(deps: SocketDeps, { exchanges }: Connected, id: string, errors: readonly GraphQLError[]) {
  return presentAs(deps, exchanges.get(id) ?? openExchange(deps.refused), errors);
}

function presentAs({ log }: SocketDeps, exchange: Exchange, errors: readonly GraphQLError[]) {
  return errors.map((error) => {
    const presented = presentError(error, exchange.requestId, reportTo(log, exchange)).toJSON();
    const { http: _, ...extensions } = presented.extensions ?? {};
    exchange.noteCode(extensions.code);
    return { ...presented, extensions };
  });
}

function finish({ log, metrics }: SocketDeps, { exchanges }: Connected, id: string): void {
  const exchange = exchanges.get(id);
  if (!exchange) return;
  exchanges.delete(id);
  if (exchange.isStream) metrics.subscriptions.dec({ transport: 'websocket' });
  log.info({ transport: 'websocket', path: '/graphql', ...logFields(exchange) }, 'request');
}

/** graphql-ws closes the socket on anything thrown; one operation's failure must not end the others. */
async function orErrors<T, E = readonly GraphQLError[]>(
  work: () => T | Promise<T>,
  wrap: (errors: readonly GraphQLError[]) => E = (errors) => errors as E,
): Promise<T | E> {
  try {
    return await work();
  } catch (error) {
    return wrap([error instanceof GraphQLError ? error : new GraphQLError('An operation failed.', { cause: error })]);
  }
}

const isErrors = (value: Viewer | readonly GraphQLError[] | null): value is readonly GraphQLError[] => Array.isArray(value);

const asResult = (errors: readonly GraphQLError[]): ExecutionResult => ({ errors });
