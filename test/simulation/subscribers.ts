import type { LogItem } from '../../src/recorder/batch.ts';
import type { Lagged } from '../../src/recorder/hub.ts';
import { answerOf, reach } from './clients.ts';
import type { Life } from './process.ts';
import type { World } from './world.ts';

/** Follows the log, goes away now and then, and comes back with its cursor, to whichever process there is. */
export type Subscriber = { name: string; from: number; items: LogItem[] };

type Items = AsyncIterableIterator<LogItem | Lagged>;
const subscribersMax = 4;
const leavesMax = 4;
const lingerChance = 0.2;

export function startSubscribers(world: World): { subscribers: Subscriber[]; leave(): void } {
  const count = world.random.between(2, subscribersMax);
  const subscribers = Array.from({ length: count }, (_, number): Subscriber => ({ name: `subscriber ${number}`, from: 0, items: [] }));
  let isOver = false;
  const current = new Set<Items>();
  for (const subscriber of subscribers) {
    void keepFollowing(world, subscriber, current, () => isOver).catch((error: unknown) => {
      world.wrong(`${subscriber.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    });
  }
  return {
    subscribers,
    leave() {
      isOver = true;
      for (const items of current) void items.return?.();
    },
  };
}

async function keepFollowing(world: World, subscriber: Subscriber, current: Set<Items>, isOver: () => boolean): Promise<void> {
  let leaves = world.random.between(0, leavesMax);
  const life = await reach(world, `${subscriber.name} comes`);
  if (world.random.chance(0.5)) subscriber.from = world.head; // a cursor that another process may have given
  await follow(world, subscriber, life, leaves > 0, current);
  while (!isOver()) {
    leaves -= 1;
    await follow(world, subscriber, await reach(world, `${subscriber.name} comes back`), leaves > 0, current);
  }
}

async function follow(world: World, subscriber: Subscriber, life: Life, leavesAgain: boolean, current: Set<Items>): Promise<void> {
  const items: Items = life.hub.follow(world.organisation.id, subscriber.items.at(-1)?.seq ?? subscriber.from, () => true);
  const gone = { away: false };
  current.add(items);
  if (leavesAgain) {
    void world.scheduler.park({ kind: 'subscriber', owner: gone, name: `${subscriber.name} leaves` }, async () => {
      gone.away = true;
      void items.return?.();
    });
  }
  for (;;) {
    const step = await answerOf(life, items.next());
    if (step === 'died' || 'refused' in step || step.receipts.done || gone.away) break;
    take(world, subscriber, step.receipts.value);
    if (world.random.chance(lingerChance)) {
      await world.scheduler.park({ kind: 'subscriber', owner: subscriber, name: `${subscriber.name} reads on` }, async () => {});
    }
  }
  current.delete(items);
  world.scheduler.drop(gone);
}

function take(world: World, { name, from, items }: Subscriber, item: LogItem | Lagged): void {
  if (item.kind === 'LAGGED') return world.wrong(`${name} lagged`);
  const before = items.at(-1)?.seq ?? from;
  if (item.seq !== before + 1) world.wrong(`${name} got line ${item.seq} after line ${before}`);
  if (item.seq > world.head) world.wrong(`${name} got line ${item.seq}, and ${world.head} are committed`);
  items.push(item);
  world.scheduler.note(`${name} gets ${item.seq}`);
}
