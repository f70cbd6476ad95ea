import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperatorError } from '../errors.ts';
import type { Metrics } from '../telemetry.ts';
import { createConnections, type Connections } from './connections.ts';
import { logFields, openExchange, type Exchange } from './exchange.ts';
import { createGraphqlHandler, type GraphqlDeps, type GraphqlHandler } from './graphql-handler.ts';
import { createPlaygroundPage, sendPlaygroundPage, type PlaygroundTab } from './playground-page.ts';
import { createSocketServer } from './websocket.ts';

export type Readiness = { ready: boolean; checks: Record<string, string> };

export type ServerDeps = GraphqlDeps & {
  readiness(): Promise<Readiness>;
  metrics: Metrics;
  host: string;
  /** 0 takes any free port. */
  port: number;
  playgroundTabs: readonly PlaygroundTab[];
};

export type Server = {
  /** Listens, or throws an OperatorError that says what is in the way. */
  start(): Promise<{ port: number }>;
  /** Ends the sockets and streams of a key that was revoked. */
  disconnectKey(keyId: string): void;
  /** The keys with which sockets or streams are open. */
  connectedKeys(): string[];
  /** Takes no more requests, sends sockets away and waits for running requests, at most `shutdownMsMax`. */
  close(): Promise<void>;
};

type Route = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => Promise<void> | void;

export function createServer(deps: ServerDeps): Server {
  const { limits, log } = deps;
  const connections = createConnections({ perKeyMax: limits.streamsPerKeyMax, anonymousMax: limits.anonymousSocketsMax });
  const graphql = createGraphqlHandler(deps);
  const sockets = createSocketServer({ ...deps, graphql, connections });
  const routes = createRoutes(deps, graphql, connections);
  const node = createNodeServer({ requestTimeout: limits.requestMsMax, headersTimeout: limits.requestMsMax }, (request, response) => {
    const exchange = openExchange(request.headers['x-request-id']);
    response.setHeader('x-request-id', exchange.requestId);
    const path = pathOf(request);
    const route = routes[path] ?? notFound;
    response.once('close', () => {
      record(deps, request, response, routes[path] ? path : 'other', exchange);
      // A connection kept alive would hold up the closing until its client lets go of it.
      if (!node.listening) setImmediate(() => node.closeIdleConnections());
    });
    Promise.resolve(route(request, response, exchange)).catch((cause: unknown) => {
      log.error({ requestId: exchange.requestId, err: cause }, 'a request failed outside GraphQL');
      if (!response.headersSent) sendJson(response, 500, { error: 'INTERNAL', requestId: exchange.requestId });
    });
  });
  node.on('upgrade', sockets.upgrade);

  return {
    async start() {
      node.maxConnections = limits.connectionsMax;
      await new Promise<void>((resolve, reject) => {
        node.once('error', (cause) => reject(listenError(cause, deps)));
        node.listen(deps.port, deps.host, resolve);
      });
      const { port } = node.address() as AddressInfo;
      return { port };
    },
    connectedKeys: () => connections.keys(),
    disconnectKey: (keyId) => connections.closeKey(keyId, 'UNAUTHENTICATED'),
    async close() {
      const closed = new Promise<void>((resolve) => node.close(() => resolve()));
      connections.closeAll('RESTART');
      sockets.closeAll('RESTART');
      const timer = setTimeout(() => {
        sockets.terminateAll();
        node.closeAllConnections();
      }, limits.shutdownMsMax);
      await Promise.all([closed, sockets.closed()]);
      clearTimeout(timer);
    },
  };
}

/** Health, metrics and the page need no key: they hold counts and code, nothing of any organisation. */
function createRoutes(deps: ServerDeps, graphql: GraphqlHandler, connections: Connections): Record<string, Route> {
  const page = createPlaygroundPage(deps.playgroundTabs);
  return {
    '/': (_request, response) => void response.writeHead(302, { location: '/graphql' }).end(),
    '/livez': (_request, response) => sendJson(response, 200, { live: true }),
    '/readyz': async (_request, response) => {
      const readiness = await deps.readiness();
      sendJson(response, readiness.ready ? 200 : 503, readiness);
    },
    '/metrics': async (_request, response) => {
      const { registry } = deps.metrics;
      response.writeHead(200, { 'content-type': registry.contentType }).end(await registry.metrics());
    },
    '/graphql': async (request, response, exchange) => {
      if (wantsPage(request)) return sendPlaygroundPage(request, response, await page());
      const openStream = () => trackStream(response, exchange, connections, deps.metrics);
      await graphql.handle(request, response, { exchange, req: request, openStream });
    },
  };
}

function wantsPage({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && (headers.accept ?? '').includes('text/html');
}

/** An event stream counts like a socket and ends like one. */
function trackStream(response: ServerResponse, exchange: Exchange, connections: Connections, metrics: Metrics): boolean {
  const release = connections.claim(exchange.viewer?.keyId ?? null, { close: () => response.destroy() });
  if (!release) return false;
  metrics.subscriptions.inc({ transport: 'sse' });
  response.once('close', () => {
    release();
    metrics.subscriptions.dec({ transport: 'sse' });
  });
  return true;
}

/** The path is one of the routes or `other`: what else a caller writes there is no business of the log. */
function record(deps: ServerDeps, request: IncomingMessage, response: ServerResponse, path: string, exchange: Exchange): void {
  const method = request.method ?? '';
  const status = response.statusCode;
  const fields = { transport: 'http', method, path, status, ...logFields(exchange) };
  deps.log[path === '/graphql' || path === 'other' ? 'info' : 'debug'](fields, 'request');
  if (String(response.getHeader('content-type')).startsWith('text/event-stream')) return;
  deps.metrics.requestSeconds.observe({ method: knownMethod(method), path, status }, fields.durationMs / 1_000);
}

const knownMethod = (method: string) => (['GET', 'POST', 'HEAD', 'OPTIONS'].includes(method) ? method : 'other');

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  sendJson(response, 404, { error: 'NOT_FOUND', message: 'The API is at /graphql.' });
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}

export function pathOf({ url = '' }: IncomingMessage): string {
  return url.split('?', 1)[0] ?? '';
}

function listenError(cause: NodeJS.ErrnoException, { host, port }: ServerDeps): OperatorError {
  const reasons: Record<string, string> = {
    EADDRINUSE: `port ${port} on ${host} is in use: stop the other process or set PORT`,
    EACCES: `port ${port} on ${host} is not allowed for this user: set PORT to one above 1023`,
    EADDRNOTAVAIL: `${host} is no address of this machine: set HOST`,
    ENOTFOUND: `the host name ${host} is unknown: set HOST`,
  };
  return new OperatorError(reasons[cause.code ?? ''] ?? `cannot listen on ${host}, port ${port}: ${cause.message}`, { cause });
}
