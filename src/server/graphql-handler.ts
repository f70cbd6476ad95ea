import type { IncomingMessage } from 'node:http';
import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, mapAsyncIterator, processRegularResult, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { errorCodes, type ErrorCode } from '../errors.ts';
import { createDocumentCache } from '../graphql/document-cache.ts';
import type { Limits } from '../graphql/limits.ts';
import { limitDocuments } from '../graphql/limits-plugin.ts';
import { isErrorCode, limitExceeded, presentResult } from '../graphql/present-error.ts';
import type { AuthDeps } from './auth.ts';
import { readJson } from './body.ts';
import { executeAfresh, type CreateContext } from './engine.ts';
import { reportTo, type Exchange, type OperationContext, type Refused } from './exchange.ts';

export type GraphqlDeps = AuthDeps & {
  schema: GraphQLSchema;
  createContext: CreateContext;
  log: Logger;
  limits: Limits;
  refused: Refused;
};

/** What the node handler hands to Yoga with a request. `openStream` counts an event stream; `false` at the limit. */
export type HttpContext = OperationContext & { req: IncomingMessage; openStream(): boolean };

/**
 * Yoga with all that both transports share (limits, engine) and all that only HTTP needs (bodies, statuses).
 * Masking is ours, because Yoga's has no request id, and so is CORS, because Yoga's also answers origins that are not
 * listed; batching, forms and multipart are off.
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
    parserAndValidationCache: {
      documentCache: createDocumentCache(),
      errorCache: { get: () => undefined, set: () => undefined },
      validationCache: false,
    },
    plugins: [admitRequests(deps.limits), limitDocuments(deps.limits), executeAfresh(deps.limits, deps.createContext), shapeAnswers(deps)],
  });
}

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

function admitRequests(limits: Limits): Plugin<OperationContext, HttpContext> {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      const { req } = serverContext;
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
      const { exchange, req } = serverContext;
      const statusOf = wantsPlainJson(req) ? plainStatusOf : ownStatusOf;
      const shape = (one: ExecutionResult) =>
        withStatus(presentResult(one, exchange.requestId, reportTo(log, exchange)), exchange, statusOf);
      if (isAsyncIterable(result) && serverContext.openStream()) {
        setResult(mapAsyncIterator(result, shape));
      } else if (isAsyncIterable(result)) {
        void result[Symbol.asyncIterator]().return?.();
        setResult(shape({ errors: [limitExceeded({ limit: 'streamsPerPrincipalMax', max: limits.streamsPerPrincipalMax })] }));
      } else if (!Array.isArray(result)) {
        setResult(shape(result));
      }
      // An answer in no form the caller accepts is still better than an empty one.
      if (!resultProcessor) setResultProcessor(processRegularResult, 'application/json');
    },
  };
}

type Http = { status?: number; headers?: Record<string, string> };
type StatusOf = (error: GraphQLError, code: ErrorCode, http: Http | undefined) => number;

const ownStatusOf: StatusOf = (_error, code, http) => http?.status ?? errorCodes[code].httpStatus;

/** Here a document that is wrong is a 200: the request was in order, and the answer says what is wrong. */
const plainStatusOf: StatusOf = (error, code, http) =>
  code === 'BAD_REQUEST' && error.positions && !error.path ? 200 : ownStatusOf(error, code, http);

/** Whoever names application/json only, which is older than the media type of GraphQL, is owed the statuses of that time. */
const wantsPlainJson = ({ headers: { accept = '' } }: IncomingMessage) =>
  accept.includes('application/json') && !/application\/graphql-response\+json|\*\/\*/.test(accept);

/** An answer without data has the status of its gravest error; with data it is a 200, as GraphQL over HTTP demands. */
function withStatus(result: ExecutionResult, exchange: Exchange, statusOf: StatusOf): ExecutionResult {
  if (!result.errors) return result;
  const statuses: number[] = [];
  const headers: Record<string, string> = {};
  const errors = result.errors.map((error) => {
    const { http, ...extensions } = error.extensions as { http?: Http; code: string };
    exchange.noteCode(extensions.code);
    if (isErrorCode(extensions.code)) statuses.push(statusOf(error, extensions.code, http));
    if (extensions.code === 'UNAUTHENTICATED') headers['WWW-Authenticate'] = 'Bearer';
    Object.assign(headers, http?.headers);
    const { nodes, source, positions, path } = error;
    return new GraphQLError(error.message, { nodes, source, positions, path, extensions });
  });
  const hasData = result.data !== undefined && result.data !== null;
  const http = hasData ? { headers } : { status: Math.max(...statuses), headers };
  return { ...result, errors, extensions: { ...result.extensions, http } };
}
