import { changesAccess, type LogItem } from '../recorder/batch.ts';
import { queueItemsMax, type Lagged, type Living, type Seam } from '../recorder/hub.ts';
import { createBacklog, type Budget } from './backlog.ts';
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

/** What a transport that can share gives a subscription: `key` is equal where operation, variables and what may be seen are. */
export type Sharing = { channels: Channels; key: string; outlet: Outlet; render(event: object): Promise<Rendered> };

export type Joining = { access: StreamAccess; outlet: Outlet; delivered(frames: number): void };

/** `next` is the first of the frames the channel makes that it was not given; `position` the last item it was. */
type Member = Joining & { position: number; next: number; state: 'LIVE' | 'BEHIND' | 'LAGGING'; over: PromiseWithResolvers<Lagged | null> };

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
  const members = new Set<Member>();
  const queue: LogItem[] = [];
  const backlog = createBacklog<Member>(budget);
  let working = false;
  let pending = 0;
  /** Items the channel itself had no room for: then it takes nobody in, and all in it lag. */
  let dropped = 0;

  const leave = (member: Member, ending: Lagged | null) => {
    if (!members.delete(member)) return;
    backlog.release(member);
    member.over.resolve(ending);
    if (members.size > 0) return;
    unlisten();
    closed();
    queue.length = 0;
  };
  const lag = (member: Member) =>
    leave(member, { kind: 'LAGGED', position: member.position, missed: backlog.made() + pending + dropped - member.next });

  const give = (member: Member, frames: readonly Frame[], first: number) => {
    const { outlet, access } = member;
    let at = member.next - first;
    for (let full = false; !full && at < frames.length;) {
      if (access.ended()) return leave(member, null);
      const isDue = ({ seq, owner }: Frame) => seq > member.position && shared.shows?.(owner) !== false;
      const from = at;
      while (at < frames.length && isDue(frames[at]!)) at += 1;
      const sent = at > from ? outlet.send(frames, from, at) : 0;
      full = sent < at - from;
      at = from + sent;
      if (sent > 0) member.position = frames[at - 1]!.seq;
      member.delivered(sent);
      while (!full && at < frames.length && !isDue(frames[at]!)) at += 1;
    }
    member.next = first + at;
  };
  /** `end` is the number after the newest frame. */
  const settle = (member: Member, end: number) => {
    if (!members.has(member)) return;
    if (member.next === end) {
      member.state = 'LIVE';
      return backlog.release(member);
    }
    member.state = 'BEHIND';
    backlog.hold(member);
    member.outlet.whenReady(() => catchUp(member));
  };
  const catchUp = (member: Member) => {
    if (!members.has(member)) return;
    if (member.state === 'LAGGING') return lag(member);
    give(member, backlog.frames, backlog.first());
    settle(member, backlog.made());
  };
  const handOut = (frames: readonly Frame[]) => {
    const first = backlog.made();
    for (const member of members) {
      if (member.state !== 'LIVE') continue;
      give(member, frames, first);
      settle(member, first + frames.length);
    }
    for (const member of backlog.add(frames)) member.state = 'LAGGING';
  };

  const frameOf = async (item: LogItem): Promise<Frame | null> => {
    const rendered = await shared.render(item);
    return rendered && { ...rendered, seq: item.seq, owner: shared.ownerOf(item) };
  };
  const work = async () => {
    working = true;
    while (queue.length > 0) {
      const items = queue.splice(0, framesAtOnceMax);
      const frames = await Promise.all(items.map(frameOf));
      pending -= items.length;
      handOut(frames.filter((frame) => frame !== null));
    }
    working = false; // without an await after the last look at the queue, or an item would wait for the next one
    if (dropped > 0) for (const member of members) if (member.state === 'LIVE') lag(member);
  };
  const fail = (error: unknown) => {
    for (const member of members) {
      member.over.reject(error);
      leave(member, null);
    }
  };

  const unlisten = seam.listen((items) => {
    for (const item of items) {
      if (changesAccess(item)) for (const member of members) if (member.access.endsAt(item)) leave(member, null);
      if (!shared.wants(item)) continue;
      if (dropped > 0 || queue.length >= queueItemsMax) {
        if (dropped === 0) closed();
        dropped += 1;
      } else {
        queue.push(item);
        pending += 1;
      }
    }
    if (!working && queue.length > 0) work().catch(fail);
  });

  return {
    join(position, joining) {
      const member: Member = { ...joining, position, next: backlog.made(), state: 'LIVE', over: Promise.withResolvers<Lagged | null>() };
      members.add(member);
      return { take: () => member.over.promise, stop: () => leave(member, null) };
    },
  };
}
