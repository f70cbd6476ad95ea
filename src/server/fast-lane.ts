import type { IncomingMessage, ServerResponse } from 'node:http';
import { getOperationAST, GraphQLError, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import type { GraphQLParams } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { DocumentCache } from '../graphql/document-cache.ts';
import { validationFor, type Validations } from '../graphql/limits-plugin.ts';
import { presentAnswer, type Http } from './answers.ts';
import type { Engine } from './engine.ts';
import type { Exchange } from './exchange.ts';

export type FastLaneDeps = {
  schema: GraphQLSchema;
  engine: Engine;
  log: Logger;
  /** Where Yoga keeps what it has parsed and validated. */
  documents: DocumentCache;
  validations: Validations;
};

/** An operation that the lane takes. */
export type Known = { document: DocumentNode; params: GraphQLParams; mediaType: string };

/**
 * Answers the queries and mutations whose document Yoga has parsed and found valid before, as Yoga would, byte for byte, without
 * the Request and Response of the web that Yoga makes of each. Everything else is Yoga's: what is new, odd or wrong, and what
 * is not answered by one JSON object. So nothing is parsed, validated or refused in two places.
 */
export function createFastLane({ schema, engine, log, documents, validations }: FastLaneDeps) {
  return {
    /** Null where the request is Yoga's to answer. */
    find({ headers }: IncomingMessage, exchange: Exchange, params: GraphQLParams): Known | null {
      const mediaType = mediaTypeOf(headers.accept);
      if (mediaType === null || !isPlain(params)) return null;
      const document = documents.get(params.query);
      if (!document || !validationFor(validations, exchange.viewer).passed(document)) return null;
      const operation = getOperationAST(document, params.operationName);
      return operation && operation.operation !== 'subscription' ? { document, params, mediaType } : null;
    },
    async answer(request: IncomingMessage, response: ServerResponse, exchange: Exchange, { document, params, mediaType }: Known) {
      const { variables: variableValues, operationName } = params;
      const result = await engine.execute(exchange, { schema, document, variableValues, operationName }).catch(failed);
      send(response, mediaType, presentAnswer(log, exchange, request, result));
    },
  };
}

export type FastLane = ReturnType<typeof createFastLane>;

const expected = new Set(['query', 'variables', 'operationName', 'extensions']);

/** Whether Yoga would find nothing to say about the parameters. */
function isPlain(params: GraphQLParams): params is GraphQLParams & { query: string } {
  for (const name of Object.keys(params)) if (!expected.has(name)) return false;
  const { query, variables, operationName, extensions } = params;
  if (typeof query !== 'string' || !isObjectOrNone(variables) || !isObjectOrNone(extensions)) return false;
  return operationName === undefined || operationName === null || typeof operationName === 'string';
}

const isObjectOrNone = (value: unknown) => value === undefined || (typeof value === 'object' && !Array.isArray(value));

const ownTypes = ['application/graphql-response+json', 'application/json'];

/** The media type that Yoga answers in: what the caller names first counts most, and application/json where both would do. */
function mediaTypeOf(accept: string | undefined): string | null {
  if (accept === undefined || accept === '*/*') return 'application/json';
  const named = accept.replace(/\s/g, '').toLowerCase().split(',').reverse();
  let chosen: string | null = null;
  for (const one of named) {
    const [type = '', ...parameters] = one.split(';');
    const charset = parameters.find((parameter) => parameter.includes('charset='));
    if (charset !== undefined && charset !== 'charset=utf-8') continue;
    for (const own of ownTypes) if (matches(own, type)) chosen = own;
  }
  return chosen;
}

function matches(own: string, asked: string): boolean {
  const [kind, form] = own.split('/');
  const [askedKind, askedForm] = asked.split('/');
  return (askedKind === '*' || askedKind === kind) && (askedForm === '*' || askedForm === form);
}

/** What was thrown instead of a result, as the one error of a result. */
function failed(cause: unknown): ExecutionResult {
  if (cause instanceof GraphQLError) return { errors: [cause] };
  const originalError = cause instanceof Error ? cause : new Error('Something was thrown that is no error.', { cause });
  return { errors: [new GraphQLError(originalError.message, { originalError })] };
}

function send(response: ServerResponse, mediaType: string, { extensions, ...result }: ExecutionResult): void {
  const { status = 200, headers } = (extensions?.http ?? {}) as Http;
  const body = JSON.stringify(result);
  response.writeHead(status, { 'Content-Type': `${mediaType}; charset=utf-8`, 'content-length': Buffer.byteLength(body), ...headers });
  response.end(body);
}
