import type { Tables } from '../database.ts';
import type { ActivityRow } from '../entities/activity.ts';
import type { Runner } from '../statement.ts';
import { statement } from '../statement.ts';

/** The anomalies behind an alert, newest first. */
export async function alertAnomalyIds(em: Runner, organisationId: string, alertId: string, max: number): Promise<string[]> {
  const found = await statement<{ id: string }>(
    em,
    `select n.id from alert_anomaly l join anomaly n on n.id = l.anomaly_id
      where l.organisation_id = $1 and l.alert_id = $2 order by n.last_at desc limit ${max}`,
    [organisationId, alertId],
  );
  return found.map(({ id }) => id);
}

/** `withConfirmed`: also those behind an anomaly that somebody found to be what it looked like. */
type Wanted = { withConfirmed: boolean } & Most;
type Most = { activitiesPerAnomalyMax: number; activitiesMax: number };

/** The newest activities that stand behind these anomalies, each once, oldest first. */
export async function evidenceOf(
  em: Runner,
  tables: Tables,
  organisationId: string,
  anomalyIds: readonly string[],
  { withConfirmed, activitiesPerAnomalyMax, activitiesMax }: Wanted,
): Promise<ActivityRow[]> {
  const each = `select a.* from evidence e join activity a on a.id = e.activity_id
    where e.anomaly_id = key.key and e.organisation_id = $2 and ($3 or not exists (
      select from evidence other join anomaly n on n.id = other.anomaly_id where other.activity_id = a.id and n.resolution = 'TRUE_POSITIVE'))
    order by a.occurred_at desc, a.seq desc limit ${activitiesPerAnomalyMax}`;
  const found = await tables.activity.selectEach(em, anomalyIds, each, [organisationId, withConfirmed]);
  const byId = new Map([...found.values()].flat().map((row) => [row.id, row]));
  return [...byId.values()].sort((a, b) => a.occurredAt - b.occurredAt || a.seq - b.seq).slice(-activitiesMax);
}
