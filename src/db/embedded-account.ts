import { spawn } from 'node:child_process';
import { lchownSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The system user PostgreSQL runs as. `switched`: another one than ours, because PostgreSQL refuses to run as root. */
export type Account = { name: string; uid: number; gid: number; switched: boolean };

const preferredNames = ['lapwing', 'postgres', 'nobody'];
const commandMs = 120_000;
const outputCharsMax = 8_000;

/**
 * What every child of ours gets to see. Our own environment stays here: it may hold secrets, which /proc would show in the
 * server's, and `PG*` variables, which would redirect it. LC_ALL also keeps macOS from starting threads in the postmaster.
 */
export const childEnvironment = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

/** Ourselves; as root the first owner of `folders` that is not root, else the first system user that suits. */
export function serverAccount(folders: string[]): Account {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  const users = systemUsers();
  const nameOf = (id: number) => users.find((user) => user.uid === id)?.name ?? `user ${id}`;
  if (uid !== 0) return { name: nameOf(uid), uid, gid, switched: false };

  for (const folder of folders) {
    const owner = statSync(folder, { throwIfNoEntry: false });
    if (owner && owner.uid !== 0) return { name: nameOf(owner.uid), uid: owner.uid, gid: owner.gid, switched: true };
  }
  const chosen = preferredNames.flatMap((name) => users.filter((user) => user.name === name)).at(0);
  return { ...(chosen ?? { name: 'nobody', uid: 65_534, gid: 65_534 }), switched: true };
}

/** From /etc/passwd rather than a directory service: system users are local, and there is no call for it in Node. */
function systemUsers(): { name: string; uid: number; gid: number }[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= 4)
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}

/** How `spawn` becomes the account. Node drops root's supplementary groups by itself when it is given a uid. */
export function asAccount(account: Account): { uid?: number; gid?: number } {
  return account.switched ? { uid: account.uid, gid: account.gid } : {};
}

export type Ended = { succeeded: boolean; output: string };

/** Runs a command as the account to its end, at most `commandMs`, and keeps the end of what it said. Never rejects. */
export function run(account: Account, command: string, args: string[], input = ''): Promise<Ended> {
  return new Promise((resolve) => {
    let output = '';
    const keep = (chunk: string) => {
      output = (output + chunk).slice(-outputCharsMax);
    };
    // Detached, so that Ctrl-C in a terminal reaches only us; in '/', because our own folder may be closed to the account.
    const options = { cwd: '/', env: childEnvironment, detached: true, ...asAccount(account) };
    const child = spawn(command, args, { ...options, stdio: 'pipe' });
    // Not `spawn`'s own timeout: after a failed spawn its timer goes on and holds the process.
    const timer = setTimeout(() => child.kill('SIGKILL'), commandMs);
    const end = (ended: Ended) => {
      clearTimeout(timer);
      resolve(ended);
    };
    child.stdout.setEncoding('utf8').on('data', keep);
    child.stderr.setEncoding('utf8').on('data', keep);
    child.stdin.on('error', () => undefined); // It ended before it read: the exit code tells why.
    child.stdin.end(input);
    child.on('error', (error) => end({ succeeded: false, output: error.message }));
    child.on('close', (code) => end({ succeeded: code === 0, output: output.trim() }));
  });
}

/** The first folder on the way to `path` (and `path` itself) that the account cannot enter, or null. Ignores ACLs. */
export function closedFolder(path: string, account: Account): string | null {
  const above = dirname(path);
  const closed = above === path ? null : closedFolder(above, account);
  if (closed !== null) return closed;
  const { uid, gid, mode } = statSync(path);
  const enter = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
  return (mode & enter) === 0 ? path : null;
}

export function giveTo(account: Account, folder: string): void {
  if (!account.switched) return;
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    lchownSync(join(folder, name), account.uid, account.gid);
  }
}
