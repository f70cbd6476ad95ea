import type { ListPlace } from '../db/queries/list-page.ts';
import { isUuid } from '../domain/ids.ts';
import type { Micros } from '../domain/time.ts';
import { RequestError } from '../errors.ts';
import { limits } from './limits.ts';

/** The arguments of a connection. */
export type PageArgs = { first?: number | null; after?: string | null; last?: number | null; before?: string | null };

/** A checked request for a page of a newest-first list whose items have a time and an id. */
export type PageRequest = { items: number; backward: boolean; after: Place | null; before: Place | null };
export type Place = { stamp: Micros; id: string };
export type Page<Row> = { rows: Row[]; hasNextPage: boolean; hasPreviousPage: boolean };

/** How many items a page has: `first` or `last`, not both, at most pageItemsMax. */
export function pageItems({ first, last }: PageArgs): number {
  if (first != null && last != null) throw new RequestError('BAD_REQUEST', 'give `first` or `last`, not both');
  const items = first ?? last ?? limits.pageItemsDefault;
  if (items < 1) throw new RequestError('BAD_REQUEST', 'a page has at least one item: `first` and `last` start at 1');
  if (items > limits.pageItemsMax) {
    throw new RequestError(
      'LIMIT_EXCEEDED',
      `a page has at most pageItemsMax = ${limits.pageItemsMax} items; you asked for ${items}. Ask for the next page with \`after\``,
    );
  }
  return items;
}

export function pageRequest(args: PageArgs): PageRequest {
  return {
    items: pageItems(args),
    backward: args.last != null,
    after: args.after == null ? null : readPlace(args.after),
    before: args.before == null ? null : readPlace(args.before),
  };
}

/** Cuts the one row read too many, which only tells whether the list goes on. */
export function cutPage<Row>(
  read: Row[],
  request: Pick<PageRequest, 'items' | 'backward'> & { after: unknown; before: unknown },
): Page<Row> {
  const more = read.length > request.items;
  const rows = read.slice(0, request.items);
  return request.backward
    ? { rows: rows.reverse(), hasNextPage: request.before !== null, hasPreviousPage: more }
    : { rows, hasNextPage: more, hasPreviousPage: request.after !== null };
}

export function writePlace({ stamp, id }: Place): string {
  return Buffer.from(JSON.stringify([stamp, id])).toString('base64url');
}

function readPlace(cursor: string): Place {
  const [, stamp, id] = /^\[(-?\d{1,16}),"([0-9a-f-]{36})"\]$/.exec(Buffer.from(cursor, 'base64url').toString('latin1')) ?? [];
  if (stamp === undefined || id === undefined || !isUuid(id)) throw badCursor();
  return { stamp: Number(stamp), id };
}

/** Cursor of a whole list: the ordered value and the id behind the property, so that a cursor of another order is told apart. */
export function writeListCursor(property: string, { value, id }: ListPlace): string {
  return Buffer.from(`${property} ${JSON.stringify([value, id])}`).toString('base64url');
}

/** A whole number or a text, an id behind it: all that JSON.parse takes for these, so that it cannot throw. */
const listPlace =
  /^(\w+) \[(-?(?:0|[1-9]\d{0,15})|"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-f]{4}))*"),"([0-9a-f-]{36})"\]$/u;

/** The place in a cursor, once it holds what this order's cursors hold. */
export function readListCursor(property: string, cursor: string): ListPlace {
  const [, of, value, id] = listPlace.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (of !== property || value === undefined || id === undefined || !isUuid(id) || !isOrderValue(property, value)) throw badCursor();
  return { value: JSON.parse(value) as string | number, id };
}

/** External ids are the only texts that lists are ordered by; all else are instants, scores and counts. */
function isOrderValue(property: string, json: string): boolean {
  if (property !== 'externalId') return Number.isSafeInteger(Number(json));
  return json.startsWith('"') && !json.includes(String.raw`\u0000`);
}

export const badCursor = () =>
  new RequestError('BAD_REQUEST', 'this is no cursor of this list: take one from `pageInfo` or an edge of the same list and order');
