import { request as nodeRequest } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { keys, startEdge, type Edge } from './harness.ts';

type Raw = { status: number | undefined; headers: Record<string, unknown>; text: string; log: Record<string, unknown> | undefined };

/** What went over the wire, and what the log says of it, but for what time alone makes differ. */
async function send(edge: Edge, body: string, headers: Record<string, string> = {}): Promise<Raw> {
  const logged = edge.logLines().length;
  const answered = Promise.withResolvers<Omit<Raw, 'log'>>();
  const sent = {
    authorization: `Bearer ${keys.ada}`,
    'content-type': 'application/json',
    'x-request-id': 'the-same',
    ...headers,
  };
  nodeRequest({ port: edge.port, path: '/graphql', method: 'POST', headers: sent }, (response) => {
    let text = '';
    response.on('data', (chunk: Buffer) => (text += chunk.toString()));
    response.on('end', () => {
      const { date: _date, ...rest } = response.headers;
      answered.resolve({ status: response.statusCode, headers: rest, text });
    });
  }).end(body);
  const answer = await answered.promise;
  const lines = () => edge.logLines().slice(logged);
  await expect.poll(() => lines().some(({ msg }) => msg === 'request')).toBe(true);
  const { time: _time, durationMs: _duration, ...log } = lines().find(({ msg }) => msg === 'request') ?? {};
  return { ...answer, log };
}

async function lanesTaken(edge: Edge): Promise<{ fast: number; yoga: number }> {
  const { values } = await edge.metrics.graphqlRequests.get();
  const of = (lane: string) => values.find(({ labels }) => labels.lane === lane)?.value ?? 0;
  return { fast: of('fast'), yoga: of('yoga') };
}

/** A comment makes a document a new one, which is Yoga's; it changes nothing else. */
let documents = 0;
const anew = (query: unknown) => (typeof query === 'string' ? `${query} # ${(documents += 1)}` : query);

const greeting = 'query Greeting($name: String, $tags: [Int!], $mood: Mood) { hello(name: $name, tags: $tags, mood: $mood) }';

const known: [title: string, body: { query: string } & Record<string, unknown>][] = [
  ['a query', { query: '{ hello }' }],
  ['a name of the root type', { query: '{ __typename }' }],
  ['variables', { query: greeting, variables: { name: 'Zoë "☃"', tags: [1, 2], mood: 'SAD' } }],
  ['a single value for a list', { query: greeting, variables: { tags: 1 } }],
  ['no variables for nullable ones', { query: greeting, variables: null, operationName: null, extensions: null }],
  ['a variable that nobody declared', { query: greeting, variables: { other: 1 } }],
  ['a value of a wrong type', { query: greeting, variables: { name: 1, tags: ['x'], mood: 'HAPY' } }],
  ['a value of an unknown enum', { query: greeting, variables: { mood: 'ANGRY' } }],
  ['a null in a list of none', { query: greeting, variables: { tags: [1, null] } }],
  ['a default', { query: 'query($name: String = "me") { hello(name: $name) }' }],
  ['a missing variable', { query: 'mutation($secret: String!) { track(secret: $secret) }', variables: {} }],
  ['a mutation', { query: 'mutation Track($secret: String!) { track(secret: $secret) }', variables: { secret: 'hunter2' } }],
  ['one of two operations', { query: 'query A { hello } query B { thing { name } }', operationName: 'B', extensions: { a: 1 } }],
  [
    'fragments, aliases and directives',
    { query: '{ a: thing { ...F b: self @skip(if: true) { name } } } fragment F on Thing { self { name } }' },
  ],
  ['introspection', { query: getIntrospectionQuery() }],
  ['an error of ours that nobody foresaw', { query: '{ broken hello }' }],
  ['a value that cannot be told', { query: '{ unserialisable }' }],
  ['a refusal beside data', { query: '{ forbidden hello }' }],
  ['a refusal in place of data', { query: '{ overloaded }' }],
  ['two errors, the graver of which is the status', { query: '{ forbidden overloaded }' }],
  ['what takes too long', { query: '{ forever }' }],
];

const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'application/graphql-response+json, application/json;q=0.9',
  'application/json, application/graphql-response+json',
  'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  'APPLICATION/JSON; charset=utf-8',
  'application/*',
];

describe('the fast lane', () => {
  it.each(known)('answers %s as Yoga does, to the byte', async (_title, body) => {
    const edge = await startEdge({ limits: { operationMsMax: 60 } });
    await send(edge, JSON.stringify(body));
    for (const accept of accepts) {
      const before = await lanesTaken(edge);
      const byLane = await send(edge, JSON.stringify(body), { accept });
      const byYoga = await send(edge, JSON.stringify({ ...body, query: anew(body.query) }), { accept });
      const after = await lanesTaken(edge);
      expect([after.fast - before.fast, after.yoga - before.yoga]).toEqual([1, 1]);
      expect(byLane.text.length).toBeGreaterThan(0);
      expect({ accept, ...byLane }).toEqual({ accept, ...byYoga });
    }
  });

  it.each([
    ['a subscription', { query: 'subscription { things { name } }' }, {}],
    ['an unknown operation', { query: '{ hello }', operationName: 'Other' }, {}],
    ['two operations and no name', { query: 'query A { hello } query B { hello }' }, {}],
    ['a name that is no text', { query: '{ hello }', operationName: 1 }, {}],
    ['an operation that is not valid', { query: '{ nothing }' }, {}],
    ['a syntax error', { query: '{ hello' }, {}],
    ['variables that are no object', { query: '{ hello }', variables: [1] }, {}],
    ['extensions that are no object', { query: '{ hello }', extensions: 'x' }, {}],
    ['a parameter nobody knows', { query: '{ hello }', other: 1 }, {}],
    ['no query', { variables: {} }, {}],
    ['a batch', [{ query: '{ hello }' }], {}],
    ['a text', 'text', {}],
    ['what is to be answered as an event stream', { query: '{ hello }' }, { accept: 'text/event-stream' }],
    ['what is to be answered as an image', { query: '{ hello }' }, { accept: 'image/png' }],
    ['another charset', { query: '{ hello }' }, { accept: 'application/json; charset=latin1' }],
    ['a form', { query: '{ hello }' }, { 'content-type': 'application/x-www-form-urlencoded' }],
  ])('leaves %s to Yoga however often it comes', async (_title, body, headers) => {
    const edge = await startEdge();
    await send(edge, JSON.stringify({ query: '{ hello }' }));
    const first = await send(edge, JSON.stringify(body), headers);
    const second = await send(edge, JSON.stringify(body), headers);
    expect(second).toEqual(first);
    expect((await lanesTaken(edge)).fast).toBe(0);
  });

  it('takes a document only for those for whom it was found valid', async () => {
    const edge = await startEdge();
    const body = JSON.stringify({ query: '{ __schema { queryType { name } } }' });
    const asBob = () => send(edge, body, { authorization: `Bearer ${keys.bob}` });
    const refused = await asBob();
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('INTROSPECT')]);
    expect([(await send(edge, body)).status, (await send(edge, body)).status]).toEqual([200, 200]);
    expect(await asBob()).toEqual(refused);
    expect(await lanesTaken(edge)).toEqual({ fast: 1, yoga: 3 });
  });
});
