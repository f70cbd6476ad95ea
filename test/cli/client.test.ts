import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createClient } from '../../src/cli/client.ts';

type Answer = { status?: number; body: string; headers?: Record<string, string>; drop?: true };
let server: Server | null = null;

/** A socket that gives these answers in turn, and remembers what it was asked. */
async function serve(answers: Answer[]) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    asked.push({ authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() });
    const answer = answers.shift();
    if (!answer || answer.drop) request.socket.destroy();
    else response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`, asked };
}
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

const refusal = (code: string, retryAfterMs?: number): Answer => ({
  body: JSON.stringify({ data: null, errors: [{ message: 'no', extensions: { code, retryAfterMs } }] }),
});
const fine: Answer = { body: JSON.stringify({ data: { ok: true } }) };

async function ask(url: string, repeatable: boolean) {
  const waits: number[] = [];
  const client = createClient({ url, key: 'k1' }, { random: () => 1, sleep: async (ms) => waits.push(ms) });
  const answer = await client
    .request({ document: '{ ok }', variables: { a: 1 }, answer: z.object({ ok: z.boolean() }), repeatable })
    .catch((error: Error) => error.message);
  return { answer, waits };
}

test('a request carries the key, the document and the variables', async () => {
  const { url, asked } = await serve([fine]);
  expect(await ask(url, true)).toEqual({ answer: { ok: true }, waits: [] });
  expect(asked).toEqual([{ authorization: 'Bearer k1', body: '{"query":"{ ok }","variables":{"a":1}}' }]);
});

test.each(['OVERLOADED', 'RATE_LIMITED', 'UNAVAILABLE', 'STORAGE_FULL'])('%s is asked again after growing pauses', async (code) => {
  const { url, asked } = await serve([refusal(code, 100), refusal(code, 100), fine]);
  expect(await ask(url, false)).toEqual({ answer: { ok: true }, waits: [350, 600] });
  expect(asked).toHaveLength(3);
});

test('it gives up after ten attempts', async () => {
  const { url, asked } = await serve(Array.from({ length: 12 }, () => refusal('OVERLOADED', 0)));
  expect(await ask(url, true)).toEqual({
    answer: 'the service refused: no (OVERLOADED)',
    waits: [250, 500, 1000, 2000, 4000, 5000, 5000, 5000, 5000],
  });
  expect(asked).toHaveLength(10);
});

test('it waits as long as the service asks for, up to a minute, and not all at once with others', async () => {
  const { url } = await serve([refusal('RATE_LIMITED', 7_000), refusal('RATE_LIMITED', 900_000), fine]);
  expect((await ask(url, true)).waits).toEqual([7_250, 60_500]);
});

test.each([
  ['UNAUTHENTICATED', 'the service refused: no (UNAUTHENTICATED); give a valid key with --key or LAPWING_KEY'],
  ['FORBIDDEN', 'the service refused: no (FORBIDDEN); use a key with the right role (see `keys create --help`)'],
  ['INTERNAL', 'the service refused: no (INTERNAL)'],
])('%s is final', async (code, message) => {
  const { url, asked } = await serve([refusal(code), fine]);
  expect(await ask(url, true)).toEqual({ answer: message, waits: [] });
  expect(asked).toHaveLength(1);
});

test('a lost connection is asked again only where that does no harm', async () => {
  const dropped: Answer = { body: '', drop: true };
  const first = await serve([dropped, fine]);
  expect((await ask(first.url, true)).answer).toEqual({ ok: true });
  server?.close();
  const second = await serve([dropped, fine]);
  expect((await ask(second.url, false)).answer).toContain(`cannot reach ${second.url}`);
  expect(second.asked).toHaveLength(1);
});

test('a service that is not there is asked again, then named with what to do', async () => {
  const { url } = await serve([]);
  server?.close();
  const { answer, waits } = await ask(url, false);
  expect(answer).toBe(`cannot reach ${url} (ECONNREFUSED): is the service running? start it with \`npm start\``);
  expect(waits).toHaveLength(9);
});

test.each([[{ status: 404, body: '<html>' }], [{ body: '{}' }], [{ body: '"x"' }]])('%j is not taken for GraphQL', async (answer) => {
  const { url } = await serve([answer]);
  expect((await ask(url, true)).answer).toContain('but not as GraphQL');
});

test('an answer of another shape is refused', async () => {
  const { url } = await serve([{ body: '{"data":{"ok":"yes"}}' }]);
  expect((await ask(url, true)).answer).toContain('another shape than expected');
});
