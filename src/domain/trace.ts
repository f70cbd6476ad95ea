import type { ActivityType, Outcome } from './activity.ts';
import type { Place } from './place.ts';
import type { NotedSecret } from './secret-use.ts';
import type { Micros } from './time.ts';

/** A past activity as the windows remember it. */
export type Trace = {
  id: string;
  at: Micros;
  type: ActivityType;
  outcome: Outcome;
  user: string;
  session: string | null;
  address: string | null;
  place: Place | null;
  /** Command, page, path, host or target, cut to `traceTextMax`. */
  text: string | null;
  /** The new path of a file, the new value of an access change, cut as well; null for others. */
  becomes: string | null;
  /** HTTP method of a web activity; null for others and where it was not told. */
  method: string | null;
  /** Size in bytes of a file, HTTP status of a web activity; null for others and where it was not told. */
  amount: number | null;
  /** What is noted of the secrets used with it; null for nothing. */
  secrets: readonly NotedSecret[] | null;
  /** Browser and operating system, or program, without versions; null where it was not told. */
  client: string | null;
  /** Whether the user was known to sign in from that address or its network. */
  familiar: boolean;
  /** Whether a sign-in failed because there is no such account, as far as that was told. */
  noAccount: boolean;
};
