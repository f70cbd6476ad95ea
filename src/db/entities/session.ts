import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { RiskFactor } from '../../domain/risk.ts';
import type { SessionKind } from '../../domain/session.ts';
import type { IntegrityChange, SessionClients } from '../../domain/session-integrity.ts';
import type { DeviceType } from '../../domain/device.ts';
import { columns } from './columns.ts';
import { User } from './user.ts';

/** A sign-in and what happened in it. `nextStatusAt` is when time alone changes its status, null where it never will. */
export const Session = defineEntity({
  name: 'Session',
  tableName: 'session',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    externalId: p.text(),
    userId: () => p.manyToOne(User).mapToPk().joinColumn('user_id'),
    kind: p.text().$type<SessionKind>(),
    startedAt: columns.instant(),
    lastActivityAt: columns.instant(),
    endedAt: columns.maybeInstant(),
    terminatedAt: columns.maybeInstant(),
    terminatedBy: columns.maybeText(),
    terminationReason: columns.maybeText(),
    nextStatusAt: columns.maybeInstant(),
    lastPage: columns.maybeText(),
    lastEndpoint: columns.maybeText(),
    activityCount: p.integer(),
    commandCount: p.integer(),
    deviceType: p.text().$type<DeviceType | null>().strictNullable(),
    sourceIp: columns.maybeText(),
    userAgent: columns.maybeText(),
    riskScore: p.smallint(),
    riskFactors: p.json<RiskFactor[]>(),
    policyVersion: p.smallint(),
    clients: p.json<SessionClients>(),
    integrityScore: p.smallint(),
    integrityChanges: p.json<readonly IntegrityChange[]>(),
  },
});
export type SessionRow = InferEntity<typeof Session>;
