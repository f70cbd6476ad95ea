// Prints activities as they are recorded, in the order of the log, and goes on where it stopped when the connection breaks.
//   LAPWING_KEY=lw_… node examples/follow.mjs            from now on
//   LAPWING_AFTER=<cursor> … node examples/follow.mjs    everything after that position first
// The key needs a role that reads everything, e.g. analyst. npm install graphql graphql-ws ws

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = (process.env.LAPWING_URL ?? 'http://127.0.0.1:4000/graphql').replace(/^http/, 'ws');
const key = process.env.LAPWING_KEY;
if (!key) throw new Error('set LAPWING_KEY: npm run lapwing -- keys create --name NAME --role analyst');

const query = `
  subscription Follow($after: Cursor) {
    activityRecorded(after: $after) {
      ... on ActivityEvent { cursor activity { type occurredAt user { externalId } risk { score level } } }
      ... on Lagged { cursor missed }
    }
  }`;

const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams: { authorization: `Bearer ${key}` } });
let after = process.env.LAPWING_AFTER ?? null;

for (let failures = 0; ; failures += 1) {
  try {
    for await (const { data, errors } of client.iterate({ query, variables: { after } })) {
      if (errors) throw Object.assign(new Error(errors[0].message), { final: true });
      failures = 0;
      const { cursor, activity } = data.activityRecorded;
      after = cursor; // of a Lagged item too: the stream ends after it, and the next one starts here
      if (activity) console.log(JSON.stringify({ cursor, ...activity }));
    }
  } catch (problem) {
    // An array is what the service refused; 4401 says that the key is not accepted. Asking again would not help.
    if (Array.isArray(problem) || problem.final || problem.code === 4401) {
      console.error('stopped:', Array.isArray(problem) ? problem[0].message : (problem.reason ?? problem.message));
      process.exit(1);
    }
    console.error('the connection broke; trying again');
  }
  await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2)));
}
