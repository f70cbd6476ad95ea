import type { Micros } from '../../domain/time.ts';
import { formatInstant } from '../../domain/time.ts';
import { acquittals, contributionsMax, halfLifeHours, horizon } from '../../domain/user-risk.ts';
import type { Tables } from '../database.ts';
import type { AnomalyRow } from '../entities/anomaly.ts';
import type { Runner } from '../statement.ts';

/** Of each of these users the anomalies that weigh most at `now`: all that counts into their risk. */
export function anomaliesThatWeigh(
  tables: Tables,
  runner: Runner,
  organisationId: string,
  userIds: readonly string[],
  now: Micros,
): Promise<Map<string, AnomalyRow[]>> {
  const each = `select n.* from anomaly n
    where n.organisation_id = $2 and n.subject = (select 'user:' || u.external_id from "user" u where u.id = key.key)
      and n.last_at >= $3::timestamptz and (n.resolution is null or n.resolution <> all($5::text[]))
    order by n.score * power(0.5, greatest(0, extract(epoch from $4::timestamptz - n.last_at)) / ${halfLifeHours * 3_600}) desc, n.id
    limit ${contributionsMax}`;
  return tables.anomaly.selectEach(runner, userIds, each, [organisationId, formatInstant(now - horizon), formatInstant(now), acquittals]);
}
