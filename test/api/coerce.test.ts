import fc from 'fast-check';
import {
  coerceInputValue,
  GraphQLList,
  GraphQLNonNull,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { coercerOf } from '../../src/graphql/coerce.ts';
import { schema } from '../../src/graphql/schema.ts';

/** Values as JSON has them: mostly in order, often wrong in one place. */
const depthMax = 4;

const wrong = fc.constantFrom<unknown>(null, 0, 1.5, -1, 2 ** 40, '', 'x', 'TRUE', true, [], [[]], {}, { unknown: 1 }, [null]);
const texts = fc.constantFrom('ada', '', '2026-01-06T15:00:00Z', '2026-01-06', 'P1D', 'PT15M', '10.0.0.1', '☃');

function valueOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return fc.oneof({ weight: 30, arbitrary: presentOf(type.ofType, depth) }, { weight: 1, arbitrary: wrong });
  return fc.oneof(
    { weight: 20, arbitrary: presentOf(type, depth) },
    { weight: 2, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: wrong },
  );
}

function presentOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  if (isListType(type)) {
    const item = valueOf(type.ofType, depth + 1);
    return fc.oneof({ weight: 5, arbitrary: fc.array(item, { maxLength: 3 }) }, { weight: 1, arbitrary: item });
  }
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (!isInputObjectType(type)) return fc.oneof(texts, fc.integer(), fc.boolean(), fc.constant({ a: { b: [1] } }));
  if (depth > depthMax) return fc.constant({});
  const fields = Object.values(type.getFields());
  const whole = fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOf(field.type, depth + 1)])), {
    requiredKeys: type.isOneOf ? [] : fields.filter((field) => isNonNullType(field.type)).map(({ name }) => name),
  });
  const only = fc.constantFrom(...fields).chain((field) => valueOf(field.type, depth + 1).map((value) => ({ [field.name]: value })));
  return type.isOneOf ? fc.oneof({ weight: 6, arbitrary: only }, { weight: 1, arbitrary: whole }) : whole;
}

/** JSON text, so that a missing prototype makes no difference and the order of fields does. */
const told = (value: unknown) => JSON.stringify(value) ?? 'none';

function ours(value: unknown, type: GraphQLInputType): string {
  try {
    return told(coercerOf(type)(value));
  } catch {
    return 'none';
  }
}

const inputs = Object.values(schema.getTypeMap()).filter(isInputObjectType);
const runs = process.env.LAPWING_TEST_COERCE ? 20_000 : 60;

describe('reading a variable', () => {
  it.each(inputs.map((type) => [type.name, type] as const))('of type %s is what graphql-js makes of it', (_name, type) => {
    for (const wrapped of [type, new GraphQLNonNull(type), new GraphQLList(new GraphQLNonNull(type))]) {
      fc.assert(
        fc.property(valueOf(wrapped, 0), (value) => {
          expect(ours(value, wrapped)).toBe(told(coerceInputValue(value, wrapped)));
        }),
        { numRuns: runs },
      );
    }
  });

  it.each([
    ['one of them', { terminal: { command: 'ls' } }, true],
    ['none', {}, false],
    ['two', { terminal: { command: 'ls' }, web: { page: '/' } }, false],
    ['one and a null', { terminal: { command: 'ls' }, web: null }, false],
    ['a null', { terminal: null }, false],
    ['an unknown one', { letter: {} }, false],
    ['an unknown one beside', { terminal: { command: 'ls' }, letter: {} }, false],
    ['a name that every object has', JSON.parse('{"__proto__":{},"terminal":{"command":"ls"}}'), false],
  ])('of which exactly one field has to be given takes %s or not', (_title, detail, isTaken) => {
    const type = schema.getType('TrackActivityInput') as GraphQLInputType;
    const value = { user: 'ada', detail };
    expect(ours(value, type) !== 'none').toBe(isTaken);
    expect(ours(value, type)).toBe(told(coerceInputValue(value, type)));
  });
});
