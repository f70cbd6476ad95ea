import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Config } from '../src/config.ts';
import { OperatorError } from '../src/errors.ts';
import { freshDatabase, startService } from './harness/service.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
const folder = mkdtempSync(join(tmpdir(), 'lapwing-keys-'));
const keyFile = join(folder, 'first', 'fingerprint-key');
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Starts and stops; answers with what the operator is told, if anything. */
async function startWith(config: Partial<Config>): Promise<string | null> {
  const refused = await startService({ databaseUrl: database.url, config }).then(
    (service) => service.close(),
    (error: unknown) => error,
  );
  if (refused !== undefined && !(refused instanceof OperatorError)) throw refused;
  return refused?.message ?? null;
}

describe('the key of fingerprints', () => {
  it('is made in the data folder at the first start, for its user alone, and kept', async () => {
    const first = { fingerprintKey: null, dataDir: join(folder, 'first') };
    expect(await Promise.all([startWith(first), startWith(first)])).toEqual([null, null]);
    const key = readFileSync(keyFile, 'utf8');
    expect(key).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    expect(await startWith(first)).toBeNull();
    expect(readFileSync(keyFile, 'utf8')).toBe(key);
  });

  it('is the same for every process of a database: with another one none starts, and is told what to do', async () => {
    const elsewhere = { fingerprintKey: null, dataDir: join(folder, 'second') };
    expect(await startWith(elsewhere)).toContain('is not the one this database was first served with: set LAPWING_FINGERPRINT_KEY');
    expect(await startWith({ fingerprintKey: 'x'.repeat(32) })).toContain('LAPWING_FINGERPRINT_KEY is not the one');
    expect(await startWith({ fingerprintKey: readFileSync(keyFile, 'utf8').trim() })).toBeNull();
  });

  it('has to be somewhere: without one, and without a folder for it, nothing starts', async () => {
    writeFileSync(join(folder, 'file'), '');
    const message = await startWith({ fingerprintKey: null, dataDir: join(folder, 'file', 'below') });
    expect(message).toContain('there is no LAPWING_FINGERPRINT_KEY, and none can be kept in LAPWING_DATA_DIR');
  });
});
