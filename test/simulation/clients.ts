import { isDataError, outageOf } from '../../src/db/failures.ts';
import type { ActivityDraft } from '../../src/recorder/draft.ts';
import type { Tracked } from '../../src/recorder/idempotency.ts';
import type { Receipt } from '../../src/recorder/judge.ts';
import { backlogActivitiesMax } from '../../src/recorder/recorder.ts';
import { RequestError } from '../../src/errors.ts';
import type { Request } from './activities.ts';
import { createRequests } from './activities.ts';
import type { Life } from './process.ts';
import type { World } from './world.ts';

/** Services that track activities, each until it has a receipt for all it sent, at whichever process answers. */

/** What was answered: to be found in the tables, once, when all is over. */
export type Answers = {
  drafts: ReadonlyMap<string, ActivityDraft>;
  /** Ids of activities by idempotency key. */
  receipts: Map<string, string>;
  /** Keys whose receipt said that this was the first time. */
  first: Set<string>;
  overloads: number;
};

type Outcome = { receipts: Receipt[] } | { refused: unknown } | 'died';
const clientsMax = 4;

export function startClients(world: World): { answers: Answers; done: Promise<unknown>; probe(): void } {
  const requests = createRequests(world.random.split());
  const answers: Answers = { drafts: requests.all, receipts: new Map(), first: new Set(), overloads: 0 };
  const requestsMax = world.random.pick([3, 3, 4, 9]); // a long run now and then: most of what goes wrong shows in short ones
  const clients = Array.from({ length: world.random.between(2, clientsMax) }, async (_, number) => {
    const name = `client ${number}`;
    for (let left = world.random.between(2, requestsMax); left > 0; left -= 1) {
      if (world.random.chance(0.05)) await sendBurst(world, answers, name, requests.single(world.now()));
      else await sendUntilAnswered(world, answers, name, requests.next(world.now()));
    }
  });
  return {
    answers,
    done: Promise.all(clients),
    /** When all is calm again: every process judges once more, from what it remembers. */
    probe() {
      for (const life of world.lives) {
        const { drafts } = requests.probe(world.now());
        if (!life) continue;
        track(world, life, drafts).then(
          (receipts) => keep(world, answers, drafts, receipts),
          (error: unknown) => world.wrong(`${life.name} failed when all was calm: ${String(error)}`),
        );
      }
    },
  };
}

async function sendUntilAnswered(world: World, answers: Answers, name: string, request: Request): Promise<void> {
  for (;;) {
    const copies = world.random.chance(0.15) ? 2 : 1;
    const sent = Array.from({ length: copies }, () => send(world, answers, name, request.drafts));
    const outcomes = await Promise.all(sent);
    for (const outcome of outcomes) if (outcome !== 'died') judge(world, name, request, outcome);
    if (outcomes.some((outcome) => outcome !== 'died' && ('receipts' in outcome || isDataError(outcome.refused)))) return;
  }
}

async function send(world: World, answers: Answers, name: string, drafts: readonly ActivityDraft[]): Promise<Outcome> {
  const life = await reach(world, `${name} sends ${drafts.length}`);
  const outcome = await answerOf(life, track(world, life, drafts));
  world.scheduler.note(`${name} hears from ${life.name}: ${told(outcome)}`);
  if (outcome !== 'died' && 'receipts' in outcome) keep(world, answers, drafts, outcome.receipts);
  return outcome;
}

/** No key is used for two activities here, so that none may be refused for that. */
async function track(world: World, life: Life, drafts: readonly ActivityDraft[]): Promise<Receipt[]> {
  const tracked: readonly Tracked[] = await life.recorder.track(world.organisation, drafts);
  return tracked.map((one) => {
    if (!('activity' in one)) throw new Error('a key is said to stand for another activity, or the settings to have changed');
    return one;
  });
}

/** The process that a client gets to when its turn comes. */
export async function reach(world: World, name: string): Promise<Life> {
  const alive = () => world.lives.filter((life) => life !== null);
  const life = Promise.withResolvers<Life>();
  await world.scheduler.park({ kind: 'client', owner: world, name, mayRun: () => alive().length > 0 }, async () => {
    const reached = world.random.pick(alive());
    life.resolve(reached);
    return reached.name;
  });
  return life.promise;
}

export function answerOf<T>(life: Life, answer: Promise<T>): Promise<{ receipts: T } | { refused: unknown } | 'died'> {
  return Promise.race([
    answer.then(
      (receipts) => ({ receipts }),
      (refused: unknown) => ({ refused }),
    ),
    life.died,
  ]);
}

export const isRetryable = (error: unknown) => outageOf(error) !== null || (error instanceof RequestError && error.code === 'OVERLOADED');

function told(outcome: Outcome): string {
  if (outcome === 'died') return 'nothing';
  if ('receipts' in outcome)
    return `receipts ${outcome.receipts.map(({ activity, duplicate }) => `${activity.seq}${duplicate ? '=' : ''}`).join(' ')}`;
  return isDataError(outcome.refused) ? 'refused' : 'try again';
}

function judge(world: World, name: string, { drafts, poisoned }: Request, outcome: Exclude<Outcome, 'died'>): void {
  if ('receipts' in outcome) {
    if (poisoned) world.wrong(`${name} got receipts for what cannot be stored`);
    if (outcome.receipts.length !== drafts.length) world.wrong(`${name} got ${outcome.receipts.length} receipts for ${drafts.length}`);
  } else if (!(isRetryable(outcome.refused) || (poisoned && isDataError(outcome.refused)))) {
    world.wrong(`${name} was refused: ${outcome.refused instanceof Error ? outcome.refused.stack : String(outcome.refused)}`);
  }
}

function keep(world: World, answers: Answers, drafts: readonly ActivityDraft[], receipts: readonly Receipt[]): void {
  drafts.forEach(({ key: sent, user, type, occurredAt }, place) => {
    const { activity, duplicate } = receipts[place]!;
    const key = sent!.id;
    const earlier = answers.receipts.get(key);
    if (earlier !== undefined && earlier !== activity.id) world.wrong(`${key} is ${earlier} in one receipt and ${activity.id} in another`);
    answers.receipts.set(key, activity.id);
    if (!duplicate && answers.first.has(key)) world.wrong(`${key} was recorded for the first time twice`);
    if (!duplicate) answers.first.add(key);
    if (activity.seq > world.head) world.wrong(`the receipt of ${key} names line ${activity.seq}, and ${world.head} are committed`);
    if (activity.type !== type || activity.occurredAt !== occurredAt)
      world.wrong(`the receipt of ${key} of ${user} is about another activity`);
  });
}

/** More at once than may wait: the second half is told to come again, the first is one activity with one key. */
async function sendBurst(world: World, answers: Answers, name: string, draft: ActivityDraft): Promise<void> {
  const half = Array.from({ length: backlogActivitiesMax / 2 + 1 }, () => draft);
  for (;;) {
    const life = await reach(world, `${name} sends a burst`);
    const first = answerOf(life, track(world, life, half));
    const second = await answerOf(life, track(world, life, half));
    const isOverloaded =
      second !== 'died' && 'refused' in second && second.refused instanceof RequestError && second.refused.code === 'OVERLOADED';
    if (!isOverloaded) world.wrong(`${name} sent more than may wait, and was not told`);
    answers.overloads += 1;
    const outcome = await first;
    world.scheduler.note(`${name} hears from ${life.name}: ${outcome !== 'died' && 'receipts' in outcome ? 'receipts' : 'no receipts'}`);
    if (outcome === 'died') continue;
    judge(world, name, { drafts: half, poisoned: false }, outcome);
    if ('receipts' in outcome) return keep(world, answers, [draft], outcome.receipts.slice(0, 1));
  }
}
