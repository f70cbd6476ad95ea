import { get } from 'node:http';
import { describe, expect, it } from 'vitest';
import { keys, startEdge, type Edge } from './harness.ts';

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const playgroundOf = ({ url }: Edge, headers: Record<string, string> = {}) => fetch(new URL('/playground', url), { headers });
/** Whatever a page could take from another host. */
const elsewhere = /<(script|link|img|iframe)[^>]+(src|href)="?(https?:)?\/\/|url\(\s*["']?(https?:)?\/\/|@import/;

describe('the page to sign in', () => {
  it('is what a browser finds, with one field, and holds and allows nothing from elsewhere', async () => {
    const edge = await startEdge();
    const page = await fetch(edge.url, { headers: { accept: 'text/html,*/*' } });
    const html = await page.text();
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(html).toContain('<title>Lapwing</title>');
    expect(html.match(/<input/g)).toHaveLength(1);
    expect(html).not.toMatch(elsewhere);
    expect(html).not.toMatch(/graphiql/i);
    expect((await fetch(edge.url, { method: 'HEAD', headers: { accept: 'text/html' } })).status).toBe(200);
  });

  it('runs its own script only, by a nonce that is never the same', async () => {
    const edge = await startEdge();
    const nonces = new Set<string | undefined>();
    for (let visit = 0; visit < 3; visit += 1) {
      const page = await fetch(edge.url, { headers: { accept: 'text/html' } });
      const policy = page.headers.get('content-security-policy') ?? '';
      const nonce = /script-src 'nonce-([\w+/=]{22,})';/.exec(policy)?.[1];
      expect(await page.text()).toContain(`<script nonce="${nonce}">`);
      expect(policy).toMatch(/^default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'$/);
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });
});

describe('the playground', () => {
  it('opens for the scope INTROSPECT and nobody else', async () => {
    const edge = await startEdge();
    const answers = [
      await playgroundOf(edge),
      await playgroundOf(edge, bearer('x'.repeat(40))),
      await playgroundOf(edge, bearer(keys.bob)),
    ];
    const told = await Promise.all(answers.map(async (answer) => [answer.status, JSON.parse(await answer.text()).errors[0].extensions]));
    expect(told).toEqual([
      [401, { code: 'UNAUTHENTICATED' }],
      [401, { code: 'UNAUTHENTICATED' }],
      [403, { code: 'FORBIDDEN' }],
    ]);
    expect((await fetch(new URL('/playground', edge.url), { method: 'POST', headers: bearer(keys.ada) })).status).toBe(405);
  });

  it('is one page without a key in it that takes nothing from elsewhere', { timeout: 20_000 }, async () => {
    const edge = await startEdge();
    const page = await playgroundOf(edge, bearer(keys.ada));
    const html = await page.text();
    expect([page.status, page.headers.get('content-encoding'), page.headers.get('cache-control')]).toEqual([
      200,
      'gzip',
      'private, no-cache',
    ]);
    expect(html).not.toMatch(elsewhere);
    expect(html).not.toContain(keys.ada);
    expect(html.match(/<script nonce="@nonce@">/g)).toHaveLength(2);
    expect(html).toContain('signed({"title":"Lapwing"');
    expect(html).toContain('"subscriptionsProtocol":"WS"');
  });

  it('is sent again only to those who do not have it, and plain to those who cannot unpack it', { timeout: 20_000 }, async () => {
    const edge = await startEdge();
    const page = await playgroundOf(edge, bearer(keys.ada));
    const etag = page.headers.get('etag') ?? '';
    expect((await playgroundOf(edge, { ...bearer(keys.ada), 'if-none-match': etag })).status).toBe(304);
    expect((await playgroundOf(edge, { ...bearer(keys.bob), 'if-none-match': etag })).status).toBe(403);
    const plain = await new Promise<number>((resolve) => {
      get(new URL('/playground', edge.url), { headers: bearer(keys.ada) }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => (bytes += chunk.length)).on('end', () => resolve(bytes));
      });
    });
    expect(plain).toBe(Buffer.byteLength(await page.text()));
  });
});
