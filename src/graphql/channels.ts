import { changesAccess, type LogItem } from '../recorder/batch.ts';
import { queueItemsMax, type Living, type Seam } from '../recorder/hub.ts';
import type { Budget } from './backlog.ts';
import { createMembers } from './channel-members.ts';
import type { StreamAccess } from './stream-access.ts';

/**
 * Live subscriptions that ask the same and see the same: they follow the log once, and each item is executed and serialised
 * once for all of them. What each keeps is its place, its access and its socket; a slow one holds up nobody.
 */
export type Channels = {
  /** Enters the channel with this key, in the turn of the seam; `shared` opens it where there is none. */
  join(key: string, seam: Seam, shared: Shared, member: Joining): Living;
};

/** What is the same for all of a channel, taken from whoever opened it. */
export type Shared = {
  /** Whether the channel delivers an item. Called for every item, in log order. */
  wants(item: LogItem): boolean;
  ownerOf(item: LogItem): string | null;
  /** Whether items of this owner are still to be seen; null: everybody's are. */
  shows: ((owner: string | null) => boolean) | null;
  /** Executes an item; null where it went out of sight meanwhile. */
  render(item: LogItem): Promise<Rendered | null>;
};

/** The result of one item as JSON, and the codes of the errors in it. */
export type Rendered = { payload: Buffer; errorCodes: readonly string[] };
export type Frame = Rendered & { seq: number; owner: string | null };

/** Where the frames of one subscription go. */
export type Outlet = {
  /** Sends frames `from` ≤ n < `to` as far as there is room, and says how many. */
  send(frames: readonly Frame[], from: number, to: number): number;
  /** Calls back once when there is room again. */
  whenReady(ready: () => void): void;
};

/** `resultKey` is equal also where another filter chooses other items: one that several choose is executed once. What a transport that can share gives a subscription: `key` is equal where operation, variables and what may be seen are. */
export type Sharing = { channels: Channels; key: string; resultKey: string; outlet: Outlet; render(event: object): Promise<Rendered> };

export type Joining = { access: StreamAccess; outlet: Outlet; delivered(frames: number): void };

/** Most items executed at a time, and most frames of one write: a burst should not take all connections to the database. */
const framesAtOnceMax = 32;

export function createChannels(): Channels {
  const open = new Map<string, Channel>();
  const budget: Budget = { bytes: 0 };
  return {
    join(key, seam, shared, joining) {
      const known = open.get(key);
      if (known) return known.join(seam.position, joining);
      const channel: Channel = createChannel(shared, seam, budget, () => {
        if (open.get(key) === channel) open.delete(key);
      });
      open.set(key, channel);
      return channel.join(seam.position, joining);
    },
  };
}

type Channel = { join(position: number, joining: Joining): Living };

/**
 * A subscription joins in the very turn in which it has seen all that the hub has published. So every later item is offered
 * to the channel with the newcomer in it, and whatever the channel is still working on lies at or before the newcomer's
 * position and is passed over for it: nothing is missing and nothing comes twice. `closed` hears when nobody is to join any more.
 */
function createChannel(shared: Shared, seam: Seam, budget: Budget, closed: () => void): Channel {
  const queue: LogItem[] = [];
  let working = false;
  let pending = 0;
  /** Items there was no room for: then the channel takes nobody in, and all in it lag. */
  let dropped = 0;

  let erasures = 0;

  const members = createMembers(budget, {
    shows: shared.shows,
    pending: () => pending + dropped,
    empty() {
      unlisten();
      closed();
      queue.length = 0;
    },
  });
  const frameOf = async (item: LogItem): Promise<Frame | null> => {
    const rendered = await shared.render(item);
    return rendered && { ...rendered, seq: item.seq, owner: shared.ownerOf(item) };
  };
  const work = async () => {
    working = true;
    while (queue.length > 0) {
      const items = queue.splice(0, framesAtOnceMax);
      const begun = erasures;
      const frames = await Promise.all(items.map(frameOf));
      if (begun !== erasures) continue;
      pending -= items.length;
      members.handOut(frames.filter((frame) => frame !== null));
    }
    working = false; // without an await after the last look at the queue, or an item would wait for the next one
    if (dropped > 0) members.lagAll();
  };
  /** What waits may be about whoever is erased: all it waits for lag, and read it again from the log. */
  const dropWaiting = () => {
    erasures += 1;
    members.dropWaiting();
    if (!working) return;
    if (dropped === 0) closed();
    dropped += pending;
    pending = 0;
    queue.length = 0;
  };
  const unlisten = seam.listen((items) => {
    for (const item of items) {
      if (item.kind === 'USER_ERASED') dropWaiting();
      if (changesAccess(item)) members.review(item);
      if (!shared.wants(item)) continue;
      if (dropped === 0 && queue.length < queueItemsMax) {
        queue.push(item);
        pending += 1;
      } else {
        if (dropped === 0) closed();
        dropped += 1;
      }
    }
    if (!working && queue.length > 0) work().catch(members.failAll);
  });

  return { join: members.join };
}
