import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';

type Postgres = {
  socketDir: string;
  port: number;
  user: string;
  owner: string;
  superuser: string;
  database: string;
  template: string;
  logFile: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    postgres: Postgres;
  }
}

/** One real PostgreSQL for the whole run, with a migrated database that every test file gets a copy of. */
export default async function setup(project: TestProject) {
  const dataDir = mkdtempSync(join(tmpdir(), 'lapwing-test-'));
  chmodSync(dataDir, 0o711); // as root the server runs as another user, who has to pass through
  process.env.NODE_COMPILE_CACHE = join(dataDir, 'compiled'); // the processes that tests start load the same modules again and again
  const { stop, ...server } = await startEmbedded({ dataDir, log: () => {} });
  const { socketDir, port, user, owner, superuser } = server;
  const template = 'lapwing_template';
  const client = new Client({ host: socketDir, port, user: superuser, database: 'postgres' });
  await client.connect();
  await client.query(`create database ${template} owner ${owner}`);
  await client.end();
  const migrated = await openDatabase({ socketDir, port, user, owner, name: template }, () => {});
  await migrated.close();
  project.provide('postgres', { ...server, template, logFile: join(dataDir, 'postgres.log') });

  return async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
