import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { adminKey } from '../harness/service.ts';
import { rows, seqOf } from './harness.ts';
import type { Random } from './traffic.ts';

/** Subscribers who lose their line again and again and each time go on from the last item they have, and what they should have. */

/** `what` an item is about stands in its log entry too, so that a right place with wrong content is seen. */
export type Item = { seq: number; what: string };
type Kind = { query: string; table: string };

const lagged = '... on Lagged { lagged: cursor }';
const ofSessions = `select e.seq, s.external_id as what from log_entry e
  left join activity a on e.kind = 'ACTIVITY' and a.id = e.ref
  join session s on s.id = coalesce(a.session_id, e.ref)
  where e.kind like 'SESSION_%' or a.session_change is not null`;

/** Each kind of stream, and the log entries that it is made of. */
export const streamKinds = {
  activities: {
    query: `subscription($after: Cursor) { item: activityRecorded(after: $after) { ... on ActivityEvent { cursor activity { what: uuid } } ${lagged} } }`,
    table: `select seq, ref::text as what from log_entry where kind = 'ACTIVITY'`,
  },
  'activities of one': {
    query: `subscription($after: Cursor) { item: activityRecorded(after: $after, filter: {user: {eq: "user-1"}}) {
      ... on ActivityEvent { cursor activity { what: uuid } } ${lagged} } }`,
    table: `select e.seq, e.ref::text as what from log_entry e join activity a on a.id = e.ref join "user" u on u.id = a.user_id
      where e.kind = 'ACTIVITY' and u.external_id = 'user-1'`,
  },
  sessions: {
    query: `subscription($after: Cursor) { item: sessionChanged(after: $after) { ... on SessionEvent { cursor session { what: externalId } } ${lagged} } }`,
    table: ofSessions,
  },
  alerts: {
    query: `subscription($after: Cursor) { item: alertChanged(after: $after) { ... on AlertEvent { cursor alert { what: subject } } ${lagged} } }`,
    table: `select e.seq, a.subject as what from log_entry e join alert a on a.id = e.ref where e.kind like 'ALERT_%'`,
  },
} as const satisfies Record<string, Kind>;
export type KindName = keyof typeof streamKinds;
export const kindNames = Object.keys(streamKinds) as KindName[];

/** What the table says a stream of this kind has after `cursor`. */
export async function itemsAfter(databaseUrl: string, kind: KindName, cursor: string): Promise<Item[]> {
  const found = await rows<{ seq: string; what: string }>(
    databaseUrl,
    `select * from (${streamKinds[kind].table}) entries where seq > $1 order by seq`,
    [seqOf(cursor)],
  );
  return found.map(({ seq, what }) => ({ seq: Number(seq), what }));
}

type Address = { url: string; ws: string };
type Frame = { item: { cursor?: string; lagged?: string } & Partial<Record<'activity' | 'session' | 'alert', { what: string }>> };
/** How a leg ended: by one of our ways to leave, by the close code of the service, or by the end of the stream. */
type Leg = { service: Address; items: number; end: string };

const leavings = ['cut', 'complete', 'dispose'] as const;
/** Items after which a subscriber leaves at the latest, and milliseconds, where it goes by them. */
const itemsOfLegMax = 120;
const legMsMax = 250;

type Options = {
  kind: KindName;
  after: string;
  /** Where the service is; one of them is taken for each leg. */
  addresses(): readonly Address[];
  random: Random;
  /** Whether it leaves by itself now and then. */
  isRestless: boolean;
  /** Told of each item as it arrives. */
  arrived?(item: Item): void;
};

export function startFollower({ kind, after, addresses, random, isRestless, arrived }: Options) {
  const items: Item[] = [];
  const legs: Leg[] = [];
  const errors: string[] = [];
  let cursor = after;
  let restless = isRestless;
  let isOver = false;
  let leaveNow: () => void = () => undefined;

  const followOnce = async (service: Address): Promise<Leg> => {
    const leg: Leg = { service, items: 0, end: '' };
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const endWith = (end: string) => {
      leg.end ||= end;
      resolve();
    };
    const line = openLine(service);
    const unsubscribe = line.client.subscribe<Frame>(
      { query: streamKinds[kind].query, variables: { after: cursor } },
      {
        next({ data, errors: said }) {
          if (leg.end) return;
          if (said) errors.push(JSON.stringify(said));
          if (!data) return endWith('failed');
          const { item } = data;
          cursor = item.cursor ?? item.lagged!;
          if (item.lagged !== undefined) return;
          const taken = { seq: seqOf(cursor), what: (item.activity ?? item.session ?? item.alert)!.what };
          items.push(taken);
          arrived?.(taken);
          leg.items += 1;
          if (restless && leg.items >= itemsWanted) leave();
        },
        error(error) {
          if (Array.isArray(error)) errors.push(JSON.stringify(error));
          endWith(Array.isArray(error) ? 'failed' : closeCodeOf(error));
        },
        complete: () => endWith('ended'),
      },
    );
    const leaving = random.pick(leavings);
    const itemsWanted = 1 + random.below(itemsOfLegMax);
    const leave = () => {
      endWith(leaving);
      if (leaving === 'complete') unsubscribe();
    };
    leaveNow = leave;
    // One in three goes by the clock: it may leave before it was answered, or with its first item on the way.
    if (restless && random.below(3) === 0) await Promise.race([ended, sleep(random.below(legMsMax)).then(() => restless && leave())]);
    await ended;
    if (leg.end === 'cut') line.cut();
    else await line.leave();
    return leg;
  };
  const run = async () => {
    while (!isOver) {
      const leg = await followOnce(random.pick(addresses()));
      legs.push(leg);
      if (leg.end === 'refused') await sleep(50);
    }
  };
  const done = run();

  return {
    kind,
    items: items as readonly Item[],
    legs: legs as readonly Leg[],
    errors: errors as readonly string[],
    /** From now on it leaves no more. */
    stay: () => void (restless = false),
    async stop(): Promise<void> {
      isOver = true;
      leaveNow();
      await done;
    },
  };
}
export type Follower = ReturnType<typeof startFollower>;

/** A graphql-ws client whose TCP connection can be cut, also while it is being made. */
function openLine(service: Address) {
  const sockets: WebSocket[] = [];
  class Socket extends WebSocket {
    constructor(...how: ConstructorParameters<typeof WebSocket>) {
      super(...how);
      sockets.push(this);
    }
  }
  const client = createClient({
    url: service.ws,
    webSocketImpl: Socket,
    retryAttempts: 0,
    connectionParams: { authorization: `Bearer ${adminKey}` },
  });
  return {
    client,
    cut: () => sockets.forEach((socket) => socket.terminate()),
    /** Fails where the connection had: then there is nobody to say good-bye to. */
    leave: async () => void (await Promise.resolve(client.dispose()).catch(() => undefined)),
  };
}

/** The code of the CloseEvent with which a line ended; `refused` where there was none yet. */
function closeCodeOf(event: unknown): string {
  const code = typeof event === 'object' && event !== null && 'code' in event ? String(event.code) : '';
  return /^\d+$/.test(code) ? code : 'refused';
}
