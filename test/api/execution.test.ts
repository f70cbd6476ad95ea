import { buildSchema, execute, GraphQLError, parse, type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { describe, expect, it } from 'vitest';
import { executeOperation } from '../../src/graphql/execution.ts';

const sdl = `
  input Point { x: Int! y: Int = 7 } input Choice @oneOf { point: Point name: String }
  enum Mood { HAPPY SAD } scalar Even
  interface Named { name: String! } type Cat implements Named { name: String! lives: Int } type Dog implements Named { name: String! broken: Int! }
  type Query {
    echo(choice: Choice, points: [Point!], mood: Mood = HAPPY, even: Even): String
    pets(count: Int! = 2): [Named!] nested: Query! fails: Int! seen: String later(text: String!): String
  }
  type Mutation { first: Int second: Int }
`;

function createSchema(): GraphQLSchema {
  const schema = buildSchema(sdl);
  const even = schema.getType('Even') as { coerceInputValue?(value: unknown): unknown };
  even.coerceInputValue = (value) => {
    if (typeof value !== 'number' || value % 2 !== 0) throw new GraphQLError(`no even number: ${String(value)}`);
    return value;
  };
  return schema;
}

const schema = createSchema();
const animal = (index: number) =>
  index % 2 === 0
    ? { __typename: 'Cat', name: `cat ${index}`, lives: Promise.resolve(9) }
    : { __typename: 'Dog', name: `dog ${index}`, broken: () => Promise.reject(new Error('bone')) };
const root = {
  echo: (args: unknown, context: unknown) => JSON.stringify([args, context]),
  pets: ({ count }: { count: number }) => Array.from({ length: count }, (_, index) => animal(index)),
  nested: () => root,
  fails: () => {
    throw new Error('no');
  },
  seen: (_args: unknown, context: unknown) => JSON.stringify(context),
  later: async ({ text }: { text: string }) => text,
  first: async () => 1,
  second: () => 2,
};

/** On the fields, as Pothos has them: operations are prepared without a root value. */
for (const type of [schema.getQueryType(), schema.getMutationType()]) {
  for (const [name, field] of Object.entries(type?.getFields() ?? {})) {
    const resolve = root[name as keyof typeof root];
    field.resolve = (_parent, args, context) => resolve(args as { count: number } & { text: string }, context);
  }
}

const echo = 'query($c: Choice, $p: [Point!], $m: Mood, $e: Even) { echo(choice: $c, points: $p, mood: $m, even: $e) }';
const cases: [title: string, query: string, variables: Record<string, unknown>[], operationName?: string][] = [
  ['variables', echo, [{}, { c: { name: 'a' } }, { p: [{ x: 1 }, { x: 2, y: null }] }, { m: 'SAD', e: 4 }, { p: { x: 1 } }]],
  [
    'values that are wrong',
    echo,
    [{}, { c: {} }, { c: { name: 'a', point: { x: 1 } } }, { c: { name: null } }, { p: [{}] }, { e: 3 }, { m: 'sad' }],
  ],
  ['variables of a wrong name', echo, [{}, { other: 1 }]],
  ['a variable that is needed', 'query($t: String!) { later(text: $t) }', [{ t: 'a' }, {}, { t: null }, { t: 1 }, { t: 'b' }]],
  ['defaults', 'query($n: Int! = 3) { pets(count: $n) { name } }', [{}, { n: 1 }, { n: null }, {}]],
  ['literals', '{ echo(choice: {point: {x: 1}}, points: [{x: 2}]) pets { __typename name } }', [{}, {}]],
  ['interfaces, lists and errors in them', '{ pets(count: 3) { name ... on Cat { lives } ... on Dog { broken } } }', [{}, {}]],
  ['an error that takes all data along', '{ seen nested { nested { fails } } }', [{}, {}]],
  [
    'directives and fragments',
    'query($s: Boolean!) { ...F @include(if: $s) } fragment F on Query { seen }',
    [{ s: true }, { s: false }, { s: true }],
  ],
  ['mutations', 'mutation { second first }', [{}, {}]],
  ['one of two operations', 'query A { seen } query B { later(text: "b") }', [{}, {}], 'B'],
  ['an unknown operation', 'query A { seen }', [{}, {}], 'C'],
];

const plain = (result: ExecutionResult) => JSON.parse(JSON.stringify(result)) as unknown;

describe('an operation that was prepared', () => {
  it.each(cases)('answers %s as graphql-js does, however often it is executed', async (_title, query, requests, operationName) => {
    const document: DocumentNode = parse(query);
    for (const hideSuggestions of [false, true]) {
      for (const [index, variableValues] of requests.entries()) {
        const args = { schema, document, variableValues, operationName, contextValue: { index }, hideSuggestions };
        expect(plain(await executeOperation(args))).toEqual(plain(await execute({ ...args, document: parse(query) })));
      }
    }
  });

  it('ends with the reason that its signal gives, before the first time and after it', async () => {
    const document = parse('query($t: String!) { later(text: $t) }');
    for (let round = 0; round < 3; round += 1) {
      const { signal } = new AbortController();
      const stop = new AbortController();
      const reason = new Error(`stopped ${round}`);
      const args = { schema, document, variableValues: { t: 'x' } };
      const stopped = Promise.resolve(executeOperation({ ...args, abortSignal: stop.signal }));
      stop.abort(reason);
      await expect(stopped).rejects.toMatchObject({ cause: reason });
      expect(await executeOperation({ ...args, abortSignal: signal })).toEqual({ data: { later: 'x' } });
    }
  });
});
