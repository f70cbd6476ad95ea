import { randomBytes } from 'node:crypto';
import { createKeyedHashes } from '../../src/redaction/keyed-hash.ts';
import type { KnownSecrets } from '../../src/redaction/known.ts';
import { createKnownSecrets, knownSecretEntry } from '../../src/redaction/known.ts';
import { redactText } from '../../src/redaction/redact.ts';

/** The secrets of an organisation that has registered these. */
export function knowing(...secrets: string[]): KnownSecrets {
  const hash = createKeyedHashes(randomBytes(32))('organisation', 'known-secret');
  return createKnownSecrets(
    secrets.map((secret) => knownSecretEntry(secret, hash)),
    hash,
  );
}

export const redacted = (text: string, known: KnownSecrets) => redactText(text, 'TEXT', known).text;
