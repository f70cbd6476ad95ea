import { accessSync, chmodSync, constants, mkdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperatorError } from '../errors.ts';
import { type Account, closedFolder, serverAccount } from './embedded-account.ts';
import { type Binaries, usableBinaries } from './embedded-binaries.ts';
import { type Place, applicationRole, database, ensureCluster, ownerRole, superuser } from './embedded-cluster.ts';
import { ensureOwner } from './embedded-roles.ts';
import { ensureRunning, stopServer } from './embedded-server.ts';
import { chooseSocketDir, embeddedPort } from './embedded-socket.ts';
import { hasUsers, registerUser, withFileLock } from './folder-lock.ts';

/**
 * A running PostgreSQL of our own. Connect with `socketDir` as the host; no password is asked for, because only root and the
 * system user of the server can reach the socket. `user` owns nothing, `owner` the database, `superuser` may do anything.
 */
export type Embedded = {
  socketDir: string;
  port: number;
  database: string;
  user: string;
  owner: string;
  superuser: string;
  /** Gives the server up, and stops it unless another Lapwing process on the folder uses it. May be called twice. */
  stop: () => Promise<void>;
};

/**
 * Starts PostgreSQL on `dataDir`, or joins the one that runs there; makes the folder and the database the first time.
 * The server outlives us when we are killed, and the next start joins it. Throws `OperatorError`.
 */
export async function startEmbedded(options: { dataDir: string; log: (line: string) => void }): Promise<Embedded> {
  const { log } = options;
  const dataDir = resolve(options.dataDir);
  try {
    const place = preparePlace(dataDir);
    return await withFileLock(place.lockFile, async () => {
      const binaries = await usableBinaries(place.root, place.account, log);
      await ensureCluster(place, binaries, log);
      const socketDir = await ensureRunning(place, binaries, log);
      await ensureOwner(socketDir);
      const leave = registerUser(place.usersFile);
      let stopping: Promise<void> | null = null;
      const stop = () => (stopping ??= leaveOrStop(place, binaries, leave, log));
      return { socketDir, port: embeddedPort, database, user: applicationRole, owner: ownerRole, superuser, stop };
    });
  } catch (cause) {
    throw explainFolderError(cause, dataDir);
  }
}

function preparePlace(dataDir: string): Place {
  if (process.platform === 'win32') {
    throw new OperatorError('The built-in PostgreSQL needs Unix sockets: on Windows set DATABASE_URL.');
  }
  const isRoot = process.getuid?.() === 0;
  const made = mkdirSync(dataDir, { recursive: true });
  // As root the server's own user has to pass through, but need not see what else is there.
  if (made !== undefined) chmodSync(dataDir, isRoot ? 0o711 : 0o700);
  accessSync(dataDir, constants.W_OK | constants.X_OK);

  const root = realpathSync(dataDir);
  const account = serverAccount([join(root, 'postgres'), root]);
  refuseClosedFolder(root, account);
  const locks = join(root, 'locks');
  mkdirSync(locks, { recursive: true, mode: 0o700 });
  return {
    root,
    account,
    cluster: join(root, 'postgres'),
    logFile: join(root, 'postgres.log'),
    lockFile: join(locks, 'start-stop'),
    usersFile: join(locks, 'users'),
    socketDir: chooseSocketDir(root, account),
  };
}

function refuseClosedFolder(root: string, account: Account): void {
  const closed = account.switched ? closedFolder(root, account) : null;
  if (closed === null) return;
  throw new OperatorError(
    `PostgreSQL refuses to run as root and runs as ${account.name}, who cannot enter ${closed}. ` +
      `Set LAPWING_DATA_DIR to a folder that ${account.name} can reach, e.g. /var/lib/lapwing.`,
  );
}

async function leaveOrStop(place: Place, binaries: Binaries, leave: () => void, log: (line: string) => void) {
  await withFileLock(place.lockFile, async () => {
    leave();
    if (hasUsers(place.usersFile)) return log('PostgreSQL keeps running: another Lapwing process uses it');
    await stopServer(place, binaries, log);
    log('PostgreSQL stopped');
  });
}

/** What the operating system says of the folder, as something to do about it. */
function explainFolderError(cause: unknown, dataDir: string): unknown {
  if (!(cause instanceof Error) || cause instanceof OperatorError || !('code' in cause)) return cause;
  const advice = folderAdvice.get(String(cause.code));
  return advice ? new OperatorError(`The data folder ${dataDir} ${advice} (${cause.message})`, { cause }) : cause;
}

const notWritable = 'cannot be written to: give this user the right to, or set LAPWING_DATA_DIR to another folder';
const noRoom = 'has no room left: free some disk space, or set LAPWING_DATA_DIR to another disk';
const noFolder = 'cannot be made: set LAPWING_DATA_DIR to another folder';
const folderAdvice = new Map([
  ['EACCES', notWritable],
  ['EPERM', notWritable],
  ['EROFS', notWritable],
  ['ERR_SQLITE_ERROR', notWritable],
  ['ENOSPC', noRoom],
  ['EDQUOT', noRoom],
  ['ENOTDIR', noFolder],
  ['EEXIST', noFolder],
  ['ENOENT', noFolder],
]);
