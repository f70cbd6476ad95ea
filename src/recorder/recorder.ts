import { isDataError, outageOf } from '../db/failures.ts';
import type { ActivityDraft } from './draft.ts';
import { RequestError } from '../errors.ts';
import type { Audited } from './audit.ts';
import type { LogItem } from './batch.ts';
import type { Change, Changed, Changes } from './changes.ts';
import type { Tracked } from './idempotency.ts';
import type { Replica } from './state.ts';
import { emptyReplica } from './state.ts';
import type { TransactionDeps } from './transaction.ts';
import { recordActivities, recordChange } from './transaction.ts';

/**
 * The one way in. Whatever arrives while an organisation's last commit is in flight goes into its next one: no timer,
 * no fixed batch size. Callers get their answer only after the commit, and subscribers hear of it then too.
 */
export type Recorder = {
  /** Records activities in the order given, and answers for each. Throws OVERLOADED at once when the backlog is full. */
  track(organisation: Organisation, drafts: readonly ActivityDraft[]): Promise<Tracked[]>;
  change<Do extends keyof Changes>(organisation: Organisation, change: Change<Do>): Promise<Changed<Do>>;
  /** Resolves when the audit entry is committed, together with the activities that wait. Throws OVERLOADED as `track` does. */
  audit(organisation: Organisation, audited: Audited): Promise<void>;
  /** Age in milliseconds of the oldest job that waits or is being committed; 0 where there is none. */
  lagMs(organisationId: string): number;
  /** What waits or is being committed, counted as `backlogActivitiesMax` counts. */
  backlog(organisationId: string): number;
  /** Resolves when the commit of this organisation that is in flight in this process, if any, is published or has failed. */
  settled(organisationId: string): Promise<void>;
  /** Resolves when everything accepted so far is committed or refused. */
  drain(): Promise<void>;
};

export type Organisation = { id: string; timeZone: string };

export type RecorderDeps = TransactionDeps & {
  /** Milliseconds since any moment, which no correction of the clock sets back: what waits is measured by them. */
  elapsedMs(): number;
  /** Called after each commit, in log order, with what was committed. */
  published(organisationId: string, items: LogItem[]): void;
  committed(activities: number, durationMs: number): void;
};

/** Most activities of one transaction: bounds how long the log head is held. */
export const batchActivitiesMax = 2_000;
/** Most activities of one organisation that wait for their commit; past it the answer is OVERLOADED. */
export const backlogActivitiesMax = 20_000;
/** Milliseconds the oldest of them may have waited before more are refused: a caller is told at once, and never by a timeout. */
export const backlogMsMax = 10_000;
/** Changes have so much room beyond: whoever floods the log keeps nobody from ending a session or revoking a key. */
export const changesRoomMax = 1_000;
/** Whoever has waited this long for its turn is refused and not recorded, before `operationMsMax` answers what nobody could act on. */
export const waitMsMax = 15_000;
/** When the database fails a batch, whoever has waited this long is refused with it: the next batch may wait as long again. */
const outageWaitMsMax = 2_000;
/** Characters of text for which an activity counts as one more in both: a batch travels as one JSON text, which has to fit. */
const countedCharacters = 8_192;

type Job = { drafts: readonly ActivityDraft[] } | { audited: Audited } | { change: Change };
type Waiting = Job & { since: number; resolve(answer: unknown): void; reject(error: unknown): void };
type Lane = {
  replica: Replica;
  waiting: Waiting[];
  backlog: number;
  oldest: number | null;
  running: Promise<void> | null;
  committing: Promise<void>;
};

export function createRecorder(deps: RecorderDeps): Recorder {
  const lanes = new Map<string, Lane>();

  const laneOf = (organisation: Organisation): Lane => {
    const lane = lanes.get(organisation.id) ?? {
      replica: emptyReplica(organisation.id, organisation.timeZone),
      waiting: [],
      backlog: 0,
      oldest: null,
      running: null,
      committing: Promise.resolve(),
    };
    lanes.set(organisation.id, lane);
    return lane;
  };
  const laneWithRoom = (organisation: Organisation, weight: number): Lane => {
    const lane = laneOf(organisation);
    const isStuck = lane.oldest !== null && deps.elapsedMs() - lane.oldest > backlogMsMax;
    if (lane.backlog + weight <= backlogActivitiesMax && !isStuck) return lane;
    throw overloaded();
  };
  const enqueue = <Answer>(lane: Lane, job: Job) =>
    new Promise<Answer>((resolve, reject) => {
      lane.backlog += sizeOf(job);
      lane.waiting.push({ ...job, since: deps.elapsedMs(), resolve: (answer) => resolve(answer as Answer), reject });
      lane.running ??= run(deps, lane);
    });

  return {
    async track(organisation, drafts) {
      if (drafts.length === 0) return [];
      return enqueue<Tracked[]>(laneWithRoom(organisation, weightOf(drafts)), { drafts });
    },
    audit: async (organisation, audited) => enqueue<void>(laneWithRoom(organisation, 1), { audited }),
    change: async <Do extends keyof Changes>(organisation: Organisation, change: Change<Do>) => {
      const lane = laneOf(organisation);
      if (lane.backlog >= backlogActivitiesMax + changesRoomMax) throw overloaded();
      return enqueue<Changed<Do>>(lane, { change });
    },
    lagMs(organisationId) {
      const oldest = lanes.get(organisationId)?.oldest;
      return oldest == null ? 0 : deps.elapsedMs() - oldest;
    },
    backlog: (organisationId) => lanes.get(organisationId)?.backlog ?? 0,
    settled: (organisationId) => lanes.get(organisationId)?.committing ?? Promise.resolve(),
    async drain() {
      await Promise.all([...lanes.values()].map((lane) => lane.running));
    },
  };
}

const overloaded = () => new RequestError('OVERLOADED', 'too much is waiting to be recorded; send this again in a moment');

const sizeOf = (job: Job) => ('drafts' in job ? weightOf(job.drafts) : 1);

function weightOf(drafts: readonly ActivityDraft[]): number {
  const characters = drafts.flatMap(({ detail }) => Object.values(detail).map((value) => (typeof value === 'string' ? value.length : 0)));
  return drafts.length + Math.floor(characters.reduce((sum, length) => sum + length, 0) / countedCharacters);
}

async function run(deps: RecorderDeps, lane: Lane): Promise<void> {
  while (lane.waiting.length > 0) {
    const next = takeBatch(lane.waiting);
    lane.oldest = next[0]?.since ?? null;
    lane.committing = commit(deps, lane, next);
    await lane.committing;
    lane.backlog -= next.reduce((sum, job) => sum + sizeOf(job), 0);
    refuseLate(lane, deps.elapsedMs() - waitMsMax, overloaded());
  }
  lane.oldest = null;
  lane.running = null; // in the same turn as the last look at `waiting`, so that no job is left behind
}

/** The jobs of the next transaction: one change, or as many activities and audit entries as wait in front of the next change. */
function takeBatch(waiting: Waiting[]): Waiting[] {
  let activities = 0;
  const end = waiting.findIndex((job, place) => {
    if (place > 0 && ('change' in job || 'change' in waiting[0]!)) return true;
    activities += sizeOf(job);
    return place > 0 && activities > batchActivitiesMax;
  });
  return waiting.splice(0, end === -1 ? waiting.length : end);
}

async function commit(deps: RecorderDeps, lane: Lane, jobs: Waiting[]): Promise<void> {
  const [first] = jobs;
  const started = deps.elapsedMs();
  try {
    if (first && 'change' in first) {
      const { outcome, items } = await recordChange(deps, lane.replica, first.change);
      publish(deps, lane, items, started);
      first.resolve(outcome);
      return;
    }
    const drafts = jobs.flatMap((job) => ('drafts' in job ? job.drafts : []));
    const audits = jobs.flatMap((job) => ('audited' in job ? job.audited : []));
    const { outcome, items } = await recordActivities(deps, lane.replica, drafts, audits);
    publish(deps, lane, items, started);
    let given = 0;
    for (const job of jobs) {
      const wanted = 'drafts' in job ? job.drafts.length : 0;
      job.resolve(outcome.slice(given, given + wanted));
      given += wanted;
    }
  } catch (error) {
    await recover(deps, lane, jobs, error);
  }
}

/** The replica may hold what was rolled back, so it starts anew; where the data is to blame, halves find the one job that is. */
async function recover(deps: RecorderDeps, lane: Lane, jobs: Waiting[], error: unknown): Promise<void> {
  lane.replica = emptyReplica(lane.replica.organisationId, lane.replica.timeZone);
  if (jobs.length > 1 && isDataError(error)) {
    const middle = Math.ceil(jobs.length / 2);
    await commit(deps, lane, jobs.slice(0, middle));
    await commit(deps, lane, jobs.slice(middle));
    return;
  }
  for (const job of jobs) job.reject(error);
  if (outageOf(error) === null) return;
  refuseLate(lane, deps.elapsedMs() - outageWaitMsMax, error);
}

/** The oldest are in front. */
function refuseLate(lane: Lane, since: number, error: unknown): void {
  const inTime = lane.waiting.findIndex((job) => job.since >= since);
  for (const job of lane.waiting.splice(0, inTime === -1 ? lane.waiting.length : inTime)) {
    lane.backlog -= sizeOf(job);
    job.reject(error);
  }
}

function publish(deps: RecorderDeps, lane: Lane, items: LogItem[], started: number): void {
  deps.committed(items.filter((item) => item.kind === 'ACTIVITY').length, deps.elapsedMs() - started);
  if (items.length > 0) deps.published(lane.replica.organisationId, items);
}
