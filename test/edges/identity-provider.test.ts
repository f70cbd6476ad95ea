import { createHmac, generateKeyPairSync, sign as signWith } from 'node:crypto';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { microsPerSecond } from '../../src/domain/time.ts';
import {
  encoded,
  lifeSeconds,
  moveTo,
  payloadOf,
  startIdentityProvider,
  startSeconds,
  startVerifying as start,
  wallClock,
} from '../harness/identity-provider.ts';

beforeEach(() => void moveTo(0));
afterEach(() => void vi.useRealTimers());

describe('a token of the identity provider', () => {
  it('says who a person is', async () => {
    const { provider, verify } = await start();
    const token = await provider.sign({ name: 'Ada Byron', roles: ['analyst'], teams: ['blue', 'red'], leads: 'blue' });
    expect(await verify(token)).toEqual({
      issuer: provider.issuer,
      subject: 'ada',
      name: 'Ada Byron',
      organisation: null,
      grant: { roles: ['ANALYST'], user: 'ada', teams: ['blue', 'red'], leads: ['blue'] },
      issuedAt: startSeconds * microsPerSecond,
      expiresAt: (startSeconds + lifeSeconds) * microsPerSecond,
    });
  });

  it.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'may be signed with %s',
    async (alg) => {
      const { provider, verify } = await start();
      await provider.addKey(alg);
      expect(await verify(await provider.sign())).toMatchObject({ subject: 'ada' });
    },
  );

  it.each([
    ['iss', [undefined, null, '', 'https://other.example', 7, {}]],
    ['aud', [undefined, null, '', 'other', [], ['other'], [['lapwing']], { lapwing: true }, 'lapwing ']],
    ['sub', [undefined, null, '', 7, ['ada'], 'a'.repeat(257), 'a\0', '\ud800']],
    ['exp', [undefined, null, '', '9999999999', Number.MAX_VALUE, -1, true]],
    ['iat', [undefined, null, '', '1', -1, Number.MIN_SAFE_INTEGER]],
    ['nbf', [null, '', '1', startSeconds + 31]],
  ])('is refused without a %s as it has to be', async (claim, values) => {
    const { provider, verify, logLines } = await start();
    for (const value of values) expect([value, await verify(await provider.sign({ [claim]: value }))]).toEqual([value, null]);
    expect(logLines).toHaveLength(values.length);
  });

  it('is refused with a number that is none, as JSON can spell one', async () => {
    const { provider, verify } = await start();
    const { kid, payload } = { kid: await provider.addKey('ES256'), payload: payloadOf(await provider.sign()) };
    const infinite = await provider.signText(JSON.stringify({ ...payload, exp: 0 }).replace('"exp":0', '"exp":1e999'), { kid });
    expect(await verify(infinite)).toBeNull();
  });

  it('is refused where the issuer is an array or differs in a slash', async () => {
    const { provider, verify } = await start();
    expect(await verify(await provider.sign({ iss: [provider.issuer] }))).toBeNull();
    expect(await verify(await provider.sign({ iss: `${provider.issuer}/` }))).toBeNull();
  });

  it('may be for several audiences', async () => {
    const { provider, verify } = await start();
    expect(await verify(await provider.sign({ aud: ['other', 'lapwing'] }))).not.toBeNull();
  });

  it('ends at the very second of exp, with no tolerance', async () => {
    const { provider, verify } = await start();
    const token = await provider.sign();
    const outcomes = [];
    for (const seconds of [-1, 0, 1]) {
      moveTo((lifeSeconds + seconds) * 1_000);
      outcomes.push((await verify(token)) !== null);
    }
    expect(outcomes).toEqual([true, false, false]);
  });

  it.each(['nbf', 'iat'])('may have an %s of up to 30 seconds ahead, since clocks differ', async (claim) => {
    const { provider, verify } = await start();
    const outcomes = [];
    for (const seconds of [29, 30, 31]) outcomes.push((await verify(await provider.sign({ [claim]: startSeconds + seconds }))) !== null);
    expect(outcomes).toEqual([true, true, false]);
  });

  it('is judged by the clock of the service', async () => {
    const later = await start({}, { now: () => (startSeconds + lifeSeconds) * microsPerSecond });
    expect(await later.verify(await later.provider.sign())).toBeNull();
    expect(await later.verify(await later.provider.sign({ exp: startSeconds + lifeSeconds + 1 }))).not.toBeNull();
    const earlier = await start({}, { now: () => (startSeconds - 3_600) * microsPerSecond });
    expect(await earlier.verify(await earlier.provider.sign())).toBeNull();
    const over = { iat: startSeconds - 3_600, exp: startSeconds - 1 };
    expect(await earlier.verify(await earlier.provider.sign(over))).not.toBeNull();
    expect(await earlier.verify(await earlier.provider.sign({ ...over, nbf: startSeconds }))).toBeNull();
  });

  it.each([
    [undefined, true],
    ['JWT', true],
    ['jwt', true],
    ['at+jwt', true],
    ['application/at+jwt', true],
    ['logout+jwt', false],
    ['secevent+jwt', false],
    ['JWT ', false],
    ['', false],
    [['JWT'], false],
  ])('with typ %j is taken: %j', async (typ, taken) => {
    const { provider, verify } = await start();
    expect((await verify(await provider.sign({}, { header: { typ } }))) !== null).toBe(taken);
  });

  it('is taken up to 8,192 characters, and not read past that', async () => {
    const { provider, verify } = await start();
    const bare = (await provider.sign({ pad: '' })).length;
    const lengthOf = async (length: number) => {
      const about = Math.floor(((length - bare) * 3) / 4);
      for (let bytes = about - 8; bytes <= about; bytes += 1)
        for (const header of [{}, { x: '' }, { xx: '' }]) {
          const token = await provider.sign({ pad: 'x'.repeat(bytes) }, { header });
          if (token.length === length) return token;
        }
      throw new Error(`no token has ${length} characters`);
    };
    expect(await verify(await lengthOf(8_192))).not.toBeNull();
    const fetches = provider.fetches();
    moveTo(5_000);
    expect(await verify(await lengthOf(8_193))).toBeNull();
    expect(await verify('x'.repeat(50_000_000))).toBeNull();
    expect(provider.fetches()).toBe(fetches);
  });
});

describe('a forged token', () => {
  it('without a signature is refused, however none is spelled', async () => {
    const { provider, verify } = await start();
    const good = await provider.sign();
    const payload = good.split('.')[1]!;
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, undefined, ['ES256']])
      for (const signature of ['', good.split('.')[2]!])
        expect(await verify(`${encoded({ alg, typ: 'JWT' })}.${payload}.${signature}`)).toBeNull();
    expect(await verify(`${good.split('.').slice(0, 2).join('.')}.`)).toBeNull();
  });

  it('signed by HMAC with a public key as the secret is refused', async () => {
    const { provider, verify } = await start();
    for (const keyAlg of ['RS256', 'ES256', 'EdDSA']) {
      const kid = await provider.addKey(keyAlg);
      const payload = (await provider.sign()).split('.')[1]!;
      const { jwk, pem } = provider.publicKey(kid);
      const secrets = [pem, pem.trim(), JSON.stringify(jwk), jwk.n ?? jwk.x ?? '', Buffer.from(jwk.n ?? jwk.x ?? '', 'base64url')];
      for (const alg of ['HS256', 'HS384', 'HS512'])
        for (const secret of secrets) {
          const signed = `${encoded({ alg, kid, typ: 'JWT' })}.${payload}`;
          const mac = createHmac(alg.replace('HS', 'sha'), secret).update(signed).digest('base64url');
          expect(await verify(`${signed}.${mac}`)).toBeNull();
        }
    }
  });

  it('whose kid names a key of another kind is refused', async () => {
    const { provider, verify } = await start();
    const rsa = await provider.addKey('RS256');
    const ec = await provider.addKey('ES256');
    expect(await verify(await provider.sign({}, { kid: rsa, header: { kid: ec } }))).toBeNull();
    expect(await verify(await provider.sign({}, { kid: ec, header: { kid: rsa } }))).toBeNull();
    expect(await verify(await provider.sign({}, { kid: rsa }))).not.toBeNull();
  });

  it('that says RS256 where its key says PS256 is refused', async () => {
    const { provider, verify } = await start();
    const pss = await provider.addKey('PS256', 'one-key');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const signed = `${encoded({ alg: 'RS256', kid: pss, typ: 'JWT' })}.${(await provider.sign()).split('.')[1]!}`;
    expect(await verify(`${signed}.${signWith('sha256', Buffer.from(signed), privateKey).toString('base64url')}`)).toBeNull();
  });

  it('with another payload, header or signature is refused', async () => {
    const { provider, verify } = await start();
    const [header, payload, signature] = (await provider.sign({ roles: ['MEMBER'] })).split('.') as [string, string, string];
    const raised = encoded({ ...payloadOf(`.${payload}.`), roles: ['ADMIN'] });
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    const zero = Buffer.alloc(64).toString('base64url');
    for (const parts of [
      [header, raised, signature],
      [encoded({ alg: 'ES256', kid: 'ES256-1' }), payload, signature],
      [header, payload, flipped],
      [header, payload, zero],
      [header, payload, signature.slice(4)],
    ])
      expect(await verify(parts.join('.'))).toBeNull();
    expect(await verify([header, payload, signature].join('.'))).not.toBeNull();
  });

  it('that brings its own key, or says where to get one, is refused, and nobody goes there', async () => {
    const { provider, verify } = await start();
    const attacker = await startIdentityProvider(wallClock);
    onTestFinished(() => attacker.close());
    const kid = 'ES256-1';
    const { jwk } = attacker.publicKey(kid);
    const url = attacker.jwksUrl;
    const claims = payloadOf(await provider.sign());
    for (const header of [
      { jku: url },
      { x5u: url },
      { jwk },
      { jku: url, x5u: url, jwk, x5c: ['AAAA'] },
      { jku: url, kid: 'unknown' },
      { kid: url },
    ]) {
      moveTo(6_000); // so that an unknown kid has somebody look
      expect(await verify(await attacker.sign(claims, { header }))).toBeNull();
    }
    expect(attacker.fetches()).toBe(0);
    expect(await verify(await provider.sign({}, { header: { jku: url, x5u: url, jwk } }))).not.toBeNull();
    expect(attacker.fetches()).toBe(0);
  });

  it('that demands an extension is refused', async () => {
    const { provider, verify } = await start();
    const payload = (await provider.sign()).split('.')[1]!;
    for (const header of [{ crit: ['exp'] }, { crit: [] }, { crit: ['b64'], b64: false }, { crit: 'b64' }])
      expect(await verify(`${encoded({ alg: 'ES256', kid: 'ES256-1', ...header })}.${payload}.AAAA`)).toBeNull();
  });
});

describe('what is no token at all', () => {
  const deep = `${'['.repeat(2_500)}${']'.repeat(2_500)}`;
  it.each([
    ['nothing', ''],
    ['dots', '..'],
    ['more dots', '.....'],
    ['a part too few', 'a.b'],
    ['a part too many', 'a.b.c.d'],
    ['an encrypted token', 'eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..AAAA.AAAA.AAAA'],
    ['an API key', 'lw_0123456789abcdefghijklmnopqrstuvwxyz'],
    ['NUL', '\0.\0.\0'],
    ['half of a surrogate pair', '\ud800.\udc00.\ud800'],
    ['emoji', '🦆.🦆.🦆'],
    ['a header that is a list', `${encoded([])}.${encoded({})}.AAAA`],
    ['a header that is null', `${encoded(null)}.${encoded({})}.AAAA`],
    ['a header that is nested deeply', `${Buffer.from(deep).toString('base64url')}.${encoded({})}.AAAA`],
    ['a header with a deep field', `${Buffer.from(`{"alg":"ES256","x":${deep}}`).toString('base64url')}.${encoded({})}.AAAA`],
    ['a header with a prototype', `${Buffer.from('{"__proto__":{"alg":"ES256"}}').toString('base64url')}.${encoded({})}.AAAA`],
    ['a header that is no UTF-8', `${Buffer.from([0xff, 0xfe]).toString('base64url')}.${encoded({})}.AAAA`],
    ['an alg of every object', `${encoded({ alg: 'constructor' })}.${encoded({})}.AAAA`],
  ])('is refused: %s', async (_name, token) => {
    const { verify } = await start();
    expect(await verify(token)).toBeNull();
  });

  it('is refused, whatever the text, and the keys are asked for once at most', async () => {
    const { provider, verify } = await start();
    const good = await provider.sign();
    const parts = fc.base64String().map((part) => `${part}.${part}.${part}`);
    const damaged = fc
      .tuple(fc.nat(good.length - 1), fc.string({ minLength: 1, maxLength: 3 }))
      .map(([at, more]) => `${good.slice(0, at)}${more}${good.slice(at)}`);
    const texts = fc.oneof(fc.string({ unit: 'binary' }), parts, damaged);
    await fc.assert(
      fc.asyncProperty(texts, async (token) => (await verify(token)) === null),
      { numRuns: 1_000 },
    );
    expect(provider.fetches()).toBeLessThanOrEqual(1);
  });

  it.each(['[]', 'null', '"ada"', '7', '', '{'])('is refused, although signed: %s', async (text) => {
    const { provider, verify } = await start();
    expect(await verify(await provider.signText(text))).toBeNull();
  });
});

describe('the log', () => {
  it('has the reason for a refusal, and nothing of the token', async () => {
    const { provider, verify, logLines } = await start();
    const claims = { email: 'ada@hunter2.example', name: 'hunter2', teams: ['hunter2'] };
    const good = await provider.sign(claims);
    const [, payload] = good.split('.');
    await verify(good);
    await verify(await provider.sign({ ...claims, exp: 1 }));
    await verify(await provider.sign({ ...claims, aud: 'hunter2' }));
    await verify(await provider.sign(claims, { header: { kid: 'hunter2' } }));
    await verify(await provider.sign(claims, { header: { typ: 'hunter2' } }));
    await verify(await provider.sign({ ...claims, roles: 2 }));
    await verify(`${encoded({ alg: 'none' })}.${payload}.AAAA`);
    await verify('hunter2.hunter2.hunter2');
    await verify('hunter2');
    await verify('hunter2'.repeat(2_000));
    const codes = logLines.map((line): unknown => JSON.parse(line).code);
    expect(codes).toEqual([
      'ERR_JWT_EXPIRED',
      'ERR_JWT_CLAIM_VALIDATION_FAILED',
      'ERR_JWKS_NO_MATCHING_KEY',
      'TYPE_OR_TIME',
      'CLAIMS',
      'ERR_JOSE_ALG_NOT_ALLOWED',
      'ERR_JWS_INVALID',
      'NO_TOKEN',
      'NO_TOKEN',
    ]);
    expect(logLines.join('')).not.toMatch(/hunter2|eyJ|ada/);
  });
});
