import DataLoader from 'dataloader';
import type { Database } from '../db/database.ts';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertHistoryRow, AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { UserRow } from '../db/entities/user.ts';
import type { Runner } from '../db/statement.ts';
import { isUuid } from '../domain/ids.ts';
import { isStorable } from '../domain/text.ts';
import { createNestedPages } from './nested-pages.ts';

/** Most anomalies shown at one activity or alert, and history lines at one alert. */
const relatedMax = 100;

export type Loaders = ReturnType<typeof createLoaders>;

/** Batches what many rows of one answer ask for into one statement each. Bound to one organisation and one operation. */
export function createLoaders({ tables }: Database, em: Runner, organisationId: string) {
  const byId = <Row extends { id: string }>(table: { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> }) =>
    new DataLoader<string, Row | null>(async (ids) => {
      const rows = await table.select(em, 'where t.organisation_id = $1 and t.id = any($2)', [organisationId, ids]);
      const found = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => found.get(id) ?? null);
    });
  const each = <Row>(read: (ids: readonly string[]) => Promise<Map<string, Row[]>>) =>
    new DataLoader<string, Row[]>(async (ids) => {
      const found = await read(ids);
      return ids.map((id) => found.get(id) ?? []);
    });

  return {
    activity: byId<ActivityRow>(tables.activity),
    alert: byId<AlertRow>(tables.alert),
    anomaly: byId<AnomalyRow>(tables.anomaly),
    session: byId<SessionRow>(tables.session),
    user: byId<UserRow>(tables.user),
    anomaliesOfActivity: each<AnomalyRow>((ids) =>
      tables.anomaly.selectEach(
        em,
        ids,
        `
      select n.* from evidence e join anomaly n on n.id = e.anomaly_id
      where e.activity_id = key.key and e.organisation_id = $2 order by n.seq limit ${relatedMax}`,
        [organisationId],
      ),
    ),
    anomaliesOfAlert: each<AnomalyRow>((ids) =>
      tables.anomaly.selectEach(
        em,
        ids,
        `
      select n.* from alert_anomaly l join anomaly n on n.id = l.anomaly_id
      where l.alert_id = key.key and n.organisation_id = $2 order by n.seq desc limit ${relatedMax}`,
        [organisationId],
      ),
    ),
    historyOfAlert: each<AlertHistoryRow>((ids) =>
      tables.alertHistory.selectEach(
        em,
        ids,
        `
      select h.* from alert_history h where h.alert_id = key.key and h.organisation_id = $2
      order by h.seq desc limit ${relatedMax}`,
        [organisationId],
      ),
    ),
    nested: createNestedPages(em, tables, organisationId),
  };
}

type NamedTable<Row> = { select(em: Runner, clause: string, params: unknown[]): Promise<Row[]> };

/** The row that the calling system knows under this id; null where there is none. */
export async function findByExternalId<Row>(
  table: NamedTable<Row>,
  { em, organisation }: { em: Runner; organisation: { id: string } },
  externalId: string,
): Promise<Row | null> {
  if (!isStorable(externalId)) return null; // PostgreSQL refuses to compare with what it cannot hold
  const [row] = await table.select(em, 'where t.organisation_id = $1 and t.external_id = $2', [organisation.id, externalId]);
  return row ?? null;
}

/** The rows of ids as a client gives them: whatever is no id finds nothing. */
export function loadAll<Row>(loader: DataLoader<string, Row | null>, ids: readonly string[]): Promise<(Row | null)[]> {
  return Promise.all(ids.map((id) => (isUuid(id) ? loader.load(id) : null)));
}
