import type { GraphQLField, GraphQLInputObjectType } from 'graphql';
import { getNamedType, isEnumType, isInputObjectType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ruleOfProperty } from '../../src/graphql/rules.ts';
import { ask } from '../harness/client.ts';
import type { Principal } from './principals.ts';
import { mayUse } from './principals.ts';
import { exampleOf, printed, rulesOf } from './walk.ts';
import type { World } from './world.ts';
import { gather, startWorld } from './world.ts';

/** Every field of every filter and every order × everybody: who may not read a field learns nothing of it by asking around it. */

vi.setConfig({ testTimeout: 60_000 }); // hundreds of requests each, on two cores that others use too

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** One way to ask: the root field, its argument, and the field of a noun that it looks at. */
type Asking = { root: string; field: string; given: string; looksAt: [noun: string, property: string]; told: string };

const nounOf = (filter: string) => (filter === 'AuditFilter' ? 'AuditEntry' : filter.replace(/Filter$/, ''));
const combining = ['and', 'or'];
const testsOf = (filter: GraphQLInputObjectType) => Object.values(filter.getFields()).filter(({ name }) => !combining.includes(name));

function filtersOf(root: string): Asking[] {
  return fieldsOf(root).flatMap((field) =>
    field.args
      .map(({ type }) => getNamedType(type))
      .filter(isInputObjectType)
      .filter(({ name }) => name.endsWith('Filter'))
      .flatMap((filter) =>
        testsOf(filter).flatMap((test): Asking[] => {
          const alone = `{ ${test.name}: ${exampleOf(test.type)} }`;
          const asking = {
            root,
            field: field.name,
            looksAt: [nounOf(filter.name), test.name] as [string, string],
            told: `${filter.name}.${test.name}`,
          };
          return [alone, `{ or: [{ and: [${alone}] }] }`].map((given) => ({ ...asking, given: `filter: ${given}` }));
        }),
      ),
  );
}

/** What an order is called and what it looks at: RISK_SCORE is `riskScore`. */
const propertyOf = (order: string) => order.toLowerCase().replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase());

function ordersOf(root: string): Asking[] {
  return fieldsOf(root).flatMap((field) =>
    field.args
      .map(({ type }) => getNamedType(type))
      .filter(isInputObjectType)
      .filter(({ name }) => name.endsWith('Order'))
      .flatMap((order) => {
        const choices = getNamedType(order.getFields().field!.type);
        const noun = order.name.replace(/Order$/, '');
        return (isEnumType(choices) ? choices.getValues() : []).map(({ name }): Asking => ({
          root,
          field: field.name,
          given: `orderBy: { field: ${name} }`,
          looksAt: [noun, propertyOf(name)],
          told: `${noun}Order by ${propertyOf(name)}`,
        }));
      }),
  );
}

function fieldsOf(root: string): GraphQLField<unknown, unknown>[] {
  const type = printed.getType(root);
  return isObjectType(type) ? Object.values(type.getFields()) : [];
}

function verdictOf(principal: Principal, { root, field, looksAt, told }: Asking): string {
  if (!mayUse(principal, rulesOf(root, field)[0]!)) return `FORBIDDEN ${root}.${field}`;
  return mayUse(principal, ruleOfProperty(...looksAt)) ? 'answered' : `FORBIDDEN ${told}`;
}

const actualOf = (errors: readonly { message: string; extensions: Record<string, unknown> }[]): string =>
  errors
    .map(({ message, extensions }) => `${String(extensions.code)} ${/You may not use (.+?):/.exec(message)?.[1] ?? message}`)
    .join(' and ') || 'answered';

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, place) => items.slice(place * size, (place + 1) * size));

async function compare(principal: Principal, askings: readonly Asking[]): Promise<string[]> {
  return gather(chunks(askings, 20), async (group) => {
    const selections = group.map(({ field, given }, place) => `a${place}: ${field}(first: 1, ${given}) { __typename }`);
    const { errors = [] } = await ask(world.service, `{ ${selections.join(' ')} }`, {}, principal.key);
    return group.flatMap((asking, place) => {
      const actual = actualOf(errors.filter(({ path }) => !path || path[0] === `a${place}`));
      const expected = verdictOf(principal, asking);
      return actual === expected ? [] : [`${principal.name}: ${asking.field}(${asking.given}) is ${actual}, expected ${expected}`];
    });
  });
}

describe('to filter by a field and to order by it', () => {
  const inQueries = [...filtersOf('Query'), ...ordersOf('Query')];

  it('knows every filter and every order of the schema', () => {
    const inputs = Object.values(printed.getTypeMap()).filter(isInputObjectType);
    const wanted = inputs.flatMap((input) => {
      if (input.name.endsWith('Filter')) return testsOf(input).map(({ name }) => `${input.name}.${name}`);
      const choices = input.name.endsWith('Order') ? getNamedType(input.getFields().field!.type) : null;
      return choices && isEnumType(choices) ? choices.getValues().map(({ name }) => `${input.name} by ${propertyOf(name)}`) : [];
    });
    const inStreams = filtersOf('Subscription');
    expect([...new Set([...inQueries, ...inStreams].map(({ told }) => told))].sort()).toEqual(wanted.sort());
  });

  it('takes the right to read that field', async () => {
    expect(await gather(world.principals, (principal) => compare(principal, inQueries))).toEqual([]);
  });

  it('keeps what only the staff may read from those who see but some', () => {
    const some = world.principals.filter(({ sees, scopes }) => sees !== 'ALL' && scopes.includes('READ'));
    const refused = new Set(
      some.flatMap((one) => inQueries.filter((asking) => verdictOf(one, asking) !== 'answered').map(({ told }) => told)),
    );
    expect([...refused].filter((told) => !told.startsWith('AuditFilter'))).toEqual(['AnomalyFilter.resolution']);
  });

  it('is refused for a subscription before it begins, and only where that right is missing', async () => {
    const askings = filtersOf('Subscription');
    const cases = world.principals
      .filter(({ name }) => ['ADMIN', 'MEMBER'].includes(name))
      .flatMap((principal) => askings.map((asking) => ({ principal, asking })));
    const wrong = await gather(cases, async ({ principal, asking }) => {
      // What passes stumbles over a cursor that is none, so that no stream is left open.
      const query = `subscription { ${asking.field}(${asking.given}, after: "none") { __typename } }`;
      const response = await fetch(world.service.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', authorization: `Bearer ${principal.key}` },
        body: JSON.stringify({ query }),
      });
      const text = await response.text();
      const actual = /"code":"FORBIDDEN"/.test(text)
        ? `FORBIDDEN ${/You may not use (.+?):/.exec(text)?.[1]}`
        : text.includes('no cursor')
          ? 'answered'
          : text;
      const expected = verdictOf(principal, asking);
      return actual === expected ? [] : [`${principal.name}: ${asking.field}(${asking.given}) is ${actual}, expected ${expected}`];
    });
    expect(wrong).toEqual([]);
    expect(cases.filter(({ principal, asking }) => verdictOf(principal, asking) !== 'answered')).toHaveLength(2);
  });

  it('is refused for sessions to terminate, before any is', async () => {
    const key = world.principals.find(({ name }) => name === 'ADMIN narrowed to TERMINATE')!.key;
    const filter = printed.getType('SessionFilter');
    const tests = isInputObjectType(filter) ? testsOf(filter) : [];
    expect(tests.length).toBeGreaterThan(5);
    const fields = tests.map(
      ({ name, type }, place) => `a${place}: terminateSessions(input: { filter: { ${name}: ${exampleOf(type)} } }) { more }`,
    );
    const { errors = [] } = await ask(world.service, `mutation { ${fields.join(' ')} }`, {}, key);
    expect(errors.map((error) => actualOf([error]))).toEqual(tests.map(({ name }) => `FORBIDDEN SessionFilter.${name}`));
  });
});
