import { createComplexityRule } from '@pothos/plugin-complexity';
import { GraphQLError, parse, validate, type ASTVisitor, type DocumentNode, type ValidationContext } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Viewer } from '../domain/viewer.ts';
import type { ErrorCode } from '../errors.ts';
import type { Limits } from './limits.ts';
import { measureDocument, type OperationSize } from './measure.ts';
import { limitExceeded } from './present-error.ts';

const sizeLimits = {
  depth: 'depthMax',
  introspectionDepth: 'introspectionDepthMax',
  aliases: 'aliasesMax',
  directives: 'directivesMax',
  rootFields: 'rootFieldsMax',
} as const satisfies Record<keyof OperationSize, keyof Limits>;

type Asked = { exchange: { viewer: Viewer | null } };

/** Whether somebody may ask for the schema and be told the names they may have meant. */
export const mayIntrospect = (viewer: Viewer | null): boolean => viewer?.scopes.has('INTROSPECT') === true;

/**
 * What validation found is kept by document, for those who may introspect and those who may not apart: Yoga's own cache
 * knows one answer for all.
 */
export type Validations = Record<'open' | 'terse', Validation>;
type Validation = {
  validate: typeof validate;
  /** Whether it was validated before and nothing was found. */ passed(document: DocumentNode): boolean;
};

export const createValidations = (): Validations => ({ open: createValidation(false), terse: createValidation(true) });

export const validationFor = ({ open, terse }: Validations, viewer: Viewer | null): Validation => (mayIntrospect(viewer) ? open : terse);

/** Refuses documents beyond the limits: tokens while parsing, the rest as validation rules. */
export function limitDocuments(limits: Limits, validations: Validations): Plugin<Asked> {
  const sizeRule = createSizeRule(limits);
  return {
    onParse({ setParseFn }) {
      setParseFn((source, options) => parseWithin(limits, source, options));
      return ({ result }) => {
        if (result instanceof GraphQLError) setCode(result, 'BAD_REQUEST');
      };
    },
    onValidate({ context, addValidationRule, setValidationFn }) {
      const { viewer } = context.exchange;
      addValidationRule(sizeRule);
      if (!mayIntrospect(viewer)) addValidationRule(NoIntrospectionRule);
      setValidationFn(validationFor(validations, viewer).validate);
      return ({ result }) => {
        for (const error of result) setCode(error, 'BAD_REQUEST');
      };
    },
  };
}

function createValidation(hideSuggestions: boolean): Validation {
  const found = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    validate(schema, document, rules) {
      const errors = found.get(document) ?? validate(schema, document, rules, { hideSuggestions });
      found.set(document, errors);
      return errors;
    },
    passed: (document) => found.get(document)?.length === 0,
  };
}

function NoIntrospectionRule(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      const name = node.name.value;
      if (name !== '__schema' && name !== '__type') return;
      const message = `You may not ask for ${name}: it takes the scope INTROSPECT.`;
      context.reportError(new GraphQLError(message, { nodes: node, extensions: { code: 'FORBIDDEN' } }));
    },
  };
}

type ParseParameters = Parameters<typeof parse>;

function parseWithin(limits: Limits, source: ParseParameters[0], options: ParseParameters[1]): DocumentNode {
  const max = limits.documentTokensMax;
  try {
    return parse(source, { ...options, maxTokens: max });
  } catch (error) {
    // graphql-js has no code for this: only its own words tell the limit from a syntax error.
    const isLimit = error instanceof GraphQLError && error.message.includes(`more than ${max} tokens`);
    throw isLimit ? limitExceeded({ limit: 'documentTokensMax', max }) : error;
  }
}

function createSizeRule(limits: Limits) {
  return function DocumentSizeRule(context: ValidationContext): ASTVisitor {
    return {
      Document(document) {
        const size = measureDocument(document);
        for (const [figure, limit] of Object.entries(sizeLimits)) {
          const actual = size[figure as keyof OperationSize];
          if (actual > limits[limit]) context.reportError(limitExceeded({ limit, max: limits[limit], actual }));
        }
      },
    };
  };
}

type Subscription = {
  schema: ValidationContext['getSchema'] extends () => infer Schema ? Schema : never;
  document: DocumentNode;
  contextValue: object;
  variableValues?: Record<string, unknown> | null;
  operationName?: string | null;
};

/**
 * Pothos counts the cost of a query or mutation when its first root field resolves, from variables that are coerced
 * by then. A subscription has to be refused before it starts, and its variables are few: here they are coerced twice.
 */
export function costErrors(limits: Limits, subscription: Subscription): readonly GraphQLError[] {
  const rule = createComplexityRule({
    context: subscription.contextValue,
    variableValues: subscription.variableValues ?? {},
    operationName: subscription.operationName,
    validate({ complexity }, reportError) {
      const max = limits.costMax;
      if (complexity > max) reportError(limitExceeded({ limit: 'costMax', max, actual: complexity }));
    },
  });
  return validate(subscription.schema, subscription.document, [rule]);
}

/** Validation errors are cached with their document, so the code is written into them rather than a copy. */
function setCode(error: GraphQLError, code: ErrorCode): void {
  error.extensions.code ??= code;
}
