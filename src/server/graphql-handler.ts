import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { createYoga, isAsyncIterable, mapAsyncIterator, processRegularResult, type GraphQLParams, type Plugin } from 'graphql-yoga';
import type { Logger } from 'pino';
import { createDocumentCache, type DocumentCache } from '../graphql/document-cache.ts';
import type { Limits } from '../graphql/limits.ts';
import { createValidations, limitDocuments, type Validations } from '../graphql/limits-plugin.ts';
import { limitExceeded } from '../graphql/present-error.ts';
import type { Metrics } from '../telemetry.ts';
import { presentAnswer } from './answers.ts';
import type { AuthDeps } from './auth.ts';
import { readJson } from './body.ts';
import { createEngine, executeAfresh, type CreateContext, type Engine } from './engine.ts';
import type { OperationContext, Refused } from './exchange.ts';
import { createFastLane } from './fast-lane.ts';

export type GraphqlDeps = AuthDeps & {
  schema: GraphQLSchema;
  createContext: CreateContext;
  log: Logger;
  limits: Limits;
  refused: Refused;
  metrics: Pick<Metrics, 'graphqlRequests'>;
};

/** What the node handler hands to Yoga with a request. `openStream` counts an event stream; `false` at the limit. */
export type HttpContext = OperationContext & { req: IncomingMessage; openStream(): boolean };

/** What the lane leaves to Yoga: the body, which can be read once only, or what was wrong with it. */
type Yielded = HttpContext & { body: Promise<GraphQLParams> | null };

/** Everything at /graphql: the lane takes what it knows, Yoga the rest. The WebSocket transport uses Yoga's `getEnveloped`. */
export function createGraphqlHandler(deps: GraphqlDeps) {
  const { schema, log, limits } = deps;
  const documents = createDocumentCache();
  const validations = createValidations();
  const engine = createEngine(limits, deps.createContext);
  const yoga = createYogaOf(deps, engine, documents, validations);
  const lane = createFastLane({ schema, engine, log, documents, validations });
  return {
    getEnveloped: yoga.getEnveloped,
    async handle(request: IncomingMessage, response: ServerResponse, context: HttpContext): Promise<void> {
      const { exchange } = context;
      const body = isJsonPost(request) ? readJson(request, limits.bodyBytesMax) : null;
      const params = await body?.catch(() => null); // Yoga hears of what is wrong with it, and says so
      const known = params && lane.find(request, exchange, params);
      deps.metrics.graphqlRequests.inc({ lane: known ? 'fast' : 'yoga' });
      if (known) await lane.answer(request, response, exchange, known);
      else await yoga.handle(request, response, { ...context, body });
    },
  };
}

export type GraphqlHandler = ReturnType<typeof createGraphqlHandler>;

const isJsonPost = ({ method, headers }: IncomingMessage) =>
  method === 'POST' && /^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '');

/**
 * Yoga with all that both transports share (limits, engine) and all that only HTTP needs (bodies, statuses).
 * Masking is ours, because Yoga's has no request id, and so is CORS, because Yoga's also answers origins that are not
 * listed; batching, forms and multipart are off.
 */
function createYogaOf(deps: GraphqlDeps, engine: Engine, documents: DocumentCache, validations: Validations) {
  return createYoga<Yielded>({
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
      documentCache: documents,
      errorCache: { get: () => undefined, set: () => undefined },
      validationCache: false,
    },
    plugins: [admitRequests, limitDocuments(deps.limits, validations), executeAfresh(engine), shapeAnswers(deps)],
  });
}

const admitRequests: Plugin<OperationContext, Yielded> = {
  onRequestParse({ request, serverContext: { body }, setRequestParser }) {
    if (request.method !== 'POST') return;
    if (!body) {
      throw new GraphQLError('Send the operation as JSON, with the header "Content-Type: application/json".', {
        extensions: { code: 'BAD_REQUEST', http: { status: 415 } },
      });
    }
    setRequestParser(() => body);
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const accept = acceptOf(args.contextValue);
    if (accept === null || /text\/event-stream|text\/\*|\*\/\*/i.test(accept)) return;
    const message = 'Subscriptions are answered over WebSocket, or with "Accept: text/event-stream".';
    setResultAndStopExecution({ errors: [new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 406 } } })] });
  },
};

/** `null` over WebSocket, where there is no request. */
function acceptOf(context: Partial<HttpContext>): string | null {
  return context.req ? (context.req.headers.accept ?? '*/*') : null;
}

function shapeAnswers({ log, limits }: GraphqlDeps): Plugin<OperationContext, HttpContext> {
  return {
    onResultProcess({ result, setResult, resultProcessor, setResultProcessor, serverContext }) {
      const { exchange, req } = serverContext;
      const shape = (one: ExecutionResult) => presentAnswer(log, exchange, req, one);
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
