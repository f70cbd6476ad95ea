import { countList, listPage } from '../db/queries/list-page.ts';
import type { Context } from './context.ts';
import type { Relation, RowOf } from './nested-pages.ts';
import { stamp } from './nested-pages.ts';
import type { PageArgs } from './pages.ts';
import { pageItems, pageRequest, readListCursor, writeListCursor, writePlace } from './pages.ts';

/** Connections: a whole list, or what belongs to one parent. */

type Listing = { where: Record<string, unknown>; property: string; direction: 'ASC' | 'DESC' };

/** A page of all items of a kind in the viewer's organisation. */
export async function connect<E extends Parameters<typeof listPage>[1]>(context: Context, entity: E, listing: Listing, args: PageArgs) {
  const where = { organisationId: context.organisation.id, $and: [listing.where] };
  const page = await listPage(context.reader, entity, {
    ...listing,
    where,
    items: pageItems(args),
    backward: args.last != null,
    after: args.after == null ? null : readListCursor(listing.property, args.after),
    before: args.before == null ? null : readListCursor(listing.property, args.before),
  });
  context.reads.rows(page.edges.length);
  const edges = page.edges.map(({ node, cursor }) => ({ node, cursor: writeListCursor(listing.property, cursor) }));
  return {
    edges,
    pageInfo: pageInfo(edges, page.hasNextPage, page.hasPreviousPage),
    totalCount: () => countList(context.reader, entity, where),
  };
}

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
