import type { ObjectRef } from '@pothos/core';
import type { LogItem } from '../recorder/batch.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';

/** Subscriptions: the log, filtered before GraphQL runs, each item with its cursor. */

type LaggedItem = { stream: 'lagged'; cursor: string; missed: number };
export type StreamEvent<Event> = Event & { stream: 'event'; cursor: string };

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
    description: `What a stream of ${name.toLowerCase()} items delivers.`,
    types: [event, Lagged],
    resolveType: (item) => (item.stream === 'lagged' ? 'Lagged' : `${name}Event`),
  });
}

/** The cursor field of every stream event. */
export const cursorDescription = 'Position of this item in the log; give it as `after` to go on from here.';

/** Follows the organisation's log; `pick` makes an event of an item, or null where it is not wanted. */
export function followLog<Event extends object>(
  context: Context,
  after: string | null | undefined,
  pick: (item: LogItem) => Event | null,
): AsyncIterable<StreamEvent<Event> | LaggedItem> {
  const { organisation, hub } = context;
  const afterSeq = after == null ? null : decodeCursor(organisation.id, after);
  const items = hub.follow(organisation.id, afterSeq, (item) => pick(item) !== null);
  const next = async (): Promise<IteratorResult<StreamEvent<Event> | LaggedItem>> => {
    const step = await items.next();
    if (step.done) return { done: true, value: undefined };
    const item = step.value;
    if (item.kind === 'LAGGED')
      return { done: false, value: { stream: 'lagged', cursor: encodeCursor(organisation.id, item.position), missed: item.missed } };
    const event = pick(item);
    return event ? { done: false, value: { ...event, stream: 'event', cursor: encodeCursor(organisation.id, item.seq) } } : next();
  };
  const end = async () => {
    await items.return?.();
    return { done: true as const, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}
