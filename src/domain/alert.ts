/** The life of an alert as a table: which action leads from which status to which. */

export const alertStatuses = {
  OPEN: 'Nobody has taken it yet.',
  ACKNOWLEDGED: 'Somebody is on it.',
  RESOLVED: 'Handled; `resolution` says how.',
  DISMISSED: 'Set aside as not worth handling.',
} as const;
export type AlertStatus = keyof typeof alertStatuses;

export const alertChanges = {
  OPENED: 'The alert was opened.',
  GREW: 'More was found for an alert that is not closed.',
  ACKNOWLEDGED: 'Somebody took it.',
  RESOLVED: 'It was handled.',
  DISMISSED: 'It was set aside.',
  REOPENED: 'A closed alert was opened again.',
} as const;
export type AlertChange = keyof typeof alertChanges;

export const alertActions = {
  acknowledge: { from: ['OPEN'], to: 'ACKNOWLEDGED', change: 'ACKNOWLEDGED' },
  resolve: { from: ['OPEN', 'ACKNOWLEDGED'], to: 'RESOLVED', change: 'RESOLVED' },
  dismiss: { from: ['OPEN', 'ACKNOWLEDGED'], to: 'DISMISSED', change: 'DISMISSED' },
  reopen: { from: ['RESOLVED', 'DISMISSED'], to: 'OPEN', change: 'REOPENED' },
} as const satisfies Record<string, { from: readonly AlertStatus[]; to: AlertStatus; change: AlertChange }>;
export type AlertAction = keyof typeof alertActions;

export function mayAct(action: AlertAction, status: AlertStatus): boolean {
  const { from }: { from: readonly AlertStatus[] } = alertActions[action];
  return from.includes(status);
}

export const resolutions = {
  TRUE_POSITIVE: 'It was what it looked like, and it was handled.',
  FALSE_POSITIVE: 'It was not what it looked like.',
  BENIGN: 'It was what it looked like, and allowed.',
  DUPLICATE: 'Handled with another alert.',
} as const;
export type Resolution = keyof typeof resolutions;

/** An anomaly at or over this score opens an alert (FEATURES, B27). */
export const alertThreshold = 70;
