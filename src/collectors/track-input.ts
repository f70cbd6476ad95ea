import type { Detail, Outcome } from '../domain/activity.ts';

/** What the collectors send: the part of the API's `TrackActivityInput` that a log line can fill. */
export type TrackActivityInput = {
  user: string;
  session?: string;
  occurredAt: string;
  idempotencyKey: string;
  sourceIp?: string;
  userAgent?: string;
  outcome: Outcome;
  metadata?: Record<string, string>;
  detail: CollectedDetail;
};

export type CollectedDetail =
  | { auth: { event: Detail<'auth'>['event']; method?: string; reason?: string; host?: string } }
  | { terminal: { command: string; workingDirectory?: string; elevated: boolean } }
  | { access: { change: Detail<'access'>['change']; target: string } }
  | { web: WebDetail };

export type WebDetail = {
  action: 'PAGE_VIEW' | 'API_CALL';
  page?: string;
  endpoint?: string;
  method: string;
  statusCode?: number;
  referrer?: string;
};

/** What one line says: activities, or the reason why it says none. Reasons are few and fixed, so they can be counted. */
export type Reading = { activities: TrackActivityInput[] } | { skipped: string };

/** Reads the lines of one log in order. `position` is the line's number in its file, from 1. */
export type LineReader = (line: string, position: number) => Reading;
