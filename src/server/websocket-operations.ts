import type { IncomingMessage } from 'node:http';
import { GraphQLError, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { ServerOptions, SubscribePayload } from 'graphql-ws';
import { isAsyncIterable } from 'graphql-yoga';
import type { WebSocket } from 'ws';
import type { Viewer } from '../domain/viewer.ts';
import { limitExceeded, presentError } from '../graphql/present-error.ts';
import { bearerToken, unauthenticated } from './auth.ts';
import { closeReasons } from './connections.ts';
import { logFields, openExchange, reportTo, type Exchange } from './exchange.ts';
import type { SocketDeps } from './websocket.ts';

/** What is known of one socket. */
export type Connected = {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
  /** The operations running on it, by their id. */
  readonly exchanges: Map<string, SocketExchange>;
  /** Set if the socket was opened with a key: it then signs all its operations. */
  viewer: Viewer | null;
  /** Counts the socket for a key, or for nobody; `false` at the limit. */
  claim(keyId: string | null): boolean;
};

type SocketExchange = Exchange & { isStream: boolean };
type Parameters = Record<string, unknown> | undefined;

/** What graphql-ws asks of a server, answered by the same Yoga as HTTP: parse, limits, context, engine, error shape. */
export function createSocketOperations(deps: SocketDeps): ServerOptions<Parameters, Connected> {
  const { execute, subscribe } = deps.graphql.getEnveloped({});
  return {
    connectionInitWaitTimeout: deps.limits.connectionInitMsMax,
    onConnect: ({ connectionParams, extra }) => connect(deps, extra, connectionParams),
    async onSubscribe({ extra, subscriptions }, id, payload) {
      const exchange = { ...openExchange(), isStream: false };
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
      finish(deps, extra, id);
      return presented;
    },
    onComplete: ({ extra }, id) => finish(deps, extra, id),
  };
}

/** `false` after closing the socket with a code of ours: graphql-ws knows one refusal only. */
async function connect(deps: SocketDeps, connected: Connected, connectionParams: Parameters): Promise<boolean> {
  const token = bearerToken(connectionParams) ?? bearerToken(connected.request.headers);
  connected.viewer = token === null ? null : await deps.authenticate(token);
  if (token !== null && !connected.viewer) {
    connected.socket.close(closeReasons.UNAUTHENTICATED.code, closeReasons.UNAUTHENTICATED.text);
    return false;
  }
  if (connected.claim(connected.viewer?.keyId ?? null)) return true;
  const limit = connected.viewer ? 'streamsPerKeyMax' : 'anonymousSocketsMax';
  connected.socket.close(4429, `LIMIT_EXCEEDED: ${limit} is ${deps.limits[limit]}`);
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
  exchange.viewer = connected.viewer ?? (await signedViewer(deps, connected, payload));
  const { parse, validate, contextFactory, schema } = deps.graphql.getEnveloped({ exchange });
  const document = parse(payload.query);
  const errors = validate(schema, document);
  if (errors.length > 0) return errors;
  return {
    schema,
    document,
    contextValue: await contextFactory(),
    rootValue: undefined,
    variableValues: payload.variables,
    operationName: payload.operationName,
  };
}

/** GraphiQL opens its socket without a key and signs each operation. */
async function signedViewer(deps: SocketDeps, connected: Connected, { extensions }: SubscribePayload): Promise<Viewer> {
  const token = bearerToken(extensions);
  const viewer = token === null ? null : await deps.authenticate(token);
  if (!viewer) throw unauthenticated(token !== null);
  const max = deps.limits.streamsPerKeyMax;
  if (!connected.claim(viewer.keyId)) throw limitExceeded({ limit: 'streamsPerKeyMax', max });
  return viewer;
}

function present({ log }: SocketDeps, { exchanges }: Connected, id: string, errors: readonly GraphQLError[]) {
  const exchange = exchanges.get(id) ?? openExchange();
  return errors.map((error) => {
    const presented = presentError(error, exchange.requestId, reportTo(log, exchange)).toJSON();
    const { http: _, ...extensions } = presented.extensions ?? {};
    exchange.errorCodes.add(String(extensions.code));
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

const asResult = (errors: readonly GraphQLError[]): ExecutionResult => ({ errors });
