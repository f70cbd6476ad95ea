/** What is handed out of a user, in this order. */
export const exportedKinds = {
  USER: 'The row of the user, with what is usual for them as it is stored and in words, which programs they run, and their risk.',
  SESSION: 'A session of theirs, by its last activity.',
  ACTIVITY: 'An activity of theirs, with its details, its risk, and the ids of the anomalies it stands behind.',
  SECRET_USAGE: 'A use of a secret.',
  ANOMALY: 'An anomaly about them.',
  ALERT: 'An alert about them.',
  ALERT_HISTORY: 'What was done with such an alert, and what was noted.',
  AUDIT_ENTRY: 'What somebody changed of them or read of them by name. Exports are left out.',
} as const;
export type ExportedKind = keyof typeof exportedKinds;
