import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { PlaygroundTab } from './playground.ts';

export type { PlaygroundTab } from './playground.ts';

export type PlaygroundPage = { gzipped: Buffer; etag: string };

const renderProgram = fileURLToPath(new URL('./render-playground.ts', import.meta.url));
const pageBytesMax = 16 * 1024 * 1024;

/**
 * The page is made when somebody first asks for it, by a process of its own: the bundle costs 50 MB once loaded, the
 * compressed page 2.4 MB.
 */
export function createPlaygroundPage(tabs: readonly PlaygroundTab[]): () => Promise<PlaygroundPage> {
  let page: Promise<PlaygroundPage> | null = null;
  return () => {
    page ??= render(tabs);
    page.catch(() => (page = null));
    return page;
  };
}

function render(tabs: readonly PlaygroundTab[]): Promise<PlaygroundPage> {
  const options = {
    title: 'Lapwing',
    logo: '<button id="sign-out">Sign out</button>',
    defaultTabs: tabs,
    subscriptionsProtocol: 'WS',
    // A key left in the browser's storage would outlive the visit.
    shouldPersistHeaders: false,
    defaultEditorToolsVisibility: 'headers',
  };
  return new Promise((resolve, reject) => {
    const args = [renderProgram, JSON.stringify(options)];
    execFile(process.execPath, args, { encoding: 'buffer', maxBuffer: pageBytesMax }, (error, gzipped) => {
      if (error) return reject(error);
      resolve({ gzipped, etag: `"${createHash('sha256').update(gzipped).digest('base64url').slice(0, 22)}"` });
    });
  });
}

export function sendPlaygroundPage(request: IncomingMessage, response: ServerResponse, { gzipped, etag }: PlaygroundPage): void {
  const headers = {
    'content-type': 'text/html; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-cache',
    vary: 'authorization, accept-encoding',
    etag,
  };
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
  const takesGzip = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
  const body = takesGzip ? gzipped : gunzipSync(gzipped);
  const encoding = takesGzip ? { 'content-encoding': 'gzip' } : {};
  response.writeHead(200, { ...headers, ...encoding, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}
