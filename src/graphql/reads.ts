import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import type { Audience } from '../domain/access.ts';
import type { AuditAction, Read } from '../domain/audit.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { IntakePolicies } from '../recorder/intake-policies.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { redactJson } from '../redaction/metadata.ts';
import { literalValue } from './literal.ts';

/** What one operation reads of others' personal data, noted on the way and recorded before it is answered. */
export type Reads = {
  /** A root field is resolved. */
  field(read: Read): void;
  /** Rows with personal data were loaded, be they none. */
  rows(count: number): void;
  /** Records what was noted, if anything. Rejects where that cannot be: then the operation must not be answered. */
  settle(operation: string | null): Promise<void>;
};

type Deps = { recorder: Recorder; viewer: Viewer; intakePolicies: IntakePolicies };

/** Whoever sees only themselves reads nothing of others, and a service reads nothing at all. */
const seesOthers = (audience: Audience) => audience === 'ALL' || audience.leads.length > 0;

export function createReads(deps: Deps): Reads {
  const fields: Read[] = [];
  let rows: number | null = null;
  return {
    field: (read) => void fields.push(read),
    rows: (count) => void (rows = (rows ?? 0) + count),
    async settle(operation) {
      if (rows !== null) await recordRead(deps, { action: 'READ', operation, reads: fields.splice(0), rows });
      rows = null;
    },
  };
}

type Recorded = {
  action: Extract<AuditAction, 'READ' | `STREAM_${string}`>;
  operation: string | null;
  reads: readonly Read[];
  rows: number | null;
};

/** What was searched for is kept without the secrets in it: who looks for a password would leave it in the audit log. */
export async function recordRead({ recorder, viewer, intakePolicies }: Deps, recorded: Recorded): Promise<void> {
  if (!seesOthers(viewer.audience)) return;
  const { known } = await intakePolicies.of(viewer.organisationId);
  const reads = recorded.reads.map(({ field, arguments: sent }) => ({
    field,
    arguments: redactJson(sent, known, [], []) as Read['arguments'],
  }));
  await recorder.audit({ id: viewer.organisationId, timeZone: viewer.timeZone }, { actor: viewer.principal, ...recorded, reads });
}

/** Characters of the arguments of one field, as JSON, that are kept. */
const argumentsCharactersMax = 8_192;

/** A root field with its arguments as they were sent. Those of mutations are what is written, and stay out. */
export function readOf({ fieldName, fieldNodes, parentType, variableValues }: GraphQLResolveInfo): Read {
  const node: FieldNode = fieldNodes[0]!;
  if (parentType.name === 'Mutation') return { field: fieldName, arguments: {} };
  const sent = Object.fromEntries(
    Object.entries(variableValues.sources).map(([name, source]) => [name, 'value' in source ? source.value : undefined]),
  );
  const given = (node.arguments ?? []).map(({ name, value }) => [name.value, literalValue(value, sent)] as const);
  const read = storable(Object.fromEntries(given.filter(([, value]) => value !== undefined))) as Record<string, unknown>;
  return { field: fieldName, arguments: JSON.stringify(read).length > argumentsCharactersMax ? { tooLong: true } : read };
}

/** A caller may send what PostgreSQL cannot hold; that it was sent is recorded all the same. */
function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(storable);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [String(storable(name)), storable(inner)]));
}
