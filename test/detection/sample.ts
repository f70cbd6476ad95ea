import type { AnomalyType } from '../../src/domain/anomaly.ts';
import { formatInstant, microsPerDay, microsPerHour, microsPerMinute, microsPerSecond, parseInstant } from '../../src/domain/time.ts';

/** What the samples of a detector are made of: activities in order of arrival, with a cast of their own. */

/** An activity as a caller sends it. */
export type Activity = {
  user: string;
  occurredAt: string;
  userTimeZone?: string;
  session?: string;
  sourceIp?: string;
  location?: Record<string, unknown>;
  userAgent?: string;
  outcome?: string;
  onBehalfOf?: string;
  secretsUsed?: readonly { secret: string; granted?: boolean; reason?: string }[];
  detail: Record<string, Record<string, unknown>>;
};
/** The one anomaly a detector makes of a positive sample once all of it has arrived. `details` is a part of its details. */
export type Expected = { type: AnomalyType; count: number; details: Record<string, unknown>; alert: boolean };

export type Positive = { title: string; activities: readonly Activity[]; expected: Expected };
/** One unit short of the threshold called `under`. */
export type NearMiss = { title: string; under: string; activities: readonly Activity[] };
/** Looks like it and is not. */
export type BenignTwin = { title: string; activities: readonly Activity[] };
export type Samples = { positives: readonly Positive[]; nearMisses: readonly NearMiss[]; benignTwins: readonly BenignTwin[] };

/** Names that no other sample has, so that samples do not influence each other. */
export type Cast = { user(n?: number): string; session(n?: number): string; address(n?: number): string };
let casts = 0;
export function newCast(): Cast {
  casts += 1;
  const tag = casts;
  return {
    user: (n = 1) => `user-${tag}-${n}`,
    session: (n = 1) => `session-${tag}-${n}`,
    address: (n = 1) => `10.${Math.floor(tag / 250)}.${tag % 250}.${n}`,
  };
}

export function positive(title: string, act: (cast: Cast) => { activities: readonly Activity[]; expected: Expected }): Positive {
  return { title, ...act(newCast()) };
}
export function nearMiss(title: string, under: string, act: (cast: Cast) => readonly Activity[]): NearMiss {
  return { title, under, activities: act(newCast()) };
}
export function benignTwin(title: string, act: (cast: Cast) => readonly Activity[]): BenignTwin {
  return { title, activities: act(newCast()) };
}

/** Who acts, from where, in which session. */
export type Actor = Omit<Activity, 'occurredAt' | 'outcome' | 'detail'>;

/** User agents of programs that people use. */
export const userAgents = {
  chromeOnWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  newerChromeOnWindows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36',
  firefoxOnLinux: 'Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0',
  chromeOnPhone: 'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36',
  chromeOnTablet: 'Mozilla/5.0 (Linux; Android 14; SM-X700) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
  ourApp: 'AcmeSync/3.1 (build 7)',
};
const acting = (detail: Activity['detail']) => (actor: Actor, occurredAt: string) => ({ ...actor, occurredAt, detail });

export const login = acting({ auth: { event: 'LOGIN', method: 'password' } });
export const logout = acting({ auth: { event: 'LOGOUT' } });
export const failure = acting({ auth: { event: 'FAILURE', method: 'password' } });
export const mfaChallenge = acting({ auth: { event: 'MFA_CHALLENGE', method: 'push' } });
export const mfaFailure = acting({ auth: { event: 'MFA_FAILURE', method: 'push' } });
export const userCreated = (actor: Actor, occurredAt: string, target: string) =>
  acting({ access: { change: 'USER_CREATED', target } })(actor, occurredAt);
export const pageView = acting({ web: { page: '/reports' } });
export const apiCall = acting({ web: { endpoint: '/api/reports', method: 'GET' } });
export const file = (
  actor: Actor,
  occurredAt: string,
  operation: string,
  path: string,
  more: { sizeBytes?: number; newPath?: string } = {},
) => acting({ file: { operation, path, ...more } })(actor, occurredAt);
export const command = (actor: Actor, occurredAt: string, line: string) => acting({ terminal: { command: line } })(actor, occurredAt);

/** A role, or what `detail` says, given by the actor to somebody. */
export const accessChange = (actor: Actor, occurredAt: string, target: string, more: Record<string, string> = {}) =>
  acting({ access: { change: 'ROLE', target, ...more } })(actor, occurredAt);

type Span = { days?: number; hours?: number; minutes?: number; seconds?: number; micros?: number };

/** The instant `span` after `start`, to the microsecond. */
export function after(start: string, { days = 0, hours = 0, minutes = 0, seconds = 0, micros = 0 }: Span): string {
  const later = days * microsPerDay + hours * microsPerHour + minutes * microsPerMinute + seconds * microsPerSecond + micros;
  return formatInstant(parseInstant(start)! + later);
}

/** `count` instants from `start` on, `apart` from one to the next. */
export function every(apart: Span, count: number, start: string): string[] {
  const steps = Object.entries(apart);
  return Array.from({ length: count }, (_, n) => after(start, Object.fromEntries(steps.map(([unit, value]) => [unit, value * n]))));
}

/** Sign-ins at the same time on `count` days in a row. */
export const days = (count: number, actor: Actor, first: string): Activity[] =>
  every({ days: 1 }, count, first).map((at) => login(actor, at));
