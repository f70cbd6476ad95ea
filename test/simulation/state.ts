import type { Database } from '../../src/db/database.ts';

/** All that is stored of an organisation's log, in its order. */
export type State = Awaited<ReturnType<typeof readState>>;

export async function readState({ reader, tables }: Database, organisationId: string, keyOf = (id: string) => id) {
  const everything = reader(organisationId, 'ALL');
  const mine = 'where t.organisation_id = $1';
  return {
    entries: await tables.logEntry.select(everything, `${mine} order by t.seq`, [organisationId]),
    activities: await tables.activity.select(everything, `${mine} order by t.seq`, [organisationId]),
    keys: (await tables.idempotencyKey.select(everything, mine, [organisationId]))
      .map(({ id, activityId }) => ({ key: keyOf(id.replaceAll('-', '')), activityId }))
      .toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    anomalies: await tables.anomaly.select(everything, `${mine} order by t.seq`, [organisationId]),
    secretUsages: await tables.secretUsage.select(everything, `${mine} order by t.seq, t.place`, [organisationId]),
    evidence: await tables.evidence.select(everything, mine, [organisationId]),
    alerts: await tables.alert.select(everything, `${mine} order by t.seq`, [organisationId]),
    alertAnomalies: await tables.alertAnomaly.select(everything, mine, [organisationId]),
    sessions: await tables.session.select(everything, `${mine} order by t.external_id`, [organisationId]),
    users: await tables.user.select(everything, `${mine} order by t.external_id`, [organisationId]),
    audits: await tables.auditEntry.select(everything, `${mine} order by t.seq`, [organisationId]),
  };
}

/** What a line of the log is about, by a name that does not hang on ids. */
export function namesOf({ activities, keys, anomalies, alerts, sessions }: State): Map<string, string> {
  const keyOf = new Map(keys.map(({ key, activityId }) => [activityId, key]));
  return new Map([
    ...activities.map(({ id }) => [id, keyOf.get(id) ?? 'no key'] as const),
    ...numbered(anomalies, ({ detector, key }) => `${detector} ${key}`),
    ...numbered(alerts, ({ type, subject }) => `${type} ${subject}`),
    ...sessions.map(({ id, externalId }) => [id, externalId] as const),
  ]);
}

function numbered<Row extends { id: string }>(rows: readonly Row[], name: (row: Row) => string): [string, string][] {
  const seen = new Map<string, number>();
  return rows.map((row) => {
    const number = (seen.get(name(row)) ?? 0) + 1;
    seen.set(name(row), number);
    return [row.id, `${name(row)} #${number}`];
  });
}
