import {
  createSourceEventStream,
  execute,
  executeSubscriptionEvent,
  getOperationAST,
  mapSourceToResponseEvent,
  validateSubscriptionArgs,
  type ExecutionArgs,
  type ExecutionResult,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import { RequestError } from '../errors.ts';
import type { Limits } from '../graphql/limits.ts';
import { costErrors } from '../graphql/limits-plugin.ts';
import { limitExceeded } from '../graphql/present-error.ts';
import { unauthenticated } from './auth.ts';
import type { OperationContext } from './exchange.ts';

/** Makes what resolvers get as their context: once per query or mutation, and once per item of a subscription. */
export type CreateContext = (viewer: Viewer) => object;

/**
 * graphql-js itself instead of Yoga's executor, whose subscriptions keep one context for as long as they live: with
 * it, loaders and identity maps would hold every row a subscriber was ever sent.
 */
export function executeAfresh(limits: Limits, createContext: CreateContext): Plugin<OperationContext> {
  return {
    onExecute({ args, setExecuteFn }) {
      const viewer = admit(args.contextValue, args);
      setExecuteFn((given: ExecutionArgs) => executeWithin(limits, { ...given, contextValue: createContext(viewer) }));
    },
    onSubscribe({ args, setSubscribeFn }) {
      const viewer = admit(args.contextValue, args);
      setSubscribeFn((given: ExecutionArgs) => subscribeAfresh(limits, given, () => createContext(viewer)));
    },
  };
}

/** The name goes to the log from the document, where it is a name: `operationName` beside it may be any text. */
function admit({ exchange }: OperationContext, { document, operationName }: Pick<ExecutionArgs, 'document' | 'operationName'>): Viewer {
  if (!exchange.viewer) throw unauthenticated(false);
  exchange.operationName = getOperationAST(document, operationName)?.name?.value.slice(0, 100) ?? null;
  return exchange.viewer;
}

async function executeWithin(limits: Limits, args: ExecutionArgs): Promise<ExecutionResult> {
  const max = limits.operationMsMax;
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(limitExceeded({ limit: 'operationMsMax', max })), max);
  try {
    return await execute({ ...args, abortSignal: tooLong.signal });
  } catch (error) {
    throw tooLong.signal.aborted ? tooLong.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function subscribeAfresh(limits: Limits, given: ExecutionArgs, freshContext: () => object) {
  const args = { ...given, contextValue: freshContext() };
  const tooDear = costErrors(limits, args);
  if (tooDear.length > 0) return { errors: tooDear };
  const validated = validateSubscriptionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  if (validated.operation.selectionSet.selections.length === 0) throw new RequestError('BAD_REQUEST', 'A subscription needs one field.');
  const source = await createSourceEventStream(validated);
  if (!isAsyncIterable(source)) return source;
  return mapSourceToResponseEvent(validated, source, (perItem) => executeSubscriptionEvent({ ...perItem, contextValue: freshContext() }));
}
