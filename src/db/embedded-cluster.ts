import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { readFileSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../errors.ts';
import { type Account, giveTo, run } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';

/** Where everything of one data folder lies: `root` is the folder, `cluster` PostgreSQL's own part of it. */
export type Place = {
  root: string;
  account: Account;
  cluster: string;
  logFile: string;
  lockFile: string;
  usersFile: string;
  socketDir: string;
};

export const superuser = 'postgres';
export const database = 'lapwing';
/** Owns the database and its tables, and migrates. The application's role owns nothing, so policies hold for it. */
export const ownerRole = 'lapwing_owner';
export const applicationRole = 'lapwing';

const unfinishedPrefix = 'postgres.new-';
const linesShown = 12;

const initdbArguments = [
  `--username=${superuser}`,
  '--auth-local=trust',
  '--auth-host=reject',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  '--no-instructions',
  // These two an operator may change in postgresql.conf, so they are no arguments of the server.
  '--set=shared_buffers=128MB',
  '--set=max_connections=100',
];

/** One statement per line: single-user mode takes a line for a statement. */
const firstStatements = `create role ${ownerRole} login\ncreate role ${applicationRole} login\ncreate database ${database} owner ${ownerRole}\n`;

/** A PostgreSQL data folder of the binaries' major version at `place.cluster`, made the first time. */
export async function ensureCluster(place: Place, binaries: Binaries, log: (line: string) => void): Promise<void> {
  if (!existsSync(place.cluster)) return makeCluster(place, binaries, log);
  const versionFile = join(place.cluster, 'PG_VERSION');
  if (!existsSync(versionFile)) {
    throw new OperatorError(`${place.cluster} is not a PostgreSQL data folder: move it away, or set LAPWING_DATA_DIR.`);
  }
  const found = readFileSync(versionFile, 'utf8').trim();
  const major = binaries.version.split('.').at(0);
  if (found !== major) {
    throw new OperatorError(
      `${place.cluster} was written by PostgreSQL ${found}, and this Lapwing brings PostgreSQL ${major}. Dump it with ` +
        `PostgreSQL ${found} and restore it into a new LAPWING_DATA_DIR, or run PostgreSQL ${found} and set DATABASE_URL.`,
    );
  }
  if (lstatSync(place.cluster).uid === 0) giveTo(place.account, place.cluster);
}

/** Under a name of its own until it is whole: a process killed half-way leaves nothing that looks like a database. */
async function makeCluster(place: Place, binaries: Binaries, log: (line: string) => void): Promise<void> {
  log(`Making a new PostgreSQL ${binaries.version} database in ${place.cluster}, owned by ${place.account.name}`);
  for (const name of readdirSync(place.root).filter((entry) => entry.startsWith(unfinishedPrefix))) {
    await drop(join(place.root, name));
  }
  // Not one name for all: the initdb of a killed process may still be at work on its own.
  const unfinished = join(place.root, unfinishedPrefix + randomBytes(4).toString('hex'));
  mkdirSync(unfinished, { mode: 0o700 });
  giveTo(place.account, unfinished);
  await runOrDrop(place, unfinished, binaries.initdb, ['-D', unfinished, ...initdbArguments]);
  const single = ['--single', '-D', unfinished, '-c', 'exit_on_error=on', 'postgres'];
  await runOrDrop(place, unfinished, binaries.postgres, single, firstStatements);
  renameSync(unfinished, place.cluster);
  // Without this a power cut could undo the rename, and with it everything committed since.
  const folder = openSync(place.root, 'r');
  fsyncSync(folder);
  closeSync(folder);
}

async function runOrDrop(place: Place, unfinished: string, command: string, args: string[], input = '') {
  const { succeeded, output } = await run(place.account, command, args, input);
  if (succeeded) return;
  await drop(unfinished);
  throw new OperatorError(`PostgreSQL could not make a database in ${place.root}. ${explain(output)}`);
}

/** Not `rmSync`: it gives up without a word where an initdb left behind by a killed process is clearing the folder as well. */
const drop = (folder: string) => rm(folder, { recursive: true, force: true, maxRetries: 10 });

/** What to do about a failure, from what PostgreSQL said of it, and the end of that. */
export function explain(said: string): string {
  const lines = said.split('\n').slice(-linesShown).join('\n');
  return `${adviceFor(said)} It said:\n${lines}`;
}

function adviceFor(said: string): string {
  if (/No space left|Disk quota|free disk space/.test(said)) {
    return 'The disk is full: free some space, or set LAPWING_DATA_DIR to another disk.';
  }
  if (/Permission denied/.test(said)) return 'Mend the permissions it names, or set LAPWING_DATA_DIR.';
  return 'Mend what it names, or set DATABASE_URL to use a PostgreSQL of your own.';
}
