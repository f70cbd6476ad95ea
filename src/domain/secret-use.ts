/** What a secret is, as far as its form or its place tells. The marker in its place names it: `‹redacted:api-key›`. */
export const secretKinds = {
  PASSWORD: 'A password or passphrase, also the one half of `user:password` that is secret.',
  API_KEY: 'A key or token whose form is that of a vendor, e.g. of GitHub, AWS or Slack.',
  TOKEN: 'A bearer token, session cookie or another secret that stands for whoever holds it.',
  JWT: 'A JSON Web Token.',
  PRIVATE_KEY: 'A private key, in PEM or as a single line.',
  PASSWORD_HASH: 'A hash of a password, as in /etc/shadow: it can be guessed at.',
  KNOWN: 'A secret that its owner has registered.',
} as const;
export type SecretKind = keyof typeof secretKinds;

/** What a use was of. What its keeper reports under an id has no form to tell it by. */
export const usedSecretKinds = { ...secretKinds, REPORTED: 'One that its keeper reported, by an id.' } as const;
export type UsedSecretKind = keyof typeof usedSecretKinds;

/** What stands in a text in place of a secret. */
export const markerOf = (kind: SecretKind): string => `‹redacted:${kind.toLowerCase().replaceAll('_', '-')}›`;

/** Where a secret was found in an activity. */
export type FoundSecret = {
  kind: SecretKind;
  /** The path of the text in the activity, e.g. `['detail', 'command']` or `['metadata', 'headers', '0']`. */
  field: readonly string[];
  /** Where its marker begins in the stored text, in UTF-16 code units; null where the text was encoded or is not stored. */
  at: number | null;
  /** What its owner has registered it as; left out where nobody has. */
  name?: string;
};

/** That a secret was used: reported by the service that keeps it, or found in a text. Never the secret itself. */
export type SecretUse = {
  /** The id its keeper knows it by; of one that was found its keyed fingerprint, by which it is recognised again. */
  secret: string;
  granted: boolean;
  /** Why it was denied. */
  reason: string | null;
  /** Only of one that was found. */
  found?: FoundSecret;
};

/** Most secrets that a caller reports with one activity. */
export const secretsUsedMax = 20;

/** Most secrets found in one activity that are told of; what is found beyond is redacted all the same. */
export const secretsFoundMax = 50;

/** A use of a secret as far as detection goes by it. */
export type NotedSecret = {
  /** Tells it from others: the id of its keeper, or its fingerprint. */
  secret: string;
  /** For people: that id, the name it is registered as, or its kind and the beginning of its fingerprint. */
  label: string;
  how: 'GIVEN' | 'DENIED' | 'TRIED';
};

/** Hex digits of a fingerprint that people are shown: 48 bits part the secrets of any organisation. */
export const fingerprintDigitsShown = 12;

/** What detection notes of the uses of an activity; null for nothing. */
export function notedSecrets(uses: readonly SecretUse[] | null): readonly NotedSecret[] | null {
  if (uses === null) return null;
  const noted = uses.flatMap((use) => {
    const how = howUsed(use);
    return how === null ? [] : [{ secret: use.secret, label: labelOf(use), how }];
  });
  return noted.length === 0 ? null : noted;
}

/**
 * Whether somebody came by a secret with a use, was refused it, or failed with it. What people type they have already, and an
 * address or a header may bring another token with each call: of these only registered secrets are noted, and what did not
 * work in a command. What an output shows was given, however the command ended.
 */
function howUsed({ granted, found }: SecretUse): NotedSecret['how'] | null {
  if (!found) return granted ? 'GIVEN' : 'DENIED';
  const [part, name] = found.field;
  if (part === 'detail' && name === 'output') return 'GIVEN';
  const isKnown = found.name !== undefined;
  if (granted) return isKnown ? 'GIVEN' : null;
  return isKnown || (part === 'detail' && name === 'command') ? 'TRIED' : null;
}

const labelOf = ({ secret, found }: SecretUse): string =>
  found ? (found.name ?? `${found.kind.toLowerCase().replaceAll('_', ' ')} ${secret.slice(0, fingerprintDigitsShown)}`) : secret;
