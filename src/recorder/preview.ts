import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Tables } from '../db/database.ts';
import type { ActivityRow } from '../db/entities/activity.ts';
import type { AnomalyRow } from '../db/entities/anomaly.ts';
import type { Recorded } from '../db/queries/history.ts';
import { newestBefore, recordedBetween } from '../db/queries/history.ts';
import { firstActivity } from '../db/queries/load-state.ts';
import type { Reader } from '../db/statement.ts';
import type { Detector } from '../detection/detector.ts';
import type { Baseline } from '../domain/baseline.ts';
import { baselineSpan, emptyBaseline } from '../domain/baseline.ts';
import type { NewId } from '../domain/ids.ts';
import type { OrganisationSettings } from '../domain/organisation-settings.ts';
import type { Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import { openBatch } from './batch.ts';
import type { ActivityDraft } from './draft.ts';
import { judgeActivity } from './judge.ts';
import { loadSharedFacts } from './load.ts';
import type { Stored } from './redraft.ts';
import { draftOf, named } from './redraft.ts';
import type { Replica } from './state.ts';
import { emptyReplica, emptyUser, setSettings } from './state.ts';

/**
 * What a detector would have raised: the recorded activities are judged again, in the order of the log and by the very code that
 * judges live, on a replica and into batches that are thrown away. Nothing is written, and nobody is told.
 *
 * Live, windows are read again from the database where an activity happened long before others that came earlier, as in an import
 * of old logs. Here they are not: what such an activity would have been compared with may be gone.
 */
export type Previews = { run(asked: PreviewAsked): Promise<Preview> };

export type PreviewAsked = {
  /** Reads what the viewer may see. */
  reader: Reader;
  organisation: { id: string; timeZone: string };
  /** What holds in the preview, the detector's own settings included. */
  settings: OrganisationSettings;
  detector: Detector;
  from: Micros;
  to: Micros;
};

export type Preview = {
  /** The stretch that was gone through: shorter than asked for where it was truncated. */
  from: Micros;
  to: Micros;
  /** Activities of the stretch, without those before it that warmed the baselines. */
  activities: number;
  /** As they stand at the end, oldest first. */
  anomalies: AnomalyRow[];
  truncated: boolean;
  /** Whether the baselines were warmed by all of the 30 days before the stretch, too. */
  complete: boolean;
  /** Verdicts that were lost because a detector threw. */
  failures: number;
};

/** What one preview may cost, and how many there may be at a time: `limits` says each number and why. */
export type PreviewLimits = Record<
  'previewActivitiesMax' | 'previewAnomaliesMax' | 'previewMsMax' | 'previewsPerOrganisationMax' | 'previewsMax',
  number
>;

/** Activities read at once. */
const pageItems = 500;
/** Milliseconds after which others get their turn. */
const turnMs = 10;

type Deps = { tables: Tables; newId: NewId; elapsedMs(): number; limits: PreviewLimits };

export function createPreviews(deps: Deps): Previews {
  const { previewsPerOrganisationMax, previewsMax } = deps.limits;
  const running: string[] = [];
  return {
    async run(asked) {
      const { id } = asked.organisation;
      const own = running.filter((one) => one === id).length;
      if (own >= previewsPerOrganisationMax) throw busy('a preview of this organisation is running; ask again when it has been answered');
      if (running.length >= previewsMax) throw busy('previews of other organisations are running; ask again in a moment');
      running.push(id);
      return goThrough(deps, asked).finally(() => running.splice(running.indexOf(id), 1));
    },
  };
}

const busy = (message: string) => new RequestError('RATE_LIMITED', message);

async function goThrough(deps: Deps, asked: PreviewAsked): Promise<Preview> {
  const { reader, organisation, detector } = asked;
  const { previewActivitiesMax, previewAnomaliesMax } = deps.limits;
  const pace = startPace(deps);
  const warmFrom = asked.from - baselineSpan;
  const recorded = await recordedBetween(reader, organisation.id, { from: warmFrom, to: asked.to }, previewActivitiesMax + 1);
  const isCut = recorded.length > previewActivitiesMax;
  const since = isCut ? recorded.reduce((earliest, { at }) => Math.min(earliest, at), Infinity) + 1 : warmFrom;
  const from = Math.max(asked.from, since);
  const replica = emptyReplica(organisation.id, organisation.timeZone);
  replica.since = await firstActivity(reader, organisation.id);
  setSettings(replica, asked.settings, 0);
  const found = new Set<AnomalyRow>();
  const isFull = () => pace.isOver() || found.size > previewAnomaliesMax;
  const counts = { activities: 0, failures: 0 };
  let stoppedAt: Micros | null = null;
  for await (const { row, draft } of replayed(
    deps,
    asked,
    replica,
    recorded.filter(({ at }) => at >= since),
    since,
    pace,
  )) {
    if (isFull()) {
      stoppedAt = row.occurredAt;
      break;
    }
    const batch = openBatch(organisation.id, row.seq - 1, row.recordedAt, deps.newId);
    judgeActivity(batch, replica, draft, () => (counts.failures += 1));
    if (row.occurredAt >= from) counts.activities += 1;
    for (const anomaly of batch.anomalies) {
      if (anomaly.detector === detector.id && anomaly.lastAt >= from && anomaly.firstAt <= asked.to) found.add(anomaly);
    }
  }
  const anomalies = [...found].sort((a, b) => a.firstAt - b.firstAt || (a.key < b.key ? -1 : 1)).slice(0, previewAnomaliesMax);
  const truncated = stoppedAt !== null || from > asked.from || found.size > previewAnomaliesMax;
  return { from, to: stoppedAt ?? asked.to, anomalies, truncated, complete: !isCut && !truncated, ...counts };
}

/** The history page by page, as drafts, with all that judging needs of the replica. */
async function* replayed(deps: Deps, asked: PreviewAsked, replica: Replica, history: readonly Recorded[], since: Micros, pace: Pace) {
  const { reader, organisation } = asked;
  const { tables } = deps;
  for (let place = 0; place < history.length; place += pageItems) {
    const ids = history.slice(place, place + pageItems).map(({ id }) => id);
    const rows = await tables.activity.select(reader, 'where t.organisation_id = $1 and t.id = any($2) order by t.seq', [
      organisation.id,
      ids,
    ]);
    const stored = await named(reader, tables, rows);
    await loadUsers(deps, asked, replica, stored, since);
    const page: { row: ActivityRow; draft: ActivityDraft }[] = [];
    for (const one of stored) {
      await pace.rest();
      page.push({ row: one.row, draft: draftOf(one) });
      if (pace.isOver()) break;
    }
    const drafts = page.map(({ draft }) => draft);
    await loadSharedFacts({ em: reader, tables, replica }, drafts, since);
    for (const one of page) {
      await pace.rest();
      yield one;
    }
  }
}

/** Users as they stood before the first activity that is gone through, as far as what is known of them today tells. */
async function loadUsers(
  { tables }: Deps,
  { reader, organisation }: PreviewAsked,
  replica: Replica,
  stored: readonly Stored[],
  since: Micros,
): Promise<void> {
  const missing = [...new Set(stored.filter(({ user }) => !replica.users.has(user)).map(({ row }) => row.userId))];
  if (missing.length === 0) return;
  const [users, newest] = await Promise.all([
    tables.user.select(reader, 'where t.organisation_id = $1 and t.id = any($2)', [organisation.id, missing]),
    newestBefore(reader, missing, since),
  ]);
  for (const user of users) {
    const row = { ...user, baseline: baselineBefore(user.baseline, since) };
    replica.users.set(row.externalId, { ...emptyUser(row), newestAt: newest.get(row.id) ?? null });
    replica.names.set(row.id, row.externalId);
  }
}

type Pace = {
  /** Lets others have their turn, if it is time. */
  rest(): Promise<void>;
  isOver(): boolean;
};

function startPace({ elapsedMs, limits }: Deps): Pace {
  const deadline = elapsedMs() + limits.previewMsMax;
  let turn = elapsedMs();
  return {
    async rest() {
      if (elapsedMs() - turn < turnMs) return;
      await nextTurn();
      turn = elapsedMs();
    },
    isOver: () => elapsedMs() > deadline,
  };
}

/** What a baseline of today knew then, as far as it tells. */
function baselineBefore(baseline: Baseline, since: Micros): Baseline {
  return {
    ...emptyBaseline(),
    signIns: baseline.signIns.filter(({ at }) => at < since),
    facts: Object.fromEntries(Object.entries(baseline.facts).filter(([, firstAt]) => firstAt < since)),
  };
}
