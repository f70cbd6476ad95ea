import { PothosValidationError } from '@pothos/core';
import { GraphQLError, type ASTNode, type ExecutionResult } from 'graphql';
import type { Outage } from '../db/failures.ts';
import { outageOf } from '../db/failures.ts';
import { errorCodes, RequestError, type ErrorCode } from '../errors.ts';
import { withoutValues } from './without-values.ts';
import type { Limits } from './limits.ts';

/** Called with every cause the caller is not told. */
export type ReportCause = (cause: unknown) => void;

/** Codes of the libraries below, in our words. */
const foreignCodes: Record<string, ErrorCode> = {
  GRAPHQL_PARSE_FAILED: 'BAD_REQUEST',
  GRAPHQL_VALIDATION_FAILED: 'BAD_REQUEST',
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
};

/** The error of a field or input that the rules keep from the viewer. */
export const forbidden = (coordinate: string): RequestError =>
  new RequestError('FORBIDDEN', `You may not use ${coordinate}: ask \`viewer { roles scopes }\` for what you may.`);

type LimitDetail = { limit: keyof Limits; max: number; actual?: number; nodes?: readonly ASTNode[] };

/** The error of a request beyond a limit; `actual` is left out where counting stopped at the limit. */
export function limitExceeded({ limit, max, actual, nodes }: LimitDetail): GraphQLError {
  const found = actual === undefined ? '' : `, this request has ${actual}`;
  return new GraphQLError(`The request exceeds ${limit}: at most ${max}${found}.`, {
    nodes,
    extensions: { code: 'LIMIT_EXCEEDED', limit, max, actual },
  });
}

const again = 'with the same idempotency keys nothing is recorded twice';
const outageMessages: Record<Outage, string> = {
  UNAVAILABLE: `The database cannot be reached just now. Send this again; ${again}.`,
  STORAGE_FULL: `The disk of the database is full, and nothing of this was recorded. Send it again once there is room; ${again}.`,
};

/**
 * The code, and where the same request may succeed later, when: in milliseconds, and for whoever goes by HTTP in the header
 * that is for it, in whole seconds.
 */
function extensionsOf(code: ErrorCode, retryAfterMs: number | null = errorCodes[code].retryAfterMs) {
  if (retryAfterMs === null) return { code };
  return { code, retryAfterMs, http: { headers: { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) } } };
}
/** The error of a replay from before the oldest activities that are kept; `oldest` is the first cursor that will do. */
export const cursorExpired = (oldest: string): GraphQLError =>
  new GraphQLError(`Activities after this cursor are not kept any more. The oldest cursor to go on from is ${oldest}.`, {
    extensions: { code: 'CURSOR_EXPIRED', oldest },
  });

/**
 * The one shape of errors, whatever the transport: a message for the caller and `extensions.code` from the closed
 * list. What nobody foresaw is reported with its cause and shown as INTERNAL with the request id only.
 * `extensions.http` (status and headers that a library insists on) is for the HTTP adapter, which takes it out.
 */
export function presentError(error: unknown, requestId: string, report: ReportCause): GraphQLError {
  const located = error instanceof GraphQLError ? error : null;
  const cause = innermost(error);
  const position = located && { nodes: located.nodes, source: located.source, positions: located.positions, path: located.path };
  if (cause instanceof RequestError) {
    if (cause.cause !== undefined || cause.code === 'INTERNAL') report(cause);
    return new GraphQLError(cause.message, { ...position, extensions: extensionsOf(cause.code) });
  }
  if (cause instanceof SyntaxError && located?.path === undefined) {
    return new GraphQLError('The `variables` and `extensions` of a GET request have to be JSON.', { extensions: { code: 'BAD_REQUEST' } });
  }
  const outage = outageOf(cause);
  if (outage !== null) {
    report(cause);
    return new GraphQLError(outageMessages[outage], { ...position, extensions: extensionsOf(outage) });
  }
  const code = located && cause instanceof GraphQLError ? codeOf(cause, located) : 'INTERNAL';
  if (code === 'INTERNAL' || !(cause instanceof GraphQLError)) {
    report(cause);
    const message = `Something went wrong on our side; the request id is ${requestId}.`;
    return new GraphQLError(message, { ...position, extensions: { code: 'INTERNAL' } });
  }
  const { limit, max, actual, oldest, http, retryAfterMs } = cause.extensions;
  const more = {
    ...(limit === undefined ? {} : { limit, max, actual }),
    ...(oldest === undefined ? {} : { oldest }),
    ...(http === undefined ? {} : { http }),
  };
  const extensions = { ...extensionsOf(code, typeof retryAfterMs === 'number' ? retryAfterMs : undefined), ...more };
  // Without a path the operation never ran: then the outer message says where in the variables it is wrong.
  const { message } = located?.path === undefined && located ? located : cause;
  const told = code === 'BAD_REQUEST' ? withoutValues(message) : message;
  return new GraphQLError(told, { ...position, extensions });
}

export function presentResult(result: ExecutionResult, requestId: string, report: ReportCause): ExecutionResult {
  if (!result.errors) return result;
  return { ...result, errors: result.errors.map((error) => presentError(error, requestId, report)) };
}

/** `originalError` is what graphql-js wraps when it adds a path; `cause` is what graphql-ws wraps. */
function innermost(error: unknown): unknown {
  let current = error;
  while (current instanceof GraphQLError) {
    const inner: unknown = current.originalError ?? current.cause;
    if (inner === undefined || inner === null) return current;
    current = inner;
  }
  return current;
}

/**
 * A GraphQL error without a code blames the document when it has no path (it never ran) or names nodes of it. One with
 * a path only is a value of ours that could not be serialised: our fault, and its message quotes the value.
 */
function codeOf(cause: GraphQLError, located: GraphQLError): ErrorCode {
  const { code } = cause.extensions;
  if (typeof code === 'string') {
    const foreign = foreignCodes[code];
    if (foreign) return foreign;
    return isErrorCode(code) ? code : 'INTERNAL';
  }
  const blamesDocument = !located.path || cause.nodes !== undefined || cause instanceof PothosValidationError;
  return blamesDocument ? 'BAD_REQUEST' : 'INTERNAL';
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
