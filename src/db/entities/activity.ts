import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { ActivityKind, ActivityType, Outcome } from '../../domain/activity.ts';
import type { DeviceType } from '../../domain/device.ts';
import type { Place } from '../../domain/place.ts';
import type { Micros } from '../../domain/time.ts';
import type { RiskFactor } from '../../domain/risk.ts';
import type { SecretUse } from '../../domain/secret-use.ts';
import type { SessionChange } from '../../domain/session.ts';
import { columns } from './columns.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

/**
 * What happened. Partitioned by `recordedAt` month (the key has it because PostgreSQL wants it there; `id` alone is
 * unique), so that retention drops whole partitions and an import of old logs needs none in the past.
 */
export const Activity = defineEntity({
  name: 'Activity',
  tableName: 'activity',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    seq: columns.seq(),
    recordedAt: columns.instant(),
    occurredAt: columns.instant(),
    lateBy: p.bigint('number').$type<Micros | null>().strictNullable(),
    kind: p.text().$type<ActivityKind>(),
    type: p.text().$type<ActivityType>(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id'),
    sessionId: () => p.manyToOne(Session).mapToPk().joinColumn('session_id').strictNullable(),
    sessionChange: p.text().$type<SessionChange | null>().strictNullable(),
    sourceIp: columns.maybeText(),
    place: p.json<Place | null>().strictNullable(),
    userAgent: columns.maybeText(),
    deviceType: p.text().$type<DeviceType | null>().strictNullable(),
    outcome: p.text().$type<Outcome>(),
    onBehalfOf: columns.maybeText(),
    riskScore: p.smallint(),
    riskFactors: p.json<RiskFactor[]>(),
    policyVersion: p.smallint(),
    text: columns.maybeText(),
    detail: p.json<Record<string, unknown>>(),
    metadata: p.json<Record<string, unknown> | null>().strictNullable(),
    secretsUsed: p.json<readonly SecretUse[] | null>().strictNullable(),
    familiar: p.boolean().$type<boolean | null>().strictNullable(),
    alertId: p.uuid().$type<string | null>().strictNullable(),
  },
});
export type ActivityRow = InferEntity<typeof Activity>;
