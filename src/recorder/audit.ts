import type { AuditEntryRow } from '../db/entities/audit-entry.ts';
import { formatInstant } from '../domain/time.ts';
import type { Actor } from '../domain/viewer.ts';
import type { Batch } from './batch.ts';
import { append } from './batch.ts';

/** What an audit entry says besides its place in the log. What is left out does not apply. */
export type Audited = { actor: Actor; action: AuditEntryRow['action'] } & Partial<
  Pick<AuditEntryRow, 'target' | 'operation' | 'reads' | 'rows' | 'before' | 'after' | 'reason'>
>;

/** Adds an audit entry to the log, in the transaction of what it tells of. */
export function audit(batch: Batch, { actor, action, ...said }: Audited): void {
  const auditEntry: AuditEntryRow = {
    organisationId: batch.organisationId,
    seq: 0,
    id: batch.newId(),
    recordedAt: batch.now,
    action,
    actorKind: actor.kind,
    actorId: actor.id,
    actorName: actor.name,
    target: null,
    operation: null,
    reads: null,
    rows: null,
    before: null,
    after: null,
    reason: null,
    ...said,
  };
  auditEntry.seq = append(batch, { kind: 'AUDIT', auditEntry, user: null, session: null });
  batch.auditEntries.push(auditEntry);
}

/** What differs between two states of one row; `hidden` names are only said to differ. */
export function difference<Row extends object>(before: Row, after: Row, hidden: readonly (keyof Row & string)[] = []) {
  const changed = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(before, name)));
  const told = (row: object) =>
    Object.fromEntries(changed.map(([name]) => [name, hidden.some((one) => one === name) ? '…' : shown(name, Reflect.get(row, name))]));
  return { before: told(before), after: told(after) };
}

/** Instants by their names (`…At`, `…Until`) as people read them. */
export function shown(name: string, value: unknown): unknown {
  return typeof value === 'number' && /(At|Until)$/.test(name) ? formatInstant(value) : (value ?? null);
}
