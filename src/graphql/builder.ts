import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import { isObjectType, type GraphQLSchema } from 'graphql';
import './audit-plugin.ts';
import './pseudonyms-plugin.ts';
import './refusals-plugin.ts';
import './rules-plugin.ts';
import { allows } from '../domain/access.ts';
import type { Micros } from '../domain/time.ts';
import type { Viewer } from '../domain/viewer.ts';
import type { JsonObject } from '../recorder/intake.ts';
import type { Context } from './context.ts';
import { readAnyGlobalId } from './global-id.ts';
import { limits } from './limits.ts';
import { limitExceeded } from './present-error.ts';
import type { Moment } from './scalars.ts';

/** A position in one organisation's log, as it is before and after its opaque spelling. */
export type Position = { organisationId: string; seq: number };

export type Types = {
  Context: Context;
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Connection: { totalCount: () => Promise<number | null> };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Micros; Output: Micros };
    DateTimeOrDuration: { Input: Moment; Output: never };
    Date: { Input: string; Output: string };
    JSONObject: { Input: JsonObject; Output: Record<string, unknown> };
    Cursor: { Input: string; Output: string };
  };
};

/**
 * Whether an id names a type that has nodes, on any other of which the relay plugin fails, and the viewer reads at all. Who
 * does not, a service above all, finds nothing: `nodes` cannot be refused without taking the rest of the answer along.
 */
function mayLookUp(viewer: Viewer, schema: GraphQLSchema, { typename }: { typename: string }): boolean {
  const type = schema.getType(typename);
  return allows(viewer, 'READ') && isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
}

export const builder = new SchemaBuilder<Types>({
  plugins: ['rules', 'audit', 'refusals', 'pseudonyms', RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  relay: {
    cursorType: 'String',
    decodeGlobalID: readAnyGlobalId,
    brandLoadedObjects: false, // loadNodes does, before the plugin hands a row to whoever else asks for it
    nodeTypeOptions: { description: 'Whatever has a global id.' },
    idFieldOptions: { description: 'Global id, for `node(id)`.' },
    nodeQueryOptions: {
      nullable: true,
      description: 'The object with this global id; null where there is none that you may see.',
      args: { id: { description: 'The global id, as in `id` of any object.' } },
      resolve: (_root, { id }, { viewer }, { schema }, resolveNode) => (mayLookUp(viewer, schema, id) ? resolveNode(id) : null),
    },
    nodesQueryOptions: false, // below, because the plugin's own fails for ids that name no node
    defaultConnectionTypeOptions: { description: 'A page of a list.' },
    defaultEdgeTypeOptions: { description: 'An item of a page, with its place in the list.' },
    nodesOnConnection: { description: 'The items of the page without their cursors.' },
    nodesFieldOptions: { description: 'The items of the page without their cursors.' },
    edgesFieldOptions: { description: 'The items of the page with their cursors.' },
    nodeFieldOptions: { description: 'The item.' },
    cursorFieldOptions: { description: 'Where the item stands in this order; give it as `after` or `before`.' },
    pageInfoTypeOptions: { description: 'Whether and where a connection goes on.' },
    pageInfoFieldOptions: { description: 'Whether and where the connection goes on.' },
    hasNextPageFieldOptions: { description: 'Whether there are items after this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether there are items before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first item; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last item; null on an empty page.' },
    firstArgOptions: { description: `Items from the start, at most ${limits.pageItemsMax}. Default ${limits.pageItemsDefault}.` },
    afterArgOptions: { description: 'Only items after this cursor.' },
    lastArgOptions: { description: `Items from the end, at most ${limits.pageItemsMax}.` },
    beforeArgOptions: { description: 'Only items before this cursor.' },
  },
  complexity: {
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    limit: { complexity: limits.costMax },
    complexityError: (_kind, { complexity, maxComplexity = 0 }) =>
      limitExceeded({ limit: 'costMax', max: maxComplexity, actual: complexity }),
  },
});

builder.queryType({ description: 'What can be asked. What you may not see is absent, as if it did not exist.' });
builder.mutationType({ description: 'What can be done. Refused input is told in `userErrors`, nothing else happens then.' });
builder.subscriptionType({
  description: 'What can be followed live. Every item carries its cursor; `after` replays what came since, in order, then goes live.',
});

builder.queryField('nodes', (t) =>
  t.nodeList({
    description: `The objects with these global ids, in the same order, null where there is none that you may see. At most ${limits.nodesMax}.`,
    args: { ids: t.arg.idList({ required: true, description: 'The global ids.' }) },
    complexity: ({ ids }) => ({ field: 1, multiplier: ids.length }),
    ids(_root, { ids }, { viewer }, { schema }) {
      if (ids.length > limits.nodesMax) throw limitExceeded({ limit: 'nodesMax', max: limits.nodesMax, actual: ids.length });
      return ids.map((id) => (mayLookUp(viewer, schema, readAnyGlobalId(id)) ? id : null));
    },
  }),
);

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    nullable: true,
    complexity: 0, // in the cost of its connection, whose page size would multiply it: a count is one statement
    description:
      'How many items there are in all. Counted only when asked for, at a cost of its own. Null for who sees pseudonyms and asks for a part of a text.',
    resolve: ({ totalCount }) => totalCount(),
  }),
);
