import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { AnomalyType } from '../../domain/anomaly.ts';
import type { Resolution } from '../../domain/alert.ts';
import { columns } from './columns.ts';
import { Session } from './session.ts';
import { User } from './user.ts';

/** One detector's claim about activities. `subject` is whom it is about, `key` what makes a later claim the same one. */
export const Anomaly = defineEntity({
  name: 'Anomaly',
  tableName: 'anomaly',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    seq: columns.seq(),
    reference: p.text(),
    type: p.text().$type<AnomalyType>(),
    detector: p.text(),
    key: p.text(),
    subject: p.text(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id').strictNullable(),
    sessionId: () => p.manyToOne(Session).mapToPk().joinColumn('session_id').strictNullable(),
    detectedAt: columns.instant(),
    firstAt: columns.instant(),
    lastAt: columns.instant(),
    late: p.boolean(),
    score: p.smallint(),
    summary: p.text(),
    details: p.json<Record<string, unknown>>(),
    count: p.integer(),
    alertId: p.uuid().$type<string | null>().strictNullable(),
    resolvedAt: columns.maybeInstant(),
    resolvedBy: columns.maybeText(),
    resolution: p.text().$type<Resolution | null>().strictNullable(),
  },
});
export type AnomalyRow = InferEntity<typeof Anomaly>;

/** Which activities stand behind an anomaly. */
export const Evidence = defineEntity({
  name: 'Evidence',
  tableName: 'evidence',
  properties: {
    organisationId: p.uuid(),
    anomalyId: p.uuid().primary(),
    activityId: p.uuid().primary(),
  },
});
export type EvidenceRow = InferEntity<typeof Evidence>;
