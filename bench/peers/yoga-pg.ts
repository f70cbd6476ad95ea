import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { Pool } from 'pg';
import { WebSocketServer } from 'ws';
import type { Input } from '../traffic.ts';
import type { Row } from './row.ts';
import { columns, rowOf } from './row.ts';
import { typeDefs } from './schema.ts';

/** "Yoga + pg, INSERT each": what one writes first. GraphQL Yoga as it comes, a pool of pg, and a publish after each insert. */

const { DATABASE_URL = '', PORT = '' } = process.env;
const pool = new Pool({ connectionString: DATABASE_URL, max: 10 });
const pubSub = createPubSub<{ recorded: [Row] }>();
const text = `insert into activity (${columns.join(', ')}) values (${columns.map((_, place) => `$${place + 1}`).join(', ')})`;

async function record(input: Input) {
  const row = rowOf(input);
  const values = columns.map((column) => (column === 'risk_factors' ? JSON.stringify(row[column]) : row[column]));
  await pool.query({ name: 'insert', text, values });
  pubSub.publish('recorded', row);
  const risk = { score: row.risk_score, level: 'LOW' };
  return { cursor: String(row.seq), duplicate: false, sessionStatus: 'ACTIVE', risk, activity: activityOf(row) };
}

const activityOf = (row: Row) => ({
  uuid: row.id,
  type: row.type,
  occurredAt: row.occurred_at,
  outcome: row.outcome,
  sourceIp: row.source_ip,
  user: { externalId: row.user_id },
  risk: { score: row.risk_score, level: 'LOW' },
});

const resolvers = {
  Mutation: {
    trackActivity: async (_: unknown, { input }: { input: Input }) => ({ receipt: await record(input), userErrors: [] }),
    trackActivities: async (_: unknown, { input }: { input: { activities: Input[] } }) => ({
      receipts: await Promise.all(input.activities.map(record)),
      userErrors: [],
    }),
  },
  Subscription: {
    activityRecorded: {
      subscribe: () => pubSub.subscribe('recorded'),
      resolve: (row: Row) => ({ __typename: 'ActivityEvent', cursor: String(row.seq), activity: activityOf(row) }),
    },
  },
};

const yoga = createYoga({ schema: createSchema({ typeDefs, resolvers }), logging: false });
const server = createServer((request, response) => void yoga(request, response));
// As Yoga's documentation sets up graphql-ws.
type Enveloped = ReturnType<typeof yoga.getEnveloped>;
type Rooted = { rootValue: { execute: Enveloped['execute']; subscribe: Enveloped['subscribe'] } };
useServer(
  {
    execute: (args) => (args as typeof args & Rooted).rootValue.execute(args),
    subscribe: (args) => (args as typeof args & Rooted).rootValue.subscribe(args),
    onSubscribe: async (context, _id, { operationName, query, variables }) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({ ...context, req: context.extra.request });
      const document = parse(query);
      const errors = validate(schema, document);
      if (errors.length > 0) return errors;
      return {
        schema,
        operationName,
        document,
        variableValues: variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
    },
  },
  new WebSocketServer({ server, path: yoga.graphqlEndpoint }),
);
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
