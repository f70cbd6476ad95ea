import { RateLimiterMemory, type RateLimiterRes } from 'rate-limiter-flexible';
import type { Limits } from '../graphql/limits.ts';
import { networkOf } from './caller-address.ts';

/** How often an address may present a key or token that is not known yet. */
export type Guesses = {
  /** Counts one before it returns. Resolves to null, or at the limit to the seconds until there are guesses again. */
  take(address: string): Promise<number | null>;
  /** The guess proved good. */
  giveBack(address: string): void;
};

/** What counts for all addresses together is kept under this name. */
const everybody = 'everybody';

export function createGuesses(limits: Pick<Limits, 'guessesWindowMs' | 'guessesPerAddressMax' | 'guessesMax'>): Guesses {
  const duration = limits.guessesWindowMs / 1_000;
  const perAddress = new RateLimiterMemory({ keyPrefix: '', points: limits.guessesPerAddressMax, duration });
  const together = new RateLimiterMemory({ keyPrefix: '', points: limits.guessesMax, duration });
  return {
    async take(address) {
      const network = networkOf(address);
      const wait = await secondsToWait(perAddress, network);
      if (wait !== null) return wait;
      const waitTogether = await secondsToWait(together, everybody);
      // So that no more addresses are held than guesses are allowed in a window, however many there are.
      if (waitTogether !== null) await perAddress.delete(network);
      return waitTogether;
    },
    giveBack(address) {
      void perAddress.reward(networkOf(address));
      void together.reward(everybody);
    },
  };
}

/** The limiter resolves to its figures either way: rejecting with them is how it says no. */
function secondsToWait(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  return limiter.consume(key).then(
    () => null,
    ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  );
}
