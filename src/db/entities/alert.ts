import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { AlertChange, AlertStatus, Resolution } from '../../domain/alert.ts';
import type { AlertType } from '../../domain/anomaly.ts';
import type { RiskLevel } from '../../domain/risk.ts';
import { columns } from './columns.ts';
import { User } from './user.ts';

/** What a human handles. `count` is the number of activities behind it. */
export const Alert = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    seq: columns.seq(),
    type: p.text().$type<AlertType>(),
    subject: p.text(),
    status: p.text().$type<AlertStatus>(),
    severity: p.text().$type<RiskLevel>(),
    title: p.text(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id').strictNullable(),
    count: p.integer(),
    openedAt: columns.instant(),
    firstSeenAt: columns.instant(),
    lastSeenAt: columns.instant(),
    acknowledgedAt: columns.maybeInstant(),
    acknowledgedBy: columns.maybeText(),
    resolvedAt: columns.maybeInstant(),
    resolvedBy: columns.maybeText(),
    resolution: p.text().$type<Resolution | null>().strictNullable(),
  },
});
export type AlertRow = InferEntity<typeof Alert>;

/** What happened to an alert, who did it and why. Growth is in the log and in `count`, not here. */
export const AlertHistory = defineEntity({
  name: 'AlertHistory',
  tableName: 'alert_history',
  properties: {
    organisationId: p.uuid().primary(),
    seq: p.bigint('number').primary(),
    alertId: p.uuid(),
    change: p.text().$type<AlertChange>(),
    changedAt: columns.instant(),
    actor: columns.maybeText(),
    note: columns.maybeText(),
  },
});
export type AlertHistoryRow = InferEntity<typeof AlertHistory>;

/** Which anomalies stand behind an alert. One that goes on after its alert was closed stands behind the next one too. */
export const AlertAnomaly = defineEntity({
  name: 'AlertAnomaly',
  tableName: 'alert_anomaly',
  properties: {
    organisationId: p.uuid(),
    alertId: p.uuid().primary(),
    anomalyId: p.uuid().primary(),
  },
});
export type AlertAnomalyRow = InferEntity<typeof AlertAnomaly>;
