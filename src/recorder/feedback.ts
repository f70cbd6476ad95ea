import { alertAnomalyIds, evidenceOf } from '../db/queries/evidence.ts';
import type { Resolution } from '../domain/alert.ts';
import type { Baseline, Lesson } from '../domain/baseline.ts';
import { confirm, forget } from '../domain/baseline.ts';
import { localTime } from '../domain/time.ts';
import { append } from './batch.ts';
import type { Changing } from './changes.ts';
import { loadSubjects } from './load.ts';
import { signsIn } from './look.ts';
import type { Stored } from './redraft.ts';
import { draftOf, named } from './redraft.ts';
import type { Replica, UserState } from './state.ts';
import { lessonOf, share, unshare } from './teaching.ts';

/**
 * What people say of anomalies is learned: what was no attack is usual from then on, and of what was one nothing stays learned.
 * The log is held meanwhile, so both look at the newest activities only, which are those that what comes next is compared with.
 */

/** Most activities of one anomaly, and of all anomalies of an alert, that are learned from; most anomalies of an alert. */
const most = { activitiesPerAnomalyMax: 100, activitiesMax: 200 };
const anomaliesMax = 100;

export async function learnFromAlert(changing: Changing, alertId: string, resolution: Resolution): Promise<void> {
  const { em, batch } = changing;
  await learnFromAnomalies(changing, await alertAnomalyIds(em, batch.organisationId, alertId, anomaliesMax), resolution);
}

export async function learnFromAnomalies(changing: Changing, anomalyIds: readonly string[], resolution: Resolution): Promise<void> {
  if (resolution !== 'FALSE_POSITIVE' && resolution !== 'TRUE_POSITIVE') return;
  const { em, tables, batch, replica } = changing;
  const rows = await evidenceOf(em, tables, batch.organisationId, anomalyIds, { withConfirmed: resolution === 'TRUE_POSITIVE', ...most });
  const evidence = (await named(em, tables, rows)).map((stored) => ({ stored, draft: draftOf(stored) }));
  if (evidence.length === 0) return;
  const drafts = evidence.map(({ draft }) => draft);
  await loadSubjects({ em, tables, replica }, drafts);
  for (const [name, own] of Map.groupBy(evidence, ({ draft }) => draft.user)) {
    const user = replica.users.get(name);
    if (!user) continue;
    const lessons = own.map(({ stored, draft }) => lessonOfStored(replica, user, stored, draft.facts));
    if (resolution === 'TRUE_POSITIVE') {
      const before = user.row.baseline;
      correct(changing, user, forget(before, lessons));
      await unshare(changing, user, lostFacts(before, user.row.baseline));
      continue;
    }
    // Of an attempt that failed nothing becomes usual, whoever made it.
    const usual = lessons.filter((_lesson, place) => own[place]!.draft.outcome === 'SUCCESS');
    for (const { at, facts } of usual) share(batch, replica, user, at, facts);
    correct(changing, user, usual.reduce(confirm, user.row.baseline));
  }
}

/** What a baseline knew, or was about to, and does not know any more. */
function lostFacts(before: Baseline, after: Baseline): string[] {
  const all = ({ facts, pending }: Baseline) => [...Object.keys(facts), ...pending.flatMap((lesson) => lesson.facts)];
  const kept = new Set(all(after));
  return [...new Set(all(before))].filter((name) => !kept.has(name));
}

function lessonOfStored(replica: Replica, { row: user }: UserState, { row }: Stored, facts: readonly string[]): Lesson {
  const at = row.occurredAt;
  const local = localTime(at, user.timeZone ?? replica.timeZone);
  return lessonOf({ id: row.id, at, local, signIn: signsIn(row, row.sessionChange), facts });
}

/** Told in the log for each user: an anomaly may be about an address, and other processes hold its users' baselines. */
function correct({ batch }: Changing, user: UserState, baseline: Baseline): void {
  if (baseline === user.row.baseline) return;
  user.row.baseline = baseline;
  batch.users.add(user.row);
  append(batch, { kind: 'USER_UPDATED', userRow: user.row, user: user.row.externalId, session: null });
}
