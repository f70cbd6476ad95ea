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
  /**
   * Items with `seq` greater than `after` (null: from now on) that `wants` lets through. What comes once the log is replayed
   * is taken from `goLive`, by default from a queue of the subscriber's own. Ends after a `Lagged`.
   */
  follow(
    organisationId: string,
    after: number | null,
    wants: (item: LogItem) => boolean,
    goLive?: (seam: Seam) => Living,
  ): AsyncIterableIterator<LogItem | Lagged>;
  /** Ends every subscription. */
  close(): void;
};

/** This subscriber was too slow: `position` is the last item it was given, `missed` how many it wanted after that. */
export type Lagged = { kind: 'LAGGED'; position: number; missed: number };

/**
 * Where a replay has come to the end of what is published here: all up to `position` was handed over. Whoever listens in the
 * very turn in which it gets its seam hears every item after that, and none twice.
 */
export type Seam = { position: number; listen(listener: Listener): () => void };

/** Hears what is published, a commit at a time and without an await, so that nothing comes between two of its items. */
export type Listener = (items: readonly LogItem[]) => void;

/** What a subscriber is given once it is live. `take` resolves with null when that is over, at once after `stop`. */
export type Living = { take(): Promise<LogItem | Lagged | null>; stop(): void };

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

type Subscriber = { closed: boolean; living: Living | null };
/** One organisation's log as far as it is published here. `tail` is the end of the steps taken one after another. */
type Feed = { organisationId: string; position: number; live: Set<Listener>; tail: Promise<void>; waking: boolean };

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
    follow(organisationId, after, wants, goLive = (seam) => ownQueue(seam, wants)) {
      const subscriber: Subscriber = { closed: false, living: null };
      subscribers.add(subscriber);
      deps.following(subscribers.size);
      const stop = () => {
        if (subscribers.delete(subscriber)) deps.following(subscribers.size);
        end(subscriber);
      };
      return endable(
        itemsOf(deps, () => feedOf(organisationId), subscriber, { after, wants, goLive }),
        stop,
      );
    },
    close() {
      isClosed = true;
      for (const subscriber of subscribers) end(subscriber);
    },
  };
}

function end(subscriber: Subscriber): void {
  subscriber.closed = true;
  subscriber.living?.stop();
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
  const fresh = items[0] && items[0].seq > feed.position ? items : items.filter(({ seq }) => seq > feed.position);
  if (fresh.length > 0) for (const listener of feed.live) listener(fresh);
  feed.position = Math.max(feed.position, upTo);
}

type Following = { after: number | null; wants(item: LogItem): boolean; goLive(seam: Seam): Living };

/** First what was missed, from the log; then, from the very item where that ends, what is published. */
async function* itemsOf(
  deps: HubDeps,
  open: () => Promise<Feed>,
  subscriber: Subscriber,
  { after, wants, goLive }: Following,
): AsyncGenerator<LogItem | Lagged> {
  const feed = await open();
  let position = after ?? feed.position;
  while (position < feed.position && !subscriber.closed) {
    const end = Math.min(feed.position, position + pageEntriesMax);
    for (const item of await deps.readItems(feed.organisationId, position, end)) {
      if (wants(item)) yield item;
    }
    position = end;
  }
  if (subscriber.closed) return;
  const living = goLive({ position, listen: (listener) => listenTo(feed, listener) });
  subscriber.living = living;
  deps.wentLive();
  try {
    for (;;) {
      const item = await living.take();
      if (item === null) return;
      yield item;
      if (item.kind === 'LAGGED') return;
    }
  } finally {
    living.stop();
  }
}

function listenTo(feed: Feed, listener: Listener): () => void {
  feed.live.add(listener);
  return () => void feed.live.delete(listener);
}

/** A queue for one subscriber. Items up to the seam are passed over: a cursor of another process may be ahead of what is published here. */
function ownQueue(seam: Seam, wants: (item: LogItem) => boolean): Living {
  const queue: LogItem[] = [];
  let { position } = seam;
  let missed = 0;
  let over = false;
  let wake = () => {};
  const unlisten = seam.listen((items) => {
    for (const item of items) {
      // What waits may be about whoever is erased: this subscriber reads it again, from the log.
      if (item.kind === 'USER_ERASED') missed += queue.splice(0).length;
      if (item.seq <= seam.position || !wants(item)) continue;
      if (missed > 0 || queue.length >= queueItemsMax) missed += 1;
      else queue.push(item);
    }
    wake();
  });
  return {
    async take() {
      while (!over) {
        const item = queue.shift();
        if (item) position = item.seq;
        if (item) return item;
        if (missed > 0) return { kind: 'LAGGED', position, missed };
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return null;
    },
    stop() {
      over = true;
      unlisten();
      wake();
    },
  };
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
