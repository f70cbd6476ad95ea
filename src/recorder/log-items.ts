import type { LogStretch } from '../db/queries/read-log.ts';
import type { LogItem } from './batch.ts';

const nobody = { user: null, session: null };

/** The items of a stretch of the log as subscribers get them. Lines whose details are gone, by retention or erasure, are passed over. */
export function itemsOf({ entries, ...of }: LogStretch): LogItem[] {
  const userName = (id: string | null) => (id === null ? null : (of.users.get(id) ?? null));
  const sessionName = (id: string | null) => (id === null ? null : (of.sessions.get(id)?.externalId ?? null));
  return entries.flatMap((entry): LogItem[] => {
    const place = { seq: entry.seq, recordedAt: entry.recordedAt };
    switch (entry.kind) {
      case 'ACTIVITY': {
        const activity = of.activities.get(entry.ref);
        if (!activity) return [];
        const session = activity.sessionId === null ? undefined : of.sessions.get(activity.sessionId);
        const visit = session ? { session, owner: userName(session.userId) } : null;
        return [{ ...place, kind: entry.kind, activity, visit, user: userName(activity.userId), session: session?.externalId ?? null }];
      }
      case 'ANOMALY_DETECTED':
      case 'ANOMALY_RESOLVED': {
        const anomaly = of.anomalies.get(entry.ref);
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
        const alert = of.alerts.get(entry.ref);
        return alert ? [{ ...place, kind: entry.kind, alert, user: userName(alert.userId), session: null }] : [];
      }
      case 'SESSION_IDLE':
      case 'SESSION_WARNING':
      case 'SESSION_EXPIRED':
      case 'SESSION_TERMINATED': {
        const sessionRow = of.sessions.get(entry.ref);
        return sessionRow
          ? [{ ...place, kind: entry.kind, sessionRow, user: userName(sessionRow.userId), session: sessionRow.externalId }]
          : [];
      }
      case 'API_KEY_CREATED':
      case 'API_KEY_ROTATED':
      case 'API_KEY_REVOKED': {
        const apiKey = of.apiKeys.get(entry.ref);
        return apiKey ? [{ ...place, kind: entry.kind, apiKey, ...nobody }] : [];
      }
      case 'PERSON_CHANGED': {
        const person = of.people.get(entry.ref);
        return person ? [{ ...place, kind: entry.kind, person, ...nobody }] : [];
      }
      case 'USER_UPDATED': {
        const userRow = of.userRows.get(entry.ref);
        return userRow ? [{ ...place, kind: entry.kind, userRow, user: userRow.externalId, session: null }] : [];
      }
      case 'USER_ERASED': {
        const userRow = of.userRows.get(entry.ref);
        return userRow ? [{ ...place, kind: entry.kind, userRow, ...nobody }] : [];
      }
      case 'AUDIT': {
        const auditEntry = of.auditEntries.get(entry.ref);
        return auditEntry ? [{ ...place, kind: entry.kind, auditEntry, ...nobody }] : [];
      }
      case 'SECRET_REGISTERED':
      case 'SECRET_FORGOTTEN':
        return []; // nobody subscribes to these
      case 'SETTINGS_CHANGED': {
        const settingsRow = of.settings.get(entry.ref);
        return settingsRow ? [{ ...place, kind: entry.kind, settingsRow, ...nobody }] : [];
      }
    }
  });
}
