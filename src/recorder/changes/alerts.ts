import type { AlertRow } from '../../db/entities/alert.ts';
import type { AnomalyRow } from '../../db/entities/anomaly.ts';
import { userOfSubject } from '../../detection/detector.ts';
import type { AlertAction, Resolution } from '../../domain/alert.ts';
import { alertActions, mayAct } from '../../domain/alert.ts';
import type { Actor } from '../../domain/viewer.ts';
import { audit, difference } from '../audit.ts';
import { append } from '../batch.ts';
import type { Changing, Refused } from '../changes.ts';
import { learnFromAlert, learnFromAnomalies } from '../feedback.ts';
import { forgetSubject } from '../state.ts';
import { conflict, notFound, one } from './finding.ts';

export type AlertChanges = {
  actOnAlert: {
    asks: { id: string; action: AlertAction; actor: Actor; note: string | null; resolution: Resolution | null };
    gives: { alert: AlertRow } | Refused;
  };
  resolveAnomaly: { asks: { id: string; actor: Actor; resolution: Resolution }; gives: { anomaly: AnomalyRow } | Refused };
};
type Asked<Do extends keyof AlertChanges> = AlertChanges[Do]['asks'];

export async function actOnAlert(
  changing: Changing,
  { id, action, actor, note, resolution }: Asked<'actOnAlert'>,
): Promise<AlertChanges['actOnAlert']['gives']> {
  const { batch, tables, replica } = changing;
  const before = await one(tables.alert, changing, id);
  if (!before) return notFound('alert');
  if (!mayAct(action, before.status)) return conflict(`cannot ${action} an alert that is ${before.status}`);
  if (action === 'reopen' && (await hasUnclosedTwin(changing, before))) {
    return conflict('another alert of this subject and type is open; handle that one');
  }
  const { to, change } = alertActions[action];
  const alert = { ...before, status: to };
  if (action === 'acknowledge') Object.assign(alert, { acknowledgedAt: batch.now, acknowledgedBy: actor.name });
  if (action === 'resolve' || action === 'dismiss') Object.assign(alert, { resolvedAt: batch.now, resolvedBy: actor.name, resolution });
  if (action === 'reopen')
    Object.assign(alert, { resolvedAt: null, resolvedBy: null, resolution: null, acknowledgedAt: null, acknowledgedBy: null });
  batch.alerts.add(alert);
  const user = userOfSubject(alert.subject);
  const seq = append(batch, { kind: `ALERT_${change}`, alert, user, session: null });
  batch.alertHistory.push({
    organisationId: batch.organisationId,
    seq,
    alertId: id,
    change,
    changedAt: batch.now,
    actor: actor.name,
    note,
  });
  audit(batch, { actor, action: `ALERT_${change}`, target: `Alert:${id}`, ...difference(before, alert), reason: note });
  if (resolution !== null) await learnFromAlert(changing, id, resolution);
  forgetSubject(replica, alert.subject);
  return { alert };
}

async function hasUnclosedTwin({ em, tables, batch }: Changing, alert: AlertRow): Promise<boolean> {
  const twins = await tables.alert.select(
    em,
    `where t.organisation_id = $1 and t.subject = $2 and t.type = $3 and t.status in ('OPEN', 'ACKNOWLEDGED') limit 1`,
    [batch.organisationId, alert.subject, alert.type],
  );
  return twins.length > 0;
}

export async function resolveAnomaly(
  changing: Changing,
  { id, actor, resolution }: Asked<'resolveAnomaly'>,
): Promise<AlertChanges['resolveAnomaly']['gives']> {
  const { batch, tables, replica } = changing;
  const before = await one(tables.anomaly, changing, id);
  if (!before) return notFound('anomaly');
  if (before.resolvedAt !== null) return conflict('this anomaly is already resolved');
  const anomaly = { ...before, resolvedAt: batch.now, resolvedBy: actor.name, resolution };
  batch.anomalies.add(anomaly);
  const user = userOfSubject(anomaly.subject);
  append(batch, { kind: 'ANOMALY_RESOLVED', anomaly, user, session: null });
  audit(batch, { actor, action: 'ANOMALY_RESOLVED', target: `Anomaly:${id}`, ...difference(before, anomaly) });
  await learnFromAnomalies(changing, [id], resolution);
  forgetSubject(replica, anomaly.subject);
  return { anomaly };
}
