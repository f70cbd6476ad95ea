import type { ActivityRow } from '../db/entities/activity.ts';
import type { AlertRow } from '../db/entities/alert.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { Claim, Details, Detector, Judged } from '../detection/detector.ts';
import { subjectKey, userOfSubject } from '../detection/detector.ts';
import { alertThreshold } from '../domain/alert.ts';
import type { AlertType } from '../domain/anomaly.ts';
import { anomalyReference } from '../domain/anomaly.ts';
import { orderedId } from '../domain/ids.ts';
import { levelOf, lowestScore } from '../domain/risk.ts';
import type { Micros } from '../domain/time.ts';
import type { Batch } from './batch.ts';
import { append } from './batch.ts';
import type { SubjectState } from './state.ts';

/** Turns claims into anomalies, and anomalies into alerts: what goes on grows, what is new opens. */

/** Most anomalies of one subject kept at hand; far more than can go on at once. */
const anomaliesPerSubjectMax = 200;

type Raised = { detector: Detector; claim: Claim; activity: ActivityRow; judged: Judged; userId: string; sessionId: string | null };

export function raise(batch: Batch, state: SubjectState, raised: Raised): AnomalyRow {
  const { detector, claim, activity, judged } = raised;
  const before = state.anomalies.find((anomaly) => goesOn(anomaly, detector, claim.key, claim.quiet, judged.at));
  const anomaly = before ? grow(before, claim, judged) : open(batch, state, raised);
  batch.anomalies.add(anomaly);
  for (const { id } of [...claim.evidence, activity]) {
    batch.evidence.push({ organisationId: batch.organisationId, anomalyId: anomaly.id, activityId: id });
  }
  const alarm =
    anomaly.score < alertThreshold
      ? null
      : alertFor(batch, state, {
          type: detector.type,
          subject: anomaly.subject,
          title: claim.title,
          userId: anomaly.userId,
          score: anomaly.score,
          ...newsOf(anomaly, claim, judged),
        });
  if (alarm && anomaly.alertId !== alarm.alert.id) {
    anomaly.alertId = alarm.alert.id;
    batch.alertAnomalies.push({ organisationId: batch.organisationId, alertId: alarm.alert.id, anomalyId: anomaly.id });
  }
  if (!before) anomaly.seq = append(batch, { kind: 'ANOMALY_DETECTED', anomaly: { ...anomaly }, ...about(anomaly, judged) });
  if (alarm) announce(batch, alarm);
  return anomaly;
}

/** What an alert did not know: of an anomaly that is new to it, or has grown grave enough only now, all that stands behind it. */
function newsOf(anomaly: AnomalyRow, claim: Claim, judged: Judged) {
  if (anomaly.alertId === null) return { count: anomaly.count, from: anomaly.firstAt, to: anomaly.lastAt };
  return { count: claim.evidence.length + 1, ...stretchOf(claim, judged) };
}

/** From when to when the activities of a claim happened. */
function stretchOf(claim: Claim, judged: Judged): { from: Micros; to: Micros } {
  const times = [judged.at, ...claim.evidence.map(({ at }) => at)];
  return { from: Math.min(claim.from ?? Infinity, ...times), to: Math.max(...times) };
}

/** Whether an anomaly is the one that a claim with this key at this time belongs to. */
export function goesOn(anomaly: AnomalyRow, detector: Detector, key: string, quiet: Micros, at: Micros): boolean {
  return anomaly.detector === detector.id && anomaly.key === key && at >= anomaly.firstAt - quiet && at <= anomaly.lastAt + quiet;
}

const about = (anomaly: AnomalyRow, judged: Judged) => ({
  user: userOfSubject(anomaly.subject),
  session: anomaly.sessionId === null ? null : judged.session,
});

function grow(anomaly: AnomalyRow, claim: Claim, judged: Judged): AnomalyRow {
  anomaly.count += claim.evidence.length + 1;
  const { from, to } = stretchOf(claim, judged);
  anomaly.firstAt = Math.min(anomaly.firstAt, from);
  anomaly.lastAt = Math.max(anomaly.lastAt, to);
  anomaly.score = Math.max(anomaly.score, claim.score);
  const learning = claim.learning === true && anomaly.details.learning === true;
  const { summary, details } = claim.describe(anomaly.count, anomaly.details);
  return Object.assign(anomaly, { summary, details: marked(details, learning) });
}

/** What is claimed while learning says so, until a claim that is not joins it. */
function marked({ learning: _before, ...details }: Details, learning: boolean): Details {
  return learning ? { ...details, learning } : details;
}

function open(batch: Batch, state: SubjectState, { detector, claim, judged, userId, sessionId }: Raised): AnomalyRow {
  const id = orderedId(batch.now, batch.seq, batch.newId);
  const count = claim.evidence.length + 1;
  const { from, to } = stretchOf(claim, judged);
  const { summary, details } = claim.describe(count, null);
  const anomaly: AnomalyRow = {
    id,
    organisationId: batch.organisationId,
    seq: 0,
    reference: anomalyReference(judged.at, id),
    type: detector.type,
    detector: detector.id,
    key: claim.key,
    subject: subjectKey(claim.subject),
    userId: claim.subject.by === 'user' ? userId : null,
    sessionId,
    detectedAt: judged.at,
    firstAt: from,
    lastAt: to,
    late: judged.late,
    score: claim.score,
    summary,
    details: marked(details, claim.learning === true),
    count,
    alertId: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
  };
  state.anomalies.push(anomaly);
  if (state.anomalies.length > anomaliesPerSubjectMax) state.anomalies.shift();
  return anomaly;
}

/** An activity whose own risk is CRITICAL is handled by a human too, where no anomaly has already seen to that. */
export function alertOnActivity(batch: Batch, state: SubjectState, user: string, activity: ActivityRow): AlertRow {
  const alarm = alertFor(batch, state, {
    type: 'CRITICAL_RISK',
    subject: subjectKey({ by: 'user', key: user }),
    title: `Critical activities of ${user}`,
    userId: activity.userId,
    score: activity.riskScore,
    count: 1,
    from: activity.occurredAt,
    to: activity.occurredAt,
  });
  announce(batch, alarm);
  return alarm.alert;
}

type Occurrence = {
  type: AlertType;
  subject: string;
  title: string;
  userId: string | null;
  score: number;
  count: number;
  from: Micros;
  to: Micros;
};
type Alarm = { alert: AlertRow; opened: boolean };

/** Unclosed alerts of the same subject and type grow; a closed one stays closed, and what comes after it opens another. */
function alertFor(batch: Batch, state: SubjectState, occurrence: Occurrence): Alarm {
  const { type, subject, title, userId, score, count, from, to } = occurrence;
  const before = state.alerts.find((alert) => alert.type === type && alert.subject === subject);
  if (before) {
    before.count += count;
    before.firstSeenAt = Math.min(before.firstSeenAt, from);
    before.lastSeenAt = Math.max(before.lastSeenAt, to);
    before.severity = levelOf(Math.max(lowestScore[before.severity], score));
    return { alert: before, opened: false };
  }
  const alert: AlertRow = {
    id: orderedId(batch.now, batch.seq, batch.newId),
    organisationId: batch.organisationId,
    seq: 0,
    type,
    subject,
    status: 'OPEN',
    severity: levelOf(score),
    title,
    userId,
    count,
    openedAt: batch.now,
    firstSeenAt: from,
    lastSeenAt: to,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    resolution: null,
  };
  state.alerts.push(alert);
  return { alert, opened: true };
}

function announce(batch: Batch, { alert, opened }: Alarm): void {
  const user = userOfSubject(alert.subject);
  batch.alerts.add(alert);
  if (!opened) {
    append(batch, { kind: 'ALERT_GREW', alert: { ...alert }, user, session: null });
    return;
  }
  alert.seq = append(batch, { kind: 'ALERT_OPENED', alert: { ...alert }, user, session: null });
  batch.alertHistory.push({
    organisationId: batch.organisationId,
    seq: alert.seq,
    alertId: alert.id,
    change: 'OPENED',
    changedAt: batch.now,
    actor: null,
    note: null,
  });
}
