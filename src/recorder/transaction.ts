import type { Tables } from '../db/database.ts';
import { writeRollups } from '../db/queries/rollups.ts';
import { knownKeys, lockLogHead, writeBatch } from '../db/queries/write-batch.ts';
import type { Transact, Transaction } from '../db/statement.ts';
import type { ActivityDraft } from './draft.ts';
import type { NewId } from '../domain/ids.ts';
import type { Clock, Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import type { Audited } from './audit.ts';
import { audit } from './audit.ts';
import type { Batch, LogItem } from './batch.ts';
import { changesAccess, logLines, openBatch } from './batch.ts';
import type { Change, Changed, Changes } from './changes.ts';
import { applyChange } from './changes.ts';
import type { Tracked } from './idempotency.ts';
import { again, idsOf, receiptsOf } from './idempotency.ts';
import type { DetectorFailed } from './judge.ts';
import { judgeActivity } from './judge.ts';
import type { Loading } from './load.ts';
import { catchUp, loadSubjects } from './load.ts';
import { instantsOf, rollupsOf } from './rollups.ts';
import type { Replica } from './state.ts';
import { readClocks } from './wall-clock.ts';

export type TransactionDeps = {
  transact: Transact;
  tables: Tables;
  clock: Clock;
  newId: NewId;
  /** Resolves when activities recorded at this instant have a partition to go to. */
  partitionReady(instant: Micros): Promise<void>;
  detectorFailed(organisationId: string, ...failure: Parameters<DetectorFailed>): void;
};
export type Committed<Outcome> = { outcome: Outcome; items: LogItem[] };

/** Records activities, in order, and audit entries after them, in one transaction: the whole flow on one screen. */
export async function recordActivities(
  deps: TransactionDeps,
  replica: Replica,
  drafts: readonly ActivityDraft[],
  audits: readonly Audited[],
): Promise<Committed<Tracked[]>> {
  const detectorFailed: DetectorFailed = (...failure) => deps.detectorFailed(replica.organisationId, ...failure);
  const wanted = drafts.flatMap(({ key }) => (key === null ? [] : idsOf(key)));
  const asked = (tx: Transaction) => (wanted.length === 0 ? Promise.resolve([]) : knownKeys(tx, replica.organisationId, wanted));
  return withLog(deps, replica, asked, async (loading, batch, keys) => {
    const known = await receiptsOf(loading, keys, batch.now);
    await loadSubjects(loading, drafts);
    const tracked = drafts.map((draft): Tracked => {
      const { key } = draft;
      const earlier = key && (known.get(key.id) ?? known.get(key.plain?.id ?? ''));
      if (key && earlier) return again(earlier, key);
      if (draft.policyRevision !== replica.settingsRevision) return { outdated: true };
      const receipt = judgeActivity(batch, replica, draft, detectorFailed);
      if (key !== null) {
        const { id, bodyHash } = key;
        known.set(id, { receipt, bodyHash });
        batch.idempotencyKeys.push({ id, organisationId: batch.organisationId, activityId: receipt.activity.id, bodyHash });
      }
      return receipt;
    });
    for (const audited of audits) audit(batch, audited);
    return tracked;
  });
}

/** Makes one change that is no activity, in a transaction of its own. */
export async function recordChange<Do extends keyof Changes>(
  deps: TransactionDeps,
  replica: Replica,
  change: Change<Do>,
): Promise<Committed<Changed<Do>>> {
  const nothing = () => Promise.resolve();
  return withLog(deps, replica, nothing, (loading, batch) => applyChange({ ...loading, batch }, change));
}

/**
 * One transaction under the organisation's log head: catch up, do `work`, write what it put into the batch, commit. What `ask`
 * reads is asked for together with the lock, and read when it is held.
 */
async function withLog<Asked, Outcome>(
  { transact, tables, clock, newId, partitionReady }: TransactionDeps,
  replica: Replica,
  ask: (tx: Transaction) => Promise<Asked>,
  work: (loading: Loading, batch: Batch, asked: Asked) => Promise<Outcome>,
): Promise<Committed<Outcome>> {
  await partitionReady(clock.now()); // the clock is read again under the lock: the next two months are made along with this one
  const { outcome, batch } = await transact(replica.organisationId, async (em) => {
    const loading = { em, tables, replica };
    const [headSeq, asked] = await Promise.all([lockLogHead(em, replica.organisationId), ask(em)]);
    if (headSeq === null) throw new RequestError('NOT_FOUND', 'there is no such organisation');
    await catchUp(loading, headSeq);
    const batch = openBatch(replica.organisationId, headSeq, clock.now(), newId);
    const outcome = await work(loading, batch, asked);
    await readClocks(em, replica.clocks, instantsOf(batch));
    if (batch.items.length + batch.sessions.size + batch.people.size + batch.apiKeys.size > 0) {
      const activities = batch.activities.map(tables.activity.encode);
      const log = logLines(batch, activities);
      writeBatch(em, tables, {
        ...batch,
        sharedFacts: batch.sharedFacts.values(),
        commandHabits: batch.commandHabits.values(),
        commonPrograms: batch.commonPrograms.values(),
        activities,
        log,
        headSeq: batch.seq,
        accessChanged: batch.items.some(changesAccess),
      });
    }
    if (batch.activities.length > 0) em.send(...writeRollups(replica.organisationId, rollupsOf(batch, replica)));
    return { outcome, batch };
  });
  replica.appliedSeq = batch.seq;
  return { outcome, items: batch.items };
}
