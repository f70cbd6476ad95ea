import { accessSync, chmodSync, constants, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { newKey } from '../recorder/api-keys.ts';
import type { Recorder } from '../recorder/recorder.ts';
import { roles } from '../domain/access.ts';
import type { Clock } from '../domain/time.ts';
import { lapwing } from '../domain/viewer.ts';
import type { Principals } from './principals.ts';

/** Read by the command line on this machine (src/cli/connection.ts): where the service is, and a key of its own. */
const fileName = 'cli-key';
const content = z.object({ url: z.string(), key: z.string() });

type Deps = { principals: Principals; recorder: Recorder; clock: Clock; warn(message: string): void };

/**
 * Lets the command line of the user who runs the service reach it without a key in the environment: the file is theirs
 * alone (0600). A key that is still good is kept, so that starts do not pile keys up. The service runs as well without,
 * where with DATABASE_URL it may have no folder to write to.
 */
export async function writeLocalKey(
  { principals, recorder, clock, warn }: Deps,
  organisation: { id: string; timeZone: string },
  dataDir: string,
  url: string,
): Promise<void> {
  if (!isWritable(dataDir)) return warn(`the command line will need a key: LAPWING_DATA_DIR ${dataDir} cannot be written to`);
  const file = join(dataDir, fileName);
  const known = readKey(file);
  const kept = known !== null && (await principals.viewerOf(known))?.scopes.has('OPERATE') ? known : null;
  const key = kept ?? (await makeKey(recorder, organisation, clock));
  writeFileSync(`${file}.new`, `${JSON.stringify({ url, key })}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

function isWritable(folder: string): boolean {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readKey(file: string): string | null {
  if (!existsSync(file)) return null;
  const read = z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(content)
    .safeParse(readFileSync(file, 'utf8'));
  return read.success ? read.data.key : null;
}

async function makeKey(recorder: Recorder, organisation: { id: string; timeZone: string }, clock: Clock): Promise<string> {
  const { row, token } = newKey({
    organisationId: organisation.id,
    name: 'local command line',
    role: 'ADMIN',
    scopes: [...roles.ADMIN.scopes, 'OPERATE'],
    createdAt: clock.now(),
  });
  await recorder.change(organisation, { do: 'createApiKey', key: row, actor: lapwing });
  return token;
}
