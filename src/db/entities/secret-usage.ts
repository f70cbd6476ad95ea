import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { ActivityType } from '../../domain/activity.ts';
import type { UsedSecretKind } from '../../domain/secret-use.ts';
import { columns } from './columns.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

/**
 * That a secret was used: an entry of an activity's `secretsUsed` as a row of its own, to be searched and counted. `place` is
 * where it stands there. `secret` is the keeper's id, or the name under which it is registered.
 */
export const SecretUsage = defineEntity({
  name: 'SecretUsage',
  tableName: 'secret_usage',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    activityId: p.uuid(),
    place: p.smallint(),
    seq: columns.seq(),
    recordedAt: columns.instant(),
    occurredAt: columns.instant(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id'),
    sessionId: () => p.manyToOne(Session).mapToPk().joinColumn('session_id').strictNullable(),
    type: p.text().$type<ActivityType>(),
    kind: p.text().$type<UsedSecretKind>(),
    secret: columns.maybeText(),
    fingerprint: columns.maybeText(),
    granted: p.boolean(),
    reason: columns.maybeText(),
    field: p.json<readonly string[] | null>().strictNullable(),
    at: p.integer().$type<number | null>().strictNullable(),
  },
});
export type SecretUsageRow = InferEntity<typeof SecretUsage>;
