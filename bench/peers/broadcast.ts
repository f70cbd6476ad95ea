import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema } from 'graphql-yoga';
import type { WebSocket } from 'ws';
import { WebSocketServer } from 'ws';
import { typeDefs } from './schema.ts';

/**
 * Two ways to send the same frames to everybody, in one process so that both are told alike: /raw is `ws` with a loop over the
 * sockets, /graphql is graphql-ws as it comes with a generator and an execution for each subscriber. POST /send gives the frames,
 * `perTurn` of them in each turn of the event loop.
 */

type Send = { to: 'raw' | 'graphql'; frames: string[]; perTurn: number };
type Frame = { payload: { data: { activityRecorded: object } } };

const server = createServer();
const raw = new WebSocketServer({ noServer: true, perMessageDeflate: false });
const graphql = new WebSocketServer({ noServer: true, perMessageDeflate: false, handleProtocols: () => 'graphql-transport-ws' });
const pubSub = createPubSub<{ recorded: [object] }>();
const activityRecorded = {
  subscribe: () => pubSub.subscribe('recorded'),
  resolve: (event: object) => ({ __typename: 'ActivityEvent', ...event }),
};
useServer({ schema: createSchema({ typeDefs, resolvers: { Subscription: { activityRecorded } } }) }, graphql);

const senders = {
  raw(frame: string) {
    const bytes = Buffer.from(frame);
    for (const socket of raw.clients) socket.send(bytes, { binary: false });
  },
  graphql(frame: string) {
    pubSub.publish('recorded', (JSON.parse(frame) as Frame).payload.data.activityRecorded);
  },
};

async function send({ to, frames, perTurn }: Send): Promise<void> {
  for (let begun = 0; begun < frames.length; begun += perTurn) {
    frames.slice(begun, begun + perTurn).forEach(senders[to]);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

server.on('request', (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks).toString();
    response.end('{}');
    if (request.method === 'POST') void send(JSON.parse(body) as Send);
  });
});
server.on('upgrade', (request, socket, head) => {
  const sockets = request.url === '/raw' ? raw : graphql;
  sockets.handleUpgrade(request, socket, head, (opened: WebSocket) => void sockets.emit('connection', opened, request));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
