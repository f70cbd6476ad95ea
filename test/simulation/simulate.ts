import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkAnswers, checkAudits, checkCounts, checkLog, checkSecretUsages, checkStream } from './checks.ts';
import { startClients } from './clients.ts';
import { makeTrouble, startOperators } from './operators.ts';
import { startProcess } from './process.ts';
import { checkReplay } from './replay.ts';
import { readState } from './state.ts';
import { startSubscribers } from './subscribers.ts';
import { openWorld } from './world.ts';

export type Run = { seed: number; trace: readonly string[]; head: number; log: string; overloads: number };

const stepsShown = 60;

/** One run. What it throws says with which seed, how to run it again, and what happened at last. */
export async function simulate(seed: number): Promise<Run> {
  const { world, close } = await openWorld(seed);
  const { scheduler } = world;
  const unheard: unknown[] = [];
  const hear = (error: unknown) => void unheard.push(error);
  process.on('unhandledRejection', hear);
  try {
    world.databases.forEach((_, place) => startProcess(world, place));
    const subscriptions = startSubscribers(world);
    const { answers, done: clients, probe } = startClients(world);
    const { audits, done: operators } = startOperators(world);
    const everybody = Promise.all([clients, operators, makeTrouble(world)]).then(() => 'answered' as const);
    everybody.catch((error: unknown) => world.wrong(error instanceof Error ? String(error.stack) : String(error)));
    await scheduler.run(world.check);
    const end = await Promise.race([everybody, new Promise<'waiting'>((resolve) => setImmediate(() => resolve('waiting')))]);
    if (end === 'waiting') throw new Error('somebody waits for an answer, and nothing goes on');
    const { subscribers } = subscriptions;
    for (const { name, from, items } of subscribers) {
      const seen = items.at(-1)?.seq ?? from;
      if (seen < world.head) throw new Error(`${name} has seen ${seen} of ${world.head} lines, and nothing goes on`);
    }
    world.calm();
    probe();
    await scheduler.run(world.check);

    const state = await readState(world.databases[0]!, world.organisation.id);
    checkLog(state);
    checkAnswers(state, answers);
    checkAudits(state, audits);
    checkCounts(state);
    checkSecretUsages(state);
    for (const subscriber of subscribers) checkStream(state, subscriber);
    await checkReplay(world, state, answers.drafts, world.random.chance(0.5));
    subscriptions.leave();
    if (unheard.length > 0) throw new Error(`a rejection that nobody handles: ${String(unheard[0])}`);
    const log = createHash('sha256').update(JSON.stringify(state)).digest('hex');
    return { seed, trace: scheduler.trace, head: world.head, log, overloads: answers.overloads };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const last = scheduler.trace.slice(-stepsShown).join('\n');
    const file = join(tmpdir(), `lapwing-simulation-${seed}.txt`);
    writeFileSync(file, scheduler.trace.join('\n'));
    const replay = `LAPWING_TEST_SEED=${seed} npx vitest run test/simulation`;
    throw new Error(`seed ${seed}: ${message}\n\nThe last steps:\n${last}\n\nAll of them: ${file}\nAgain: ${replay}\n`, { cause });
  } finally {
    process.off('unhandledRejection', hear);
    await close();
  }
}
