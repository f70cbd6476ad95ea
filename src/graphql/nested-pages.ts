import DataLoader from 'dataloader';
import type { Tables } from '../db/database.ts';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { Runner } from '../db/statement.ts';
import { statement } from '../db/statement.ts';
import type { Micros } from '../domain/time.ts';
import { formatInstant } from '../domain/time.ts';
import type { Page, PageRequest } from './pages.ts';
import { cutPage } from './pages.ts';

/**
 * Pages of what belongs to many parents at once (the activities of each user of a list): one statement for all parents,
 * however many there are. Newest first by the column named here; `of` says how a row belongs to its parent `key.key`.
 */
const relations = {
  activitiesOfUser: { table: 'activity', from: 'activity t', of: 't.user_id = key.key', by: 'occurred_at' },
  activitiesOfSession: { table: 'activity', from: 'activity t', of: 't.session_id = key.key', by: 'occurred_at' },
  activitiesOfAnomaly: {
    table: 'activity',
    from: 'evidence e join activity t on t.id = e.activity_id',
    of: 'e.anomaly_id = key.key',
    by: 'occurred_at',
  },
  activitiesOfAlert: { table: 'activity', from: 'activity t', of: 't.alert_id = key.key', by: 'occurred_at' },
  sessionsOfUser: { table: 'session', from: 'session t', of: 't.user_id = key.key', by: 'last_activity_at' },
  anomaliesOfUser: { table: 'anomaly', from: 'anomaly t', of: 't.user_id = key.key', by: 'detected_at' },
  alertsOfUser: { table: 'alert', from: 'alert t', of: 't.user_id = key.key', by: 'opened_at' },
} as const;

type Rows = { activity: ActivityRow; session: SessionRow; anomaly: AnomalyRow; alert: AlertRow };
export type Relation = keyof typeof relations;
export type RowOf<R extends Relation> = Rows[(typeof relations)[R]['table']];

const stampOf = {
  occurred_at: (row: ActivityRow) => row.occurredAt,
  last_activity_at: (row: SessionRow) => row.lastActivityAt,
  detected_at: (row: AnomalyRow) => row.detectedAt,
  opened_at: (row: AlertRow) => row.openedAt,
};

/** The place of a row in its relation's order, for its cursor. */
export function stamp<R extends Relation>(relation: R, row: RowOf<R>): Micros {
  const read = stampOf[relations[relation].by] as (row: RowOf<R>) => Micros;
  return read(row);
}

export function createNestedPages(em: Runner, tables: Tables, organisationId: string, noteRows: (count: number) => void) {
  const pages = new Map<string, DataLoader<string, Page<Rows[keyof Rows]>>>();
  const counts = new Map<Relation, DataLoader<string, number>>();

  return {
    page<R extends Relation>(relation: R, parentId: string, request: PageRequest): Promise<Page<RowOf<R>>> {
      const name = JSON.stringify([relation, request]);
      const loader =
        pages.get(name) ??
        new DataLoader(async (parents) => {
          const rows = await readPages(em, tables, organisationId, relation, parents, request);
          const cut = parents.map((parent) => cutPage(rows.get(parent) ?? [], request));
          noteRows(cut.reduce((sum, page) => sum + page.rows.length, 0));
          return cut;
        });
      pages.set(name, loader);
      return loader.load(parentId) as Promise<Page<RowOf<R>>>;
    },
    count(relation: Relation, parentId: string): Promise<number> {
      const loader = counts.get(relation) ?? new DataLoader((parents) => readCounts(em, organisationId, relation, parents));
      counts.set(relation, loader);
      return loader.load(parentId);
    },
  };
}

async function readCounts(em: Runner, organisationId: string, relation: Relation, parents: readonly string[]): Promise<number[]> {
  const { from, of } = relations[relation];
  const rows = await statement<{ key: string; count: string }>(
    em,
    `select key.key::text as key, count(*)
    from unnest($1::uuid[]) as key(key) cross join lateral (select t.organisation_id from ${from} where ${of}) t
    where t.organisation_id = $2 group by key.key`,
    [parents, organisationId],
  );
  const found = new Map(rows.map((row) => [row.key, Number(row.count)]));
  return parents.map((parent) => found.get(parent) ?? 0);
}

async function readPages(
  em: Runner,
  tables: Tables,
  organisationId: string,
  relation: Relation,
  parents: readonly string[],
  request: PageRequest,
): Promise<Map<string, Rows[keyof Rows][]>> {
  const { table, from, of, by } = relations[relation];
  const params: unknown[] = [organisationId];
  const beyond = (place: { stamp: Micros; id: string } | null, comparison: '<' | '>') => {
    if (!place) return '';
    params.push(formatInstant(place.stamp), place.id);
    return `and (t.${by}, t.id) ${comparison} ($${params.length}::timestamptz, $${params.length + 1}::uuid)`;
  };
  const direction = request.backward ? 'asc' : 'desc';
  const each = `select t.* from ${from} where ${of} and t.organisation_id = $2 ${beyond(request.after, '<')} ${beyond(request.before, '>')}
    order by t.${by} ${direction}, t.id ${direction} limit ${request.items + 1}`;
  return tables[table].selectEach(em, parents, each, params);
}
