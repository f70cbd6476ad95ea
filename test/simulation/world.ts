import { Client } from 'pg';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/database.ts';
import { outageOf } from '../../src/db/failures.ts';
import type { Micros } from '../../src/domain/time.ts';
import { formatInstant, microsPerMinute, parseInstant } from '../../src/domain/time.ts';
import { freshDatabase } from '../harness/service.ts';
import type { Life } from './process.ts';
import type { Random } from './random.ts';
import { createRandom } from './random.ts';
import type { Scheduler, StepKind } from './scheduler.ts';
import { createScheduler, stepKinds } from './scheduler.ts';

/** What a run is made of: the database, the time, the faults that are still to come, and what was seen so far. */
export type World = {
  seed: number;
  random: Random;
  scheduler: Scheduler;
  organisation: { id: string; timeZone: string };
  /** One for each process, as each has its own connections. */
  databases: Database[];
  /** Sees every row, and hears what is notified. */
  control: Client;
  lives: (Life | null)[];
  now(): Micros;
  newId(): string;
  /** Whether this fault happens here; each takes one of those that the run has left. */
  fault(probability: number): boolean;
  /** From here on nothing fails. */
  calm(): void;
  /** The log head as committed, and how many entries there are up to it. */
  head: number;
  /** Looks at what is committed; answers whether a commit was notified since. */
  look(): Promise<boolean>;
  wrong(what: string): void;
  /** Throws what was found wrong. */
  check(): void;
};

const processesMax = 3;
const starts = ['2026-11-16T10:00:00Z', '2026-11-17T03:30:00Z', '2026-11-30T23:58:30Z', '2026-10-25T00:59:00Z'];
/** Clients that retry stay within the five minutes in which activities are judged together. */
const stepMicrosMax = 20_000;

export async function openWorld(seed: number): Promise<{ world: World; close(): Promise<void> }> {
  const random = createRandom(seed);
  const database = await freshDatabase();
  const control = new Client({ connectionString: database.url });
  await control.connect();
  await control.query(`set timezone = 'UTC'`);
  const name = new URL(database.url).pathname.slice(1);
  await control.query(`alter database ${name} set lock_timeout = '5s'`); // a step that would wait for another fails
  await control.query(`alter database ${name} set synchronous_commit = off`); // the server itself does not die here
  const databases: Database[] = [];
  const processes = random.between(2, processesMax);
  for (let place = 0; place < processes; place += 1) databases.push(await openDatabase({ url: database.url }, () => {}));

  let now = parseInstant(random.pick(starts))!;
  let faultsLeft = random.chance(0.1) ? 0 : random.between(4, 20);
  const weights = Object.fromEntries(stepKinds.map((kind) => [kind, 2 ** (random.fraction() * 5 - 2)])) as Record<StepKind, number>;
  weights.statement *= 4; // transactions of many statements would hold back what goes on around them
  const clock = random.split();
  const ids = random.split();
  const scheduler = createScheduler(random.split(), weights, () => (now += clock.between(1, stepMicrosMax)));
  const organisation = { id: ids.newId(), timeZone: 'Europe/Berlin' };
  await control.query('select create_organisation($1, $2, $3, $4)', [
    organisation.id,
    'simulated',
    organisation.timeZone,
    formatInstant(now),
  ]);
  await control.query(`select make_activity_partitions($1, 1)`, [formatInstant(now - 10 * microsPerMinute).slice(0, 7) + '-01']);
  await control.query('listen lapwing_log');
  let notified = 0;
  control.on('notification', () => (notified += 1));
  const found: string[] = [];

  const world: World = {
    seed,
    random,
    scheduler,
    organisation,
    databases,
    control,
    lives: databases.map(() => null),
    now: () => now,
    newId: ids.newId,
    fault(probability) {
      const happens = random.chance(probability) && faultsLeft > 0;
      if (happens) faultsLeft -= 1;
      return happens;
    },
    calm: () => void (faultsLeft = 0),
    head: 0,
    async look() {
      const { rows } = await control.query<{ seq: string; entries: string }>(
        `select seq, (select count(*) from log_entry e where e.organisation_id = h.organisation_id) as entries
         from log_head h where organisation_id = $1`,
        [organisation.id],
      );
      const [head] = rows;
      if (head!.seq !== head!.entries) world.wrong(`the log head is ${head!.seq} and there are ${head!.entries} entries`);
      if (Number(head!.seq) < world.head) world.wrong(`the log head went back from ${world.head} to ${head!.seq}`);
      if (Number(head!.seq) > world.head && notified === 0) world.wrong(`nobody was notified of ${head!.seq}`);
      world.head = Number(head!.seq);
      const isNotified = notified > 0;
      notified = 0;
      return isNotified;
    },
    wrong: (what) => void found.push(what),
    check() {
      if (found.length > 0) throw new Error(found.slice(0, 10).join('\n'));
    },
  };
  return {
    world,
    async close() {
      for (const life of world.lives) await life?.kill();
      await control.end();
      for (const one of databases) await one.close();
      await database.drop();
    },
  };
}

/** What the driver says of a line that is cut. */
export function cutConnection(): Error {
  const error = new Error('Connection terminated unexpectedly');
  if (outageOf(error) !== 'UNAVAILABLE') throw new Error('the service does not know this for a cut connection');
  return error;
}
