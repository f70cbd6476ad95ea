import type { ActivityRow } from '../db/entities/activity.ts';
import type { SecretUsageRow } from '../db/entities/secret-usage.ts';
import type { Batch } from './batch.ts';

/** A use of a secret with what it shares with its activity. */
export type SecretUsage = Omit<SecretUsageRow, 'id'>;

/** The uses of secrets that an activity tells of, in its order. */
export function secretUsagesOf({ secretsUsed, ...activity }: ActivityRow): SecretUsage[] {
  const { organisationId, id, seq, recordedAt, occurredAt, userId, sessionId, type } = activity;
  const shared = { organisationId, activityId: id, seq, recordedAt, occurredAt, userId, sessionId, type };
  return (secretsUsed ?? []).map(({ secret, granted, reason, found }, place) => {
    if (!found) return { ...shared, place, kind: 'REPORTED', secret, fingerprint: null, granted, reason, field: null, at: null };
    const { kind, field, at, name = null } = found;
    return { ...shared, place, kind, secret: name, fingerprint: secret, granted, reason, field, at };
  });
}

/** Puts them into the batch of the activity, which has its place in the log. */
export function noteSecretUsages(batch: Batch, activity: ActivityRow): void {
  if (activity.secretsUsed === null) return;
  for (const usage of secretUsagesOf(activity)) batch.secretUsages.push({ ...usage, id: batch.newId() });
}
