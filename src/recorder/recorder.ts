import { isDataError } from '../db/failures.ts';
import type { ActivityDraft } from './draft.ts';
import { RequestError } from '../errors.ts';
import type { LogItem } from './batch.ts';
import type { Change, Changed } from './changes.ts';
import type { Receipt } from './judge.ts';
import type { Replica } from './state.ts';
import { emptyReplica } from './state.ts';
import type { TransactionDeps } from './transaction.ts';
import { recordActivities, recordChange } from './transaction.ts';

/**
 * The one way in. Whatever arrives while an organisation's last commit is in flight goes into its next one: no timer,
 * no fixed batch size. Callers get their answer only after the commit, and subscribers hear of it then too.
 */
export type Recorder = {
  /** Records activities in the order given. Throws OVERLOADED at once when the backlog is full. */
  track(organisation: { id: string; timeZone: string }, drafts: readonly ActivityDraft[]): Promise<Receipt[]>;
  change(organisation: { id: string; timeZone: string }, change: Change): Promise<Changed>;
  /** Age in milliseconds of the oldest job that waits or is being committed; 0 where there is none. */
  lagMs(organisationId: string): number;
  /** Resolves when everything accepted so far is committed or refused. */
  drain(): Promise<void>;
};

export type RecorderDeps = TransactionDeps & {
  /** Called after each commit, in log order, with what was committed. */
  published(organisationId: string, items: LogItem[]): void;
  committed(activities: number, durationMs: number): void;
};

/** Most activities of one transaction: bounds how long the log head is held. */
export const batchActivitiesMax = 2_000;
/** Most activities of one organisation that wait for their commit; past it the answer is OVERLOADED. */
export const backlogActivitiesMax = 20_000;
/** Characters of text for which an activity counts as one more in both: a batch travels as one JSON text, which has to fit. */
const countedCharacters = 8_192;

type Waiting = { since: number; resolve(answer: unknown): void; reject(error: unknown): void } & (
  | { drafts: readonly ActivityDraft[] }
  | { change: Change }
);
type Lane = { replica: Replica; waiting: Waiting[]; backlog: number; oldest: number | null; running: Promise<void> | null };

export function createRecorder(deps: RecorderDeps): Recorder {
  const lanes = new Map<string, Lane>();

  const laneOf = (organisation: { id: string; timeZone: string }): Lane => {
    const lane = lanes.get(organisation.id) ?? {
      replica: emptyReplica(organisation.id, organisation.timeZone),
      waiting: [],
      backlog: 0,
      oldest: null,
      running: null,
    };
    lanes.set(organisation.id, lane);
    return lane;
  };
  const enqueue = <Answer>(lane: Lane, job: { drafts: readonly ActivityDraft[] } | { change: Change }) =>
    new Promise<Answer>((resolve, reject) => {
      lane.backlog += sizeOf(job);
      lane.waiting.push({ ...job, since: performance.now(), resolve: (answer) => resolve(answer as Answer), reject });
      lane.running ??= run(deps, lane);
    });

  return {
    async track(organisation, drafts) {
      if (drafts.length === 0) return [];
      const lane = laneOf(organisation);
      if (lane.backlog + weightOf(drafts) > backlogActivitiesMax) {
        throw new RequestError('OVERLOADED', 'too many activities are waiting to be recorded; send these again in a moment');
      }
      return enqueue<Receipt[]>(lane, { drafts });
    },
    change: async (organisation, change) => enqueue<Changed>(laneOf(organisation), { change }),
    lagMs(organisationId) {
      const oldest = lanes.get(organisationId)?.oldest;
      return oldest == null ? 0 : performance.now() - oldest;
    },
    async drain() {
      await Promise.all([...lanes.values()].map((lane) => lane.running));
    },
  };
}

const sizeOf = (job: { drafts: readonly ActivityDraft[] } | { change: Change }) => ('drafts' in job ? weightOf(job.drafts) : 1);

function weightOf(drafts: readonly ActivityDraft[]): number {
  const characters = drafts.flatMap(({ detail }) => Object.values(detail).map((value) => (typeof value === 'string' ? value.length : 0)));
  return drafts.length + Math.floor(characters.reduce((sum, length) => sum + length, 0) / countedCharacters);
}

async function run(deps: RecorderDeps, lane: Lane): Promise<void> {
  while (lane.waiting.length > 0) {
    const next = takeBatch(lane.waiting);
    lane.oldest = next[0]?.since ?? null;
    await commit(deps, lane, next);
    lane.backlog -= next.reduce((sum, job) => sum + sizeOf(job), 0);
  }
  lane.oldest = null;
  lane.running = null; // in the same turn as the last look at `waiting`, so that no job is left behind
}

/** The jobs of the next transaction: one change, or as many activities as wait in front of the next change. */
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
  const started = performance.now();
  try {
    if (first && 'change' in first) {
      const { outcome, items } = await recordChange(deps, lane.replica, first.change);
      publish(deps, lane, items, started);
      first.resolve(outcome);
      return;
    }
    const tracks = jobs.filter((job) => 'drafts' in job);
    const { outcome, items } = await recordActivities(
      deps,
      lane.replica,
      tracks.flatMap((job) => job.drafts),
    );
    publish(deps, lane, items, started);
    let given = 0;
    for (const job of tracks) {
      job.resolve(outcome.slice(given, given + job.drafts.length));
      given += job.drafts.length;
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
}

function publish(deps: RecorderDeps, lane: Lane, items: LogItem[], started: number): void {
  deps.committed(items.filter((item) => item.kind === 'ACTIVITY').length, performance.now() - started);
  if (items.length > 0) deps.published(lane.replica.organisationId, items);
}
