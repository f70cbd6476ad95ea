import type { UserErrorCode } from '../domain/user-error.ts';
import { userErrorCodes } from '../domain/user-error.ts';
import type { Clock } from '../domain/time.ts';
import type { ErrorCode } from '../errors.ts';
import type { Tally } from './tallies.ts';
import { createTallies } from './tallies.ts';

/** Answers with an error, by its code: counted once for each request or operation. */
export const errorCauses: Record<ErrorCode, string> = {
  BAD_REQUEST: 'Answered BAD_REQUEST: a document, variable or cursor that is wrong.',
  UNAUTHENTICATED:
    'Streams that ended because their key or token was void. Whoever signs with an unknown one is of no organisation: metrics only.',
  FORBIDDEN: 'Answered FORBIDDEN: more was asked for than the key or person may.',
  NOT_FOUND: 'Answered NOT_FOUND.',
  CURSOR_EXPIRED: 'Answered CURSOR_EXPIRED: a stream was asked to go on from before what is kept.',
  BODY_TOO_LARGE: 'Answered BODY_TOO_LARGE.',
  LIMIT_EXCEEDED:
    'Answered LIMIT_EXCEEDED: a document, page, batch or number of streams beyond its limit, or an operation that took too long.',
  RATE_LIMITED: 'Answered RATE_LIMITED. Guesses at keys are of no organisation: metrics only.',
  OVERLOADED: 'Answered OVERLOADED: too much was waiting to be recorded.',
  STORAGE_FULL: 'Answered STORAGE_FULL: the disk of the database was full.',
  UNAVAILABLE: 'Answered UNAVAILABLE: the database or the identity provider could not be reached.',
  INTERNAL: 'Answered INTERNAL: our fault; the log has the cause.',
};

type InputCause = `INPUT_${UserErrorCode}`;
const inputCauses = Object.fromEntries(
  Object.entries(userErrorCodes).map(([code, description]) => [`INPUT_${code}`, `Refused in \`userErrors\`: ${description}`]),
) as Record<InputCause, string>;

const organisationCauses = {
  DUPLICATE: 'Activities that had been recorded before under their idempotency key: nothing was recorded twice.',
  DETECTOR_FAILED: 'Verdicts lost because a detector threw; never an activity.',
  SUBSCRIBER_LAGGED: 'Streams that ended with `Lagged`, because their client did not read fast enough.',
} as const;

/** Of the whole process: every organisation is shown them. */
const processCauses = {
  JOB_FAILED: 'Turns of jobs that failed, of the whole process: see `jobs`.',
  LISTENING_LOST:
    'Losses of the connection on which processes hear of the commits of others; the log is looked at twice a second meanwhile.',
  LOG_UNREAD: 'Reads of the log for subscribers that failed, of the whole process; they are repeated, and nothing is left out.',
} as const;

/** What is refused, fails or lags, as it is counted: the one list. */
export const failureCauses = { ...errorCauses, ...inputCauses, ...organisationCauses, ...processCauses };
export type FailureCause = keyof typeof failureCauses;
type ProcessCause = keyof typeof processCauses;

export type FailureCount = Tally & { cause: FailureCause };

/**
 * Since the process started, by organisation. Not kept in the database: counting would cost a write when the database is
 * least able to take one. `counted` hears of each, for the metrics, which a monitoring keeps for ever.
 */
export type FailureCounts = {
  /** Null: nobody knows of which organisation. */
  count(organisationId: string | null, cause: FailureCause, by?: number): void;
  /** Every cause, with what belongs to this organisation or to the whole process. */
  of(organisationId: string): FailureCount[];
};

type Deps = { clock: Clock; counted(cause: FailureCause, by: number): void };

const causes = Object.keys(failureCauses) as FailureCause[];
const isOfProcess = (cause: FailureCause): cause is ProcessCause => Object.hasOwn(processCauses, cause);

export function createFailureCounts({ clock, counted }: Deps): FailureCounts {
  const tallies = createTallies<FailureCause>(clock);
  for (const cause of causes) counted(cause, 0); // so that each is there before it happens first
  return {
    count(organisationId, cause, by = 1) {
      if (by === 0) return;
      tallies.add(organisationId, cause, by);
      counted(cause, by);
    },
    of: (organisationId) => causes.map((cause) => ({ cause, ...tallies.of(isOfProcess(cause) ? null : organisationId, cause) })),
  };
}
