import { describe, expect, it } from 'vitest';
import { limits } from '../../src/graphql/limits.ts';
import { createGuesses } from '../../src/server/guesses.ts';
import { answer, collect, keys, startEdge, type Edge } from './harness.ts';

const wrong = (index: number) => `Bearer ${`${index}`.padStart(40, 'x')}`;
const guess = (edge: Edge, index: number, headers: Record<string, string> = {}) =>
  edge.post({ query: '{ hello }' }, { authorization: wrong(index), ...headers });
const guessAll = (edge: Edge, count: number) => Promise.all(Array.from({ length: count }, (_, index) => guess(edge, index)));
const statuses = (answers: { status: number }[]) =>
  Object.entries(Object.groupBy(answers, ({ status }) => status)).map(([status, all]) => [status, all?.length]);

describe('an address that guesses', () => {
  it('has guessesPerAddressMax wrong tokens looked up, however many it sends at once', async () => {
    const looked: string[] = [];
    const edge = await startEdge({ viewerOf: async (token) => (looked.push(token), null) });
    const max = limits.guessesPerAddressMax;
    expect(statuses(await guessAll(edge, max))).toEqual([['401', max]]);
    expect(statuses(await guessAll(edge, max))).toEqual([['429', max]]);
    expect(looked).toHaveLength(max);
  });

  it('is told when to try again, over HTTP and WebSocket', async () => {
    const edge = await startEdge({ limits: { guessesPerAddressMax: 1 } });
    await guess(edge, 1);
    const refused = await guess(edge, 2);
    const seconds = Number(refused.headers.get('retry-after'));
    expect([refused.status, refused.errors?.map(({ extensions }) => extensions)]).toEqual([
      429,
      [{ code: 'RATE_LIMITED', retryAfterMs: seconds * 1_000 }],
    ]);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(limits.guessesWindowMs / 1_000);
    const opening = edge.client({ connectionParams: { authorization: wrong(3) } });
    expect((await collect(opening, { query: '{ hello }' })).failure).toMatchObject({ code: 4429, reason: /^RATE_LIMITED/ });
    const operation = { query: '{ hello }', extensions: { headers: { authorization: wrong(4) } } };
    expect((await collect(edge.client({ connectionParams: {} }), operation)).failure).toMatchObject([
      { extensions: { code: 'RATE_LIMITED' } },
    ]);
    const page = await fetch(new URL('/playground', edge.url), { headers: { authorization: wrong(5) } });
    expect([page.status, page.headers.has('retry-after')]).toEqual([429, true]);
  });

  it('holds up nobody who is known, and gets its guesses back in the next window', async () => {
    const edge = await startEdge({ limits: { guessesPerAddressMax: 2, guessesWindowMs: 500 } });
    expect((await edge.post({ query: '{ hello }' })).status).toBe(200);
    expect(statuses(await guessAll(edge, 5))).toEqual([
      ['401', 2],
      ['429', 3],
    ]);
    expect((await edge.post({ query: '{ hello }' })).status).toBe(200);
    const late = { authorization: `Bearer ${keys.bob}` };
    expect((await edge.post({ query: '{ hello }' }, late)).status).toBe(429);
    await expect.poll(async () => (await edge.post({ query: '{ hello }' }, late)).status).toBe(200);
  });

  it('pays for wrong tokens only, and once for one token that it sends many times at once', async () => {
    let looked = 0;
    const edge = await startEdge({ limits: { guessesPerAddressMax: 2 }, viewerOf: async () => ((looked += 1), null) });
    const together = await Promise.all(Array.from({ length: 20 }, () => edge.post({ query: '{ hello }' })));
    expect(statuses(together)).toEqual([['200', 20]]);
    expect(looked).toBe(1);
    expect((await edge.post({ query: '{ hello }' }, { authorization: `Bearer ${keys.bob}` })).status).toBe(200);
    expect(statuses(await guessAll(edge, 3))).toEqual([
      ['401', 2],
      ['429', 1],
    ]);
  });

  it('is told the same of every bad token', async () => {
    const edge = await startEdge();
    const bad = ['x', 'x'.repeat(40), keys.ada.slice(1), `${keys.ada}k`, 'a.b.c', 'x'.repeat(8_192), 'x'.repeat(8_193)];
    const told = await Promise.all(bad.map((token) => edge.post({ query: '{ hello }' }, { authorization: `Bearer ${token}` })));
    expect(new Set(told.map(({ status, errors }) => JSON.stringify([status, errors]))).size).toBe(1);
  });

  it('is the one the trusted proxies name, and no other', async () => {
    const edge = await startEdge({ limits: { guessesPerAddressMax: 1 }, trustedProxies: ['127.0.0.1'] });
    const from = async (forwarded: string, index: number) => (await guess(edge, index, { 'x-forwarded-for': forwarded })).status;
    expect([await from('198.51.100.1', 1), await from('198.51.100.2', 2), await from('6.6.6.6, 198.51.100.1', 3)]).toEqual([401, 401, 429]);
    const untrusting = await startEdge({ limits: { guessesPerAddressMax: 1 } });
    const spoofed = (index: number) => guess(untrusting, index, { 'x-forwarded-for': `198.51.100.${index}` });
    expect([(await spoofed(1)).status, (await spoofed(2)).status]).toEqual([401, 429]);
  });
});

describe('all addresses together', () => {
  it('have guessesMax guesses, and one network no more than its own', async () => {
    const guesses = createGuesses({ guessesPerAddressMax: 2, guessesMax: 3, guessesWindowMs: 60_000 });
    const take = async (address: string) => (await guesses.take(address)) === null;
    expect([await take('2001:db8::1'), await take('2001:db8::2'), await take('2001:db8::3')]).toEqual([true, true, false]);
    expect(await take('198.51.100.1')).toBe(true);
    guesses.giveBack('198.51.100.1');
    expect([await take('198.51.100.2'), await take('198.51.100.3')]).toEqual([true, false]);
  });
});

describe('a service that cannot tell who somebody is', () => {
  it('says so in a way that makes the client try again', async () => {
    const edge = await startEdge({ viewerOf: () => Promise.reject(new Error('password=hunter2 was not taken')) });
    const failed = await answer(fetch(edge.url, { method: 'POST', headers: { authorization: wrong(1) } }));
    expect([failed.status, failed.errors?.[0]?.message]).toEqual([500, expect.stringMatching(/^Something went wrong on our side/)]);
    const { failure } = await collect(edge.client({ connectionParams: { authorization: wrong(2) } }), { query: '{ hello }' });
    expect(failure).toMatchObject({ code: 1013, reason: expect.not.stringContaining('hunter2') });
  });
});
