import type { Tables } from '../database.ts';
import type { AnomalyRow } from '../entities/anomaly.ts';
import type { Runner } from '../statement.ts';

/** Most anomalies shown at one activity or alert, and history lines at one alert. */
export const relatedMax = 100;

/** The anomalies that each of these activities stands behind, oldest first. */
export function anomaliesOfActivities(
  tables: Tables,
  runner: Runner,
  organisationId: string,
  activityIds: readonly string[],
): Promise<Map<string, AnomalyRow[]>> {
  const each = `select n.* from evidence e join anomaly n on n.id = e.anomaly_id
    where e.activity_id = key.key and e.organisation_id = $2 order by n.seq limit ${relatedMax}`;
  return tables.anomaly.selectEach(runner, activityIds, each, [organisationId]);
}
