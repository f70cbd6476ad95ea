/**
 * The closed list of ways a request can fail as a whole. Input that is merely wrong is no error of this kind: it is a
 * `userErrors` entry in the answer. `message` is for the caller; what an operator needs goes to the log with `cause`.
 * `retryAfterMs` is told with the error: the same request may succeed after that many milliseconds. Null: not by itself.
 */
export const errorCodes = {
  BAD_REQUEST: { httpStatus: 400, retryAfterMs: null },
  UNAUTHENTICATED: { httpStatus: 401, retryAfterMs: null },
  FORBIDDEN: { httpStatus: 403, retryAfterMs: null },
  NOT_FOUND: { httpStatus: 404, retryAfterMs: null },
  /** `extensions.oldest` is the cursor to go on from, and what lies before it is lost to this stream. */
  CURSOR_EXPIRED: { httpStatus: 410, retryAfterMs: null },
  BODY_TOO_LARGE: { httpStatus: 413, retryAfterMs: null },
  LIMIT_EXCEEDED: { httpStatus: 400, retryAfterMs: null },
  /** The window in which guesses count; who refuses knows better and says so. */
  RATE_LIMITED: { httpStatus: 429, retryAfterMs: 10_000 },
  /** A full backlog is some seconds of work: after one there is room again. */
  OVERLOADED: { httpStatus: 503, retryAfterMs: 1_000 },
  /** Somebody has to make room: trying more often than twice a minute helps nobody. */
  STORAGE_FULL: { httpStatus: 507, retryAfterMs: 30_000 },
  /** A PostgreSQL that restarts is back within one or two; a failover takes longer, and clients wait longer each time. */
  UNAVAILABLE: { httpStatus: 503, retryAfterMs: 1_000 },
  INTERNAL: { httpStatus: 500, retryAfterMs: null },
} as const;

export type ErrorCode = keyof typeof errorCodes;

/** A request that cannot be answered, with the code its caller acts on. */
export class RequestError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The process cannot start or go on, and the operator can mend it: one line that says what to do. */
export class OperatorError extends Error {}
