import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import type { ActivityRow } from '../../src/db/entities/activity.ts';
import type { LogItem } from '../../src/recorder/batch.ts';
import { secretUsagesOf } from '../../src/recorder/secret-usages.ts';
import { canonicalJson } from '../../src/domain/canonical-json.ts';
import { formatInstant } from '../../src/domain/time.ts';
import type { Answers } from './clients.ts';
import type { Audits } from './operators.ts';
import type { State } from './state.ts';
import type { Subscriber } from './subscribers.ts';

/** What has to be true of the tables and of what everybody was told, whatever happened. */

export function checkLog(state: State): void {
  const { entries } = state;
  expect(
    entries.map(({ seq }) => seq),
    'the log has no gap',
  ).toEqual(entries.map((_, place) => place + 1));
  const rows: Record<string, readonly { id: string; seq: number }[]> = {
    ACTIVITY: state.activities,
    ANOMALY_DETECTED: state.anomalies,
    ALERT_OPENED: state.alerts,
    AUDIT: state.audits,
  };
  for (const [kind, written] of Object.entries(rows)) {
    const lines = entries.filter((entry) => entry.kind === kind).map(({ ref, seq }) => ({ id: ref, seq }));
    expect(lines, `lines of ${kind}`).toEqual(written.map(({ id, seq }) => ({ id, seq })));
  }
  const known = new Set([...Object.values(rows).flat(), ...state.sessions, ...state.users].map(({ id }) => id));
  expect(
    entries.filter(({ ref }) => !known.has(ref)),
    'lines about nothing',
  ).toEqual([]);
  const content = ({ lateBy, place, secretsUsed, familiar, ...activity }: ActivityRow) => ({
    ...activity,
    ...(lateBy === null ? {} : { lateBy }),
    ...(place === null ? {} : { place }),
    ...(secretsUsed === null ? {} : { secretsUsed }),
    ...(familiar === null ? {} : { familiar }),
  });
  const activities = new Map(state.activities.map((activity) => [activity.id, content(activity)]));
  for (const { leafHash, ...entry } of entries.filter(({ kind }) => kind === 'ACTIVITY')) {
    const leaf = canonicalJson({ ...entry, recordedAt: formatInstant(entry.recordedAt), content: activities.get(entry.ref) });
    expect(createHash('sha256').update('\0').update(leaf).digest(), `the leaf of line ${entry.seq}`).toEqual(leafHash);
  }
}

export function checkAnswers({ activities, keys }: State, answers: Answers): void {
  const written = new Map(keys.map(({ key, activityId }) => [key, activityId]));
  expect(written, 'what has a receipt is what is stored').toEqual(answers.receipts);
  expect(
    [...answers.drafts.keys()].filter((key) => !written.has(key)),
    'keys nobody got a receipt for',
  ).toEqual([]);
  expect(activities.map(({ id }) => id).toSorted(), 'each key is one activity').toEqual([...written.values()].toSorted());
}

export function checkAudits({ audits }: State, told: Audits): void {
  for (const [target, isAnswered] of told) {
    const lines = audits.filter((line) => line.target === target).length;
    if (isAnswered) expect(lines, `lines of ${target}`).toBe(1);
    else expect(lines, `lines of ${target}, which nobody answered`).toBeLessThanOrEqual(1);
  }
}

export function checkCounts({ activities, anomalies, alerts, alertAnomalies, evidence, sessions }: State): void {
  for (const session of sessions) {
    const visits = activities.filter(({ sessionId }) => sessionId === session.id);
    expect([session.activityCount, session.commandCount], session.externalId).toEqual([
      visits.length,
      visits.filter(({ kind }) => kind === 'terminal').length,
    ]);
  }
  for (const anomaly of anomalies) {
    expect(evidence.filter(({ anomalyId }) => anomalyId === anomaly.id).length, anomaly.summary).toBe(anomaly.count);
  }
  const constant = new Set(['FAILED_LOGIN_BURST', 'SUSPICIOUS_COMMAND', 'CRITICAL_RISK']); // always over the threshold, or never
  for (const alert of alerts.filter(({ type }) => constant.has(type))) {
    const behind = alertAnomalies.filter(({ alertId }) => alertId === alert.id).map(({ anomalyId }) => anomalyId);
    if (alertAnomalies.some(({ anomalyId, alertId }) => behind.includes(anomalyId) && alertId !== alert.id)) continue; // went on after it was closed
    const counted = anomalies.filter(({ id }) => behind.includes(id)).reduce((sum, { count }) => sum + count, 0);
    expect(alert.count, alert.title).toBe(counted + activities.filter(({ alertId }) => alertId === alert.id).length);
  }
}

/** An activity and the uses of secrets that it tells of are written together or not at all. */
export function checkSecretUsages({ activities, secretUsages }: State): void {
  const written = secretUsages.map(({ id: _own, ...usage }) => usage);
  expect(written, 'uses of secrets').toEqual(activities.flatMap(secretUsagesOf));
}

export function checkStream({ entries, activities }: State, { name, from, items }: Subscriber): void {
  const wanted = entries.filter(({ seq }) => seq > from);
  expect(
    items.map((item) => ({ seq: item.seq, kind: item.kind, ref: refOf(item) })),
    `what ${name} got`,
  ).toEqual(wanted.map(({ seq, kind, ref }) => ({ seq, kind, ref })));
  const stored = new Map(activities.map((activity) => [activity.id, activity]));
  for (const item of items)
    if ('activity' in item) expect(item.activity, `line ${item.seq} as ${name} got it`).toEqual(stored.get(item.activity.id));
}

function refOf(item: LogItem): string {
  if ('activity' in item) return item.activity.id;
  if ('anomaly' in item) return item.anomaly.id;
  if ('alert' in item) return item.alert.id;
  if ('sessionRow' in item) return item.sessionRow.id;
  if ('userRow' in item) return item.userRow.id;
  if ('auditEntry' in item) return item.auditEntry.id;
  return item.kind;
}
