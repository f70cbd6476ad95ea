import type { ActivityRow } from '../db/entities/activity.ts';
import type { SessionRow } from '../db/entities/session.ts';
import type { Count, PageViews, Presence, Rollups, Span, WallClock } from '../db/queries/rollups.ts';
import { isPage } from '../domain/activity.ts';
import { levelOf } from '../domain/risk.ts';
import type { Micros } from '../domain/time.ts';
import { microsPerDay, microsPerHour } from '../domain/time.ts';
import type { Batch } from './batch.ts';
import type { Replica, Seen } from './state.ts';
import { wallClockAt } from './wall-clock.ts';

/**
 * What a batch adds to the summaries. Counts add up; whoever is counted once in a stretch is claimed as present there, and
 * the database counts the claims that are new. What this replica has claimed it does not claim again: rows of presence are
 * never removed, so that knowing of one cannot become wrong, whatever other processes do.
 */

/** Every instant that `rollupsOf` looks up on the clocks. */
export function instantsOf({ activities, visits }: Batch): Micros[] {
  const starts = [...visits].flatMap(([session, before]) => [session.startedAt, ...(before ? [before.startedAt] : [])]);
  return [...activities.map((activity) => activity.occurredAt), ...starts];
}

export function rollupsOf(batch: Batch, { clocks, seen }: Pick<Replica, 'clocks' | 'seen'>): Rollups {
  const counts = new Map<string, Count>();
  const pages = new Map<string, PageViews>();
  const presences: Presence[] = [];
  const add = (span: Span, start: WallClock, utcOffset: number, what: string, count: number) => {
    const key = `${start} ${utcOffset} ${span} ${what}`;
    const before = counts.get(key);
    if (before) before.count += count;
    else counts.set(key, { span, start, utcOffset, what, count });
  };
  const claim = (what: Presence['what'], key: string, now: Seen) => {
    presences.push(...claims(what, key, now, seen.get(key)));
    seen.set(key, now);
  };
  for (const activity of batch.activities) {
    const { local, utcOffset } = wallClockAt(clocks, activity.occurredAt);
    const hour = floor(local, microsPerHour);
    const day = floor(local, microsPerDay);
    add('hour', hour, utcOffset, 'activities', 1);
    add('day', day, 0, `type:${activity.type}`, 1);
    add('day', day, 0, `level:${levelOf(activity.riskScore)}`, 1);
    if (isNamedPage(activity)) view(pages, day, activity.text);
    const { userId, sourceIp, sessionId } = activity;
    const now = { hour, utcOffset };
    claim('users', userId, now);
    if (sourceIp !== null) claim('addresses', sourceIp, now);
    if (sessionId !== null) claim('sessions', sessionId, now);
  }
  const visit = ({ startedAt, lastActivityAt }: Visited, sign: 1 | -1) => {
    const day = floor(wallClockAt(clocks, startedAt).local, microsPerDay);
    add('day', day, 0, 'visits', sign);
    add('day', day, 0, 'visitMicros', sign * (lastActivityAt - startedAt));
  };
  for (const [session, before] of batch.visits) {
    if (before) visit(before, -1);
    visit(session, 1);
  }
  return { counts: [...counts.values()].filter(({ count }) => count !== 0), presences, pages: pages.values() };
}

type Visited = Pick<SessionRow, 'startedAt' | 'lastActivityAt'>;

const isNamedPage = (activity: ActivityRow): activity is ActivityRow & { text: string } => isPage(activity.type) && activity.text !== null;

function view(pages: Map<string, PageViews>, day: WallClock, page: string): void {
  const key = `${day} ${page}`;
  const before = pages.get(key);
  if (before) before.views += 1;
  else pages.set(key, { day, page, views: 1 });
}

/** Of users it is told by the hour how many there were, of addresses and sessions by the day. */
function claims(what: Presence['what'], key: string, now: Seen, before: Seen | undefined): Presence[] {
  if (before?.hour === now.hour && before.utcOffset === now.utcOffset) return [];
  const claimed: Presence[] = [];
  if (what === 'users') claimed.push({ span: 'hour', start: now.hour, utcOffset: now.utcOffset, what, key });
  for (const [span, startOf] of calendar) {
    const start = startOf(now.hour);
    if (before !== undefined && startOf(before.hour) === start) continue;
    claimed.push({ span, start, utcOffset: 0, what, key });
  }
  return claimed;
}

const floor = (time: WallClock, unit: Micros) => Math.floor(time / unit) * unit;
const mondayBeforeEpoch = -3 * microsPerDay; // 1970 began on a Thursday

const calendar: readonly [Span, (time: WallClock) => WallClock][] = [
  ['day', (time) => floor(time, microsPerDay)],
  ['week', (time) => floor(time - mondayBeforeEpoch, 7 * microsPerDay) + mondayBeforeEpoch],
  [
    'month',
    (time) => {
      const date = new Date(Math.floor(time / 1000));
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) * 1000;
    },
  ],
];
