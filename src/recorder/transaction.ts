import type { Tables } from '../db/database.ts';
import { anomaliesOfActivities } from '../db/queries/related-anomalies.ts';
import { lockLogHead, writeBatch } from '../db/queries/write-batch.ts';
import type { Transact } from '../db/statement.ts';
import type { ActivityDraft } from './draft.ts';
import type { NewId } from '../domain/ids.ts';
import { statusAt } from '../domain/session.ts';
import type { Clock, Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import type { Audited } from './audit.ts';
import { audit } from './audit.ts';
import type { Batch, LogItem } from './batch.ts';
import { changesAccess, logEntries, openBatch } from './batch.ts';
import type { Change, Changed, Changes } from './changes.ts';
import { applyChange } from './changes.ts';
import type { DetectorFailed, Receipt } from './judge.ts';
import { judgeActivity } from './judge.ts';
import type { Loading } from './load.ts';
import { catchUp, loadSubjects } from './load.ts';
import type { Replica } from './state.ts';

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
): Promise<Committed<Receipt[]>> {
  return withLog(deps, replica, async (loading, batch) => {
    const known = await knownKeys(loading, drafts, batch.now);
    await loadSubjects(loading, drafts);
    const fresh = new Map<string, Receipt>();
    const receipts = drafts.map((draft) => {
      const earlier = draft.idempotencyKey === null ? undefined : (known.get(draft.idempotencyKey) ?? fresh.get(draft.idempotencyKey));
      if (earlier) return { ...earlier, duplicate: true };
      const receipt = judgeActivity(batch, replica, draft, (...failure) => deps.detectorFailed(replica.organisationId, ...failure));
      if (draft.idempotencyKey !== null) {
        fresh.set(draft.idempotencyKey, receipt);
        batch.idempotencyKeys.push({ organisationId: batch.organisationId, key: draft.idempotencyKey, activityId: receipt.activity.id });
      }
      return receipt;
    });
    for (const audited of audits) audit(batch, audited);
    return receipts;
  });
}

/** Makes one change that is no activity, in a transaction of its own. */
export async function recordChange<Do extends keyof Changes>(
  deps: TransactionDeps,
  replica: Replica,
  change: Change<Do>,
): Promise<Committed<Changed<Do>>> {
  return withLog(deps, replica, (loading, batch) => applyChange({ ...loading, batch }, change));
}

/** One transaction under the organisation's log head: catch up, do `work`, write what it put into the batch, commit. */
async function withLog<Outcome>(
  { transact, tables, clock, newId, partitionReady }: TransactionDeps,
  replica: Replica,
  work: (loading: Loading, batch: Batch) => Promise<Outcome>,
): Promise<Committed<Outcome>> {
  await partitionReady(clock.now()); // the clock is read again under the lock: the next two months are made along with this one
  const { outcome, batch } = await transact(replica.organisationId, async (em) => {
    const headSeq = await lockLogHead(em, replica.organisationId);
    if (headSeq === null) throw new RequestError('NOT_FOUND', 'there is no such organisation');
    const loading = { em, tables, replica };
    await catchUp(loading, headSeq);
    const batch = openBatch(replica.organisationId, headSeq, clock.now(), newId);
    const outcome = await work(loading, batch);
    if (batch.items.length + batch.sessions.size + batch.people.size + batch.apiKeys.size > 0) {
      await writeBatch(em, tables, {
        ...batch,
        headSeq: batch.seq,
        accessChanged: batch.items.some(changesAccess),
        logEntries: logEntries(batch),
      });
    }
    return { outcome, batch };
  });
  replica.appliedSeq = batch.seq;
  return { outcome, items: batch.items };
}

/** The receipts of activities that were recorded before under the keys of these drafts. */
async function knownKeys({ em, tables, replica }: Loading, drafts: readonly ActivityDraft[], now: Micros): Promise<Map<string, Receipt>> {
  const keys = drafts.flatMap((draft) => draft.idempotencyKey ?? []);
  if (keys.length === 0) return new Map();
  const rows = await tables.idempotencyKey.select(em, 'where t.organisation_id = $1 and t.key = any($2)', [replica.organisationId, keys]);
  if (rows.length === 0) return new Map();
  const activities = await tables.activity.select(em, 'where t.id = any($1)', [rows.map((row) => row.activityId)]);
  const sessions = await tables.session.select(em, 'where t.id = any($1)', [activities.flatMap((activity) => activity.sessionId ?? [])]);
  const anomalies = await anomaliesOfActivities(
    tables,
    em,
    replica.organisationId,
    activities.map((activity) => activity.id),
  );
  const receipts = new Map(
    activities.map((activity) => {
      const session = sessions.find((one) => one.id === activity.sessionId);
      const sessionStatus = session ? statusAt(session, now) : null;
      return [activity.id, { activity, duplicate: true, anomalies: anomalies.get(activity.id) ?? [], sessionStatus }];
    }),
  );
  return new Map(
    rows.flatMap((row) => {
      const receipt = receipts.get(row.activityId);
      return receipt ? [[row.key, receipt]] : [];
    }),
  );
}
