import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import type { CliEnvironment } from './environment.ts';

export type Connection = { url: string; key: string };
export type ConnectionOptions = { url?: string | undefined; key?: string | undefined };

const defaultUrl = 'http://127.0.0.1:4000/graphql';
const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);
const localKey = z.object({ url: z.string(), key: z.string() });

/** Where the service is and with which key to ask it: options, then environment, then what a local service left. */
export async function findConnection(options: ConnectionOptions, environment: CliEnvironment): Promise<Connection> {
  const givenUrl = options.url ?? environment.url;
  const givenKey = options.key?.trim() || environment.key;
  if (givenKey) return { url: endpointOf(givenUrl ?? defaultUrl).href, key: sendableKey(givenKey) };
  if (givenUrl !== null && !loopbackHosts.has(endpointOf(givenUrl).hostname)) {
    throw new OperatorError(`no key for ${givenUrl}: give one with --key or LAPWING_KEY (an admin makes keys with \`keys create\`)`);
  }
  const file = join(environment.dataFolder, 'cli-key');
  const left = await readLocalKey(file);
  return { url: endpointOf(givenUrl ?? left.url).href, key: sendableKey(left.key) };
}

async function readLocalKey(file: string): Promise<Connection> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new OperatorError(
      'no key: give one with --key or LAPWING_KEY (an admin makes keys with `keys create`); ' +
        `a local service leaves one in ${file}, which cannot be read`,
      { cause },
    );
  }
  const read = localKey.safeParse(jsonOrNull(text));
  if (!read.success) throw new OperatorError(`${file} is not what the service writes: restart the service, or give --key or LAPWING_KEY`);
  return read.data;
}

/** Parsed JSON, or null where it is none. */
export function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function endpointOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new OperatorError(`"${text}" is no address of a service: write it like ${defaultUrl}`);
  }
  if (url.pathname === '/') url.pathname = '/graphql';
  return url;
}

function sendableKey(key: string): string {
  if (!/^[\x21-\x7e]+$/.test(key)) throw new OperatorError('the key holds characters that no key has: check --key or LAPWING_KEY');
  return key;
}
