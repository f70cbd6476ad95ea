import type { ObjectRef } from '@pothos/core';
import type { UserRow } from '../db/entities/user.ts';
import type { LogItem } from '../recorder/batch.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { openAccess } from './stream-access.ts';

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
};
type Delivered<Event> = StreamEvent<Event> | LaggedItem;

/** Follows the organisation's log from a cursor, or from now on. */
export async function followLog<Event extends object>(
  context: Context,
  after: string | null | undefined,
  { pick, owner }: Picking<Event>,
): Promise<AsyncIterable<Delivered<Event>>> {
  const { organisation, hub } = context;
  const asked = after == null ? null : decodeCursor(organisation.id, after);
  const access = await openAccess(context);
  access.hold();
  // An item at which the access ends is wanted too: it wakes this stream, so that it ends at once.
  const wants = (item: LogItem) =>
    access.endsAt(item) || ((owner === 'ANYBODY' || access.admits(item, owner(item))) && pick(item) !== null);
  const items = hub.follow(organisation.id, asked ?? access.head, wants);
  const next = async (): Promise<IteratorResult<Delivered<Event>>> => {
    const step = await items.next();
    access.hold();
    if (step.done) return { done: true, value: undefined };
    const item = step.value;
    if (item.kind === 'LAGGED') {
      context.failures.count(organisation.id, 'SUBSCRIBER_LAGGED');
      return { done: false, value: { stream: 'lagged', cursor: encodeCursor(organisation.id, item.position), missed: item.missed } };
    }
    const look = owner === 'ANYBODY' ? null : await access.look(owner(item));
    if (look?.seen === false) return next();
    const event = pick(item);
    if (!event) return next();
    const cursor = encodeCursor(organisation.id, item.seq);
    return { done: false, value: { ...event, stream: 'event', cursor, ownerRow: look?.owner ?? null } };
  };
  const end = async () => {
    await items.return?.();
    return { done: true as const, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

/** What every subscription does with an item: its fields are answered with the owner that was looked at before. */
export function deliver<Item extends { stream: string; ownerRow?: UserRow | null }>(item: Item, _args: object, { loaders }: Context): Item {
  if (item.ownerRow) loaders.user.prime(item.ownerRow.id, item.ownerRow);
  return item;
}

/** The user an item of the log is about. */
export const userOf = (item: LogItem): string | null => item.user;
