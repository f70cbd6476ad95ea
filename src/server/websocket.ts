import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { handleProtocols, makeServer, type Server as ProtocolServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Viewer } from '../domain/viewer.ts';
import type { Metrics } from '../telemetry.ts';
import type { Caller } from './auth.ts';
import { createFrameWriter } from './broadcast.ts';
import { closeReasons, type CloseReason, type Connection, type Connections } from './connections.ts';
import type { GraphqlDeps, GraphqlHandler } from './graphql-handler.ts';
import { createSocketOperations, type Connected } from './websocket-operations.ts';

export type SocketDeps = GraphqlDeps & {
  graphql: GraphqlHandler;
  connections: Connections;
  metrics: Metrics;
  /** Origins whose pages may open sockets besides our own. */
  allowedOrigins: readonly string[];
};

/** Milliseconds a client has to answer a closing handshake before its socket is dropped. */
const closingMsMax = 2_000;

/** graphql-transport-ws on /graphql. What it asks is decided in `websocket-operations.ts`; this keeps the sockets. */
export function createSocketServer(deps: SocketDeps) {
  const { limits, log, metrics, allowedOrigins } = deps;
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: limits.bodyBytesMax, handleProtocols });
  const protocol = makeServer(createSocketOperations(deps));

  const answered = new WeakSet<WebSocket>(); // one timer for all: idle sockets are many, and each of their timers is memory
  const pinging = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!answered.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, limits.pingIntervalMs).unref();

  const connected = (socket: WebSocket, caller: Caller, stream: Duplex) => {
    metrics.sockets.inc();
    answered.add(socket);
    socket.on('pong', () => answered.add(socket));
    socket.on('error', (cause) => log.info({ err: cause }, 'a socket failed'));
    serve(protocol, { socket, caller, writer: createFrameWriter(socket, stream) }, deps);
  };

  return {
    upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
      stream.on('error', () => stream.destroy());
      if (request.url?.split('?', 1)[0] !== '/graphql') return refuse(stream, '404 Not Found');
      if (!isSameOrigin(request) && !allowedOrigins.includes(request.headers.origin ?? '')) return refuse(stream, '403 Forbidden');
      // The request itself is several KiB that would stay for as long as the socket does.
      const { authorization, 'x-forwarded-for': forwarded } = request.headers;
      const caller = { headers: { authorization, 'x-forwarded-for': forwarded }, socket: request.socket };
      sockets.handleUpgrade(request, stream, head, (socket) => connected(socket, caller, stream));
    },
    /** Also those that have not said who they are. */
    closeAll(reason: CloseReason): void {
      for (const socket of sockets.clients) closeSocket(socket, closeReasons[reason].code, closeReasons[reason].text);
    },
    terminateAll(): void {
      for (const socket of sockets.clients) socket.terminate();
    },
    closed(): Promise<void> {
      clearInterval(pinging);
      return new Promise((resolve) => sockets.close(() => resolve()));
    },
  };
}

/** Browsers let any page open a socket to any host, and say which page it was; programs say nothing. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host?.toLowerCase();
}

function refuse(stream: Duplex, status: string): void {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

type Opened = Pick<Connected, 'socket' | 'caller' | 'writer'>;

function serve(protocol: ProtocolServer<Connected>, opening: Opened, deps: SocketDeps): void {
  const { socket } = opening;
  const { limits, log, metrics, connections } = deps;
  const close = (reason: CloseReason) => closeSocket(socket, closeReasons[reason].code, closeReasons[reason].text);
  const claims = createClaims(connections, { close }, limits.anonymousSocketMsMax);
  const closed = Promise.withResolvers<void>();
  const opened = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => {
        if (socket.bufferedAmount > limits.socketBufferedBytesMax) close('OVERLOADED');
        return socket.readyState === socket.OPEN ? send(socket, text) : closed.promise;
      },
      close: (code, reason) => closeSocket(socket, code ?? 1000, reason ?? ''),
      onMessage: (take) => {
        socket.on('message', (bytes) => {
          take(String(bytes)).catch((cause: unknown) => {
            log.error({ err: cause }, 'a socket message failed for a reason nobody foresaw');
            closeSocket(socket, 1011, 'Internal error');
          });
        });
      },
    },
    { ...opening, exchanges: new Map(), token: null, claim: claims.claim },
  );
  socket.once('close', (code, reason) => {
    metrics.sockets.dec();
    claims.giveBack();
    closed.resolve();
    void opened(code, String(reason));
  });
}

/**
 * A socket is counted for every credential that signs on it, so that it ends with any of them, and for nobody until one
 * does. That is not for long: there are few such places, and whoever holds them without a key keeps others out.
 */
function createClaims(connections: Connections, connection: Connection, anonymousMsMax: number) {
  const unsigned = setTimeout(() => held.has(null) && connection.close('UNAUTHENTICATED'), anonymousMsMax);
  const held = new Map<string | null, () => void>();
  let isOver = false;
  return {
    claim(viewer: Viewer | null): boolean {
      const credential = viewer?.credential ?? null;
      if (isOver || held.has(credential)) return true;
      const release = connections.claim(viewer, { ...connection });
      if (!release) return false;
      held.get(null)?.();
      held.delete(null);
      if (viewer) clearTimeout(unsigned);
      held.set(credential, release);
      return true;
    },
    giveBack(): void {
      isOver = true;
      clearTimeout(unsigned);
      for (const release of held.values()) release();
    },
  };
}

/**
 * Resolves when the bytes are with the kernel, so each subscription has at most one frame waiting here. (On a socket
 * that is closing the caller waits for its end instead: it would otherwise run through its source without a pause.)
 */
function send(socket: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => socket.send(text, () => resolve()));
}

function closeSocket(socket: WebSocket, code: number, reason: string): void {
  if (socket.readyState !== socket.OPEN) return;
  socket.close(code, reason.slice(0, 120));
  const timer = setTimeout(() => socket.terminate(), closingMsMax);
  socket.once('close', () => clearTimeout(timer));
}
