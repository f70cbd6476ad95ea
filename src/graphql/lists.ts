import type { Listed, ListedRow, ListRequest } from '../db/queries/list-page.ts';
import { countList, listRows } from '../db/queries/list-page.ts';
import type { Context } from './context.ts';
import type { Relation, RowOf } from './nested-pages.ts';
import { stamp } from './nested-pages.ts';
import type { PageArgs } from './pages.ts';
import { cutPage, pageItems, pageRequest, readListCursor, writeListCursor, writePlace } from './pages.ts';

/** Connections: a whole list, or what belongs to one parent. */

type Listing = Pick<ListRequest<Listed>, 'where' | 'property' | 'direction'>;

/** A page of all items of a kind in the viewer's organisation. `count` counts all of them where that can be had without their rows. */
export async function connect<Name extends Listed>(
  context: Context,
  name: Name,
  listing: Listing,
  args: PageArgs,
  count?: (() => Promise<number>) | null,
) {
  const { database, reader, organisation } = context;
  const { property } = listing;
  const list = { name, organisationId: organisation.id, where: listing.where };
  const request: ListRequest<Name> = {
    ...listing,
    ...list,
    items: pageItems(args),
    backward: args.last != null,
    after: args.after == null ? null : readListCursor(property, args.after),
    before: args.before == null ? null : readListCursor(property, args.before),
  };
  const page = cutPage(await listRows(database, reader, request), request);
  context.reads.rows(page.rows.length);
  const edges = page.rows.map((node) => ({ node, cursor: writeListCursor(property, placeOf(node, property)) }));
  return {
    edges,
    pageInfo: pageInfo(edges, page.hasNextPage, page.hasPreviousPage),
    totalCount: count ?? (() => countList(database, reader, list)),
  };
}

const placeOf = <Name extends Listed>(row: ListedRow<Name>, property: string) => ({
  value: Reflect.get(row, property) as string | number,
  id: row.id,
});

/** A page of what belongs to one parent, newest first; all parents of an answer share one statement. */
export async function connectNested<R extends Relation>(context: Context, relation: R, parentId: string, args: PageArgs) {
  const page = await context.loaders.nested.page(relation, parentId, pageRequest(args));
  const edges = page.rows.map((node: RowOf<R>) => ({ node, cursor: writePlace({ stamp: stamp(relation, node), id: node.id }) }));
  return {
    edges,
    pageInfo: pageInfo(edges, page.hasNextPage, page.hasPreviousPage),
    totalCount: () => context.loaders.nested.count(relation, parentId),
  };
}

function pageInfo(edges: { cursor: string }[], hasNextPage: boolean, hasPreviousPage: boolean) {
  return { hasNextPage, hasPreviousPage, startCursor: edges[0]?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null };
}

/** What a page costs: its items, each with what is asked of it. */
export const pageCost = (args: PageArgs) => ({ field: 2, multiplier: args.first ?? args.last ?? 10 });
