import { createHmac, hkdfSync } from 'node:crypto';

/** What a keyed hash is for: each purpose has a key of its own, so that hashes of one say nothing about those of another. */
export type Purpose = 'fingerprint' | 'known-secret' | 'pseudonym' | 'idempotency' | 'proof';

/**
 * Keyed hashes of an organisation's texts: equal texts have equal hashes, and nobody tells the text from the hash without the
 * service's key, not even of a short password by trying all. In hex, 64 characters.
 */
export type KeyedHashes = (organisationId: string, purpose: Purpose) => (text: string) => string;

const keyBytes = 32;

export function createKeyedHashes(serviceKey: Buffer): KeyedHashes {
  return (organisationId, purpose) => {
    const key = Buffer.from(hkdfSync('sha256', serviceKey, organisationId, purpose, keyBytes));
    return (text) => createHmac('sha256', key).update(text).digest('hex');
  };
}
