import { createRemoteJWKSet, customFetch, errors, jwtVerify, type FetchImplementation, type JWTPayload, type JWTVerifyResult } from 'jose';
import { roles, type Grant, type Role } from '../domain/access.ts';
import { isStorable } from '../domain/text.ts';
import { microsPerSecond, type Clock, type Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import type { Logger } from '../telemetry.ts';

/** Telling who a person is by a token of the organisation's identity provider. */

/** A claim is named literally ("https://lapwing.example/roles") or as a path ("realm_access.roles"). */
export type IdentitySettings = {
  issuer: string;
  audience: string;
  jwksUrl: string;
  /** Null: everybody belongs to the one organisation. */
  organisationClaim: string | null;
  rolesClaim: string;
  /** Which values of the roles claim stand for which roles, besides the names of the roles. */
  roles: ReadonlyMap<string, Role>;
  teamsClaim: string;
  leadsClaim: string;
  userClaim: string;
};

/** What a token says of a person. `organisation` is null where no claim names it. */
export type Claims = {
  issuer: string;
  subject: string;
  name: string;
  organisation: string | null;
  grant: Grant;
  issuedAt: Micros;
  expiresAt: Micros;
};

export type IdentityProvider = {
  /**
   * Null for a token that is not to be trusted, whatever the reason. Throws UNAVAILABLE while the keys to tell cannot
   * be had.
   */
  verify(token: string): Promise<Claims | null>;
};

type Deps = { clock: Clock; log: Logger };

/** Public keys only: with one list for both kinds, a public key could be taken for the secret of an HMAC. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const requiredClaims = ['iss', 'aud', 'exp', 'iat', 'sub'];
/** Asked before jose, which reads over spaces in a signature. */
const tokenShape = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const tokenTypes = /^(application\/)?(at\+)?jwt$/i;

const tokenCharactersMax = 8_192;
const textCharactersMax = 256;
const listItemsMax = 100;
const clockToleranceSeconds = 30;

const keysCachedMs = 10 * 60 * 1_000;
const keysCooldownMs = 5_000;
const keysTimeoutMs = 5_000;
const keysBytesMax = 1024 * 1024;

export function createIdentityProvider(settings: IdentitySettings, { clock, log }: Deps): IdentityProvider {
  const keys = createRemoteJWKSet(new URL(settings.jwksUrl), {
    cacheMaxAge: keysCachedMs,
    cooldownDuration: keysCooldownMs,
    timeoutDuration: keysTimeoutMs,
    [customFetch]: createKeysFetch(log),
  });
  const { issuer, audience } = settings;
  return {
    async verify(token) {
      const refused = (code: string) => {
        log.info({ code }, 'a token was refused');
        return null;
      };
      if (token.length > tokenCharactersMax || !tokenShape.test(token)) return refused('NO_TOKEN');
      const now = clock.now();
      const currentDate = new Date(Math.floor(now / 1_000));
      const options = { algorithms, requiredClaims, issuer, audience, currentDate, clockTolerance: clockToleranceSeconds };
      const verified = await jwtVerify(token, keys, options).catch((error: unknown) => refusalOf(error, log));
      if (typeof verified === 'string') return refused(verified);
      if (!isTimely(verified, now)) return refused('TYPE_OR_TIME');
      return claimsOf(verified.payload, settings) ?? refused('CLAIMS');
    },
  };
}

/** What jose gets its keys with: at most one request per cooldown, failures included, which jose alone would repeat at once. */
function createKeysFetch(log: Logger): FetchImplementation {
  let askedAtMs = -Infinity;
  return async (url, init) => {
    // Date.now since jose keeps its own time with it; the distance, so that a clock set back locks nobody out.
    if (Math.abs(Date.now() - askedAtMs) < keysCooldownMs) throw unavailable();
    askedAtMs = Date.now();
    return fetchKeys(url, init).catch((error: unknown) => {
      log.warn({ err: error }, 'the keys of the identity provider could not be fetched');
      throw unavailable(error);
    });
  };
}

const fetchKeys: FetchImplementation = async (url, init) => {
  const response = await fetch(url, init); // jose asks for redirects not to be followed
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > keysBytesMax) throw new Error(`more than ${keysBytesMax} bytes`);
    chunks.push(chunk);
  }
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  return new Response(Buffer.concat(chunks));
};

const unavailable = (cause?: unknown) =>
  new RequestError('UNAVAILABLE', 'The keys of the identity provider cannot be had at the moment. Try again in a few seconds.', { cause });

/** The code of what is wrong with the token; throws where it is the keys that are wrong. */
function refusalOf(error: unknown, log: Logger): string {
  if (error instanceof RequestError) throw error;
  if (!(error instanceof errors.JOSEError)) return 'KEY_UNUSABLE'; // the key that the token names, say RSA with 1,024 bits
  if (error.code !== 'ERR_JOSE_GENERIC' && error.code !== 'ERR_JWKS_INVALID') return error.code;
  log.warn({ code: error.code }, 'what the identity provider publishes is no set of public keys');
  throw unavailable(error);
}

/** What jose leaves open: the type, where there is one, and `iat` and `exp`, the latter without tolerance. */
function isTimely({ protectedHeader: { typ }, payload: { iat = NaN, exp = NaN } }: JWTVerifyResult, now: Micros): boolean {
  const isOurs = typ === undefined || (typeof typ === 'string' && tokenTypes.test(typ));
  const hasBegun = iat * microsPerSecond <= now + clockToleranceSeconds * microsPerSecond;
  return isOurs && hasBegun && now < exp * microsPerSecond && isInstant(iat) && isInstant(exp);
}

const isInstant = (seconds: number) => seconds >= 0 && Number.isSafeInteger(Math.floor(seconds * microsPerSecond));

/** Null where a claim is missing that has to be there, or is out of bounds: nothing is cut to size that decides who sees what. */
function claimsOf(payload: JWTPayload, settings: IdentitySettings): Claims | null {
  const { sub, iat = NaN, exp = NaN } = payload;
  const organisation = settings.organisationClaim === null ? null : (claimAt(payload, settings.organisationClaim) ?? '');
  const user = claimAt(payload, settings.userClaim) ?? null;
  const roleValues = listOf(claimAt(payload, settings.rolesClaim));
  const teams = listOf(claimAt(payload, settings.teamsClaim));
  const leads = listOf(claimAt(payload, settings.leadsClaim));
  if (!isText(sub) || (organisation !== null && !isText(organisation)) || (user !== null && !isText(user))) return null;
  if (!roleValues || !teams || !leads) return null;
  return {
    issuer: settings.issuer,
    subject: sub,
    name: nameOf(payload, sub),
    organisation,
    grant: { roles: rolesOf(roleValues, settings.roles), user, teams, leads },
    issuedAt: Math.floor(iat * microsPerSecond),
    expiresAt: Math.floor(exp * microsPerSecond),
  };
}

/** Only what the token itself says: a path does not lead to what every object inherits, nor into lists. */
function claimAt(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((at, step) => (isRecord(at) && Object.hasOwn(at, step) ? at[step] : undefined), payload);
}

/** A list of texts, or one text with spaces or commas; null where it is neither or out of bounds. */
function listOf(claim: unknown): string[] | null {
  const given: unknown = typeof claim === 'string' ? claim.split(/[\s,]+/) : (claim ?? []);
  if (!Array.isArray(given)) return null;
  const items = given.filter((item) => item !== '');
  return items.length <= listItemsMax && items.every(isText) ? [...new Set(items)] : null;
}

function rolesOf(values: readonly string[], mapping: ReadonlyMap<string, Role>): Role[] {
  return [...new Set(values.map((value) => mapping.get(value) ?? roleNamed(value)).filter((role) => role !== null))];
}

/** In ASCII: the upper case of "admın" is "ADMIN" too. */
function roleNamed(value: string): Role | null {
  const name = /^\w+$/.test(value) ? value.toUpperCase() : '';
  return isRole(name) ? name : null;
}

function nameOf({ name, preferred_username, email }: JWTPayload, sub: string): string {
  const given = [name, preferred_username, email].find(
    (text): text is string => typeof text === 'string' && text.trim() !== '' && isStorable(text),
  );
  const cut = (given ?? sub).slice(0, textCharactersMax);
  return cut.isWellFormed() ? cut : cut.slice(0, -1); // the cut went through a surrogate pair
}

const isRole = (name: string): name is Role => Object.hasOwn(roles, name);

const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= textCharactersMax && isStorable(value);

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
