import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from './db/database.ts';
import { isServiceKey } from './db/queries/service-key.ts';
import { OperatorError } from './errors.ts';
import type { KeyedHashes } from './redaction/keyed-hash.ts';
import { createKeyedHashes } from './redaction/keyed-hash.ts';

/** Beside the database, not in it: a copy of the database alone tells nobody which secret a fingerprint is of. */
const fileName = 'fingerprint-key';
const keyBytes = 32;

type Given = { fingerprintKey: string | null; dataDir: string };

/**
 * Keyed hashes by the service's key: that of the environment, else the one in the data folder, which is made at the first start.
 * A process with another key than the one before it would recognise nothing that was known, so it does not start.
 */
export async function openKeyedHashes({ fingerprintKey, dataDir }: Given, { control }: Pick<Database, 'control'>): Promise<KeyedHashes> {
  const file = join(dataDir, fileName);
  const keyedHashes = createKeyedHashes(fingerprintKey === null ? keyIn(dataDir, file) : Buffer.from(fingerprintKey));
  if (await isServiceKey(control, keyedHashes('', 'proof')('of the key'))) return keyedHashes;
  const given = fingerprintKey === null ? `the key in ${file}` : 'LAPWING_FINGERPRINT_KEY';
  throw new OperatorError(
    `${given} is not the one this database was first served with: set LAPWING_FINGERPRINT_KEY to what ${fileName} in the data folder of the first process says; where that is lost for good, "delete from service_key" as the owner of the database lets another take its place, and what was recognised by the old one is not any more`,
  );
}

function keyIn(dataDir: string, file: string): Buffer {
  if (!existsSync(file)) makeKey(dataDir, file);
  return Buffer.from(readFileSync(file, 'utf8').trim());
}

/** Two processes may start at once: the one that is first to give its key the name makes the key of both. */
function makeKey(dataDir: string, file: string): void {
  const mine = `${file}.${process.pid}`;
  try {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(mine, `${randomBytes(keyBytes).toString('hex')}\n`, { mode: 0o600 });
    linkSync(mine, file);
    rmSync(mine);
  } catch (cause) {
    if (existsSync(file)) return rmSync(mine);
    const message = `there is no LAPWING_FINGERPRINT_KEY, and none can be kept in LAPWING_DATA_DIR ${dataDir}: set the one, or make the other writable`;
    throw new OperatorError(message, { cause });
  }
}
