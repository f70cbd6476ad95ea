import {
  execute,
  getOperationAST,
  isNonNullType,
  validateExecutionArgs,
  type ExecutionArgs,
  type ExecutionResult,
  type OperationDefinitionNode,
  type ValidatedExecutionArgs,
} from 'graphql';
import { createSharedExecutionContext } from 'graphql/execution/createSharedExecutionContext.js';
import { ExecutorThrowingOnIncremental } from 'graphql/execution/ExecutorThrowingOnIncremental.js';
import { coercerOf, type Coerce } from './coerce.ts';

type Values = ValidatedExecutionArgs['variableValues'];
type Signature = Values['sources'][string]['signature'];
type Variable = { name: string; signature: Signature; isRequired: boolean; coerce: Coerce };

/** An operation as it was when graphql-js last found it in order: all that does not change from one request to the next. */
type Prepared = { validated: ValidatedExecutionArgs; variables: readonly Variable[] };

const prepared = new WeakMap<OperationDefinitionNode, Prepared>();

/**
 * Executes a query or mutation as `execute` of graphql-js, but for the cost. Operations are prepared once, variables are read by
 * coercers made for their types, and no AbortController is made that nobody listens to: aborting it at the end of each
 * execution, as graphql-js does, makes a DOMException with a stack. Values that are not in order go to graphql-js, for its errors.
 */
export function executeOperation(args: ExecutionArgs): Promise<ExecutionResult> | ExecutionResult {
  const operation = getOperationAST(args.document, args.operationName);
  const validated = operation && (again(operation, args) ?? first(operation, args));
  if (!validated) return execute(args);
  return new ExecutorThrowingOnIncremental(validated, createSharedExecutionContext(undefined)).executeRootSelectionSet();
}

function again(operation: OperationDefinitionNode, args: ExecutionArgs): ValidatedExecutionArgs | null {
  const found = prepared.get(operation);
  if (!found || found.validated.schema !== args.schema) return null;
  const { contextValue, hideSuggestions, variableValues: rawVariableValues, abortSignal } = args;
  const variableValues = readVariables(found.variables, rawVariableValues ?? {});
  if (!variableValues) return null;
  const externalAbortSignal = abortSignal ?? undefined;
  return {
    ...found.validated,
    contextValue,
    hideSuggestions: hideSuggestions === true,
    variableValues,
    rawVariableValues,
    externalAbortSignal,
  };
}

function first(operation: OperationDefinitionNode, args: ExecutionArgs): ValidatedExecutionArgs | null {
  const validated = validateExecutionArgs(args);
  if (!('schema' in validated)) return null;
  const variables = Object.entries(validated.variableValues.sources).map(([name, { signature }]) => ({
    name,
    signature,
    isRequired: isNonNullType(signature.type) || signature.default !== undefined,
    coerce: coercerOf(signature.type),
  }));
  // Nothing of this request is kept beyond it.
  const kept = {
    ...validated,
    contextValue: undefined,
    variableValues: noValues(),
    rawVariableValues: undefined,
    externalAbortSignal: undefined,
  };
  prepared.set(operation, { validated: kept, variables });
  return validated;
}

const noValues = (): Values => ({ sources: Object.create(null), coerced: Object.create(null) });

/** Null where a value is missing or not in order; then graphql-js says so, or finds the default. */
function readVariables(variables: readonly Variable[], given: Readonly<Record<string, unknown>>): Values | null {
  const sources: Record<string, Values['sources'][string]> = Object.create(null);
  const coerced: Record<string, unknown> = Object.create(null);
  for (const { name, signature, isRequired, coerce } of variables) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && isRequired) return null;
    sources[name] = value === undefined ? { signature } : { signature, value };
    if (value === undefined) continue;
    const read = orUndefined(coerce, value);
    if (read === undefined) return null;
    coerced[name] = read;
  }
  return { sources, coerced };
}

/** Scalars throw at what is none of theirs. */
function orUndefined(coerce: Coerce, value: unknown): unknown {
  try {
    return coerce(value);
  } catch {
    return undefined;
  }
}
