import { auditServer } from 'graphql-http';
import { expect, it } from 'vitest';
import { keys, startEdge } from './harness.ts';

it('speaks GraphQL over HTTP as the specification has it, in all 61 audits of graphql-http', async () => {
  const edge = await startEdge();
  const results = await auditServer({
    url: edge.url,
    fetchFn: (url: string, init: RequestInit = {}) =>
      fetch(url, { ...init, headers: { ...Object.fromEntries(new Headers(init.headers)), authorization: `Bearer ${keys.ada}` } }),
  });
  const failed = results.filter(({ status }) => status !== 'ok');
  expect(failed.map(({ id, name }) => `${id}: ${name}`)).toEqual([]);
  expect(results).toHaveLength(61);
});
