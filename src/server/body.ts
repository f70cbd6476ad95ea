import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { RequestError } from '../errors.ts';

/** Reads a JSON object from the request, counting bytes as they come: what is too large is never held. */
export async function readJson(request: IncomingMessage, bytesMax: number): Promise<GraphQLParams> {
  const tooLarge = () => new RequestError('BODY_TOO_LARGE', `The request body exceeds bodyBytesMax: at most ${bytesMax} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        chunks.length = 0;
        reject(tooLarge());
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', resolve);
    request.once('close', () => {
      if (!request.complete) reject(new RequestError('BAD_REQUEST', 'The request ended before its body did.'));
    });
    request.once('error', () => reject(new RequestError('BAD_REQUEST', 'The request body could not be read.')));
  });
  const [first = Buffer.alloc(0)] = chunks;
  return parseObject((chunks.length > 1 ? Buffer.concat(chunks) : first).toString('utf8'));
}

function parseObject(text: string): GraphQLParams {
  const value = parseJson(text);
  if (Array.isArray(value)) throw new RequestError('BAD_REQUEST', 'Send one operation per request: batching is off.');
  if (typeof value !== 'object' || value === null) throw new RequestError('BAD_REQUEST', 'The request body must be a JSON object.');
  return value;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the body.
    throw new RequestError('BAD_REQUEST', 'The request body is no valid JSON.');
  }
}
