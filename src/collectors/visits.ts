import { createHash } from 'node:crypto';
import { microsPerMinute, microsPerSecond, type Micros } from '../domain/time.ts';
import { rememberBounded } from './line-reader.ts';

/** A visitor who asks for nothing for longer than this comes back as a new visit: the usual bound of web statistics. */
export const visitGapMicros = 30 * microsPerMinute;

/** Visits remembered at once; whoever was away longest is forgotten first. */
const visitsMax = 100_000;

/** Access logs know no sessions: a visit is one user with one browser, without a long break. */
export function createVisits(): (user: string, userAgent: string, at: Micros) => string {
  const visits = new Map<string, { id: string; lastAt: Micros }>();
  return (user, userAgent, at) => {
    const visitor = createHash('sha256').update(`${user}\n${userAgent}`).digest('hex').slice(0, 16);
    const visit = visits.get(visitor);
    // Servers write a line when the answer is out, so stamps may run backwards a little.
    const goesOn = visit !== undefined && Math.abs(at - visit.lastAt) <= visitGapMicros;
    const id = goesOn ? visit.id : `web:${visitor}:${Math.floor(at / microsPerSecond)}`;
    rememberBounded(visits, visitor, { id, lastAt: goesOn ? Math.max(at, visit.lastAt) : at }, visitsMax);
    return id;
  };
}
