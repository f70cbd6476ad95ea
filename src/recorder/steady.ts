import { newestActivity } from '../db/queries/load-state.ts';
import { limitsOf } from '../detection/catalogue.ts';
import type { SilentSource } from '../detection/detector.ts';
import { silence, silenceKey, silentAfter } from '../detection/detectors/silence.ts';
import { latenessMax } from '../detection/windows.ts';
import type { Micros } from '../domain/time.ts';
import { microsPerHour, microsPerMinute } from '../domain/time.ts';
import type { Loading } from './load.ts';
import type { Replica, UserState } from './state.ts';

/**
 * Steady sources of an organisation, looked at once in a minute of its event time: no timer tells that nothing comes, others do. What
 * is kept here only finds candidates; whether one is silent is told by its own state, which is loaded for it.
 */
export type Watch = { sources: Map<string, Source>; due: string[]; readAt: Micros; lookedAt: Micros };
type Source = { usual: Micros; lastAt: Micros };

/** Most sources of an organisation that are watched. */
const sourcesMax = 1_000;
/** Most that are looked at closely in one minute; others have their turn in the next. */
const dueMax = 20;
/** Other processes learn of new sources, too. */
const readAgainAfter = microsPerHour;

/** The sources that may have fallen silent by `upTo`: their users are to be loaded. */
export async function dueSources(loading: Loading, upTo: Micros): Promise<string[]> {
  const { replica } = loading;
  if (replica.settings.detectors[silence.id]?.enabled === false) return [];
  if (replica.watch && upTo < replica.watch.lookedAt + microsPerMinute) return replica.watch.due;
  const watch = replica.watch && upTo < replica.watch.readAt + readAgainAfter ? replica.watch : await readSources(loading, upTo);
  replica.watch = watch;
  watch.lookedAt = upTo;
  watch.due = [];
  const { factor, least } = limitsOf(silence, replica.settings.detectors);
  for (const [name, source] of watch.sources) {
    const user = replica.users.peek(name);
    source.lastAt = Math.max(source.lastAt, user?.newestAt ?? -Infinity);
    if (upTo <= source.lastAt + silentAfter(source.usual, { factor: factor!, least: least! }) + latenessMax) continue;
    if (user && isKnown(user)) watch.sources.delete(name);
    else if (watch.due.push(name) === dueMax) break;
  }
  return watch.due;
}

async function readSources({ em, tables, replica }: Loading, upTo: Micros): Promise<Watch> {
  const rows = await tables.user.select(em, `where t.organisation_id = $1 and jsonb_exists(t.baseline, 'steadyGap') limit ${sourcesMax}`, [
    replica.organisationId,
  ]);
  const newest = await newestActivity(
    em,
    replica.organisationId,
    'user_id',
    rows.map((row) => row.id),
  );
  const found = rows.map((row): [string, Source] => [
    row.externalId,
    { usual: row.baseline.steadyGap!, lastAt: newest.get(row.id) ?? -Infinity },
  ]);
  return { sources: new Map(found), due: [], readAt: upTo, lookedAt: upTo };
}

/** Whether the silence that lasts has been claimed. */
const isKnown = ({ anomalies, newestAt, row }: UserState) =>
  anomalies.some(({ detector, key }) => detector === silence.id && key === silenceKey(row.externalId, newestAt ?? 0));

/** The users that may be silent now, for what happens elsewhere. */
export function silentSources({ watch, users }: Replica, actor: string): SilentSource[] {
  if (watch === null || watch.due.length === 0) return [];
  return watch.due.flatMap((name) => {
    const user = name === actor ? undefined : users.peek(name);
    const usual = user?.row.baseline.steadyGap;
    if (!user || usual === undefined || user.newestAt === null || isKnown(user)) return [];
    return [{ user: name, since: user.newestAt, usual, days: user.row.baseline.volumes?.length ?? 0 }];
  });
}

/** Keeps up with a source that was active. */
export function noteSource({ watch }: Replica, { row, newestAt }: UserState): void {
  const usual = row.baseline.steadyGap;
  if (watch === null || usual === undefined || newestAt === null) return;
  if (watch.sources.size < sourcesMax || watch.sources.has(row.externalId)) watch.sources.set(row.externalId, { usual, lastAt: newestAt });
}
