import type { IncomingMessage } from 'node:http';
import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, mapAsyncIterator, processRegularResult, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Viewer } from '../domain/viewer.ts';
import { errorCodes } from '../errors.ts';
import { createDocumentCache } from '../graphql/document-cache.ts';
import type { Limits } from '../graphql/limits.ts';
import { limitDocuments } from '../graphql/limits-plugin.ts';
import { isErrorCode, limitExceeded, presentResult } from '../graphql/present-error.ts';
import { bearerToken, unauthenticated } from './auth.ts';
import { readJson } from './body.ts';
import { executeAfresh, type CreateContext } from './engine.ts';
import { reportTo, type Exchange, type OperationContext } from './exchange.ts';

export type GraphqlDeps = {
  schema: GraphQLSchema;
  authenticate(token: string): Promise<Viewer | null>;
  createContext: CreateContext;
  log: Logger;
  limits: Limits;
};

/** What the node handler hands to Yoga with a request. `openStream` counts an event stream; `false` at the limit. */
export type HttpContext = OperationContext & { req: IncomingMessage; openStream(): boolean };

/**
 * Yoga with all that both transports share (limits, engine) and all that only HTTP needs (keys, bodies, statuses).
 * Masking is ours, because Yoga's has no request id; CORS, batching, forms and multipart are off.
 */
export function createGraphqlHandler(deps: GraphqlDeps) {
  return createYoga<HttpContext>({
    schema: deps.schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    logging: false,
    maskedErrors: false,
    cors: false,
    batching: false,
    multipart: false,
    maxRequestBodySize: false,
    parserAndValidationCache: { documentCache: createDocumentCache(), errorCache: { get: () => undefined, set: () => undefined } },
    plugins: [admitRequests(deps), limitDocuments(deps.limits), executeAfresh(deps.limits, deps.createContext), shapeAnswers(deps)],
  });
}

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

/** The key comes first, so that nobody without one learns even whether a document would parse. */
function admitRequests({ authenticate, limits }: GraphqlDeps): Plugin<OperationContext, HttpContext> {
  return {
    async onRequestParse({ request, serverContext, setRequestParser }) {
      const { exchange, req } = serverContext;
      const token = bearerToken(req.headers);
      exchange.viewer = token === null ? null : await authenticate(token);
      if (!exchange.viewer) throw unauthenticated(token !== null);
      if (request.method !== 'POST') return;
      if (!/^application\/json\s*(;|$)/i.test(req.headers['content-type'] ?? '')) {
        throw new GraphQLError('Send the operation as JSON, with the header "Content-Type: application/json".', {
          extensions: { code: 'BAD_REQUEST', http: { status: 415 } },
        });
      }
      setRequestParser(() => readJson(req, limits.bodyBytesMax));
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const accept = acceptOf(args.contextValue);
      if (accept === null || /text\/event-stream|text\/\*|\*\/\*/i.test(accept)) return;
      const message = 'Subscriptions are answered over WebSocket, or with "Accept: text/event-stream".';
      setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 406 } } })] });
    },
  };
}

/** `null` over WebSocket, where there is no request. */
function acceptOf(context: Partial<HttpContext>): string | null {
  return context.req ? (context.req.headers.accept ?? '*/*') : null;
}

function shapeAnswers({ log, limits }: GraphqlDeps): Plugin<OperationContext, HttpContext> {
  return {
    onResultProcess({ result, setResult, resultProcessor, setResultProcessor, serverContext }) {
      const { exchange } = serverContext;
      const shape = (one: ExecutionResult) => withStatus(presentResult(one, exchange.requestId, reportTo(log, exchange)), exchange);
      if (isAsyncIterable(result) && serverContext.openStream()) {
        setResult(mapAsyncIterator(result, shape));
      } else if (isAsyncIterable(result)) {
        void result[Symbol.asyncIterator]().return?.();
        setResult(shape({ errors: [limitExceeded({ limit: 'streamsPerKeyMax', max: limits.streamsPerKeyMax })] }));
      } else if (!Array.isArray(result)) {
        setResult(shape(result));
      }
      // An answer in no form the caller accepts is still better than an empty one.
      if (!resultProcessor) setResultProcessor(processRegularResult, 'application/json');
    },
  };
}

/**
 * An answer without data has the status of its gravest error, whatever its media type; with data it is a 200, as the
 * specification of GraphQL over HTTP demands.
 */
function withStatus(result: ExecutionResult, exchange: Exchange): ExecutionResult {
  if (!result.errors) return result;
  const statuses: number[] = [];
  const headers: Record<string, string> = {};
  const errors = result.errors.map((error) => {
    const { http, ...extensions } = error.extensions as { http?: { status?: number; headers?: Record<string, string> }; code: string };
    exchange.errorCodes.add(extensions.code);
    if (isErrorCode(extensions.code)) statuses.push(http?.status ?? errorCodes[extensions.code].httpStatus);
    if (extensions.code === 'UNAUTHENTICATED') headers['WWW-Authenticate'] = 'Bearer';
    Object.assign(headers, http?.headers);
    const { nodes, source, positions, path } = error;
    return new GraphQLError(error.message, { nodes, source, positions, path, extensions });
  });
  const hasData = result.data !== undefined && result.data !== null;
  const http = hasData ? undefined : { status: Math.max(...statuses), headers };
  return { ...result, errors, extensions: { ...result.extensions, http } };
}
