import SchemaBuilder from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import RelayPlugin from '@pothos/plugin-relay';
import ScopeAuthPlugin from '@pothos/plugin-scope-auth';
import { isObjectType, type GraphQLSchema } from 'graphql';
import type { Micros } from '../domain/time.ts';
import type { JsonObject } from '../recorder/intake.ts';
import { RequestError } from '../errors.ts';
import type { Context } from './context.ts';
import { limits } from './limits.ts';
import { limitExceeded } from './present-error.ts';
import type { Moment } from './scalars.ts';

/** A position in one organisation's log, as it is before and after its opaque spelling. */
export type Position = { organisationId: string; seq: number };

export type Types = {
  Context: Context;
  AuthScopes: { admin: boolean };
  DefaultFieldNullability: false;
  DefaultEdgesNullability: false;
  DefaultNodeNullability: false;
  Connection: { totalCount: () => Promise<number> };
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: Micros; Output: Micros };
    DateTimeOrDuration: { Input: Moment; Output: never };
    Date: { Input: string; Output: string };
    JSONObject: { Input: JsonObject; Output: Record<string, unknown> };
    Cursor: { Input: string; Output: string };
  };
};

/** Whether an id names a type that has nodes; the relay plugin fails on any other. */
function isNode(schema: GraphQLSchema, { typename }: { typename: string }): boolean {
  const type = schema.getType(typename);
  return isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');
}

export const builder = new SchemaBuilder<Types>({
  plugins: [ScopeAuthPlugin, RelayPlugin, ComplexityPlugin],
  defaultFieldNullability: false,
  scopeAuth: {
    authorizeOnSubscribe: true, // otherwise a stream opens for anybody, and only its items are refused
    authScopes: ({ viewer }) => ({ admin: viewer.role === 'ADMIN' }),
    unauthorizedError: () => new RequestError('FORBIDDEN', 'This key may not do that: it needs the role ADMIN.'),
  },
  relay: {
    cursorType: 'String',
    nodeTypeOptions: { description: 'Whatever has a global id.' },
    idFieldOptions: { description: 'Global id, for `node(id)`.' },
    nodeQueryOptions: {
      nullable: true,
      description: 'The object with this global id; null where there is none that you may see.',
      args: { id: { description: 'The global id, as in `id` of any object.' } },
      resolve: (_root, { id }, _context, { schema }, resolveNode) => (isNode(schema, id) ? resolveNode(id) : null),
    },
    nodesQueryOptions: {
      description: `The objects with these global ids, in the same order, null where there is none that you may see. At most ${limits.nodesMax}.`,
      args: { ids: { description: 'The global ids.' } },
      complexity: ({ ids }: { ids: readonly unknown[] }) => ({ field: 1, multiplier: ids.length }),
      resolve: async (_root, { ids }, _context, { schema }, resolveNodes) => {
        if (ids.length > limits.nodesMax) throw limitExceeded({ limit: 'nodesMax', max: limits.nodesMax, actual: ids.length });
        const found = await resolveNodes(ids.filter((id) => isNode(schema, id)));
        let given = 0;
        return ids.map((id) => (isNode(schema, id) ? (found[given++] ?? null) : null));
      },
    },
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

builder.queryType({
  description: 'What can be asked. Needs the role ADMIN except where a field says otherwise.',
  authScopes: { admin: true },
});
builder.mutationType({ description: 'What can be done. Refused input is told in `userErrors`, nothing else happens then.' });
builder.subscriptionType({
  description: 'What can be followed live. Every item carries its cursor; `after` replays what came since, in order, then goes live.',
  authScopes: { admin: true },
});

builder.globalConnectionField('totalCount', (t) =>
  t.int({
    nullable: true,
    complexity: 0, // in the cost of its connection, whose page size would multiply it: a count is one statement
    description: 'How many items there are in all. Counted only when asked for, at a cost of its own.',
    resolve: ({ totalCount }) => totalCount(),
  }),
);
