import type { Command } from 'commander';
import type { Client } from './client.ts';
import { createClient } from './client.ts';
import type { ConnectionOptions } from './connection.ts';
import { findConnection } from './connection.ts';
import { readCliEnvironment } from './environment.ts';
import { noteLine } from './terminal.ts';

/** The options of every command that asks the service with the key of `whom`. */
export function withConnection(command: Command, whom: string): Command {
  return command
    .option('--url <url>', 'address of the service (or LAPWING_URL; default http://127.0.0.1:4000/graphql)')
    .option('--key <key>', `API key of ${whom} (better LAPWING_KEY: arguments are visible to other users)`)
    .option('--json', 'print the answer as JSON', false);
}

export async function clientFor(flags: ConnectionOptions): Promise<Client> {
  const connection = await findConnection(flags, readCliEnvironment());
  return createClient(connection, { onRetry: noteLine });
}
