import type { InferEntity } from '@mikro-orm/core';
import { defineEntity, p } from '@mikro-orm/core';
import type { LogKind } from '../../domain/log.ts';
import { columns } from './columns.ts';

/** One line of an organisation's log. Never updated, never deleted; `seq` has no gaps and is in commit order. */
export const LogEntry = defineEntity({
  name: 'LogEntry',
  tableName: 'log_entry',
  properties: {
    organisationId: p.uuid().primary(),
    seq: p.bigint('number').primary(),
    kind: p.text().$type<LogKind>(),
    ref: p.uuid(),
    recordedAt: columns.instant(),
    leafHash: p.blob(),
  },
});
export type LogEntryRow = InferEntity<typeof LogEntry>;

/** The last `seq` of each organisation. Its row lock orders the commits of all processes. */
export const LogHead = defineEntity({
  name: 'LogHead',
  tableName: 'log_head',
  properties: {
    organisationId: p.uuid().primary(),
    seq: columns.seq(),
    hasPlainKeys: p.boolean(),
  },
});

/**
 * Which activity an idempotency key stands for. `id` is made of the key, `bodyHash` of what was sent with it: both are the first
 * half of a keyed hash, or of a plain one where the log head says that there are such. `bodyHash` is null where it was recorded
 * before there was one.
 */
export const IdempotencyKey = defineEntity({
  name: 'IdempotencyKey',
  tableName: 'idempotency_key',
  properties: {
    id: columns.id(),
    organisationId: columns.organisationId(),
    activityId: p.uuid(),
    bodyHash: p.uuid().$type<string | null>().strictNullable(),
  },
});
export type IdempotencyKeyRow = InferEntity<typeof IdempotencyKey>;
