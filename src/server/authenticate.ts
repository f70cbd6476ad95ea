import { GraphQLError } from 'graphql';
import type { Viewer } from '../domain/viewer.ts';
import type { Guesses } from './guesses.ts';
import type { Principals } from './principals.ts';

/**
 * Who signed with a token; null where nobody knows it. Throws RATE_LIMITED where the address has guessed too often; of those
 * who are remembered nobody asks for it.
 */
export type Authenticate = (token: string, addressOf: () => string) => Promise<Viewer | null>;

type Deps = { principals: Pick<Principals, 'remembered' | 'viewerOf'>; guesses: Guesses };

/**
 * What is remembered passes at once, so that whoever guesses holds up nobody who is known. Everything else costs the
 * address one guess, which a token that proves good gives back. Requests that come together with one token share one
 * guess and one look-up: otherwise a client that sends many at once would run into the limit with a key that is good.
 */
export function createAuthenticate({ principals, guesses }: Deps): Authenticate {
  const lookUps = new Map<string, Promise<Viewer | null>>();

  const lookUp = async (token: string, address: string): Promise<Viewer | null> => {
    const seconds = await guesses.take(address);
    if (seconds !== null) throw rateLimited(seconds);
    const viewer = await principals.viewerOf(token).catch((cause: unknown) => {
      guesses.giveBack(address); // nobody could tell whether it is good: while the database is away, that is no guess
      throw cause;
    });
    if (viewer) guesses.giveBack(address);
    return viewer;
  };

  const authenticate: Authenticate = async (token, addressOf) => {
    const known = principals.remembered(token);
    if (known) return known;
    const running = lookUps.get(token);
    // Asked for again rather than shared: access may have changed since that look-up began, and then nothing is remembered.
    if (running) return (await running) && authenticate(token, addressOf);
    const started = lookUp(token, addressOf()).finally(() => lookUps.delete(token));
    lookUps.set(token, started);
    return started;
  };
  return authenticate;
}

/** A GraphQLError, because that can carry how long to wait. */
function rateLimited(seconds: number): GraphQLError {
  return new GraphQLError(`Too many keys or tokens from your address were not valid. Try again in ${seconds} s.`, {
    extensions: { code: 'RATE_LIMITED', retryAfterMs: seconds * 1_000 },
  });
}
