import { RequestError } from '../errors.ts';

/** Longer ones are not looked at: our keys have 64 characters at most. */
const tokenCharactersMax = 512;

/**
 * The key in `Authorization: Bearer <key>`, from HTTP headers, WebSocket `connectionParams` or the `extensions` of an
 * operation, at the top or below `headers`, in any case. `null` if there is none.
 */
export function bearerToken(source: unknown): string | null {
  if (!isRecord(source)) return null;
  return tokenOf(source) ?? (isRecord(source.headers) ? tokenOf(source.headers) : null);
}

export function unauthenticated(wasGiven: boolean): RequestError {
  const how = 'Send the header "Authorization: Bearer <key>"';
  return wasGiven
    ? new RequestError('UNAUTHENTICATED', `The key is unknown or was revoked. ${how} with a valid one.`)
    : new RequestError('UNAUTHENTICATED', `This needs a key. ${how}; over WebSocket, put it into connectionParams.`);
}

function tokenOf(fields: Record<string, unknown>): string | null {
  for (const [name, value] of Object.entries(fields)) {
    if (name.toLowerCase() !== 'authorization' || typeof value !== 'string') continue;
    if (value.length > tokenCharactersMax) return null;
    return /^Bearer +(\S+) *$/i.exec(value)?.[1] ?? null;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
