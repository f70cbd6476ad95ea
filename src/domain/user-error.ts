/** What can be wrong with an input. The closed list: clients switch on these. */
export const userErrorCodes = {
  BLANK: 'A text that must say something is empty.',
  TOO_LONG: 'A text has more characters than its limit.',
  TOO_SHORT: 'A text has fewer characters than it takes.',
  HOLDS_SECRET: 'A text that is kept holds the secret that is not to be kept.',
  BAD_CHARACTER: 'A text holds NUL or half of a surrogate pair, which cannot be stored.',
  BAD_ADDRESS: 'Not an IPv4 or IPv6 address.',
  BAD_NETWORK: 'Not a network in CIDR notation.',
  OUT_OF_RANGE: 'A number is outside its range.',
  TOO_FAR_AHEAD: "The instant is more than five minutes ahead of the service's clock.",
  UNKNOWN_TIME_ZONE: 'Not an IANA time zone.',
  UNKNOWN_COUNTRY: 'Not a country code of ISO 3166-1.',
  TOO_DEEP: 'An object nests deeper than its limit.',
  TOO_MANY: 'A list has more items than its limit.',
  NOT_EXACTLY_ONE: 'Of several fields exactly one has to be given.',
  NOT_FOUND: 'There is nothing with this id that you may see.',
  BEYOND_SCOPE: 'More than whoever asks may do themselves.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key stands for another activity.',
  GONE: 'What was recorded under the idempotency key is not kept any more: it was erased, or is too old.',
  CONFLICT: 'Not possible in the state it is in.',
} as const;
export type UserErrorCode = keyof typeof userErrorCodes;

/** One thing wrong with an input: `field` is the path into it, `hint` what to do. */
export type UserError = { code: UserErrorCode; field: string[]; message: string; hint: string | null };
