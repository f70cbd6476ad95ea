import { createServer as createNodeServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Viewer } from '../domain/viewer.ts';
import { errorCodes, OperatorError, RequestError } from '../errors.ts';
import { mayIntrospect } from '../graphql/limits-plugin.ts';
import { isErrorCode, presentError } from '../graphql/present-error.ts';
import type { Metrics } from '../telemetry.ts';
import { bearerTokenOf, signedViewer } from './auth.ts';
import { createCallerAddress } from './caller-address.ts';
import { createConnections, type Connections, type Judge } from './connections.ts';
import { logFields, openExchange, reportTo, type Exchange } from './exchange.ts';
import { createGraphqlHandler, type GraphqlDeps, type GraphqlHandler } from './graphql-handler.ts';
import { createPlaygroundPage, sendPlaygroundPage, type PlaygroundTab } from './playground-page.ts';
import { sendSignInPage } from './sign-in-page.ts';
import { createSocketServer } from './websocket.ts';

export type Readiness = { ready: boolean; checks: Record<string, string> };

export type ServerDeps = Omit<GraphqlDeps, 'addressOf'> & {
  readiness(): Promise<Readiness>;
  metrics: Metrics;
  host: string;
  /** 0 takes any free port. */
  port: number;
  /** Addresses and CIDR ranges of the proxies whose X-Forwarded-For is believed. */
  trustedProxies: readonly string[];
  /** Origins like https://dashboard.example whose pages may call the API from a browser. Our own needs no mention. */
  allowedOrigins: readonly string[];
  playgroundTabs: readonly PlaygroundTab[];
};

type EdgeDeps = ServerDeps & GraphqlDeps;

export type Server = {
  /** Listens, or throws an OperatorError that says what is in the way. */
  start(): Promise<{ port: number }>;
  /** Everybody who has sockets or streams open, once for each credential. */
  connected(): Viewer[];
  /** Closes the sockets and streams that `judge` gives a reason for; the rest goes on with the viewer it gives. */
  review(judge: Judge): void;
  /** Takes no more requests, sends sockets away and waits for running requests, at most `shutdownMsMax`. */
  close(): Promise<void>;
};

/** How long a browser may go without asking again whether an origin is allowed. */
const preflightSeconds = 600;

type Route = (request: IncomingMessage, response: ServerResponse, exchange: Exchange) => Promise<void> | void;

export function createServer(serverDeps: ServerDeps): Server {
  const deps = { ...serverDeps, addressOf: createCallerAddress(serverDeps.trustedProxies) };
  const { limits, log } = deps;
  const connections = createConnections({ perPrincipalMax: limits.streamsPerPrincipalMax, anonymousMax: limits.anonymousSocketsMax });
  const graphql = createGraphqlHandler(deps);
  const sockets = createSocketServer({ ...deps, graphql, connections });
  const routes = createRoutes(deps, graphql, connections);
  const node = createNodeServer({ requestTimeout: limits.requestMsMax, headersTimeout: limits.requestMsMax }, (request, response) => {
    const exchange = openExchange(deps.refused, request.headers['x-request-id']);
    response.setHeader('x-request-id', exchange.requestId);
    const path = pathOf(request);
    const route = routes[path] ?? notFound;
    response.once('close', () => {
      record(deps, request, response, routes[path] ? path : 'other', exchange);
      // A connection kept alive would hold up the closing until its client lets go of it.
      if (!node.listening) setImmediate(() => node.closeIdleConnections());
    });
    Promise.resolve(route(request, response, exchange)).catch((cause: unknown) => sendError(request, response, cause, exchange, log));
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
    connected: () => connections.viewers(),
    review: (judge) => connections.review(judge),
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

/** Health, metrics and the page to sign in need no key: they hold counts and code, nothing of any organisation. */
function createRoutes(deps: EdgeDeps, graphql: GraphqlHandler, connections: Connections): Record<string, Route> {
  const playground = createPlaygroundPage(deps.playgroundTabs);
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
      if (isRead(request) && request.headers.accept?.includes('text/html')) return sendSignInPage(request, response);
      requireHost(request);
      allowOrigin(request, response, deps.allowedOrigins);
      if (isPreflight(request) && response.hasHeader('access-control-allow-origin')) return void response.writeHead(204).end();
      // First of all, so that nobody unsigned learns even whether a document would parse, and refusing them costs little.
      exchange.viewer = await signedViewer(deps, request, bearerTokenOf(request));
      const openStream = () => trackStream(response, exchange, connections, deps.metrics);
      await graphql.handle(request, response, { exchange, req: request, openStream });
    },
    '/playground': async (request, response, exchange) => {
      exchange.viewer = await signedViewer(deps, request, bearerTokenOf(request));
      if (!mayIntrospect(exchange.viewer)) throw new RequestError('FORBIDDEN', 'The playground takes the scope INTROSPECT.');
      if (!isRead(request)) return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
      sendPlaygroundPage(request, response, await playground());
    },
  };
}

/** Yoga makes a URL of it, and fails in its own words where that is none. */
function requireHost({ headers: { host = 'localhost' } }: IncomingMessage): void {
  if (!URL.canParse(`http://${host}`)) throw new RequestError('BAD_REQUEST', 'The header "Host" is not a host.');
}

const isRead = ({ method }: IncomingMessage) => method === 'GET' || method === 'HEAD';

const isPreflight = ({ method, headers }: IncomingMessage) =>
  method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;

/** Tells the browser that pages of a listed origin may read the answer. No cookies are ever read here, so none are allowed. */
function allowOrigin({ headers }: IncomingMessage, response: ServerResponse, allowedOrigins: readonly string[]): void {
  if (allowedOrigins.length > 0) response.setHeader('vary', 'origin');
  if (headers.origin === undefined || !allowedOrigins.includes(headers.origin)) return;
  response.setHeader('access-control-allow-origin', headers.origin);
  response.setHeader('access-control-allow-methods', 'GET, POST');
  response.setHeader('access-control-allow-headers', 'authorization, content-type, accept, x-request-id');
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
  response.setHeader('access-control-max-age', preflightSeconds);
}

/** An event stream counts like a socket and ends like one. */
function trackStream(response: ServerResponse, exchange: Exchange, connections: Connections, metrics: Metrics): boolean {
  const release = connections.claim(exchange.viewer, { close: () => response.destroy() });
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

/** What is refused or went wrong before GraphQL, in the shape GraphQL gives its errors. */
function sendError(request: IncomingMessage, response: ServerResponse, cause: unknown, exchange: Exchange, log: GraphqlDeps['log']): void {
  const { message, extensions } = presentError(cause, exchange.requestId, reportTo(log, exchange));
  const { code: given, http, ...more } = extensions as { code: unknown; http?: { headers?: Record<string, string> } };
  const code = isErrorCode(given) ? given : 'INTERNAL';
  exchange.noteCode(code);
  if (response.headersSent) return;
  const type = request.headers.accept?.includes('application/graphql-response+json') ? 'graphql-response+json' : 'json';
  const challenge = code === 'UNAUTHENTICATED' ? { 'www-authenticate': 'Bearer' } : {};
  response.writeHead(errorCodes[code].httpStatus, { 'content-type': `application/${type}; charset=utf-8`, ...challenge, ...http?.headers });
  response.end(JSON.stringify({ errors: [{ message, extensions: { code, ...more } }] }));
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
