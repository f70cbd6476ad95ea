import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { collect, keys, startEdge, type Edge } from './harness.ts';

/** Ada has the scope INTROSPECT, bob does not. */
type Payload = { query: string; variables?: Record<string, unknown> };
type Told = { message: string; extensions: { code: string } };

/** The errors of one operation over each transport. */
const transports: Record<string, (edge: Edge, key: string, payload: Payload) => Promise<Told[]>> = {
  async HTTP(edge, key, payload) {
    const { errors } = await edge.post(payload, { authorization: `Bearer ${key}` });
    return (errors ?? []) as Told[];
  },
  async WebSocket(edge, key, payload) {
    const client = edge.client({ connectionParams: { authorization: `Bearer ${key}` } });
    const { results, failure } = await collect(client, payload);
    return (failure ?? results.flatMap((result) => (result as { errors?: Told[] }).errors ?? [])) as Told[];
  },
  async 'event stream'(edge, key, payload) {
    const response = await fetch(edge.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify(payload),
    });
    const results = (await response.text()).matchAll(/^data: ?(\{.*\})$/gm).map(([, json]): { errors?: Told[] } => JSON.parse(json!));
    return results.flatMap(({ errors }) => errors ?? []).toArray();
  },
};

const schemaQueries = [
  getIntrospectionQuery(),
  '{ __schema { queryType { name } } }',
  '{ innocent: __type(name: "Thing") { name } }',
  'query { ...F } fragment F on Query { __schema { types { name } } }',
  '{ hello ... @include(if: false) { __schema { description } } }',
];

const nearMisses: Payload[] = [
  { query: '{ hell }' },
  { query: '{ hello(nam: "x") }' },
  { query: '{ hello(mood: HAPY) }' },
  { query: 'query ($mood: Mod) { hello(mood: $mood) }' },
  { query: 'query ($mood: Mood) { hello(mood: $mood) }', variables: { mood: 'HAPY' } },
  { query: 'subscription { coun }' },
  { query: 'subscription ($mood: Mood) { count(mood: $mood) }', variables: { mood: 'HAPY' } },
];

describe.each(Object.entries(transports))('over %s', (_name, errorsOf) => {
  it('the schema is for those with the scope INTROSPECT, in whichever order they ask', async () => {
    const edge = await startEdge();
    for (const query of schemaQueries) {
      const first = await errorsOf(edge, keys.bob, { query });
      expect(new Set(first.map(({ extensions }) => extensions.code))).toEqual(new Set(['FORBIDDEN']));
      expect(await errorsOf(edge, keys.ada, { query })).toEqual([]);
      expect(await errorsOf(edge, keys.bob, { query })).toEqual(first);
    }
    expect(await errorsOf(edge, keys.bob, { query: '{ __typename thing { __typename } }' })).toEqual([]);
  });

  it('names that may have been meant are told to those with the scope INTROSPECT, in whichever order they ask', async () => {
    const edge = await startEdge();
    for (const payload of nearMisses) {
      const terse = await errorsOf(edge, keys.bob, payload);
      const [full] = await errorsOf(edge, keys.ada, payload);
      expect([payload, terse.map(({ extensions }) => extensions.code)]).toEqual([payload, ['BAD_REQUEST']]);
      expect(terse[0]!.message).not.toContain('Did you mean');
      expect(full!.message).toMatch(/Did you mean/);
      expect(await errorsOf(edge, keys.bob, payload)).toEqual(terse);
    }
  });
});
