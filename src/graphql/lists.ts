import type { Listed, ListedRow, ListRequest } from '../db/queries/list-page.ts';
import { countList, listRows } from '../db/queries/list-page.ts';
import type { Context } from './context.ts';
import { limits } from './limits.ts';
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
  keeps: ((row: ListedRow<Name>) => Promise<boolean>) | null = null,
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
  const rows = keeps === null ? await listRows(database, reader, request) : await rowsKept(context, request, keeps);
  const page = cutPage(rows, request);
  context.reads.rows(page.rows.length);
  const edges = page.rows.map((node) => ({ node, cursor: writeListCursor(property, placeOf(node, property)) }));
  return {
    edges,
    pageInfo: pageInfo(edges, page.hasNextPage, page.hasPreviousPage),
    totalCount: keeps ? () => Promise.resolve(null) : (count ?? (() => countList(database, reader, list))),
  };
}

/** Most times that a page is read for one of those that are kept: the list ends there, since that there is more could tell why. */
const readingsMax = 20;

/** Those of the rows that are kept, one more than the page has where there are enough. */
async function rowsKept<Name extends Listed>(
  { database, reader }: Context,
  request: ListRequest<Name>,
  keeps: (row: ListedRow<Name>) => Promise<boolean>,
): Promise<ListedRow<Name>[]> {
  const kept: ListedRow<Name>[] = [];
  let { after, before } = request;
  for (let readings = 0; readings < readingsMax && kept.length <= request.items; readings += 1) {
    const rows = await listRows(database, reader, { ...request, items: limits.pageItemsMax, after, before });
    const keeping = await Promise.all(rows.map(keeps));
    kept.push(...rows.filter((_row, place) => keeping[place]));
    const last = rows.at(-1);
    if (last === undefined || rows.length <= limits.pageItemsMax) break;
    if (request.backward) before = placeOf(last, request.property);
    else after = placeOf(last, request.property);
  }
  return kept.slice(0, request.items + 1);
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
