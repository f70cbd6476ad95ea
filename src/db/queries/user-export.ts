import type { Micros } from '../../domain/time.ts';
import { formatInstant, parseInstant } from '../../domain/time.ts';
import type { ExportedKind } from '../../domain/user-export.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';
import { auditStretch } from './erasure.ts';

/** All rows that are about one user, a page at a time: each kind in the order of its time, with the columns as they are stored. */

type Source = {
  table: string;
  /** Which rows; `$1` is the organisation, `$2` the user's id. */
  where: string;
  at: string;
  /** What tells rows of one time apart. */
  tie: 'id' | 'seq';
  /** What is told besides the columns, as JSON. */
  more?: string;
  /** It may not be there yet. */
  optional?: true;
};

const sources = {
  SESSION: { table: 'session', where: 't.user_id = $2', at: 'last_activity_at', tie: 'id' },
  ACTIVITY: {
    table: 'activity',
    where: 't.user_id = $2',
    at: 'occurred_at',
    tie: 'id',
    more: `jsonb_build_object('anomalies', (select coalesce(jsonb_agg(e.anomaly_id order by e.anomaly_id), '[]') from evidence e
      where e.organisation_id = $1 and e.activity_id = t.id))`,
  },
  SECRET_USAGE: { table: 'secret_usage', where: 't.user_id = $2', at: 'occurred_at', tie: 'id', optional: true },
  ANOMALY: { table: 'anomaly', where: 't.user_id = $2', at: 'detected_at', tie: 'id' },
  ALERT: { table: 'alert', where: 't.user_id = $2', at: 'opened_at', tie: 'id' },
  ALERT_HISTORY: {
    table: 'alert_history',
    where: 't.alert_id in (select l.id from alert l where l.organisation_id = $1 and l.user_id = $2)',
    at: 'changed_at',
    tie: 'seq',
  },
} as const satisfies Partial<Record<ExportedKind, Source>>;
type SourceKind = keyof typeof sources;

/** Where in its kind a row stands. */
export type ExportPlace = { at: Micros; tie: string };
export type ExportRow = { place: ExportPlace; data: Record<string, unknown> };

type Found = { at: string; tie: string; data: Record<string, unknown> };

/** The next rows of a kind, those of `from` or later where it is given. */
export async function rowsAbout(
  reader: Runner,
  kind: SourceKind,
  { organisationId, userId, from }: { organisationId: string; userId: string; from: Micros | null },
  after: ExportPlace | null,
  items: number,
): Promise<ExportRow[]> {
  const { table, where, at, tie, more, optional }: Source = sources[kind];
  if (optional && !(await isThere(reader, table))) return [];
  const [type, first] = tie === 'id' ? ['uuid', '00000000-0000-0000-0000-000000000000'] : ['bigint', '-1'];
  const found = await statement<Found>(
    reader,
    `select t.${at} as at, t.${tie}::text as tie, to_jsonb(t)${more ? ` || ${more}` : ''} as data from ${table} t
      where t.organisation_id = $1 and ${where} and (t.${at}, t.${tie}) > ($3::timestamptz, $4::${type})
        and t.${at} >= $5::timestamptz order by t.${at}, t.${tie} limit $6`,
    [
      organisationId,
      userId,
      after ? formatInstant(after.at) : '-infinity',
      after?.tie ?? first,
      from === null ? '-infinity' : formatInstant(from),
      items,
    ],
  );
  return found.map(rowOf);
}

const rowOf = ({ at, tie, data }: Found): ExportRow => ({ place: { at: parseInstant(at)!, tie }, data: told(data) });

async function isThere(reader: Runner, table: string): Promise<boolean> {
  const [found] = await statement<{ is_there: boolean }>(reader, 'select to_regclass($1) is not null as is_there', [table]);
  return found!.is_there;
}

/** Audit entries that one statement looks through, and statements of one page: a page may be short, but comes. */
const auditWindow = 10_000;
const auditWindowsMax = 100;

/** `$8` is the name as JSON: most reads name nobody, and a look for it costs less than a walk. */
const aboutUser = `(t.target is not null and is_about(t.target, $2) or strpos(t.reads::text, $8) > 0
  and jsonb_path_exists(t.reads, '$.** ? (@ == $name)', jsonb_build_object('name', $3::text)))`;

/**
 * The next audit entries up to a place in the log that tell of a change of the user or of something of theirs, or of a read that
 * names them. Those of exports are left out: each would find the one before. `left` is where to go on; null: there are no more.
 */
export async function auditAbout(
  reader: Runner,
  { organisationId, userId, user, from }: { organisationId: string; userId: string; user: string; from: Micros | null },
  { afterSeq, upToSeq }: { afterSeq: number; upToSeq: number },
  items: number,
): Promise<{ rows: ExportRow[]; left: number | null }> {
  const rows: ExportRow[] = [];
  let after = afterSeq;
  for (let window = 0; window < auditWindowsMax; window += 1) {
    const end = Math.min(upToSeq, (await auditStretch(reader, organisationId, after, auditWindow)) ?? upToSeq);
    const found = await statement<Found>(
      reader,
      `select t.recorded_at as at, t.seq::text as tie, to_jsonb(t) as data from audit_entry t
        where t.organisation_id = $1 and t.seq > $4 and t.seq <= $5 and t.recorded_at >= $6::timestamptz and t.action <> 'USER_EXPORTED'
        and ${aboutUser} order by t.seq limit $7`,
      [
        organisationId,
        userId,
        user,
        after,
        end,
        from === null ? '-infinity' : formatInstant(from),
        items - rows.length + 1,
        JSON.stringify(user),
      ],
    );
    rows.push(...found.map(rowOf));
    if (rows.length > items) return { rows: rows.slice(0, items), left: Number(rows[items - 1]?.place.tie ?? afterSeq) };
    if (end === upToSeq) return { rows, left: null };
    after = end;
  }
  return { rows, left: after };
}

/** The columns under the names of the API, instants as everywhere in it. */
export function told(data: Record<string, unknown>): Record<string, unknown> {
  const { organisation_id: _organisation, ...columns } = data;
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => {
      const instant = column.endsWith('_at') && typeof value === 'string' ? parseInstant(value) : null;
      return [
        column.replaceAll(/_(.)/g, (_all, letter: string) => letter.toUpperCase()),
        instant === null ? value : formatInstant(instant),
      ];
    }),
  );
}

/** The row of a user, and which programs they run, where that was learned. */
export async function profileOf(reader: Runner, organisationId: string, userId: string) {
  const [found] = await statement<{ data: Record<string, unknown>; habits: Record<string, unknown> | null }>(
    reader,
    `select to_jsonb(t) as data, (select h.habits from command_habits h where h.id = t.id) as habits
      from "user" t where t.organisation_id = $1 and t.id = $2`,
    [organisationId, userId],
  );
  return found ? { data: told(found.data), habits: found.habits } : null;
}
