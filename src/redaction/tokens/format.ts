import type { SecretKind } from '../../domain/secret-use.ts';

/** How a vendor writes its tokens, as its documentation or its published rules for scanners say. */
export type TokenFormat = {
  of: string;
  /** What a token begins with, one of these, where no letter or digit stands before. At least two characters, the first two ASCII. */
  starts: readonly string[];
  /** What follows, as far as it goes; after it no letter or digit may stand. Every repeat has a bound. */
  rest: RegExp;
  /** API_KEY where it is not said. */
  kind?: SecretKind;
  /** The beginning names a place, e.g. the host of a webhook, and is no part of the secret. */
  keepsStart?: true;
  /** The beginning is one that many names have: what follows must look drawn by lot. */
  random?: true;
  /** What a regular expression cannot tell of what follows. */
  accepts?: (rest: string) => boolean;
  /** What ends the tokens that the vendor's own manuals print. */
  exampleEnding?: string;
};

/** A format that is known by something in its midst: `middle` stands `offset` characters after the beginning of the token. */
export type MiddleFormat = { of: string; middle: string; offset: number; whole: RegExp; kind?: SecretKind };

/** A format too plain to be known by itself: the vendor's name, in lower case, must stand in the name or key before it. */
export type NamedFormat = { name: string; value: RegExp };
