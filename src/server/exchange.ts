import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { Viewer } from '../domain/viewer.ts';
import type { ErrorCode } from '../errors.ts';
import type { Broadcast } from './broadcast.ts';
import type { ReportCause } from '../graphql/present-error.ts';
import { isErrorCode } from '../graphql/present-error.ts';

/** One request and its answer, as far as the log may know: no query text, no variables, no headers. */
export type Exchange = {
  readonly requestId: string;
  readonly startedAtMs: number;
  viewer: Viewer | null;
  operationName: string | null;
  /** Codes of the errors in the answer, each once. */
  readonly errorCodes: ReadonlySet<string>;
  /** Adds a code to them. */
  noteCode(code: unknown): void;
  /** How a subscription shares its items with equal ones; left out where its transport cannot. */
  readonly broadcast?: Broadcast;
};

/** What Yoga hands to its plugins for one operation, over either transport. */
export type OperationContext = { exchange: Exchange };

const saneRequestId = /^[\w.:-]{1,128}$/;

/** Hears of every code of an error that somebody is answered, once for each request or operation. */
export type Refused = (viewer: Viewer | null, code: ErrorCode) => void;

/** A caller's own id is kept if it is one that a log line and a header can carry. */
export function openExchange(refused: Refused, givenRequestId?: string | string[]): Exchange {
  const isSane = typeof givenRequestId === 'string' && saneRequestId.test(givenRequestId);
  const errorCodes = new Set<string>();
  const exchange: Exchange = {
    requestId: isSane ? givenRequestId : randomUUID(),
    startedAtMs: performance.now(),
    viewer: null,
    operationName: null,
    errorCodes,
    noteCode(code) {
      if (!isErrorCode(code) || errorCodes.has(code)) return;
      errorCodes.add(code);
      refused(exchange.viewer, code);
    },
  };
  return exchange;
}

export function durationMs(exchange: Exchange): number {
  return Math.round((performance.now() - exchange.startedAtMs) * 10) / 10;
}

export function logFields(exchange: Exchange) {
  return {
    requestId: exchange.requestId,
    principal: exchange.viewer?.principal.id,
    operationName: exchange.operationName ?? undefined,
    errorCodes: exchange.errorCodes.size > 0 ? [...exchange.errorCodes] : undefined,
    durationMs: durationMs(exchange),
  };
}

export function reportTo(log: Logger, exchange: Exchange): ReportCause {
  return (cause) => log.error({ requestId: exchange.requestId, err: cause }, 'an operation failed for a reason nobody foresaw');
}
