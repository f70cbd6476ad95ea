import { LRUCache } from 'lru-cache';
import { isStorable } from '../domain/text.ts';
import type { LogItem } from './batch.ts';
import type { Hub, Lagged } from './hub.ts';

/**
 * Which sessions administrators have terminated, kept in memory for services that ask before every action of a user.
 * Terminated is for good: an organisation's ids are read when it is first asked about, and from then on only added to, as
 * its log tells of more, until somebody is erased.
 */
export type TerminatedSessions = {
  isTerminated(organisationId: string, externalId: string): Promise<boolean>;
  /** Takes in what this process has just committed, so that whoever was told of a termination here finds it here at once. */
  note(organisationId: string, items: readonly LogItem[]): void;
  close(): void;
};

export type TerminatedSessionsDeps = {
  hub: Hub;
  /** External ids of the newest `max` terminated sessions, newest first; they lack none that was terminated up to `seq`. */
  readTerminated(organisationId: string, max: number): Promise<{ seq: number; externalIds: string[] }>;
  wasTerminated(organisationId: string, externalId: string): Promise<boolean>;
  failed(error: unknown): void;
};

/** Most ids kept of one organisation, the newest; of others the database is asked, which takes longer. */
export const idsMax = 500_000;
/** Most ids kept of all organisations, in about 80 MB; the organisations that were asked about longest ago are let go of. */
export const idsOfAllMax = 1_000_000;
/** Most organisations kept, for each is also one more that follows a log. */
const organisationsMax = 1_000;

type Following = ReturnType<Hub['follow']>;
/** `complete`: there are no others. Both are to be looked at once `following` has resolved. */
type Known = { ids: Set<string>; complete: boolean; following: Promise<Following> };

export function createTerminatedSessions(deps: TerminatedSessionsDeps): TerminatedSessions {
  const organisations = new LRUCache<string, Known>({
    max: organisationsMax,
    dispose: ({ following }) =>
      void following.then(
        (items) => items.return?.(),
        () => undefined, // whoever asked has been told
      ),
  });
  const makeRoom = () => {
    const held = () => [...organisations.values()].reduce((sum, { ids }) => sum + ids.size, 0);
    while (held() > idsOfAllMax) organisations.pop();
  };
  const knownOf = (organisationId: string): Known => {
    const held = organisations.get(organisationId);
    if (held) return held;
    const known = open(deps, organisationId);
    organisations.set(organisationId, known);
    // However the following ends, by a failure or because it lagged: the next one to ask finds nothing here and reads anew.
    const forget = () => {
      if (organisations.peek(organisationId) === known) organisations.delete(organisationId);
    };
    known.following.then((items) => keepUp(known, items, makeRoom).catch(deps.failed).finally(forget), forget);
    return known;
  };

  return {
    async isTerminated(organisationId, externalId) {
      const known = knownOf(organisationId);
      await known.following;
      if (known.ids.has(externalId)) return true;
      return !known.complete && isStorable(externalId) && deps.wasTerminated(organisationId, externalId);
    },
    note(organisationId, items) {
      const known = organisations.peek(organisationId);
      if (known) for (const item of items) noteItem(known, item);
      if (items.some(forgets)) organisations.delete(organisationId);
    },
    close: () => organisations.clear(),
  };
}

function open({ hub, readTerminated }: TerminatedSessionsDeps, organisationId: string): Known {
  const known = { ids: new Set<string>(), complete: true };
  const read = async () => {
    const { seq, externalIds } = await readTerminated(organisationId, idsMax + 1);
    for (const externalId of externalIds.reverse()) add(known, externalId);
    return hub.follow(organisationId, seq, (item) => item.kind === 'SESSION_TERMINATED' || forgets(item));
  };
  return Object.assign(known, { following: read() });
}

/** The log brings what other processes commit. What this one commits comes a second time: the hub may be reading before it. */
async function keepUp(known: Known, items: Following, makeRoom: () => void): Promise<void> {
  makeRoom();
  for await (const item of items) {
    if (forgets(item)) return;
    noteItem(known, item);
    makeRoom();
  }
}

/** The sessions of whoever is erased are nobody's: those that are left are read anew. */
const forgets = ({ kind }: LogItem | Lagged) => kind === 'USER_ERASED';

function noteItem(known: Known, item: LogItem | Lagged): void {
  if (item.kind === 'SESSION_TERMINATED') add(known, item.sessionRow.externalId);
}

/** Adds the newest, in exchange for the oldest where there are too many: a set keeps the order in which they came. */
function add(known: Pick<Known, 'ids' | 'complete'>, externalId: string): void {
  known.ids.add(externalId);
  if (known.ids.size <= idsMax) return;
  const [oldest] = known.ids;
  known.ids.delete(oldest!);
  known.complete = false;
}
