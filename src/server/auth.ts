import type { IncomingHttpHeaders } from 'node:http';
import type { Viewer } from '../domain/viewer.ts';
import { RequestError } from '../errors.ts';
import type { Authenticate } from './authenticate.ts';

/** Longer ones are not looked at: a token of an identity provider has hundreds of characters, with many groups thousands. */
const tokenCharactersMax = 8_192;

/** What of a request tells whose it is and where it comes from. */
export type Caller = { headers: IncomingHttpHeaders; socket: { remoteAddress?: string } };

export type AuthDeps = { authenticate: Authenticate; addressOf(caller: Caller): string };

/**
 * The key or token in `Authorization: Bearer <key>`, from HTTP headers, WebSocket `connectionParams` or the `extensions`
 * of an operation, at the top or below `headers`, in any case. `null` if there is none.
 */
export function bearerToken(source: unknown): string | null {
  if (!isRecord(source)) return null;
  return tokenOf(source) ?? (isRecord(source.headers) ? tokenOf(source.headers) : null);
}

/** The same of an HTTP request, whose headers have one spelling. */
export const bearerTokenOf = ({ headers: { authorization } }: Pick<Caller, 'headers'>): string | null => tokenIn(authorization);

/** Who signed with the token; null where it is not valid. */
export async function viewerOf({ authenticate, addressOf }: AuthDeps, caller: Caller, token: string): Promise<Viewer | null> {
  return token.length > tokenCharactersMax ? null : authenticate(token, () => addressOf(caller));
}

/** The same for what nobody may do unsigned: throws UNAUTHENTICATED. */
export async function signedViewer(deps: AuthDeps, caller: Caller, token: string | null): Promise<Viewer> {
  const viewer = token === null ? null : await viewerOf(deps, caller, token);
  if (!viewer) throw unauthenticated(token !== null);
  return viewer;
}

/** A bad token is told in the same words whatever is wrong with it, so that there is nothing to learn by trying. */
export function unauthenticated(wasGiven: boolean): RequestError {
  const how = 'Send the header "Authorization: Bearer <key>"';
  return wasGiven
    ? new RequestError('UNAUTHENTICATED', `The key or token is not valid. ${how} with one that is.`)
    : new RequestError('UNAUTHENTICATED', `This needs a key or token. ${how}; over WebSocket, put it into connectionParams.`);
}

function tokenOf(fields: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(fields)) {
    if (name.toLowerCase() !== 'authorization' || typeof value !== 'string') continue;
    return tokenIn(value);
  }
  return null;
}

function tokenIn(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (/^Bearer +(\S+) *$/i.exec(authorization)?.[1] ?? null);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
