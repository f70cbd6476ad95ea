import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CompactSign, exportJWK, exportSPKI, generateKeyPair, type CryptoKey, type JWK, type JWTHeaderParameters } from 'jose';
import { onTestFinished, vi } from 'vitest';
import type { Clock } from '../../src/domain/time.ts';
import { microsPerSecond } from '../../src/domain/time.ts';
import { createIdentityProvider, type IdentitySettings } from '../../src/server/identity-provider.ts';
import { createLogger } from '../../src/telemetry.ts';

/** An identity provider that signs what a test wants, and publishes its keys over HTTP as a real one does. */

type Key = { kid: string; alg: string; privateKey: CryptoKey; jwk: JWK; pem: string };
type Claims = Record<string, unknown>;
type SignOptions = { kid?: string; header?: Record<string, unknown> };
type Answer = { status: number; headers?: Record<string, string>; body?: string };

export type TestIdentityProvider = {
  issuer: string;
  audience: string;
  jwksUrl: string;
  /** How often somebody asked for the keys, or for anything else. */
  fetches(): number;
  /** Makes a key; it is published and signs from now on. Returns its id. */
  addKey(alg?: string, kid?: string): Promise<string>;
  /** Takes a key out of what is published; it can still sign. */
  dropKey(kid: string): void;
  /** A new key signs, and those before it are no longer published. */
  rotate(): Promise<string>;
  publicKey(kid: string): { jwk: JWK; pem: string };
  /** Answers like this instead of with the keys; null: with the keys again. */
  answerWith(answer: Answer | null): void;
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  /**
   * A token with all that is required, good for five minutes, signed with the newest key. A claim that is given as
   * undefined is left out, and so is a field of the header.
   */
  sign(claims?: Claims, options?: SignOptions): Promise<string>;
  /** The same with a payload to the letter. */
  signText(payload: string, options?: SignOptions): Promise<string>;
  close(): Promise<void>;
};

export const lifeSeconds = 300;

export async function startIdentityProvider(clock: Clock): Promise<TestIdentityProvider> {
  const keys = new Map<string, Key>();
  const published = new Set<string>();
  let newest = '';
  let fetches = 0;
  let answer: Answer | null = null;

  const server = createServer((_request, response) => {
    fetches += 1;
    const set = { keys: [...published].map((kid) => keyOf(kid).jwk) };
    const { status, headers, body } = answer ?? { status: 200, body: JSON.stringify(set) };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const audience = 'lapwing';

  function keyOf(kid: string): Key {
    const key = keys.get(kid);
    if (!key) throw new Error(`the identity provider has no key ${kid}`);
    return key;
  }

  async function addKey(alg = 'ES256', kid = `${alg}-${keys.size + 1}`): Promise<string> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
    keys.set(kid, { kid, alg, privateKey, jwk, pem: await exportSPKI(publicKey) });
    published.add(kid);
    newest = kid;
    return kid;
  }

  function signText(payload: string, { kid = newest, header = {} }: SignOptions = {}): Promise<string> {
    const { alg, privateKey } = keyOf(kid);
    const full: JWTHeaderParameters = { alg, kid, typ: 'JWT', ...header };
    return new CompactSign(Buffer.from(payload)).setProtectedHeader(full).sign(privateKey);
  }

  await addKey();
  return {
    issuer: url,
    audience,
    jwksUrl: `${url}/jwks`,
    fetches: () => fetches,
    addKey,
    dropKey: (kid) => void published.delete(kid),
    rotate() {
      published.clear();
      return addKey();
    },
    publicKey: keyOf,
    answerWith(given) {
      answer = given;
    },
    goDown: close,
    comeBack: () => listen(port),
    signText,
    sign(claims = {}, options = {}) {
      const iat = Math.floor(clock.now() / microsPerSecond);
      const payload = { iss: url, aud: audience, sub: 'ada', iat, exp: iat + lifeSeconds, ...claims };
      return signText(JSON.stringify(payload), options);
    },
    close,
  };
}

/** jose keeps the age of its keys by Date: where that matters, a test moves Date, and our clock goes with it. */
export const wallClock: Clock = { now: () => Date.now() * 1_000 };
const startMs = Date.UTC(2026, 0, 6, 15);
export const startSeconds = startMs / 1_000;
export const moveTo = (ms: number) => vi.setSystemTime(startMs + ms);

/** What verifies tokens, and an identity provider of its own that it believes; both end with the test. */
export async function startVerifying(changes: Partial<IdentitySettings> = {}, clock = wallClock) {
  const provider = await startIdentityProvider(wallClock);
  onTestFinished(() => provider.close());
  const { issuer, audience, jwksUrl } = provider;
  const claims = {
    organisationClaim: null,
    rolesClaim: 'roles',
    roles: new Map(),
    teamsClaim: 'teams',
    leadsClaim: 'leads',
    userClaim: 'sub',
  };
  const logLines: string[] = [];
  const log = createLogger('info', { write: (line) => void logLines.push(line) });
  const { verify } = createIdentityProvider({ issuer, audience, jwksUrl, ...claims, ...changes }, { clock, log });
  return { provider, verify, logLines };
}

/** One part of a token. */
export const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const payloadOf = (token: string): Record<string, unknown> => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
