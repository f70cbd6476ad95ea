import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the database, so that a copy of the database alone tells nobody which secret a fingerprint is of. */
const fileName = 'fingerprint-key';
const keyBytes = 32;

/** The service's key for keyed hashes: that of the environment, else the one in the data folder, which is made at the first start. */
export function fingerprintKey(given: string | null, dataDir: string): Buffer {
  if (given !== null) return Buffer.from(given);
  const file = join(dataDir, fileName);
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(file, randomBytes(keyBytes).toString('hex'), { mode: 0o600 });
  }
  return Buffer.from(readFileSync(file, 'utf8'), 'hex');
}
