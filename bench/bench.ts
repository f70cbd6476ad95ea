import type { Child } from './children.ts';
import type { Cluster, Database } from './cluster.ts';
import type { Options } from './options.ts';
import { note } from './progress.ts';
import type { Row } from './rows.ts';

/** What every section is given. */
export type Bench = {
  options: Options;
  cluster: Cluster;
  /** The folder of logs, and of the data folders of services. */
  logs: string;
  /** Whatever was measured besides the table, for --json. */
  details: Record<string, unknown>;
  /** What is to be stopped when the bench ends, however it does, after all processes. */
  closing: (() => Promise<void>)[];
};

export type Section = (bench: Bench) => Promise<Row[]>;

/** A side that cannot be started is said to be so, and the rest goes on. */
export async function started<Side extends Child>(
  name: string,
  starting: () => Promise<Side>,
): Promise<Side | { name: string; reason: string }> {
  return starting().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    note(`${name} could not be started: ${reason}`);
    return { name, reason };
  });
}

/** Every side of a comparison begins with nothing left to be written. */
export const settle = (database: Database) => database.query('checkpoint');
