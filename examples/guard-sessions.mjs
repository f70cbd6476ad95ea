// Keeps a service's own list of sessions that were terminated: what it asks before it lets a user act.
//   LAPWING_KEY=lw_… node examples/guard-sessions.mjs web-4711    says whether the session is allowed, then tells terminations
// A key with the role SERVICE is enough. npm install graphql graphql-ws ws

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = process.env.LAPWING_URL ?? 'http://127.0.0.1:4000/graphql';
const key = process.env.LAPWING_KEY;
if (!key) throw new Error('set LAPWING_KEY: npm run lapwing -- keys create --name NAME --role service');

const query = 'subscription { sessionTerminated { ... on SessionTerminatedEvent { externalId terminatedAt } ... on Lagged { cursor } } }';
const connectionParams = { authorization: `Bearer ${key}` };
const client = createClient({ url: url.replace(/^http/, 'ws'), webSocketImpl: WebSocket, connectionParams });

// From memory, in about a millisecond: a service may ask before every request of a user.
async function isAllowed(externalId) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query: 'query($id: String!) { sessionAllowed(externalId: $id) }', variables: { id: externalId } }),
  });
  const { data, errors } = await response.json();
  if (errors) throw new Error(`${errors[0].extensions.code}: ${errors[0].message}`);
  return data.sessionAllowed;
}

const [session] = process.argv.slice(2);
if (session) console.log(JSON.stringify({ session, allowed: await isAllowed(session) }));
for await (const { data } of client.iterate({ query })) console.log(JSON.stringify(data.sessionTerminated));
