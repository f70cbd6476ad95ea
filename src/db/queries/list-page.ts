import type { EntityName, FilterQuery, InferEntity, QueryOrderMap } from '@mikro-orm/core';
import { CursorError } from '@mikro-orm/core';
import type { Reader } from '../statement.ts';
import { RequestError } from '../../errors.ts';

/** A page of a list in any order: keyset paging by the order's property and then the id, both ways. */
export type ListRequest = {
  where: Record<string, unknown>;
  property: string;
  direction: 'ASC' | 'DESC';
  items: number;
  backward: boolean;
  after: string | null;
  before: string | null;
};

export async function listPage<E extends EntityName>(reader: Reader, entity: E, request: ListRequest) {
  const { items, backward, after, before, property, direction } = request;
  const where = request.where as FilterQuery<InferEntity<E>>;
  const orderBy = [{ [property]: direction }, { id: direction }] as QueryOrderMap<InferEntity<E>>[];
  const size = backward ? { last: items } : { first: items };
  try {
    const page = await reader.entities((em) =>
      em.findByCursor<InferEntity<E>, never, never, never, false>(entity, {
        where,
        orderBy,
        ...size,
        ...(after === null ? {} : { after }),
        ...(before === null ? {} : { before }),
        includeCount: false,
      }),
    );
    return {
      edges: page.items.map((node) => ({ node: node as InferEntity<E>, cursor: page.from(node) })),
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPrevPage,
    };
  } catch (cause) {
    if (!(cause instanceof CursorError)) throw cause;
    throw new RequestError(
      'BAD_REQUEST',
      'this is no cursor of this list: take one from `pageInfo` or an edge of the same list and order',
      { cause },
    );
  }
}

export async function countList<E extends EntityName>(reader: Reader, entity: E, where: Record<string, unknown>): Promise<number> {
  return reader.entities((em) => em.count(entity, where as FilterQuery<InferEntity<E>>));
}
