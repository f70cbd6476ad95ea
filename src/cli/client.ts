import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import { jsonOrNull, type Connection } from './connection.ts';

export type Operation<T> = {
  document: string;
  variables: Record<string, unknown>;
  answer: z.ZodType<T>;
  /** Whether asking twice does no harm. If not, it is asked again only when the service cannot have seen it. */
  repeatable: boolean;
};

export type Client = { request<T>(operation: Operation<T>): Promise<T> };

export type ClientDeps = {
  onRetry?: (line: string) => void;
  sleep?: (ms: number) => Promise<unknown>;
  random?: () => number;
};

const answerWaitMs = 60_000;
/** With the pauses between them half a minute: a PostgreSQL that fails over is back by then. */
const attemptsMax = 10;
const firstPauseMs = 250;
const pauseMsMax = 5_000;
const retryAfterMsMax = 60_000;

type Attempt<T> = { answer: T } | { problem: string; retry: boolean; afterMs?: number; cause?: unknown };

const graphqlAnswer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.object({ code: z.string().optional(), retryAfterMs: z.number().optional() }).optional(),
      }),
    )
    .optional(),
});

/** A GraphQL client that knows nothing of the service but its address; every failure is an OperatorError of one line. */
export function createClient(connection: Connection, deps: ClientDeps = {}): Client {
  const pause = deps.sleep ?? sleep;
  const random = deps.random ?? Math.random;
  return {
    async request(operation) {
      for (let attempt = 1; ; attempt += 1) {
        const outcome = await ask(connection, operation);
        if ('answer' in outcome) return outcome.answer;
        if (!outcome.retry || attempt >= attemptsMax) throw new OperatorError(outcome.problem, { cause: outcome.cause });
        const pauseMs = Math.min(pauseMsMax, firstPauseMs * 2 ** (attempt - 1));
        // What the service asks for is the least: those it refused at once are not to come back at once.
        const waitMs = (outcome.afterMs ?? 0) + pauseMs * (0.5 + random() / 2);
        deps.onRetry?.(`${outcome.problem}; trying again in ${(waitMs / 1000).toFixed(1)} s (${attempt + 1} of ${attemptsMax})`);
        await pause(waitMs);
      }
    },
  };
}

async function ask<T>(connection: Connection, operation: Operation<T>): Promise<Attempt<T>> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(connection.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        authorization: `Bearer ${connection.key}`,
      },
      body: JSON.stringify({ query: operation.document, variables: operation.variables }),
      signal: AbortSignal.timeout(answerWaitMs),
    });
    text = await response.text();
  } catch (cause) {
    return noAnswer(connection.url, operation.repeatable, cause);
  }
  const answer = graphqlAnswer.safeParse(jsonOrNull(text));
  if (!answer.success || (answer.data.data === undefined && !answer.data.errors)) {
    const gatewayBusy = [429, 502, 503, 504].includes(response.status) && operation.repeatable;
    const problem = `${connection.url} answered HTTP ${response.status}, but not as GraphQL: is it the address of the service?`;
    return { problem, retry: gatewayBusy };
  }
  const [refusal] = answer.data.errors ?? [];
  if (refusal) return refused(refusal.message, refusal.extensions?.code, refusal.extensions?.retryAfterMs);
  const checked = operation.answer.safeParse(answer.data.data);
  if (checked.success) return { answer: checked.data };
  const problem = `${connection.url} answered in another shape than expected: is it the same version?`;
  return { problem, retry: false, cause: checked.error };
}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

function noAnswer(url: string, repeatable: boolean, cause: unknown): Attempt<never> {
  if (cause instanceof DOMException && cause.name === 'TimeoutError') {
    return { problem: `no answer from ${url} within ${answerWaitMs / 1000} s`, retry: false, cause };
  }
  const code = networkCode(cause);
  const help = code === 'ENOTFOUND' ? 'no such host' : 'is the service running? start it with `npm start`';
  const retry = code !== 'ENOTFOUND' && (repeatable || (code !== null && neverConnected.has(code)));
  return { problem: `cannot reach ${url}${code ? ` (${code})` : ''}: ${help}`, retry, cause };
}

/** The code under a failed fetch, which Node wraps in a TypeError and, for hosts with several addresses, once more. */
function networkCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  if (error instanceof AggregateError) return networkCode(error.errors[0]);
  return networkCode(error.cause);
}

const adviceFor: Record<string, string> = {
  UNAUTHENTICATED: 'give a valid key with --key or LAPWING_KEY',
  FORBIDDEN: 'use a key with the right role (see `keys create --help`)',
  GRAPHQL_VALIDATION_FAILED: 'is the service of the same version?',
};

function refused(message: string, code: string | undefined, retryAfterMs: number | undefined): Attempt<never> {
  const advice = adviceFor[code ?? ''];
  const problem = `the service refused: ${message}${code ? ` (${code})` : ''}${advice ? `; ${advice}` : ''}`;
  return { problem, retry: retryAfterMs !== undefined, afterMs: Math.min(retryAfterMsMax, retryAfterMs ?? 0) };
}
