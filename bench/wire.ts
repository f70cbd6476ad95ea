import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';

/**
 * HTTP/1.1 with keep-alive over bare sockets, one request in flight on each: node:http and fetch would cost the driver more
 * than some of the servers it measures spend.
 */
export type Connection = {
  /** Resolves to the body of a 200; rejects at any other answer. */
  send(request: Buffer): Promise<string>;
  close(): void;
};

type Waiting = { resolve(body: string): void; reject(error: Error): void };

const answerMsMax = 60_000;

export async function openConnections(port: number, count: number): Promise<Connection[]> {
  return Promise.all(Array.from({ length: count }, () => openConnection(port)));
}

async function openConnection(port: number): Promise<Connection> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let received = '';
  let waiting: Waiting | null = null;
  const settle = (end: (one: Waiting) => void) => {
    const one = waiting;
    waiting = null;
    received = '';
    if (one) end(one);
  };
  // latin1: a byte stays a character, so lengths agree; what is looked for in bodies is ASCII.
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    const answer = readAnswer(received);
    if (answer === null) return;
    if (answer.status === '200') settle((one) => one.resolve(answer.body));
    else settle((one) => one.reject(new Error(`answered ${answer.status}: ${answer.body.slice(0, 300)}`)));
  });
  const fail = (error: Error) => settle((one) => one.reject(error));
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the server closed the connection')));
  socket.setTimeout(answerMsMax, () => socket.destroy(new Error(`no answer within ${answerMsMax} ms`)));
  return { send: (request) => send(socket, request, (one) => (waiting = one)), close: () => socket.destroy() };
}

function send(socket: Socket, request: Buffer, wait: (one: Waiting) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    if (socket.destroyed) return reject(new Error('the connection is closed'));
    wait({ resolve, reject });
    socket.write(request);
  });
}

/** Null while it is incomplete. */
function readAnswer(text: string): { status: string; body: string } | null {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd === -1) return null;
  const head = text.slice(0, headEnd);
  const start = headEnd + 4;
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
  const status = head.slice(9, 12);
  if (length !== undefined) return text.length < start + Number(length) ? null : { status, body: text.slice(start) };
  return text.endsWith('\r\n0\r\n\r\n') ? { status, body: withoutChunkSizes(text.slice(start)) } : null;
}

function withoutChunkSizes(text: string): string {
  let body = '';
  for (let at = 0; ;) {
    const lineEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, lineEnd), 16);
    if (!(size > 0)) return body;
    body += text.slice(lineEnd + 2, lineEnd + 2 + size);
    at = lineEnd + 2 + size + 2;
  }
}

/** The bytes of a POST with a JSON body. */
export function post(path: string, json: string, key: string | null): Buffer {
  const authorization = key === null ? '' : `authorization: Bearer ${key}\r\n`;
  const head = `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${authorization}content-type: application/json\r\naccept: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`);
}
