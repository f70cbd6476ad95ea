import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { statement } from '../../src/db/statement.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { socketDir: string; port: number; user: string; superuser: string; template: string; logFile: string };
  }
}

/** One real PostgreSQL for the whole run, with a migrated database that every test file gets a copy of. */
export default async function setup(project: TestProject) {
  const dataDir = mkdtempSync(join(tmpdir(), 'lapwing-test-'));
  chmodSync(dataDir, 0o711); // as root the server runs as another user, who has to pass through
  const server = await startEmbedded({ dataDir, log: () => {} });
  const { socketDir, port, user, superuser } = server;
  const template = 'lapwing_template';
  const admin = await openDatabase({ socketDir, port, user: superuser, name: server.database }, () => {});
  await statement(admin.fork(), `create database ${template} owner ${user}`);
  await admin.close();
  const migrated = await openDatabase({ socketDir, port, user, name: template }, () => {});
  await migrated.close();
  project.provide('postgres', { socketDir, port, user, superuser, template, logFile: join(dataDir, 'postgres.log') });

  return async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}
