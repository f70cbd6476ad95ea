import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { answer, startEdge, type Answer, type Edge } from './harness.ts';

/**
 * What somebody without a key gets out of the service, by the checks that graphql-cop makes: every one of them is
 * answered as if nothing of GraphQL were there.
 */
const unsigned = { 'content-type': 'application/json' };
const repeated = (count: number, item: (index: number) => string) => Array.from({ length: count }, (_, index) => item(index)).join(' ');

const documents: [what: string, query: string][] = [
  ['a hundred and one aliases', `query cop { ${repeated(101, (index) => `alias${index}: __typename`)} }`],
  ['ten unknown directives', `query cop { __typename ${'@aa'.repeat(10)} }`],
  ['one field five hundred times', `query cop { ${repeated(500, () => '__typename')} }`],
  ['introspection in circles', 'query cop { __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }'],
  ['introspection', getIntrospectionQuery()],
  ['a field that is nearly right', 'query cop { __schema { directive } }'],
  ['a document that is none', 'qwerty cop { abc }'],
  ['a plain query', 'query cop { __typename }'],
];

function expectNothing({ status, data, errors, ...rest }: Answer): void {
  expect([status, data, errors]).toEqual([
    401,
    undefined,
    [{ message: expect.stringContaining('This needs a key or token.'), extensions: { code: 'UNAUTHENTICATED' } }],
  ]);
  expect(rest).not.toHaveProperty('extensions');
}

const get = (edge: Edge, query: string) => answer(fetch(`${edge.url}?${new URLSearchParams({ query }).toString()}`));

describe('without a key', () => {
  it.each(documents)('%s are refused unread, without a suggestion, a trace or a stack', async (_what, query) => {
    const edge = await startEdge();
    expectNothing(await edge.post({ query, operationName: 'cop' }, unsigned));
    expect(edge.entered.size).toBe(0);
  });

  it('ten operations in an array are refused as one', async () => {
    const edge = await startEdge();
    const answered = await edge.post(
      Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })),
      unsigned,
    );
    expectNothing(answered);
  });

  it('neither a query nor a mutation runs by GET', async () => {
    const edge = await startEdge();
    expectNothing(await get(edge, 'query cop { __typename }'));
    expectNothing(await get(edge, 'mutation cop { __typename }'));
  });

  it('a form is refused', async () => {
    const edge = await startEdge();
    expectNothing(await answer(fetch(edge.url, { method: 'POST', body: new URLSearchParams({ query: 'query cop { __typename }' }) })));
  });

  it('a browser is shown no editor for queries', async () => {
    const edge = await startEdge();
    for (const path of ['/', '/graphql', '/graphiql', '/playground', '/console']) {
      const page = await fetch(new URL(path, edge.url), { headers: { accept: 'text/html' } });
      expect(await page.text()).not.toMatch(/graphiql|graphql playground|graphql-playground/i);
    }
  });
});
