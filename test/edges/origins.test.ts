import { describe, expect, it } from 'vitest';
import { answer, keys, startEdge, type Edge } from './harness.ts';

const listed = 'https://dashboard.example';
const others = [
  'https://evil.example',
  'http://dashboard.example',
  'https://dashboard.example:444',
  'https://a.dashboard.example',
  'null',
  '*',
];
const signed = { authorization: `Bearer ${keys.ada}` };
const json = { ...signed, 'content-type': 'application/json' };
const corsOf = ({ headers }: Response) => [...headers.keys()].filter((name) => name.startsWith('access-control-')).sort();

const ask = ({ url }: Edge, headers: Record<string, string>, query = '{ hello }') =>
  fetch(url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ query }) });
const preflight = ({ url }: Edge, origin: string) =>
  fetch(url, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
  });

describe('a page of another origin', () => {
  it('is told by a preflight what it may send, where its origin is listed', async () => {
    const edge = await startEdge({ allowedOrigins: ['https://other.example', listed] });
    const response = await preflight(edge, listed);
    expect([response.status, await response.text(), Object.fromEntries(response.headers)]).toEqual([
      204,
      '',
      expect.objectContaining({
        'access-control-allow-origin': listed,
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type, accept, x-request-id',
        'access-control-max-age': '600',
        vary: 'origin',
      }),
    ]);
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('may read answers and refusals, where its origin is listed', async () => {
    const edge = await startEdge({ allowedOrigins: [listed] });
    for (const [headers, status] of [
      [{}, 200],
      [{ authorization: 'Bearer wrong' }, 401],
      [{ 'content-type': 'text/plain' }, 415],
    ] as [Record<string, string>, number][]) {
      const response = await ask(edge, { origin: listed, ...headers });
      expect([response.status, response.headers.get('access-control-allow-origin'), response.headers.get('vary')]).toEqual([
        status,
        listed,
        'origin',
      ]);
    }
  });

  it.each([[[]], [[listed]]])(
    'may neither ask nor read, where the list is %j and its origin is not on it',
    async (allowedOrigins: string[]) => {
      const edge = await startEdge({ allowedOrigins });
      for (const origin of [...others, ...(allowedOrigins.length === 0 ? [listed] : [])]) {
        const asked = await preflight(edge, origin);
        expect([origin, asked.status, corsOf(asked)]).toEqual([origin, 401, []]);
        expect(corsOf(await ask(edge, { origin }))).toEqual([]);
      }
    },
  );

  it('needs nothing where it is our own', async () => {
    const edge = await startEdge();
    const response = await ask(edge, { origin: new URL(edge.url).origin });
    expect([response.status, corsOf(response), response.headers.get('vary')]).toEqual([200, [], null]);
  });
});

describe('a form of another page', () => {
  it.each([
    ['application/x-www-form-urlencoded', 'query=mutation%7Btrack(secret%3A%22s%22)%7D'],
    ['multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="query"\r\n\r\nmutation{track(secret:"s")}\r\n--b--'],
    ['text/plain', '{"query":"mutation{track(secret:\\"s\\")}"}'],
    ['application/graphql', 'mutation{track(secret:"s")}'],
    ['', '{"query":"mutation{track(secret:\\"s\\")}"}'],
  ])('changes nothing as %s, even if a browser added a key', async (type, body) => {
    const edge = await startEdge();
    const refused = await answer(fetch(edge.url, { method: 'POST', headers: { ...signed, 'content-type': type }, body }));
    expect([refused.status, refused.errors?.[0]?.extensions.code]).toEqual([415, 'BAD_REQUEST']);
    expect(edge.entered.size).toBe(0);
  });

  it('changes nothing by GET', async () => {
    const edge = await startEdge();
    const refused = await answer(fetch(`${edge.url}?query=mutation{track(secret:"s")}`, { headers: signed }));
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'POST']);
    expect(edge.entered.size).toBe(0);
  });
});
