import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { AuditAction, Read } from '../../domain/audit.ts';
import type { PrincipalKind } from '../../domain/viewer.ts';
import { columns } from './columns.ts';

/** Who read or changed what. Written once, in the log line of the same `seq`. `before` and `after` hold what changed only. */
export const AuditEntry = defineEntity({
  name: 'AuditEntry',
  tableName: 'audit_entry',
  properties: {
    organisationId: p.uuid().primary(),
    seq: p.bigint('number').primary(),
    id: p.uuid(),
    recordedAt: columns.instant(),
    action: p.text().$type<AuditAction>(),
    actorKind: p.text().$type<PrincipalKind>(),
    actorId: p.uuid().$type<string | null>().strictNullable(),
    actorName: p.text(),
    target: columns.maybeText(),
    operation: columns.maybeText(),
    reads: p.json<readonly Read[] | null>().strictNullable(),
    rows: p.integer().$type<number | null>().strictNullable(),
    before: p.json<Record<string, unknown> | null>().strictNullable(),
    after: p.json<Record<string, unknown> | null>().strictNullable(),
    reason: columns.maybeText(),
  },
});
export type AuditEntryRow = InferEntity<typeof AuditEntry>;
