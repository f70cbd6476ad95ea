import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { encoded, moveTo, startIdentityProvider, startSeconds, startVerifying as start, wallClock } from '../harness/identity-provider.ts';

beforeEach(() => void moveTo(0));
afterEach(() => void vi.useRealTimers());

const unavailable = expect.objectContaining({ code: 'UNAVAILABLE' });

describe('the keys', () => {
  it('are fetched once and kept', async () => {
    const { provider, verify } = await start();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => provider.sign()));
    expect((await Promise.all(tokens.map(verify))).every((claims) => claims !== null)).toBe(true);
    moveTo(60_000);
    expect(await verify(tokens[0]!)).not.toBeNull();
    expect(provider.fetches()).toBe(1);
  });

  it('that are new are found after the cooldown of 5 seconds, and those that are gone are refused from then on', async () => {
    const { provider, verify } = await start();
    const old = await provider.sign();
    expect(await verify(old)).not.toBeNull();
    await provider.rotate();
    const fresh = await provider.sign();
    moveTo(4_999);
    expect([await verify(fresh), provider.fetches()]).toEqual([null, 1]);
    expect(await verify(old)).not.toBeNull();
    moveTo(5_001);
    expect(await verify(fresh)).not.toBeNull();
    expect(provider.fetches()).toBe(2);
    expect(await verify(old)).toBeNull();
  });

  it('that are dropped are refused after ten minutes at the latest', async () => {
    const { provider, verify } = await start();
    const token = await provider.sign({ exp: startSeconds + 3_600 });
    expect(await verify(token)).not.toBeNull();
    provider.dropKey('ES256-1');
    await provider.addKey();
    moveTo(599_999);
    expect(await verify(token)).not.toBeNull();
    moveTo(600_001);
    expect(await verify(token)).toBeNull();
  });

  it('are fetched once per cooldown at most, however many ids are made up', async () => {
    const { provider, verify } = await start();
    const madeUp = () => provider.sign({}, { header: { kid: Math.random().toString(36) } });
    const counts = [];
    for (const ms of [0, 4_999, 5_001, 9_999, 10_002]) {
      moveTo(ms);
      const tokens = await Promise.all(Array.from({ length: 40 }, madeUp));
      expect(await Promise.all(tokens.slice(20).map(verify))).toEqual(Array(20).fill(null));
      for (const token of tokens.slice(0, 20)) expect(await verify(token)).toBeNull();
      counts.push(provider.fetches());
    }
    expect(counts).toEqual([1, 1, 2, 2, 3]);
  });

  it('are asked for once per cooldown at most while the identity provider fails too', async () => {
    const { provider, verify } = await start();
    provider.answerWith({ status: 500 });
    const token = await provider.sign();
    const counts = [];
    for (const ms of [0, 4_999, 5_000, 9_999, 10_000]) {
      moveTo(ms);
      for (let attempt = 0; attempt < 20; attempt += 1) await expect(verify(token)).rejects.toEqual(unavailable);
      counts.push(provider.fetches());
    }
    expect(counts).toEqual([1, 1, 2, 2, 3]);
    provider.answerWith(null);
    moveTo(15_000);
    expect(await verify(token)).not.toBeNull();
  });

  it('are asked for again when the clock was set back', async () => {
    const { provider, verify } = await start();
    provider.answerWith({ status: 500 });
    const token = await provider.sign({ iat: startSeconds - 7_200 });
    await expect(verify(token)).rejects.toEqual(unavailable);
    provider.answerWith(null);
    moveTo(-3_600_000);
    expect(await verify(token)).not.toBeNull();
  });

  it('that cannot be fetched are UNAVAILABLE, and the log says why', async () => {
    const { provider, verify, logLines } = await start();
    await provider.goDown();
    const token = await provider.sign();
    await expect(verify(token)).rejects.toEqual(unavailable);
    expect(logLines.join('')).toContain('ECONNREFUSED');
    await provider.comeBack();
    moveTo(5_000);
    expect(await verify(token)).not.toBeNull();
  });

  it('that are known are used for ten minutes while the identity provider is down', async () => {
    const { provider, verify } = await start();
    const token = await provider.sign({ exp: startSeconds + 3_600 });
    expect(await verify(token)).not.toBeNull();
    await provider.goDown();
    moveTo(599_999);
    expect(await verify(token)).not.toBeNull();
    const unknown = await provider.sign({}, { header: { kid: 'unknown' } });
    await expect(verify(unknown)).rejects.toEqual(unavailable);
    expect(await verify(token)).not.toBeNull();
    moveTo(605_000);
    await expect(verify(token)).rejects.toEqual(unavailable);
  });

  it.each([
    ['is no JSON', { status: 200, body: '<html>' }],
    ['is empty', { status: 200 }],
    ['is no set', { status: 200, body: '{"keys":{}}' }],
    ['is a list', { status: 200, body: '[]' }],
    ['is missing', { status: 404, body: '{"keys":[]}' }],
    ['has nothing to say', { status: 204 }],
    ['is larger than 1 MiB', { status: 200, body: JSON.stringify({ keys: [], pad: 'x'.repeat(1024 * 1024) }) }],
  ])('are UNAVAILABLE where the answer %s', async (_name, answer) => {
    const { provider, verify } = await start();
    provider.answerWith(answer);
    await expect(verify(await provider.sign())).rejects.toEqual(unavailable);
  });

  it('may take up 1 MiB', async () => {
    const { provider, verify } = await start();
    const set = (pad: string) => JSON.stringify({ keys: [provider.publicKey('ES256-1').jwk], pad });
    provider.answerWith({ status: 200, body: set('x'.repeat(1024 * 1024 - set('').length)) });
    expect(await verify(await provider.sign())).not.toBeNull();
  });

  it.each([301, 302, 303, 307, 308])('are not fetched from where a %i sends to', async (status) => {
    const { provider, verify } = await start();
    const elsewhere = await startIdentityProvider(wallClock);
    onTestFinished(() => elsewhere.close());
    provider.answerWith({ status, headers: { location: elsewhere.jwksUrl } });
    await expect(verify(await provider.sign())).rejects.toEqual(unavailable);
    expect(elsewhere.fetches()).toBe(0);
  });

  it('that are no good for signatures refuse the tokens that name them', async () => {
    const { provider, verify } = await start();
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1_024 });
    const weak = { ...publicKey.export({ format: 'jwk' }), kid: 'weak', alg: 'RS256' };
    const { jwk } = provider.publicKey('ES256-1');
    const keys = [
      weak,
      { kty: 'oct', k: 'c2VjcmV0', kid: 'oct', alg: 'HS256' },
      { ...jwk, kid: 'enc', use: 'enc' },
      { ...jwk, kid: 'broken', x: 'AA' },
    ];
    provider.answerWith({ status: 200, body: JSON.stringify({ keys: [...keys, jwk] }) });
    const payload = (await provider.sign()).split('.')[1]!;
    const byWeak = `${encoded({ alg: 'RS256', kid: 'weak' })}.${payload}`;
    const byOct = `${encoded({ alg: 'HS256', kid: 'oct' })}.${payload}`;
    expect(await verify(`${byWeak}.${signWith('sha256', Buffer.from(byWeak), privateKey).toString('base64url')}`)).toBeNull();
    expect(await verify(`${byOct}.${createHmac('sha256', 'secret').update(byOct).digest('base64url')}`)).toBeNull();
    for (const kid of ['enc', 'broken']) expect(await verify(await provider.sign({}, { header: { kid } }))).toBeNull();
    expect(await verify(await provider.sign())).not.toBeNull();
  });

  it('need no id in the token as long as only one fits', async () => {
    const { provider, verify } = await start();
    expect(await verify(await provider.sign({}, { header: { kid: undefined } }))).not.toBeNull();
    await provider.addKey('ES256');
    moveTo(600_001);
    expect(await verify(await provider.sign({}, { header: { kid: undefined } }))).toBeNull();
  });
});
