import { LRUCache } from 'lru-cache';
import type { RegisteredSecret } from '../db/queries/intake-policy.ts';
import type { OrganisationSettings } from '../domain/organisation-settings.ts';
import type { KeyedHashes } from '../redaction/keyed-hash.ts';
import type { KnownSecrets } from '../redaction/known.ts';
import { createKnownSecrets, knownSecretEntry } from '../redaction/known.ts';
import type { LogItem } from './batch.ts';
import type { Excludes } from './excluded.ts';
import { excludesOf } from './excluded.ts';

/** What an organisation wants done with what comes in, before it is recorded. */
export type IntakePolicy = {
  organisationId: string;
  /** Which state of its settings this is. What was checked by an older one is checked again (`OUTDATED`). */
  revision: number;
  settings: OrganisationSettings;
  /** Tells a secret by a keyed hash: the same for the same secret, and of no use to anybody else. */
  fingerprint(secret: string): string;
  known: KnownSecrets;
  /** What the secret with this fingerprint is registered as; undefined where it is not. */
  nameOf(fingerprint: string): string | undefined;
  /** Whether an activity is not to be recorded at all. */
  excludes: Excludes;
  /** For idempotency keys and what is sent with them. */
  keyHash(text: string): string;
  /** Whether it has idempotency keys from before they were hashed under a key. */
  hasPlainKeys: boolean;
};

/** All that is kept of a secret to find it again. */
export type SealedSecret = Omit<RegisteredSecret, 'name'>;

export type IntakePolicies = {
  of(organisationId: string): Promise<IntakePolicy>;
  /** What an organisation is to keep of a secret, which goes no further. */
  seal(organisationId: string, secret: string): SealedSecret;
  /** Whether it is by the settings of now, whatever other processes have set: asks the database. */
  isCurrent(organisationId: string, policy: IntakePolicy): Promise<boolean>;
  /** Its settings may be others now: they are read anew. */
  forget(organisationId: string): void;
  /** Takes in what this process has just committed. */
  note(organisationId: string, items: readonly LogItem[]): void;
};

/** What the database tells of it. */
export type StoredPolicy = Pick<IntakePolicy, 'settings' | 'revision' | 'hasPlainKeys'> & { registered?: readonly RegisteredSecret[] };

export type IntakePoliciesDeps = {
  keyedHashes: KeyedHashes;
  readPolicy(organisationId: string): Promise<StoredPolicy>;
  readRevision(organisationId: string): Promise<number>;
};

/** Most organisations whose policy is kept at hand. */
const organisationsMax = 1_000;

export function createIntakePolicies({ keyedHashes, readPolicy, readRevision }: IntakePoliciesDeps): IntakePolicies {
  const policies = new LRUCache<string, Promise<IntakePolicy>>({ max: organisationsMax });
  const read = async (organisationId: string) => policyOf(organisationId, await readPolicy(organisationId), keyedHashes);
  return {
    of(organisationId) {
      const known = policies.get(organisationId);
      if (known) return known;
      const reading = read(organisationId);
      policies.set(organisationId, reading);
      reading.catch(() => policies.delete(organisationId));
      return reading;
    },
    seal: (organisationId, secret) => ({
      ...knownSecretEntry(secret, keyedHashes(organisationId, 'known-secret')),
      fingerprint: keyedHashes(organisationId, 'fingerprint')(secret),
    }),
    isCurrent: async (organisationId, { revision }) => revision === (await readRevision(organisationId)),
    forget: (organisationId) => void policies.delete(organisationId),
    note(organisationId, items) {
      if (items.some(({ kind }) => kind === 'SETTINGS_CHANGED')) policies.delete(organisationId);
    },
  };
}

export function policyOf(organisationId: string, { registered = [], ...stored }: StoredPolicy, keyedHashes: KeyedHashes): IntakePolicy {
  const names = new Map(registered.map(({ fingerprint, name }) => [fingerprint, name]));
  return {
    organisationId,
    ...stored,
    fingerprint: keyedHashes(organisationId, 'fingerprint'),
    keyHash: keyedHashes(organisationId, 'idempotency'),
    known: createKnownSecrets(registered, keyedHashes(organisationId, 'known-secret')),
    excludes: excludesOf(stored.settings.exclusions),
    nameOf: (fingerprint) => names.get(fingerprint),
  };
}
