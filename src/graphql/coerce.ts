import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputObjectType, type GraphQLInputType } from 'graphql';
import { coerceDefaultValue } from 'graphql/utilities/coerceInputValue.js';

/** Turns a JSON value into one of a type; undefined where it is none. May throw instead, as scalars do. */
export type Coerce = (value: unknown) => unknown;

const known = new WeakMap<GraphQLInputType, Coerce>();

/**
 * What `coerceInputValue` of graphql-js does, worked out once for each type: that asks every type what it is for every value,
 * and builds objects without a prototype, which V8 keeps as hash tables. It is the oracle in test/api/coerce.test.ts.
 */
export function coercerOf(type: GraphQLInputType): Coerce {
  const coerce = known.get(type) ?? createCoercer(type);
  known.set(type, coerce);
  return coerce;
}

function createCoercer(type: GraphQLInputType): Coerce {
  if (isNonNullType(type)) {
    const inner = coercerOf(type.ofType);
    return (value) => (value === null || value === undefined ? undefined : inner(value));
  }
  const coerce = createPresent(type);
  return (value) => (value === null || value === undefined ? null : coerce(value));
}

function createPresent(type: Exclude<GraphQLInputType, { ofType: unknown; toJSON(): string }> | GraphQLInputType): Coerce {
  if (isListType(type)) {
    const item = coercerOf(type.ofType);
    return (value) => coerceList(item, Array.isArray(value) ? value : [value]);
  }
  if (isInputObjectType(type)) return objectCoercer(type);
  if (isEnumType(type)) return (value) => (typeof value === 'string' ? type.getValue(value)?.value : undefined);
  return 'coerceInputValue' in type ? (value) => type.coerceInputValue(value) : () => undefined;
}

function coerceList(coerceItem: Coerce, items: readonly unknown[]): unknown[] | undefined {
  const coerced: unknown[] = [];
  for (const item of items) {
    const one = coerceItem(item);
    if (one === undefined) return undefined;
    coerced.push(one);
  }
  return coerced;
}

type Field = { name: string; isRequired: boolean; default: unknown; coerce: Coerce };

/** Fields are looked at when the first value comes: an input may contain itself. */
function objectCoercer(type: GraphQLInputObjectType): Coerce {
  let fields: Field[] | null = null;
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) return undefined;
    fields ??= fieldsOf(type);
    const given = value as Record<string, unknown>;
    const coerced: Record<string, unknown> = {};
    let found = 0;
    for (const field of fields) {
      const inner = given[field.name];
      if (inner === undefined) {
        if (field.isRequired) return undefined;
        if (field.default !== undefined) coerced[field.name] = field.default;
        continue;
      }
      const one = field.coerce(inner);
      if (one === undefined || (type.isOneOf && one === null)) return undefined;
      coerced[field.name] = one;
      found += 1;
    }
    // Only a field that the type does not have is given and not found.
    if (found !== Object.keys(given).length || (type.isOneOf && found !== 1)) return undefined;
    return coerced;
  };
}

function fieldsOf(type: GraphQLInputObjectType): Field[] {
  return Object.values(type.getFields()).map((field) => {
    const ownDefault = coerceDefaultValue(field);
    return {
      name: field.name,
      isRequired: isNonNullType(field.type) && ownDefault === undefined,
      default: ownDefault,
      coerce: coercerOf(field.type),
    };
  });
}
