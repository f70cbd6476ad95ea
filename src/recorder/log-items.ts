import type { LogStretch } from '../db/queries/read-log.ts';
import type { LogItem } from './batch.ts';

const nobody = { user: null, session: null };

/** The items of a stretch of the log as subscribers get them. Lines whose details retention has removed are passed over. */
export function itemsOf({
  entries,
  activities,
  anomalies,
  alerts,
  apiKeys,
  people,
  userRows,
  auditEntries,
  sessions,
  users,
}: LogStretch): LogItem[] {
  const userName = (id: string | null) => (id === null ? null : (users.get(id) ?? null));
  const sessionName = (id: string | null) => (id === null ? null : (sessions.get(id)?.externalId ?? null));
  return entries.flatMap((entry): LogItem[] => {
    const place = { seq: entry.seq, recordedAt: entry.recordedAt };
    switch (entry.kind) {
      case 'ACTIVITY': {
        const activity = activities.get(entry.ref);
        if (!activity) return [];
        const session = activity.sessionId === null ? undefined : sessions.get(activity.sessionId);
        const visit = session ? { session, owner: userName(session.userId) } : null;
        return [{ ...place, kind: entry.kind, activity, visit, user: userName(activity.userId), session: session?.externalId ?? null }];
      }
      case 'ANOMALY_DETECTED':
      case 'ANOMALY_RESOLVED': {
        const anomaly = anomalies.get(entry.ref);
        return anomaly
          ? [{ ...place, kind: entry.kind, anomaly, user: userName(anomaly.userId), session: sessionName(anomaly.sessionId) }]
          : [];
      }
      case 'ALERT_OPENED':
      case 'ALERT_GREW':
      case 'ALERT_ACKNOWLEDGED':
      case 'ALERT_RESOLVED':
      case 'ALERT_DISMISSED':
      case 'ALERT_REOPENED': {
        const alert = alerts.get(entry.ref);
        return alert ? [{ ...place, kind: entry.kind, alert, user: userName(alert.userId), session: null }] : [];
      }
      case 'SESSION_IDLE':
      case 'SESSION_WARNING':
      case 'SESSION_EXPIRED':
      case 'SESSION_TERMINATED': {
        const sessionRow = sessions.get(entry.ref);
        return sessionRow
          ? [{ ...place, kind: entry.kind, sessionRow, user: userName(sessionRow.userId), session: sessionRow.externalId }]
          : [];
      }
      case 'API_KEY_CREATED':
      case 'API_KEY_ROTATED':
      case 'API_KEY_REVOKED': {
        const apiKey = apiKeys.get(entry.ref);
        return apiKey ? [{ ...place, kind: entry.kind, apiKey, ...nobody }] : [];
      }
      case 'PERSON_CHANGED': {
        const person = people.get(entry.ref);
        return person ? [{ ...place, kind: entry.kind, person, ...nobody }] : [];
      }
      case 'USER_UPDATED': {
        const userRow = userRows.get(entry.ref);
        return userRow ? [{ ...place, kind: entry.kind, userRow, user: userRow.externalId, session: null }] : [];
      }
      case 'AUDIT': {
        const auditEntry = auditEntries.get(entry.ref);
        return auditEntry ? [{ ...place, kind: entry.kind, auditEntry, ...nobody }] : [];
      }
    }
  });
}
