import type { LogItem } from './batch.ts';

/**
 * Brings committed log items to subscribers, in log order, without a gap and without repeating one. Items come from this
 * process's own commits in memory; what other processes committed is read from the log when a wake-up tells of it.
 */
export type Hub = {
  /** Hands over what this process has just committed. */
  publish(organisationId: string, items: LogItem[]): void;
  /** Another process may have committed: looks at the log of every organisation that is followed. */
  wake(): void;
  /** Items with `seq` greater than `after` (null: from now on) that `wants` lets through. Ends after a `Lagged`. */
  follow(organisationId: string, after: number | null, wants: (item: LogItem) => boolean): AsyncIterableIterator<LogItem | Lagged>;
  /** Ends every subscription. */
  close(): void;
};

/** This subscriber was too slow: `position` is the last item it was given, `missed` how many it wanted after that. */
export type Lagged = { kind: 'LAGGED'; position: number; missed: number };

export type HubDeps = {
  /** Log items with afterSeq < seq <= upToSeq, in order. */
  readItems(organisationId: string, afterSeq: number, upToSeq: number): Promise<LogItem[]>;
  readHead(organisationId: string): Promise<number>;
  /** Resolves when what this process is committing to the log is published. */
  ownCommit(organisationId: string): Promise<void>;
  failed(error: unknown): void;
  /** Runs this in a moment: what could not be read is read again, for the news that told of it comes once. */
  later(run: () => void): void;
  /** A subscriber has seen what it missed and now gets what comes. */
  wentLive(): void;
  /** How many follow a log now, whenever that changes. */
  following(subscribers: number): void;
};

/**
 * Most items that wait for one subscriber before it is told that it lags. More than two full transactions, so that a burst
 * does not make one lag who keeps reading; the items are shared, so what waits costs a reference each.
 */
export const queueItemsMax = 5_000;
/** Most log entries read at a time, replaying or following other processes. */
export const pageEntriesMax = 500;

/** `from` is where its live items begin: a cursor of another process may be ahead of what is published here. */
type Subscriber = { from: number; wants(item: LogItem): boolean; queue: LogItem[]; missed: number; closed: boolean; wake(): void };
/** One organisation's log as far as it is published here. `tail` is the end of the steps taken one after another. */
type Feed = { organisationId: string; position: number; live: Set<Subscriber>; tail: Promise<void>; waking: boolean };

export function createHub(deps: HubDeps): Hub {
  const feeds = new Map<string, Promise<Feed>>();
  const subscribers = new Set<Subscriber>();

  const feedOf = (organisationId: string): Promise<Feed> => {
    const known = feeds.get(organisationId);
    if (known) return known;
    const opening = openFeed(deps, organisationId);
    feeds.set(organisationId, opening);
    opening.catch(() => feeds.delete(organisationId));
    return opening;
  };
  let isClosed = false;
  const inTurn = (opening: Promise<Feed>, step: (feed: Feed) => Promise<void>) => {
    opening.then((feed) => {
      feed.tail = feed.tail
        .then(() => step(feed))
        .catch((error: unknown) => {
          deps.failed(error);
          deps.later(() => look(opening));
        });
    }, deps.failed);
  };
  const look = (opening: Promise<Feed>) => {
    opening.then((feed) => {
      if (feed.waking || isClosed) return; // one look at the log answers every wake-up before it
      feed.waking = true;
      // The news of an own commit may be here before its items are: they come from memory, as they were then.
      void deps.ownCommit(feed.organisationId).then(() =>
        inTurn(opening, async () => {
          feed.waking = false;
          await readUpTo(deps, feed, await deps.readHead(feed.organisationId));
        }),
      );
    }, deps.failed);
  };

  return {
    publish(organisationId, items) {
      const feed = feeds.get(organisationId);
      if (feed) inTurn(feed, (open) => advance(deps, open, items));
    },
    wake() {
      for (const feed of feeds.values()) look(feed);
    },
    follow(organisationId, after, wants) {
      const subscriber: Subscriber = { from: 0, wants, queue: [], missed: 0, closed: false, wake: () => {} };
      subscribers.add(subscriber);
      deps.following(subscribers.size);
      const stop = () => {
        subscriber.closed = true;
        if (subscribers.delete(subscriber)) deps.following(subscribers.size);
        subscriber.wake();
      };
      return endable(
        itemsOf(deps, () => feedOf(organisationId), subscriber, after),
        stop,
      );
    },
    close() {
      isClosed = true;
      for (const subscriber of subscribers) {
        subscriber.closed = true;
        subscriber.wake();
      }
    },
  };
}

async function openFeed({ readHead }: HubDeps, organisationId: string): Promise<Feed> {
  return { organisationId, position: await readHead(organisationId), live: new Set(), tail: Promise.resolve(), waking: false };
}

/** Publishes what this process committed, after whatever others committed before it. */
async function advance(deps: HubDeps, feed: Feed, items: LogItem[]): Promise<void> {
  await readUpTo(deps, feed, items[0]!.seq - 1);
  deliver(feed, items, items.at(-1)!.seq);
}

async function readUpTo(deps: HubDeps, feed: Feed, seq: number): Promise<void> {
  if (feed.live.size === 0) feed.position = Math.max(feed.position, seq); // nobody listens: those who come later replay
  while (feed.position < seq) {
    const end = Math.min(seq, feed.position + pageEntriesMax);
    deliver(feed, await deps.readItems(feed.organisationId, feed.position, end), end);
  }
}

/** Without an await, so that a subscriber who compares itself with `position` sees a settled log. */
function deliver(feed: Feed, items: LogItem[], upTo: number): void {
  for (const item of items) {
    if (item.seq <= feed.position) continue;
    for (const subscriber of feed.live) offer(subscriber, item);
  }
  feed.position = Math.max(feed.position, upTo);
}

function offer(subscriber: Subscriber, item: LogItem): void {
  if (item.seq <= subscriber.from || !subscriber.wants(item)) return;
  if (subscriber.missed > 0 || subscriber.queue.length >= queueItemsMax) subscriber.missed += 1;
  else subscriber.queue.push(item);
  subscriber.wake();
}

/** First what was missed, from the log; then, from the very item where that ends, what is published. */
async function* itemsOf(
  deps: HubDeps,
  open: () => Promise<Feed>,
  subscriber: Subscriber,
  after: number | null,
): AsyncGenerator<LogItem | Lagged> {
  const feed = await open();
  let position = after ?? feed.position;
  while (position < feed.position && !subscriber.closed) {
    const end = Math.min(feed.position, position + pageEntriesMax);
    for (const item of await deps.readItems(feed.organisationId, position, end)) {
      if (subscriber.wants(item)) yield item;
    }
    position = end;
  }
  subscriber.from = position;
  feed.live.add(subscriber);
  deps.wentLive();
  try {
    while (!subscriber.closed) {
      const item = subscriber.queue.shift();
      if (item) {
        position = item.seq;
        yield item;
      } else if (subscriber.missed > 0) {
        yield { kind: 'LAGGED', position, missed: subscriber.missed };
        return;
      } else
        await new Promise<void>((resolve) => {
          subscriber.wake = resolve;
        });
    }
  } finally {
    feed.live.delete(subscriber);
  }
}

/** A generator that waits inside does not hear `return()`; `stop` wakes it so that it ends at once. */
function endable<T>(items: AsyncGenerator<T>, stop: () => void): AsyncIterableIterator<T> {
  const ended = (step: Promise<IteratorResult<T>>) =>
    step.then(
      (result) => {
        if (result.done) stop();
        return result;
      },
      (error: unknown) => {
        stop();
        throw error;
      },
    );
  return {
    next: () => ended(items.next()),
    return: async () => {
      stop();
      return items.return(undefined);
    },
    throw: async (error) => {
      stop();
      return items.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
