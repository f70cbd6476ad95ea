import { createServer as createNodeServer, request as nodeRequest } from 'node:http';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it } from 'vitest';
import { OperatorError } from '../../src/errors.ts';
import { answer, keys, revoked, startEdge } from './harness.ts';

const signed = { authorization: `Bearer ${keys.ada}` };
const codes = (errors: { extensions: Record<string, unknown> }[] = []) => errors.map(({ extensions }) => extensions.code);

describe('without a key', () => {
  it.each([']:[', 'a b', 'x:99999999', '%', '[::1'])('with the Host %j is a bad request in the shape of all errors', async (host) => {
    const edge = await startEdge();
    const { promise, resolve } = Promise.withResolvers<{ status: number | undefined; text: string }>();
    const headers = { host, authorization: `Bearer ${keys.ada}`, 'content-type': 'application/json' };
    nodeRequest({ port: edge.port, path: '/graphql', method: 'POST', headers }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    }).end('{"query":"{ hello }"}');
    const { status, text } = await promise;
    expect([status, JSON.parse(text).errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  });

  it('answers every shape of operation alike, before looking at it', async () => {
    const edge = await startEdge();
    const bodies = [
      { query: '{ hello }' },
      { query: '{ no' },
      { query: '{ nothing }' },
      { query: getIntrospectionQuery() },
      {},
      [{ query: '{ hello }' }],
      'text',
      { query: 'mutation { track(secret: "s") }' },
    ];
    for (const accept of ['application/json', 'application/graphql-response+json', '*/*', 'image/png']) {
      for (const body of bodies) {
        const { status, headers, errors, data } = await edge.post(body, { accept });
        expect([status, codes(errors), data, headers.get('www-authenticate')]).toEqual([401, ['UNAUTHENTICATED'], undefined, 'Bearer']);
        expect(errors?.[0]?.message).toContain('Authorization: Bearer <key>');
      }
    }
    for (const init of [
      {},
      { method: 'PUT' },
      { method: 'POST', body: '{' },
      { method: 'POST', body: new FormData() },
      { method: 'OPTIONS' },
    ]) {
      expect((await answer(fetch(edge.url, init))).status).toBe(401);
    }
    const stream = await fetch(edge.url, {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { count }' }),
    });
    expect([stream.status, await stream.text()]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')]);
  });

  it('says that a key is not accepted, and takes no other scheme', async () => {
    const edge = await startEdge();
    const wrong = await edge.post({ query: '{ hello }' }, { authorization: `Bearer ${'x'.repeat(40)}` });
    expect([wrong.status, wrong.errors?.[0]?.message]).toEqual([401, expect.stringContaining('The key or token is not valid.')]);
    for (const authorization of [`Basic ${keys.ada}`, keys.ada, 'Bearer', `Bearer ${'x'.repeat(600)}`]) {
      expect((await edge.post({ query: '{ hello }' }, { authorization })).status).toBe(401);
    }
  });

  it('serves health and metrics', async () => {
    const edge = await startEdge({ readiness: { ready: false, checks: { database: 'starting' } } });
    const origin = `http://127.0.0.1:${edge.port}`;
    expect((await fetch(`${origin}/livez`)).status).toBe(200);
    const ready = await fetch(`${origin}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, checks: { database: 'starting' } }]);
    await edge.post({ query: '{ hello }' });
    const metrics = await (await fetch(`${origin}/metrics`)).text();
    expect(metrics).toContain('lapwing_http_request_duration_seconds_count{method="POST",path="/graphql",status="200"} 1');
    expect(metrics).toContain('process_resident_memory_bytes');
    const missing = await fetch(`${origin}/nothing/secret`);
    expect([missing.status, await missing.json()]).toEqual([404, { error: 'NOT_FOUND', message: expect.any(String) }]);
    expect((await fetch(origin, { redirect: 'manual' })).headers.get('location')).toBe('/graphql');
  });
});

describe('with a key', () => {
  it('answers queries by POST and GET, mutations by POST only', async () => {
    const edge = await startEdge();
    expect((await edge.post({ query: 'query($n: String) { hello(name: $n) }', variables: { n: 'you' } })).data).toEqual({
      hello: 'hello you',
    });
    expect((await answer(fetch(`${edge.url}?query={hello}`, { headers: signed }))).data).toEqual({ hello: 'hello ada' });
    const mutation = await answer(fetch(`${edge.url}?query=mutation{track(secret:"s")}`, { headers: signed }));
    expect([mutation.status, codes(mutation.errors), mutation.headers.get('allow')]).toEqual([405, ['BAD_REQUEST'], 'POST']);
  });

  it('takes JSON bodies only', async () => {
    const edge = await startEdge();
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: 'mutation { track(secret: "s") }' }));
    const bodies = [
      form,
      new URLSearchParams({ query: '{ hello }' }),
      '{ hello }',
      new Blob(['{ hello }'], { type: 'application/graphql' }),
      new Blob(['{}'], { type: 'application/jsonp' }),
    ];
    for (const body of bodies) {
      const refused = await answer(fetch(edge.url, { method: 'POST', headers: signed, body }));
      expect([refused.status, codes(refused.errors)]).toEqual([415, ['BAD_REQUEST']]);
    }
    for (const body of [
      '{',
      'null',
      '"text"',
      '[]',
      '[{"query":"{ hello }"}]',
      '{"query":1}',
      '{"query":"{ hello }","variables":[]}',
      '{"query":"{ hello }","other":1}',
      '{}',
    ]) {
      const refused = await answer(fetch(edge.url, { method: 'POST', headers: { ...signed, 'content-type': 'application/json' }, body }));
      expect([body, refused.status, codes(refused.errors)]).toEqual([body, 400, ['BAD_REQUEST']]);
    }
    expect((await answer(fetch(edge.url, { method: 'DELETE', headers: signed }))).status).toBe(405);
  });

  it.each([
    ['with', false],
    ['without', true],
  ])('refuses a body that is too large, %s its length told', async (_how, isStreamed) => {
    const edge = await startEdge({ limits: { bodyBytesMax: 100_000 } });
    const send = (bytes: number) => {
      const empty = JSON.stringify({ query: '{ hello }', variables: { a: '' } });
      const text = empty.replace('""', `"${'a'.repeat(bytes - empty.length)}"`);
      const body = isStreamed ? new Blob([text]).stream() : text;
      return answer(
        fetch(edge.url, {
          method: 'POST',
          headers: { ...signed, 'content-type': 'application/json' },
          body,
          duplex: 'half',
        } as RequestInit),
      );
    };
    expect((await send(100_000)).status).toBe(200);
    const refused = await send(100_001);
    expect([refused.status, codes(refused.errors)]).toEqual([413, ['BODY_TOO_LARGE']]);
    expect((await send(20_000_000)).status).toBe(413);
  });

  it('sends a subscription as an event stream, each item with a context of its own', async () => {
    const edge = await startEdge();
    const stream = await fetch(edge.url, {
      method: 'POST',
      headers: { ...signed, accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify({ query: 'subscription { count }' }),
    });
    const text = await stream.text();
    expect(text.match(/"count":\d+/g)).toEqual(['"count":2', '"count":3', '"count":4']);
    const refused = await edge.post({ query: 'subscription { endless }' }, { ...signed, accept: 'application/json' });
    expect([refused.status, codes(refused.errors), edge.streams]).toEqual([406, ['BAD_REQUEST'], { opened: 1, closed: 1 }]);
  });

  it('ends the source of a stream whose reader went away or whose key was revoked', async () => {
    const edge = await startEdge({ limits: { streamsPerPrincipalMax: 1 } });
    const open = () => {
      const abort = new AbortController();
      const headers = { ...signed, accept: 'text/event-stream', 'content-type': 'application/json' };
      const stream = fetch(edge.url, { method: 'POST', headers, body: '{"query":"subscription { endless }"}', signal: abort.signal });
      return { abort, stream };
    };
    const first = open();
    await first.stream;
    const second = await open().stream;
    expect([second.status, await second.text()]).toEqual([400, expect.stringContaining('streamsPerPrincipalMax')]);
    first.abort.abort();
    await expect.poll(() => edge.streams).toEqual({ opened: 2, closed: 2 });
    const third = await open().stream;
    edge.server.review(revoked('ada'));
    await expect(third.text()).rejects.toThrow();
    await expect.poll(() => edge.streams).toEqual({ opened: 3, closed: 3 });
  });
});

describe('errors', () => {
  it('shows what was thrown for the caller and hides the rest behind the request id', async () => {
    const edge = await startEdge();
    const { status, data, errors, headers } = await edge.post(
      { query: '{ hello broken forbidden unserialisable }' },
      { ...signed, 'x-request-id': 'trace-7' },
    );
    expect([status, data, headers.get('x-request-id')]).toEqual([
      200,
      { hello: 'hello ada', broken: null, forbidden: null, unserialisable: null },
      'trace-7',
    ]);
    const byPath = Object.fromEntries(errors?.map((error) => [String(error.path), [error.extensions, error.message]]) ?? []);
    const masked = [{ code: 'INTERNAL' }, 'Something went wrong on our side; the request id is trace-7.'];
    expect(byPath).toEqual({ broken: masked, unserialisable: masked, forbidden: [{ code: 'FORBIDDEN' }, 'Only admins may do this.'] });
    expect(edge.logLines().filter(({ level }) => level === 50)).toMatchObject([
      { requestId: 'trace-7', err: { type: 'GraphQLError', message: 'Int cannot represent non-integer value' } },
      { requestId: 'trace-7', err: { type: 'Error', message: expect.stringContaining('in the statement') } },
    ]);
  });

  it.each(['application/graphql-response+json', 'application/graphql-response+json, application/json', '*/*', 'application/json'])(
    'has the status of the gravest error where there is no data, but a document that is wrong is a 200 in plain JSON (%s)',
    async (accept) => {
      const edge = await startEdge();
      const wrong = accept === 'application/json' ? 200 : 400;
      const ask = async (query: unknown, variables?: object) => {
        const { status, errors } = await edge.post({ query, variables }, { ...signed, accept });
        return [status, ...codes(errors)];
      };
      expect(await ask('{ overloaded }')).toEqual([503, 'OVERLOADED']);
      expect(await ask('{ no')).toEqual([wrong, 'BAD_REQUEST']);
      expect(await ask('{ nothing }')).toEqual([wrong, 'BAD_REQUEST']);
      expect(await ask('query($n: String!) { hello(name: $n) }')).toEqual([wrong, 'BAD_REQUEST']);
      expect(await ask('query($n: String) { hello(name: $n) }', { n: 7 })).toEqual([wrong, 'BAD_REQUEST']);
      expect(await ask('query A { hello } query B { hello }')).toEqual([400, 'BAD_REQUEST']);
      expect(await ask(7)).toEqual([400, 'BAD_REQUEST']);
    },
  );

  it('logs one line per request and nothing of its payload', async () => {
    const edge = await startEdge();
    const query = 'mutation Track($s: String!) { track(secret: $s) }';
    await edge.post({ query, variables: { s: 'hunter2' }, operationName: 'Track' });
    await edge.post({ query: '{ hello(name: "hunter2"', operationName: 'hunter2' });
    await edge.post({ query, variables: { s: { hunter2: 1 } } });
    await fetch(`${edge.url}?query={hello(name:"hunter2")}`, { headers: { ...signed, 'x-request-id': 'has spaces' } });
    await fetch(`http://127.0.0.1:${edge.port}/hunter2`);
    await expect.poll(() => edge.logLines().length).toBe(5);
    expect(edge.logText()).not.toMatch(/hunter2|kkkkk|secret|has spaces/);
    expect(edge.logLines()[0]).toMatchObject({
      method: 'POST',
      path: '/graphql',
      status: 200,
      operationName: 'Track',
      principal: 'key-ada',
      requestId: expect.stringMatching(/^[\w-]{36}$/),
      durationMs: expect.any(Number),
    });
    expect(edge.logLines()[4]).toMatchObject({ path: 'other', status: 404 });
  });
});

describe('start and close', () => {
  it('says what to do when the port is taken', async () => {
    const other = createNodeServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(startEdge({ port })).rejects.toThrow(
      new OperatorError(`port ${port} on 127.0.0.1 is in use: stop the other process or set PORT`),
    );
    other.close();
  });

  it('lets running requests finish and refuses new ones', async () => {
    const edge = await startEdge();
    const running = edge.post({ query: '{ slow }' });
    await expect.poll(() => edge.entered.has('slow')).toBe(true);
    const closed = edge.server.close();
    expect((await running).data).toEqual({ slow: 'done' });
    await closed;
    await expect(fetch(edge.url)).rejects.toThrow();
  });

  it('waits no longer than it may', async () => {
    const edge = await startEdge({ limits: { shutdownMsMax: 100 } });
    const running = edge.post({ query: '{ forever }' }).catch(() => 'dropped');
    await expect.poll(() => edge.entered.has('forever')).toBe(true);
    await edge.server.close();
    expect(await running).toBe('dropped');
  });
});
