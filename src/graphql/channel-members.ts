import type { LogItem } from '../recorder/batch.ts';
import type { Lagged, Living } from '../recorder/hub.ts';
import { createBacklog, type Budget } from './backlog.ts';
import type { Frame, Joining, Shared } from './channels.ts';

/** `next` is the first of the frames the channel makes that it was not given; `position` the last item it was. */
type Member = Joining & { position: number; next: number; state: 'LIVE' | 'BEHIND' | 'LAGGING'; over: PromiseWithResolvers<Lagged | null> };

type Deps = {
  shows: Shared['shows'];
  /** How many items are still to be made frames of, or never will be. */
  pending(): number;
  /** The last one has left. */
  empty(): void;
};

/** Who is in a channel: each gets its frames as fast as its own socket takes them. */
export function createMembers(budget: Budget, { shows, pending, empty }: Deps) {
  const members = new Set<Member>();
  const backlog = createBacklog<Member>(budget);

  const leave = (member: Member, ending: Lagged | null) => {
    if (!members.delete(member)) return;
    backlog.release(member);
    member.over.resolve(ending);
    if (members.size === 0) empty();
  };
  const lag = (member: Member) =>
    leave(member, { kind: 'LAGGED', position: member.position, missed: backlog.made() + pending() - member.next });

  /** `first` is the number of the first of these frames, `end` that after the last one. */
  const advance = (member: Member, frames: readonly Frame[], first: number, end: number) => {
    if (member.access.ended()) return leave(member, null);
    give(member, frames, first, shows);
    if (member.next === end) {
      if (member.state !== 'LIVE') backlog.release(member);
      member.state = 'LIVE';
      return;
    }
    member.state = 'BEHIND';
    backlog.hold(member);
    member.outlet.whenReady(() => catchUp(member));
  };
  const catchUp = (member: Member) => {
    if (!members.has(member)) return;
    if (member.state === 'LAGGING') return lag(member);
    advance(member, backlog.frames, backlog.first(), backlog.made());
  };

  return {
    join(this: void, position: number, joining: Joining): Living {
      const over = Promise.withResolvers<Lagged | null>();
      const member: Member = { ...joining, position, next: backlog.made(), state: 'LIVE', over };
      members.add(member);
      return { take: () => over.promise, stop: () => leave(member, null) };
    },
    handOut(frames: readonly Frame[]): void {
      const first = backlog.made();
      for (const member of members) if (member.state === 'LIVE') advance(member, frames, first, first + frames.length);
      for (const member of backlog.add(frames)) member.state = 'LAGGING';
    },
    /** Ends those whose access this item ends, before anything of it or after it. */
    review(item: LogItem): void {
      for (const member of members) if (member.access.endsAt(item)) leave(member, null);
    },
    /** Of those that are slow each is told once its socket takes it. */
    lagAll(): void {
      for (const member of members) {
        if (member.state === 'LIVE') lag(member);
        else member.state = 'LAGGING';
      }
    },
    /** Lets go of the frames that wait for slow members, who read on from the log. */
    dropWaiting(): void {
      for (const member of members) {
        if (member.state === 'LIVE') continue;
        member.state = 'LAGGING';
        backlog.release(member);
      }
    },
    failAll(this: void, error: unknown): void {
      for (const member of members) {
        member.over.reject(error);
        leave(member, null);
      }
    },
  };
}

/** Gives a member what its socket takes of what it is still due, and counts that. */
function give(member: Member, frames: readonly Frame[], first: number, shows: Shared['shows']): void {
  const isDue = ({ seq, owner }: Frame) => seq > member.position && shows?.(owner) !== false;
  let at = member.next - first;
  for (let full = false; !full && at < frames.length;) {
    const from = at;
    while (at < frames.length && isDue(frames[at]!)) at += 1;
    const sent = at > from ? member.outlet.send(frames, from, at) : 0;
    full = sent < at - from;
    at = from + sent;
    if (sent > 0) member.position = frames[at - 1]!.seq;
    member.delivered(sent);
    while (!full && at < frames.length && !isDue(frames[at]!)) at += 1;
  }
  member.next = first + at;
}
