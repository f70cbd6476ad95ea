import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/graphql/limits.ts';
import { collect, keys, revoked, startEdge, until, type Edge } from './harness.ts';

const nested = (depth: number, type = 'self') => `{ thing { ${`${type} { `.repeat(depth - 2)}name${' }'.repeat(depth - 2)} } }`;
const many = (count: number, item: (index: number) => string) => Array.from({ length: count }, (_, index) => item(index)).join(' ');
const typeOf = (depth: number) =>
  `{ __schema { types { fields { type { ${'ofType { '.repeat(depth - 5)}name${' }'.repeat(depth - 5)} } } } } }`;

/** For each limit, a document that just fits and one that is one too much. */
const documents: [limit: keyof typeof limits, fits: string, exceeds: string, isCounted?: false][] = [
  [
    'documentTokensMax',
    `{ hello(tags: [${'1 '.repeat(limits.documentTokensMax - 9)}]) }`,
    `{ hello(tags: [${'1 '.repeat(limits.documentTokensMax - 8)}]) }`,
    false,
  ],
  ['depthMax', nested(limits.depthMax), nested(limits.depthMax + 1)],
  ['introspectionDepthMax', typeOf(limits.introspectionDepthMax), typeOf(limits.introspectionDepthMax + 1)],
  [
    'aliasesMax',
    `{ thing { ${many(limits.aliasesMax, (i) => `a${i}: name`)} } }`,
    `{ thing { ${many(limits.aliasesMax + 1, (i) => `a${i}: name`)} } }`,
  ],
  [
    'aliasesMax',
    `query { thing { ${'...F '.repeat(25)} } } fragment F on Thing { a: name b: name }`,
    `query { thing { ${'...F '.repeat(25)} c: name } } fragment F on Thing { a: name b: name }`,
  ],
  [
    'directivesMax',
    `{ thing { ${'name @skip(if: false) '.repeat(limits.directivesMax)} } }`,
    `{ thing @skip(if: false) { ${'name @skip(if: false) '.repeat(limits.directivesMax)} } }`,
  ],
  [
    'rootFieldsMax',
    `{ ${'hello '.repeat(limits.rootFieldsMax)} }`,
    `{ ${'hello '.repeat(limits.rootFieldsMax - 1)} ...F } fragment F on Query { hello serial }`,
  ],
];

/** The same answer from both transports. */
async function askBoth(edge: Edge, query: string) {
  const http = await edge.post({ query });
  const { results, failure } = await collect(edge.client(), { query });
  const overSocket = Array.isArray(failure) ? { errors: failure } : results[0];
  return {
    http: { data: http.data, errors: http.errors },
    status: http.status,
    overSocket: { data: undefined, errors: undefined, ...(overSocket as object) },
  };
}

describe('a document', () => {
  it.each(documents)('may reach %s and not pass it, over HTTP and WebSocket alike', async (limit, fits, exceeds, isCounted) => {
    const edge = await startEdge();
    const within = await askBoth(edge, fits);
    expect(within.http.errors).toBeUndefined();
    expect(within.overSocket).toEqual(within.http);
    const beyond = await askBoth(edge, exceeds);
    const max = limits[limit];
    expect([beyond.status, beyond.http.errors?.map(({ extensions }) => extensions)]).toEqual([
      400,
      [{ code: 'LIMIT_EXCEEDED', limit, max, ...(isCounted === false ? {} : { actual: max + 1 }) }],
    ]);
    expect(beyond.overSocket).toEqual(beyond.http);
  });

  it('is refused fast however much its fragments multiply or contain each other', async () => {
    const edge = await startEdge();
    const bomb = many(60, (i) => `fragment F${i} on Thing { a: self { ...F${i + 1} } b: self { ...F${i + 1} } }`);
    const startedAt = performance.now();
    const { errors } = await edge.post({ query: `{ thing { ...F0 } } ${bomb} fragment F60 on Thing { name }` });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect(errors?.map(({ extensions }) => extensions.limit)).toContain('aliasesMax');
    const cyclic = await edge.post({
      query: '{ thing { ...A } } fragment A on Thing { self { ...B } } fragment B on Thing { self { ...A } }',
    });
    expect(cyclic.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_REQUEST']);
  });

  it('may be the introspection GraphiQL sends', async () => {
    const edge = await startEdge();
    const query = getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      oneOf: true,
    });
    const { http, overSocket } = await askBoth(edge, query);
    expect(http.errors).toBeUndefined();
    expect(overSocket).toEqual(http);
  });

  it('subscribes up to costMax', async () => {
    const edge = await startEdge();
    const cost = (first: number) => `subscription { things { list(first: 100) { list(first: ${first}) { name } } } }`;
    // 1 things + 1 list + 100 · (1 list + first · 1 name)
    expect((await collect(edge.client(), { query: cost(98) })).results).toHaveLength(3);
    const { results } = await collect(edge.client(), { query: cost(99) });
    expect(results).toMatchObject([
      { errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'costMax', max: limits.costMax, actual: 10_002 } }] },
    ]);
    const overHttp = await edge
      .post({ query: cost(99) }, { authorization: `Bearer ${keys.ada}`, accept: 'text/event-stream' })
      .catch((error: unknown) => String(error));
    expect(overHttp).toContain('not valid JSON');
    expect(edge.streams).toEqual({ opened: 1, closed: 1 });
  });
});

describe('a caller', () => {
  it('waits for an answer no longer than operationMsMax', async () => {
    const edge = await startEdge({ limits: { operationMsMax: 50 } });
    const { http, overSocket } = await askBoth(edge, '{ forever }');
    expect(http.errors?.map(({ extensions }) => extensions)).toEqual([{ code: 'LIMIT_EXCEEDED', limit: 'operationMsMax', max: 50 }]);
    expect(overSocket).toEqual(http);
  });

  it('runs at most subscriptionsPerSocketMax operations on a socket', async () => {
    const edge = await startEdge();
    const client = edge.client();
    const running = Array.from({ length: limits.subscriptionsPerSocketMax }, () => collect(client, { query: 'subscription { endless }' }));
    await until(() => edge.streams.opened === limits.subscriptionsPerSocketMax);
    const { failure } = await collect(client, { query: 'subscription { endless }' });
    const max = limits.subscriptionsPerSocketMax;
    expect(failure).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'subscriptionsPerSocketMax', max, actual: max + 1 } }]);
    await client.dispose();
    await Promise.all(running);
    expect(edge.streams.closed).toBe(max);
  });

  it('closes a socket on which nobody has signed within anonymousSocketMsMax, and keeps those on which somebody has', async () => {
    const edge = await startEdge({ limits: { anonymousSocketMsMax: 300 } });
    const closed = Promise.withResolvers<number>();
    const silent = edge.client({
      connectionParams: {},
      lazy: false,
      on: { closed: (event) => closed.resolve((event as { code: number }).code) },
    });
    const signing = edge.client({ connectionParams: {} });
    const extensions = { headers: { authorization: `Bearer ${keys.ada}` } };
    const stream = signing.iterate({ query: 'subscription { endless }', extensions });
    void stream.next();
    await expect.poll(() => edge.streams.opened).toBe(1);
    expect(await closed.promise).toBe(4401);
    expect(edge.streams.closed).toBe(0);
    await stream.return?.();
    await silent.dispose();
  });

  it('opens at most streamsPerPrincipalMax sockets with a key, however they are signed', async () => {
    const edge = await startEdge({ limits: { streamsPerPrincipalMax: 2 } });
    const open = (options = {}, extensions = {}) => collect(edge.client(options), { query: 'subscription { endless }', extensions });
    const inOperation = { headers: { authorization: `Bearer ${keys.ada}` } };
    void open();
    void open({ connectionParams: {} }, inOperation);
    await until(() => edge.streams.opened === 2);
    expect((await open()).failure).toMatchObject({ code: 4429, reason: 'LIMIT_EXCEEDED: streamsPerPrincipalMax is 2' });
    expect((await open({ connectionParams: {} }, inOperation)).failure).toMatchObject([
      { extensions: { code: 'LIMIT_EXCEEDED', limit: 'streamsPerPrincipalMax', max: 2 } },
    ]);
    void open({ connectionParams: { authorization: `Bearer ${keys.bob}` } });
    await until(() => edge.streams.opened === 3);
    edge.server.review(revoked('ada'));
    await until(() => edge.streams.closed === 2);
    void open();
    await until(() => edge.streams.opened === 4);
  });

  it('opens at most anonymousSocketsMax sockets without a key', async () => {
    const edge = await startEdge({ limits: { anonymousSocketsMax: 1 } });
    const holdOpen = { connectionParams: {}, lazyCloseTimeout: 10_000 };
    await collect(edge.client(holdOpen), { query: '{ hello }' });
    expect((await collect(edge.client(holdOpen), { query: '{ hello }' })).failure).toMatchObject({ code: 4429 });
  });
});
