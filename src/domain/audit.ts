/** What the audit log tells: every read of personal data and every change that somebody made. */
export const auditActions = {
  READ: 'Personal data was read by a query or an answer to a mutation.',
  STREAM_OPENED: 'Personal data began to be followed by a subscription.',
  STREAM_CLOSED: 'A subscription ended; `rows` says how many items it delivered.',
  ALERT_ACKNOWLEDGED: 'An alert was taken.',
  ALERT_RESOLVED: 'An alert was closed as handled.',
  ALERT_DISMISSED: 'An alert was set aside.',
  ALERT_REOPENED: 'A closed alert was opened again.',
  ANOMALY_RESOLVED: 'An anomaly was settled.',
  SESSION_TERMINATED: 'A session was terminated.',
  API_KEY_CREATED: 'An API key was made.',
  API_KEY_ROTATED: 'An API key got a new secret.',
  API_KEY_REVOKED: 'An API key was made void.',
  PERSON_SEEN: 'Somebody signed in for the first time, or with other claims than before.',
  PERSON_UPDATED: "Somebody's roles, teams or suspension were changed.",
  USER_UPDATED: 'The name or the teams of a monitored user were changed.',
  USER_REVEALED: 'Somebody who sees pseudonyms was told who a monitored user is; `target` says which, `reason` why.',
  USER_EXPORTED: 'All that is known of a monitored user was handed out, a page of it for each entry; `rows` says how much.',
  USER_ERASURE_BEGUN: 'A first part of what is known of a monitored user was erased, where there is too much for one transaction.',
  USER_ERASED: 'All that was known of a monitored user was erased; `after` says how many rows of what.',
  LEGAL_HOLD_SET: 'It was forbidden to erase a monitored user.',
  LEGAL_HOLD_LIFTED: 'It was allowed again.',
  SETTINGS_UPDATED: 'What the organisation sets for itself was changed.',
  DETECTOR_UPDATED: 'A detector was switched on or off, or its thresholds were set.',
  SECRET_REGISTERED: 'A secret was registered, to be found wherever it stands.',
  SECRET_FORGOTTEN: 'A registered secret was forgotten.',
  ORGANISATION_CREATED: 'An organisation was made.',
} as const;
export type AuditAction = keyof typeof auditActions;

/** One root field that was read: its name in the schema and its arguments as they were sent. */
export type Read = { field: string; arguments: Record<string, unknown> };
