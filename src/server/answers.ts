import type { IncomingMessage } from 'node:http';
import { GraphQLError, type ExecutionResult } from 'graphql';
import type { Logger } from 'pino';
import { errorCodes, type ErrorCode } from '../errors.ts';
import { isErrorCode, presentResult } from '../graphql/present-error.ts';
import { reportTo, type Exchange } from './exchange.ts';

/** What an answer over HTTP has besides its body, in `extensions.http`. */
export type Http = { status?: number; headers?: Record<string, string> };

/** A result in the shape of all answers, with its status where that is not 200. */
export function presentAnswer(log: Logger, exchange: Exchange, request: IncomingMessage, result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const statusOf = wantsPlainJson(request) ? plainStatusOf : ownStatusOf;
  return withStatus(presentResult(result, exchange.requestId, reportTo(log, exchange)), exchange, statusOf);
}

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
