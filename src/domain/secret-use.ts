/** That a secret was asked for, as the service that keeps it says: never the secret itself. */
export type SecretUse = {
  /** The id its keeper knows it by. */
  secret: string;
  granted: boolean;
  /** Why it was denied. */
  reason: string | null;
};

/** Most secrets of one activity. */
export const secretsUsedMax = 20;
