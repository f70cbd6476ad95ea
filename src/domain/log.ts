/** What a line of the log can say. `ref` of the line is the id of the activity, anomaly, alert, session, key, person, user, organisation or audit entry. */
export const logKinds = {
  ACTIVITY: 'An activity was recorded.',
  ANOMALY_DETECTED: 'A detector claimed an anomaly.',
  ANOMALY_RESOLVED: 'An anomaly was resolved.',
  ALERT_OPENED: 'An alert was opened.',
  ALERT_GREW: 'An alert that is not closed got more behind it.',
  ALERT_ACKNOWLEDGED: 'Somebody took an alert.',
  ALERT_RESOLVED: 'An alert was handled.',
  ALERT_DISMISSED: 'An alert was set aside.',
  ALERT_REOPENED: 'A closed alert was opened again.',
  SESSION_IDLE: 'A session became idle by time alone.',
  SESSION_WARNING: 'A session came near its expiry by time alone.',
  SESSION_EXPIRED: 'A session expired by time alone.',
  SESSION_TERMINATED: 'A session was terminated.',
  API_KEY_CREATED: 'An API key was created.',
  API_KEY_ROTATED: 'An API key got a new secret.',
  API_KEY_REVOKED: 'An API key was revoked.',
  PERSON_CHANGED: 'What somebody may do or see was changed.',
  USER_UPDATED: 'The name or the teams of a monitored user were changed, or what is usual for it was corrected.',
  SETTINGS_CHANGED: 'What an organisation sets for itself was changed.',
  AUDIT: 'Somebody read personal data, or changed something.',
} as const;
export type LogKind = keyof typeof logKinds;
