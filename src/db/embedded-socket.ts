import { createHash } from 'node:crypto';
import { chmodSync, lchownSync, lstatSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OperatorError } from '../errors.ts';
import type { Account } from './embedded-account.ts';

/** Part of the socket's file name only: nothing listens on TCP. */
export const embeddedPort = 5432;

/** The kernel's limit is 107 bytes on Linux and 103 on macOS. */
const socketPathBytesMax = 100;
const probeMs = 5_000;
const cannotConnectNow = 'C57P03\0';

export const socketFile = (socketDir: string) => join(socketDir, `.s.PGSQL.${embeddedPort}`);

/** `root`/socket, or where that is too long for a socket a short folder of its own that only `root` leads to. */
export function chooseSocketDir(root: string, account: Account): string {
  const short = `lapwing-${account.uid}-${createHash('sha256').update(root).digest('hex').slice(0, 12)}`;
  const choices = [join(root, 'socket'), join(tmpdir(), short)];
  return choices.find((dir) => Buffer.byteLength(socketFile(dir)) <= socketPathBytesMax) ?? join('/tmp', short);
}

/** Whoever can write to this folder can pose as the database, so one that somebody else made is refused. */
export function makePrivate(folder: string, account: Account): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (account.switched && lstatSync(folder).uid === 0) lchownSync(folder, account.uid, account.gid);
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== account.uid) {
    throw new OperatorError(`${folder} is to be a private folder of ${account.name} but is not: remove it.`);
  }
  chmodSync(folder, 0o700);
}

/** `busy`: a server is there, but starting, recovering, stopping or too loaded to answer. */
export type Answer = 'ready' | 'busy' | 'absent';

/** Asks for a session and hangs up: what counts is that the server grants one, not that a process or a file exists. */
export function probe(socketDir: string, superuser: string): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect(socketFile(socketDir));
    const answer = (found: Answer) => {
      resolve(found);
      socket.destroy();
    };
    socket.setTimeout(probeMs, () => answer('busy'));
    socket.on('error', (error: NodeJS.ErrnoException) => answer(error.code === 'EAGAIN' ? 'busy' : 'absent'));
    socket.on('close', () => answer('busy'));
    socket.on('connect', () => socket.write(startupMessage(superuser)));
    socket.on('data', (reply) => {
      if (reply.toString('latin1').includes(cannotConnectNow)) return answer('busy');
      resolve('ready');
      socket.end(terminateMessage);
    });
  });
}

const terminateMessage = Buffer.from([0x58, 0, 0, 0, 4]);

function startupMessage(user: string): Buffer {
  const body = Buffer.from(`user\0${user}\0database\0postgres\0\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}
