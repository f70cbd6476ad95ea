import type { Runner, Transact, Transaction as Writing } from '../../src/db/statement.ts';
import { statement } from '../../src/db/statement.ts';
import { createPartitionCheck } from '../../src/db/queries/partitions.ts';
import { readLog, readLogHead } from '../../src/db/queries/read-log.ts';
import type { Hub } from '../../src/recorder/hub.ts';
import { createHub } from '../../src/recorder/hub.ts';
import { itemsOf } from '../../src/recorder/log-items.ts';
import type { Recorder } from '../../src/recorder/recorder.ts';
import { createRecorder } from '../../src/recorder/recorder.ts';
import type { Micros } from '../../src/domain/time.ts';
import type { World } from './world.ts';
import { cutConnection } from './world.ts';

/** A process from its start to its death: the recorder and the hub as `src/app.ts` puts them together, with all they hold in memory. */
export type Life = {
  name: string;
  place: number;
  recorder: Recorder;
  hub: Hub;
  isListening: boolean;
  /** Whose the wake-ups are that are on their way: they are lost while it does not listen. */
  wakes: object;
  /** How far its clock is from the true time. */
  clockOff: Micros;
  /** Resolves when it is killed: whoever waits for an answer gets none. */
  died: Promise<'died'>;
  /** Nothing of it goes on: its transactions are rolled back, as the server does when a client is gone. */
  kill(): Promise<void>;
  wake(): void;
  detectorFailures: number;
};

type Transaction = { holdsHead: boolean; rollBack(): Promise<void> };
const cutChance = 0.004;
const commitFaultChance = 0.12;
const readFaultChance = 0.008;
const duplicateWakeChance = 0.2;

export function startProcess(world: World, place: number): Life {
  const { scheduler } = world;
  const database = world.databases[place]!;
  const dying = Promise.withResolvers<'died'>();
  const open = new Set<Transaction>();
  const name = `p${place}`;
  const life: Life = {
    name,
    place,
    isListening: true,
    wakes: {},
    clockOff: 0,
    died: dying.promise,
    detectorFailures: 0,
    wake: () => void scheduler.park({ kind: 'wake', owner: life.wakes, name: `${name} wakes` }, async () => life.hub.wake()),
    async kill() {
      scheduler.drop(life);
      scheduler.drop(life.wakes);
      world.lives[place] = null;
      for (const transaction of open) await transaction.rollBack();
      dying.resolve('died');
    },
    hub: createHub({
      readHead: (organisationId) => readLogHead(reads, organisationId),
      readItems: async (organisationId, after, upTo) => itemsOf(await readLog(reads, database.tables, organisationId, after, upTo)),
      ownCommit: (organisationId) => life.recorder.settled(organisationId),
      failed: () => scheduler.note(`${name} could not read the log`),
      later: (run) => void scheduler.park({ kind: 'wake', owner: life, name: `${name} looks again` }, async () => run()),
      wentLive: () => {},
      following: () => {},
    }),
    recorder: createRecorder({
      transact: simulatedTransact(world, () => life, open),
      tables: database.tables,
      clock: { now: () => world.now() + life.clockOff },
      newId: world.newId,
      partitionReady: createPartitionCheck(
        parked(database.recorderControl, (sql, work) => {
          const mayRun = () => openTransactions(world).length === 0; // a new partition locks the table that others write to
          return scheduler.park({ kind: 'statement', owner: life, name: `${name} ${sql}`, mayRun }, () => faulty(world, work));
        }),
      ),
      elapsedMs: () => world.now() / 1_000,
      detectorFailed: () => (life.detectorFailures += 1),
      published: (organisationId, items) => life.hub.publish(organisationId, items),
      committed: () => {},
    }),
  };
  const reads = parked(database.reader(world.organisation.id, 'ALL'), (sql, work) =>
    scheduler.park({ kind: 'read', owner: life, name: `${name} reads ${sql}` }, () => faulty(world, work)),
  );
  transactionsOf.set(life, open);
  world.lives[place] = life;
  return life;
}

const transactionsOf = new WeakMap<Life, Set<Transaction>>();
const openTransactions = (world: World) => world.lives.flatMap((life) => [...(life ? transactionsOf.get(life)! : [])]);

/** The same statements, each when `let` lets it go. */
function parked(runner: Runner, letGo: <T>(sql: string, work: () => Promise<T>) => Promise<T>): Runner {
  return { run: (sql, params) => letGo(shown(sql), () => runner.run(sql, params)) };
}

const shown = (sql: string) => sql.replaceAll(/\s+/g, ' ').trim().slice(0, 60);

async function faulty<T>(world: World, work: () => Promise<T>): Promise<T> {
  if (world.fault(readFaultChance)) throw cutConnection();
  return work();
}

/**
 * Transactions on the real database whose every step waits for its turn, and may fail: a line that is cut before a statement
 * or instead of COMMIT, an answer to COMMIT that is lost, a process that dies after COMMIT and before it hears of it.
 */
function simulatedTransact(world: World, lifeOf: () => Life, open: Set<Transaction>): Transact {
  const { scheduler } = world;
  return async <Outcome>(organisationId: string, work: (writing: Writing) => Promise<Outcome>): Promise<Outcome> => {
    const life = lifeOf();
    const opened = Promise.withResolvers<Runner>();
    const ending = Promise.withResolvers<void>();
    let real: Promise<unknown> = Promise.resolve();
    const step = (name: string) => ({ kind: 'statement', owner: life, name: `${life.name} ${name}` }) as const;
    let isOver = false;
    const rollBack = async () => {
      isOver = true;
      ending.reject(new Error('rolled back'));
      await real.catch(() => undefined);
      open.delete(transaction);
    };
    const transaction: Transaction = { holdsHead: false, rollBack };
    await scheduler.park(step('begin'), async () => {
      if (world.fault(cutChance)) throw cutConnection();
      const { transact } = world.databases[life.place]!;
      real = transact(organisationId, (runner) => {
        opened.resolve(runner);
        return ending.promise;
      });
      await Promise.race([opened.promise, real]);
      open.add(transaction);
    });
    const runner = await opened.promise;
    let last: Promise<unknown> = Promise.resolve();
    const inOrder = <T>(take: () => Promise<T>): Promise<T> => {
      const next = last.then(take);
      last = next.catch(() => undefined);
      return next;
    };
    const letGo = <T>(sql: string, execute: () => Promise<T>) => {
      const isAboutHead = sql.includes('log_head');
      const mayRun = async () => !isAboutHead || transaction.holdsHead || !(await isHeadTaken(world));
      const take = () =>
        scheduler.park({ ...step(sql), mayRun }, async () => {
          if (isOver) throw cutConnection();
          if (world.fault(cutChance)) await cut(world, runner);
          const answer = await execute();
          transaction.holdsHead ||= isAboutHead;
          return answer;
        });
      return inOrder(take);
    };
    const sent: Promise<unknown>[] = [];
    const run = <Row extends object>(sql: string, params: readonly unknown[]) =>
      letGo(shown(sql), () => statement<Row>(runner, sql, params));
    const steps: Writing = {
      ...parked(runner, letGo),
      send: (sql, params) => {
        const answer = run(sql, params);
        answer.catch(() => undefined);
        sent.push(answer);
      },
    };
    let outcome: Outcome;
    try {
      outcome = await work(steps);
      await Promise.all(sent);
    } catch (error) {
      await scheduler.park(step('rollback'), rollBack);
      throw error;
    }
    const commit = async () => {
      ending.resolve();
      await real;
      open.delete(transaction);
    };
    const fate = await scheduler.park(step('commit'), async () => {
      const fault = world.fault(commitFaultChance) ? world.random.pick(['not sent', 'cut', 'answer lost', 'killed after'] as const) : null;
      if (fault === 'not sent') {
        await rollBack();
        throw cutConnection();
      }
      if (fault === 'cut') await cut(world, runner);
      await commit().finally(() => open.delete(transaction));
      if (await world.look()) tellOfCommit(world);
      if (fault === 'answer lost') throw cutConnection();
      return fault === 'killed after' ? 'committed and killed' : `committed ${world.head}`;
    });
    if (fate !== 'committed and killed') return outcome;
    await life.kill();
    scheduler.note(`${life.name} is dead`);
    restartLater(world, life.place);
    return new Promise<Outcome>(() => {});
  };
}

/** Asks the database itself, so that a lock which is no longer taken is missed. */
async function isHeadTaken(world: World): Promise<boolean> {
  if (openTransactions(world).every(({ holdsHead }) => !holdsHead)) return false;
  const ask = world.control.query('select 1 from log_head where organisation_id = $1 for update nowait', [world.organisation.id]);
  return ask.then(
    () => false,
    () => true,
  );
}

/** Ends the server's side of the connection. Waits until it is gone, so that the next statement on it always fails. */
async function cut(world: World, runner: Runner): Promise<void> {
  const [backend] = await statement<{ pid: number }>(runner, 'select pg_backend_pid() as pid');
  await world.control.query('select pg_terminate_backend($1, 5000)', [backend!.pid]);
}

function tellOfCommit(world: World): void {
  for (const life of world.lives) {
    if (!life?.isListening) continue;
    life.wake();
    if (world.random.chance(duplicateWakeChance)) life.wake();
  }
}

export function restartLater(world: World, place: number): void {
  void world.scheduler.park({ kind: 'weather', owner: world, name: `p${place} starts` }, async () => void startProcess(world, place));
}
