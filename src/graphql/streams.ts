import type { ObjectRef } from '@pothos/core';
import { oldestPosition } from '../db/queries/read-log.ts';
import type { UserRow } from '../db/entities/user.ts';
import { changesAccess, type LogItem } from '../recorder/batch.ts';
import type { Seam } from '../recorder/hub.ts';
import { builder } from './builder.ts';
import type { Rendered, Shared, Sharing } from './channels.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { cursorExpired } from './present-error.ts';
import type { StreamAccess, Visibility } from './stream-access.ts';
import { openAccess, openVisibility } from './stream-access.ts';

/** Subscriptions: the log, filtered before GraphQL runs, each item with its cursor. */

type LaggedItem = { stream: 'lagged'; cursor: string; missed: number };
export type StreamEvent<Event> = Event & { stream: 'event'; cursor: string; ownerRow: UserRow | null };

const Lagged = builder.objectRef<LaggedItem>('Lagged').implement({
  description: 'This subscriber was too slow and the stream ends here. Nothing is lost: subscribe again with `after` set to `cursor`.',
  fields: (t) => ({
    cursor: t.field({ type: 'Cursor', description: 'Position of the last item that was delivered.', resolve: ({ cursor }) => cursor }),
    missed: t.exposeInt('missed', { description: 'How many items were not delivered after it.' }),
  }),
});

type ExtendedTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** `<Name>StreamItem`: an event of this kind, or `Lagged`. */
export function streamItem<Event extends object>(name: string, event: ObjectRef<ExtendedTypes, StreamEvent<Event>>) {
  return builder.unionType(`${name}StreamItem`, {
    description: `An item of a stream: ${name}Event, or Lagged, which ends it.`,
    types: [event, Lagged],
    resolveType: (item) => (item.stream === 'lagged' ? 'Lagged' : `${name}Event`),
  });
}

/** The cursor field of every stream event. */
export const cursorDescription = 'Position of this item in the log; give it as `after` to go on from here.';

type Picking<Event> = {
  /** Makes an event of an item, or null where it is not wanted. */
  pick(item: LogItem): Event | null;
  /** Whose an item is, by external id: who does not see everybody gets the items of those they see. ANYBODY: of all. */
  owner: 'ANYBODY' | ((item: LogItem) => string | null);
  /** What else is to be read before an event is delivered, or null where it is then not wanted. */
  refine?(event: Event): Promise<Event | null>;
};
type Delivered<Event> = StreamEvent<Event> | LaggedItem;

/** The items that go through GraphQL one by one; those that are shared go past it, and are counted only. */
export type Stream<Event> = AsyncIterable<Delivered<Event>> & { shared(): number };

/** What comes before the changes: how things stand at `position`. */
export type Snapshot<Event> = { position: number; events: { event: Event; owner: UserRow }[] };

/** Follows the organisation's log from a cursor, from a snapshot, or from now on. */
export async function followLog<Event extends object>(
  context: Context,
  after: string | Snapshot<Event> | null | undefined,
  picking: Picking<Event>,
): Promise<Stream<Event>> {
  const { organisation, hub, sharing } = context;
  const asked = typeof after === 'string' ? await replayable(context, after) : (after?.position ?? null);
  const first = typeof after === 'object' ? (after?.events ?? []) : [];
  const access = await openAccess(context);
  hold(access);
  const events = eventsOf(context, picking, await visibilityOf(context, picking));
  let shared = 0;
  const goLive =
    sharing &&
    ((seam: Seam) => {
      const { key, channels, outlet } = sharing;
      return channels.join(key, seam, sharedBy(events, sharing), { access, outlet, delivered: (frames) => (shared += frames) });
    });
  // An item at which the access ends is wanted too: it wakes this stream, so that it ends at once.
  const wants = (item: LogItem) => (changesAccess(item) && access.endsAt(item)) || events.wants(item);
  const items = hub.follow(organisation.id, asked ?? access.head, wants, goLive ?? undefined);
  const next = async (): Promise<IteratorResult<Delivered<Event>>> => {
    const current = first.shift();
    if (current && asked !== null) {
      hold(access);
      const cursor = encodeCursor(organisation.id, asked);
      return { done: false, value: { ...current.event, stream: 'event', cursor, ownerRow: current.owner } };
    }
    const step = await items.next();
    hold(access);
    if (step.done) return { done: true, value: undefined };
    const item = step.value;
    if (item.kind === 'LAGGED') {
      context.failures.count(organisation.id, 'SUBSCRIBER_LAGGED');
      return { done: false, value: { stream: 'lagged', cursor: encodeCursor(organisation.id, item.position), missed: item.missed } };
    }
    const event = await events.of(item);
    return event ? { done: false, value: event } : next();
  };
  const end = async () => {
    await items.return?.();
    return { done: true as const, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }), shared: () => shared };
}

/** The place of a cursor, if all that came after it can still be told. */
async function replayable({ organisation, database }: Context, after: string): Promise<number> {
  const position = decodeCursor(organisation.id, after);
  const oldest = await oldestPosition(database.reader(organisation.id, 'ALL'), organisation.id, position);
  if (oldest !== null) throw cursorExpired(encodeCursor(organisation.id, oldest));
  return position;
}

function hold(access: StreamAccess): void {
  const ended = access.ended();
  if (ended) throw ended;
}

const visibilityOf = (context: Context, { owner }: Picking<object>) =>
  openVisibility(context, owner === 'ANYBODY' ? 'ALL' : context.viewer.audience);

/** What becomes of items: of which there is to be an event, and the event. */
function eventsOf<Event extends object>({ organisation }: Context, { pick, owner, refine }: Picking<Event>, visibility: Visibility) {
  const ownerOf = (item: LogItem) => (owner === 'ANYBODY' ? null : owner(item));
  return {
    ownerOf,
    isRefined: refine !== undefined,
    shows: visibility.shows,
    wants: (item: LogItem) => visibility.admits(item, ownerOf(item)) && pick(item) !== null,
    async of(item: LogItem): Promise<StreamEvent<Event> | null> {
      const look = await visibility.look(ownerOf(item));
      const picked = look.seen ? pick(item) : null;
      const event = picked && refine ? await refine(picked) : picked;
      return event && { ...event, stream: 'event', cursor: encodeCursor(organisation.id, item.seq), ownerRow: look.owner };
    },
  };
}

/** What became of an item that is still on its way, by the result key of those who asked. */
const rendered = new WeakMap<LogItem, Map<string, Promise<Rendered | null>>>();

function sharedBy<Event extends object>(events: ReturnType<typeof eventsOf<Event>>, { render, key, resultKey }: Sharing): Shared {
  const under = events.isRefined ? key : resultKey; // whether a refined event is wanted depends on the choices too
  const renderAnew = async (item: LogItem) => {
    const event = await events.of(item);
    return event && render(event);
  };
  const { wants, ownerOf, shows } = events;
  return {
    wants,
    ownerOf,
    shows,
    render(item) {
      const known = rendered.get(item) ?? new Map<string, Promise<Rendered | null>>();
      rendered.set(item, known);
      const result = known.get(under) ?? renderAnew(item);
      known.set(under, result);
      return result;
    },
  };
}

/** What every subscription does with an item: its fields are answered with the owner that was looked at before. */
export function deliver<Item extends { stream: string; ownerRow?: UserRow | null }>(item: Item, _args: object, { loaders }: Context): Item {
  if (item.ownerRow) loaders.user.prime(item.ownerRow.id, item.ownerRow);
  return item;
}

/** The user an item of the log is about. */
export const userOf = (item: LogItem): string | null => item.user;
