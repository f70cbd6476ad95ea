import { connect } from 'node:net';
import { getIntrospectionQuery } from 'graphql';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { collect, keys, revoked, startEdge, type Edge } from './harness.ts';

const anonymous = { connectionParams: {} };
const code = (failure: unknown) => (Array.isArray(failure) ? failure.map(({ extensions }) => extensions.code) : failure);

/** A socket spoken to in plain messages, for what a well-behaved client never does. */
async function rawSocket(edge: Edge, headers: Record<string, string> = {}, protocols = ['graphql-transport-ws']) {
  const socket = new WebSocket(`ws://127.0.0.1:${edge.port}/graphql`, protocols, { headers });
  onTestFinished(() => socket.terminate());
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (closeCode, reason) => resolve({ code: closeCode, reason: String(reason) })),
  );
  const refused = new Promise<number>((resolve) =>
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0)),
  );
  const messages: { type: string; payload?: unknown }[] = [];
  socket.on('message', (text) => messages.push(JSON.parse(String(text))));
  socket.on('error', () => undefined);
  const opened = new Promise<'open'>((resolve) => socket.once('open', () => resolve('open')));
  const state = await Promise.race([opened, refused]);
  return { socket, closed, messages, state, say: (message: object) => socket.send(JSON.stringify(message)) };
}

describe('who asks', () => {
  it('is told to sign every shape of operation', async () => {
    const edge = await startEdge();
    const client = edge.client(anonymous);
    for (const query of [
      '{ hello }',
      '{ no',
      '{ nothing }',
      'mutation { track(secret: "s") }',
      'subscription { count }',
      getIntrospectionQuery(),
    ]) {
      expect(code((await collect(client, { query })).failure)).toEqual(['UNAUTHENTICATED']);
    }
    const wrong = { headers: { Authorization: `Bearer ${'x'.repeat(40)}` } };
    expect(code((await collect(client, { query: '{ hello }', extensions: wrong })).failure)).toEqual(['UNAUTHENTICATED']);
  });

  it.each([
    ['authorization in connectionParams', { connectionParams: { authorization: `Bearer ${keys.bob}` } }],
    ['AUTHORIZATION in connectionParams', { connectionParams: { AUTHORIZATION: `bearer ${keys.bob}` } }],
    ['headers in connectionParams', { connectionParams: { headers: { Authorization: `Bearer ${keys.bob}` } } }],
  ])('may sign by %s', async (_how, options) => {
    const edge = await startEdge();
    expect(await collect(edge.client(options), { query: '{ hello }' })).toEqual({
      results: [{ data: { hello: 'hello bob' } }],
      failure: null,
    });
  });

  it('may sign by the header of the upgrade, or operation by operation as GraphiQL does', async () => {
    const edge = await startEdge();
    class SignedSocket extends WebSocket {
      constructor(address: string, protocols?: string | string[]) {
        super(address, protocols, { headers: { authorization: `Bearer ${keys.bob}` } });
      }
    }
    expect((await collect(edge.client({ ...anonymous, webSocketImpl: SignedSocket }), { query: '{ hello }' })).results).toEqual([
      { data: { hello: 'hello bob' } },
    ]);
    const client = edge.client(anonymous);
    const extensions = { headers: { Authorization: `Bearer ${keys.bob}` } };
    expect((await collect(client, { query: 'subscription { count }', extensions })).results).toHaveLength(3);
    expect(code((await collect(client, { query: '{ hello }' })).failure)).toEqual(['UNAUTHENTICATED']);
  });

  it('is sent away at once with a key that is wrong, and when the key is revoked', async () => {
    const edge = await startEdge();
    const wrong = edge.client({ connectionParams: { authorization: `Bearer ${'x'.repeat(40)}` } });
    expect((await collect(wrong, { query: '{ hello }' })).failure).toMatchObject({ code: 4401 });
    const other = collect(edge.client({ connectionParams: { authorization: `Bearer ${keys.bob}` } }), {
      query: 'subscription { endless }',
    });
    const sentAway = collect(edge.client(), { query: 'subscription { endless }' });
    const signing = collect(edge.client(anonymous), {
      query: 'subscription { endless }',
      extensions: { headers: { authorization: `Bearer ${keys.ada}` } },
    });
    await expect.poll(() => edge.streams.opened).toBe(3);
    edge.server.review(revoked('ada'));
    expect([(await sentAway).failure, (await signing).failure]).toMatchObject([{ code: 4401 }, { code: 4401 }]);
    await expect.poll(() => edge.streams.closed).toBe(2);
    edge.server.review(revoked('bob'));
    await other;
  });

  it('may be a page of ours or of a listed origin or a program, not a page from elsewhere', async () => {
    const edge = await startEdge({ allowedOrigins: ['https://dashboard.example'] });
    expect((await rawSocket(edge, { origin: 'https://dashboard.example' })).state).toBe('open');
    expect((await rawSocket(edge, { origin: `http://127.0.0.1:${edge.port}` })).state).toBe('open');
    for (const origin of ['https://evil.example', 'http://dashboard.example', `http://127.0.0.1:${edge.port + 1}`, 'null', 'nonsense']) {
      expect([origin, (await rawSocket(edge, { origin })).state]).toEqual([origin, 403]);
    }
  });
});

describe('the protocol', () => {
  it('closes a socket that does not speak it', async () => {
    const edge = await startEdge({ limits: { connectionInitMsMax: 50, bodyBytesMax: 10_000 } });
    expect((await (await rawSocket(edge, {}, [])).closed).code).toBe(4406);
    expect((await (await rawSocket(edge)).closed).code).toBe(4408);
    const silent = await rawSocket(edge);
    silent.say({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
    expect((await silent.closed).code).toBe(4401);
    const large = await rawSocket(edge);
    large.socket.send('x'.repeat(10_001));
    expect((await large.closed).code).toBe(1009);
    const garbled = await rawSocket(edge);
    garbled.socket.send('{');
    expect((await garbled.closed).code).toBe(4400);
    const elsewhere = new WebSocket(`ws://127.0.0.1:${edge.port}/other`, 'graphql-transport-ws');
    expect(
      await new Promise((resolve) => elsewhere.once('unexpected-response', (_request, response) => resolve(response.statusCode))),
    ).toBe(404);
  });

  it('gives each item of a subscription a context of its own, and ends the source with the subscription', async () => {
    const edge = await startEdge();
    const client = edge.client();
    const { results, failure } = await collect(client, { query: 'subscription { count }' });
    expect([results, failure]).toEqual([[{ data: { count: 2 } }, { data: { count: 3 } }, { data: { count: 4 } }], null]);
    const stop = client.subscribe(
      { query: 'subscription { endless }' },
      { next: () => undefined, error: () => undefined, complete: () => undefined },
    );
    await expect.poll(() => edge.streams).toEqual({ opened: 2, closed: 1 });
    expect((await edge.metrics.subscriptions.get()).values).toEqual([{ labels: { transport: 'websocket' }, value: 1 }]);
    stop();
    await expect.poll(() => edge.streams).toEqual({ opened: 2, closed: 2 });
    await expect.poll(async () => (await edge.metrics.subscriptions.get()).values[0]?.value).toBe(0);
  });

  it('drops a socket that does not answer pings', async () => {
    const edge = await startEdge({ limits: { pingIntervalMs: 40 } });
    const dead = connect(edge.port, '127.0.0.1');
    dead.write(
      `GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    dead.resume();
    await new Promise((resolve) => dead.once('close', resolve));
    const alive = await rawSocket(edge);
    let pings = 0;
    alive.socket.on('ping', () => (pings += 1));
    alive.say({ type: 'connection_init' });
    await expect.poll(() => pings).toBeGreaterThan(3);
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it('sends a client away that does not read', async () => {
    const edge = await startEdge({ limits: { socketBufferedBytesMax: 1_000_000 } });
    const slow = await rawSocket(edge, { authorization: `Bearer ${keys.ada}` });
    slow.say({ type: 'connection_init' });
    await expect.poll(() => slow.messages).toEqual([{ type: 'connection_ack' }]);
    slow.socket.pause();
    for (let id = 1; id <= 40; id += 1) slow.say({ id: String(id), type: 'subscribe', payload: { query: 'subscription { flood }' } });
    await expect.poll(() => edge.streams, { timeout: 10_000 }).toEqual({ opened: 40, closed: 40 });
    slow.socket.resume();
    expect([1013, 1006]).toContain((await slow.closed).code);
  });

  it('says at shutdown that the service restarts', async () => {
    const edge = await startEdge();
    const running = collect(edge.client(), { query: 'subscription { endless }' });
    const idle = await rawSocket(edge, { authorization: `Bearer ${keys.ada}` });
    idle.say({ type: 'connection_init' });
    await expect.poll(() => [edge.streams.opened, idle.messages.length]).toEqual([1, 1]);
    const nameless = await rawSocket(edge);
    await edge.server.close();
    expect([(await idle.closed).code, (await nameless.closed).code]).toEqual([1012, 1012]);
    expect((await running).failure).toMatchObject({ code: 1012 });
    expect(edge.streams.closed).toBe(1);
  });
});

describe('errors over a socket', () => {
  it('have the shape they have over HTTP', async () => {
    const edge = await startEdge();
    const client = edge.client();
    const failures = async (query: string) => {
      const { results, failure } = await collect(client, { query });
      const errors = failure ?? results.flatMap((one) => (one as { errors?: unknown[] }).errors ?? []);
      return (errors as { message: string; extensions: object }[]).map(({ message, extensions }) => [extensions, message]);
    };
    const masked = [{ code: 'INTERNAL' }, expect.stringMatching(/^Something went wrong on our side; the request id is [\w-]{36}\.$/)];
    expect(await failures('{ broken }')).toEqual([masked]);
    expect(await failures('subscription { failing }')).toEqual([masked]);
    expect(await failures('subscription { refused }')).toEqual([[{ code: 'FORBIDDEN' }, 'Not this stream.']]);
    expect(await failures('{ forbidden }')).toEqual([[{ code: 'FORBIDDEN' }, 'Only admins may do this.']]);
    expect(await failures('{ no')).toEqual([[{ code: 'BAD_REQUEST' }, expect.any(String)]]);
    expect(await failures('subscription { nothing }')).toEqual([[{ code: 'BAD_REQUEST' }, expect.any(String)]]);
    expect(await failures('subscription { }')).toEqual([[{ code: 'BAD_REQUEST' }, expect.any(String)]]);
    expect(await failures('subscription { count endless }')).toEqual([[{ code: 'BAD_REQUEST' }, expect.any(String)]]);
    expect(await failures('query($n: String!) { hello(name: $n) }')).toEqual([[{ code: 'BAD_REQUEST' }, expect.any(String)]]);
    expect(edge.logText()).not.toMatch(/kkkkk/);
    expect(edge.logLines().filter(({ level }) => level === 50)).toHaveLength(2);
    expect(edge.logLines().filter(({ msg }) => msg === 'request')).toHaveLength(9);
  });
});
