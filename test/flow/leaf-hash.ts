import { createHash } from 'node:crypto';

/** A line of the log, its instants as text and as microseconds. */
type Entry = {
  organisation_id: string;
  seq: string;
  kind: string;
  ref: string;
  recorded: string;
  recorded_micros: string;
  occurred_micros: string;
};

const utc = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`;
const camelCase = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

/** The lines of the log that are about activities, with these, in order. */
export const activityLines = `select e.*, ${utc('e.recorded_at')} as recorded, ${micros('a.recorded_at')} as recorded_micros,
    ${micros('a.occurred_at')} as occurred_micros, to_jsonb(a) as activity
  from log_entry e join activity a on a.id = e.ref where e.kind = 'ACTIVITY' order by e.seq`;
export type ActivityLine = Entry & { leaf_hash: Buffer; activity: Record<string, unknown> };

/** As src/recorder/batch.ts documents it, written without it: the columns under their camel-case names, instants as microseconds. */
export function leafHash({ activity, ...entry }: Pick<ActivityLine, keyof Entry | 'activity'>): string {
  const told = Object.entries(activity).filter(
    ([column, value]) => !(['late_by', 'place', 'secrets_used', 'familiar', 'erased_at'].includes(column) && value === null),
  );
  const named = Object.fromEntries(told.map(([column, value]) => [camelCase(column), value]));
  const content = { ...named, recordedAt: Number(entry.recorded_micros), occurredAt: Number(entry.occurred_micros) };
  const leaf = {
    organisationId: entry.organisation_id,
    seq: Number(entry.seq),
    kind: entry.kind,
    ref: entry.ref,
    recordedAt: entry.recorded,
    content,
  };
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), Buffer.from(canonical(leaf))]))
    .digest('hex');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = new Map<string, unknown>(Object.entries(value));
  return `{${[...members.keys()]
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${canonical(members.get(key))}`)
    .join()}}`;
}
