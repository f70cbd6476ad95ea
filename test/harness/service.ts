import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { inject } from 'vitest';
import type { App } from '../../src/app.ts';
import { createApp } from '../../src/app.ts';
import type { Config } from '../../src/config.ts';
import type { Clock, Micros } from '../../src/domain/time.ts';
import { microsPerSecond, parseInstant } from '../../src/domain/time.ts';
import type { Limits } from '../../src/graphql/limits.ts';
import { limits as realLimits } from '../../src/graphql/limits.ts';
import { createLogger } from '../../src/telemetry.ts';

/** A clock that stands still until a test moves it. */
export type TestClock = Clock & { set(instant: string): void; advance(seconds: number): void };

export function testClock(start: string): TestClock {
  let now: Micros = parseInstant(start)!;
  return {
    now: () => now,
    set: (instant) => {
      now = parseInstant(instant)!;
    },
    advance: (seconds) => {
      now += seconds * microsPerSecond;
    },
  };
}

export const adminKey = 'test-admin-key-0123456789abcdefghij';

/** One for all: several processes of a test serve one database, each with a data folder of its own. */
export const fingerprintKey = 'test-fingerprint-key-0123456789abcdef';

let databases = 0;

/**
 * A fresh copy of the migrated database; `url` is what an operator would put into DATABASE_URL. Its user is the superuser, so that
 * tests see every row; the service takes on a role that does not.
 */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const { socketDir, port, owner, superuser, template } = inject('postgres');
  const name = `test_${process.pid}_${(databases += 1)}`;
  const asSuperuser = async (sql: string) => {
    const client = new Client({ host: socketDir, port, user: superuser, database: 'postgres' });
    await client.connect();
    await client.query(sql);
    await client.end();
  };
  await asSuperuser(`create database ${name} template ${template} owner ${owner}`);
  return {
    url: `postgres://${superuser}@localhost:${port}/${name}?host=${encodeURIComponent(socketDir)}`,
    drop: () => asSuperuser(`drop database ${name} with (force)`),
  };
}

export type Service = App & { ws: string; logLines: string[]; databaseUrl: string; dataDir: string };
type Options = { clock?: Clock; databaseUrl?: string; limits?: Partial<Limits>; config?: Partial<Config> };

/** Starts the service exactly as `npm start` does, on a free port, with a database of its own unless one is given. */
export async function startService({ clock, databaseUrl, limits = {}, config = {} }: Options = {}): Promise<Service> {
  const database = databaseUrl === undefined ? await freshDatabase() : null;
  const url = databaseUrl ?? database!.url;
  const dataDir = mkdtempSync(join(tmpdir(), 'lapwing-data-'));
  const logLines: string[] = [];
  const app = await createApp({
    config: {
      host: '127.0.0.1',
      port: 0,
      databaseUrl: url,
      dataDir,
      adminKey,
      fingerprintKey,
      logLevel: 'info',
      timeZone: 'UTC',
      allowedOrigins: [],
      trustedProxies: [],
      geoipFile: null,
      oidc: null,
      ...config,
    },
    clock: clock ?? { now: () => Date.now() * 1000 },
    log: createLogger('info', { write: (line) => void logLines.push(line) }),
    limits: { ...realLimits, ...limits },
  });
  return {
    ...app,
    ws: app.url.replace('http', 'ws'),
    logLines,
    databaseUrl: url,
    dataDir,
    async close() {
      await app.close();
      await database?.drop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Two processes on one database of their own, at one clock. */
export async function startPair(clock: Clock): Promise<{ a: Service; b: Service; close(): Promise<void> }> {
  const database = await freshDatabase();
  const [a, b] = await Promise.all([0, 1].map(() => startService({ clock, databaseUrl: database.url })));
  return {
    a: a!,
    b: b!,
    async close() {
      await a!.close();
      await b!.close();
      await database.drop();
    },
  };
}
