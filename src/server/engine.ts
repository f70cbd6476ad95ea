import {
  createSourceEventStream,
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
import type { Sharing } from '../graphql/channels.ts';
import { admitMutation } from '../graphql/admission.ts';
import { executeOperation } from '../graphql/execution.ts';
import type { Limits } from '../graphql/limits.ts';
import { costErrors, mayIntrospect } from '../graphql/limits-plugin.ts';
import { beginnings, choices, sharingKey } from '../graphql/sharing-key.ts';
import type { Mask } from '../graphql/mask.ts';
import { limitExceeded } from '../graphql/present-error.ts';
import { unauthenticated } from './auth.ts';
import type { Broadcast } from './broadcast.ts';
import type { Exchange, OperationContext } from './exchange.ts';

/**
 * Makes what resolvers get as their context: once per query or mutation, and once per item of a subscription. What a
 * query or mutation has read is settled before it is answered. Nothing is resolved with it before `ready` has resolved.
 */
export type CreateContext = (viewer: Viewer) => Contextual;
type Contextual = { reads: { settle(operation: string | null): Promise<void> }; ready?: Promise<void> | null; mask?: Mask | null };

export type Engine = ReturnType<typeof createEngine>;

/** Executes queries and mutations, for whichever transport and lane they came by. */
export function createEngine(limits: Limits, createContext: CreateContext) {
  return {
    limits,
    createContext,
    /** Rejects with what keeps the viewer from the operation as a whole. */
    async execute(exchange: Exchange, operation: ExecutionArgs): Promise<ExecutionResult> {
      const viewer = admit(exchange, operation);
      const contextValue = createContext(viewer);
      if (contextValue.ready) await contextValue.ready;
      const result = await executeWithin(limits, { ...operation, hideSuggestions: !mayIntrospect(viewer), contextValue });
      await contextValue.reads.settle(exchange.operationName);
      return result;
    },
  };
}

/**
 * graphql-js itself instead of Yoga's executor, whose subscriptions keep one context for as long as they live: with
 * it, loaders and identity maps would hold every row a subscriber was ever sent.
 */
export function executeAfresh({ limits, createContext, execute }: Engine): Plugin<OperationContext> {
  return {
    onExecute({ args, setExecuteFn }) {
      setExecuteFn((given: ExecutionArgs) => execute(args.contextValue.exchange, given));
    },
    onSubscribe({ args, setSubscribeFn }) {
      const viewer = admit(args.contextValue.exchange, args);
      const hideSuggestions = !mayIntrospect(viewer);
      const { broadcast } = args.contextValue.exchange;
      const subscriber = { viewer, broadcast, freshContext: () => createContext(viewer) };
      setSubscribeFn((given: ExecutionArgs) => subscribeAfresh(limits, { ...given, hideSuggestions }, subscriber));
    },
  };
}

/** The name goes to the log from the document, where it is a name: `operationName` beside it may be any text. */
function admit(exchange: Exchange, { schema, document, operationName }: ExecutionArgs): Viewer {
  if (!exchange.viewer) throw unauthenticated(false);
  const operation = getOperationAST(document, operationName);
  exchange.operationName = operation?.name?.value.slice(0, 100) ?? null;
  if (operation) admitMutation(schema, document, operation, exchange.viewer);
  return exchange.viewer;
}

async function executeWithin(limits: Limits, args: ExecutionArgs): Promise<ExecutionResult> {
  const max = limits.operationMsMax;
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(limitExceeded({ limit: 'operationMsMax', max })), max);
  try {
    return await executeOperation({ ...args, abortSignal: tooLong.signal });
  } catch (error) {
    throw tooLong.signal.aborted ? tooLong.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

type Subscriber = { viewer: Viewer; broadcast: Broadcast | undefined; freshContext(): Contextual };

async function subscribeAfresh(limits: Limits, given: ExecutionArgs, { viewer, broadcast, freshContext }: Subscriber) {
  const context: Contextual & { sharing?: Sharing } = freshContext();
  await context.ready;
  const args = { ...given, contextValue: context };
  const validated = validateSubscriptionArgs(args);
  if (!('schema' in validated)) return { errors: validated };
  // Only now, because the rule for costs knows no way to leave suggestions out of what it says of variables.
  const tooDear = costErrors(limits, args);
  if (tooDear.length > 0) return { errors: tooDear };
  const { operation } = validated;
  if (operation.selectionSet.selections.length === 0) throw new RequestError('BAD_REQUEST', 'A subscription needs one field.');
  const execute = async (event: unknown, contextValue: Contextual) => {
    await contextValue.ready;
    return executeSubscriptionEvent({ ...validated, rootValue: event, contextValue });
  };
  if (broadcast) {
    const { channels, outlet, encode } = broadcast;
    const asked = { document: given.document, operation, variables: given.variableValues };
    const key = sharingKey(asked, viewer, context.mask ?? null, beginnings);
    const resultKey = sharingKey(asked, viewer, context.mask ?? null, choices);
    const contextOfTurn = oncePerTurn(freshContext);
    context.sharing = { key, resultKey, channels, outlet, render: async (event) => encode(await execute(event, contextOfTurn())) };
  }
  const source = await createSourceEventStream(validated);
  if (!isAsyncIterable(source)) return source;
  return mapSourceToResponseEvent(validated, source, ({ rootValue }) => execute(rootValue, freshContext()));
}

/** One context for the items of a turn, so that what they look up is asked for together: a commit of twenty would ask twenty times. */
function oncePerTurn<Made extends object>(make: () => Made): () => Made {
  let made: Made | null = null;
  return () => {
    if (made === null) setImmediate(() => (made = null));
    return (made ??= make());
  };
}
