/**
 * The closed list of ways a request can fail as a whole. Input that is merely wrong is no error of this kind: it is a
 * `userErrors` entry in the answer. `message` is for the caller; what an operator needs goes to the log with `cause`.
 */
export const errorCodes = {
  BAD_REQUEST: { httpStatus: 400, retry: false },
  UNAUTHENTICATED: { httpStatus: 401, retry: false },
  FORBIDDEN: { httpStatus: 403, retry: false },
  NOT_FOUND: { httpStatus: 404, retry: false },
  CURSOR_EXPIRED: { httpStatus: 410, retry: false },
  BODY_TOO_LARGE: { httpStatus: 413, retry: false },
  LIMIT_EXCEEDED: { httpStatus: 400, retry: false },
  RATE_LIMITED: { httpStatus: 429, retry: true },
  OVERLOADED: { httpStatus: 503, retry: true },
  UNAVAILABLE: { httpStatus: 503, retry: true },
  INTERNAL: { httpStatus: 500, retry: false },
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
