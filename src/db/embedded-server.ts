import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorError } from '../errors.ts';
import { asAccount, childEnvironment, run } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { type Place, explain, superuser } from './embedded-cluster.ts';
import { embeddedPort, makePrivate, probe, socketFile } from './embedded-socket.ts';

/** Long, for the recovery after a power cut reads up to a gigabyte of write-ahead log. */
const readyMs = 120_000;
const stopSeconds = '30';
const pollMs = 10;
/** Slower where each try leaves a line in the log. */
const patientPollMs = 100;
const logBytesMax = 10_000_000;
/**
 * What PostgreSQL refuses to start for while a predecessor is on its way: backends of a killed server hold its shared memory
 * until they notice, and a server whose starter was killed may not listen yet.
 */
const predecessorRemains = /pre-existing shared memory block|lock file .* already exists/;
const predecessorMs = 30_000;

const settings = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  timezone: 'UTC',
  log_timezone: 'UTC',
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // The log may hold no word of a client's. Errors quote values, so nothing below LOG is written (LOG ranks above ERROR here,
  // and clients get their errors all the same); a crash quotes the statement it happened in, as a detail, which terse omits.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_min_duration_statement: '-1',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
};

/** Joins the server of this folder or starts it; answers with the folder of its socket. */
export async function ensureRunning(place: Place, binaries: Binaries, log: (line: string) => void): Promise<string> {
  const joined = recordedSocketDir(place) ?? place.socketDir;
  if (await answersOnceSettled(place, joined)) {
    log(`Joined the PostgreSQL that runs on ${place.cluster}`);
    return joined;
  }
  await startServer(place, binaries);
  log(`PostgreSQL ${binaries.version} runs on ${place.cluster} as ${place.account.name}`);
  return place.socketDir;
}

/**
 * Clean, with a checkpoint: clients are disconnected, nothing is lost. A server that is already gone is fine. One that does
 * not come down is ended as by a power cut, which loses nothing either: the next start replays its write-ahead log.
 */
export async function stopServer(place: Place, binaries: Binaries, log: (line: string) => void): Promise<void> {
  const socketDir = recordedSocketDir(place);
  if (socketDir === null) return;
  const stop = (mode: string) => run(place.account, binaries.pgCtl, ['stop', '-D', place.cluster, '-m', mode, '-w', '-t', stopSeconds]);
  const clean = await stop('fast');
  if (!clean.succeeded && existsSync(postmasterFile(place))) {
    log(`PostgreSQL did not stop in ${stopSeconds} s and is ended at once; ${place.logFile} may tell why`);
    const { output } = await stop('immediate');
    if ((await probe(socketDir, superuser)) !== 'absent') {
      throw new OperatorError(`PostgreSQL on ${place.cluster} does not stop: ${output}`);
    }
  }
  const isTemporary = socketDir === place.socketDir && dirname(socketDir) !== place.root;
  if (isTemporary) rmSync(socketDir, { recursive: true, force: true });
}

/** Where the last server said it listens: another process may have been given another temporary folder than we are. */
function recordedSocketDir(place: Place): string | null {
  const file = postmasterFile(place);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').at(4) || null : null;
}

const postmasterFile = (place: Place) => join(place.cluster, 'postmaster.pid');

/** Whether a server is there. One that recovers or stops, as a process killed earlier may have left it, is waited for. */
async function answersOnceSettled(place: Place, socketDir: string): Promise<boolean> {
  const deadline = performance.now() + readyMs;
  while (performance.now() < deadline) {
    const answer = await probe(socketDir, superuser);
    if (answer !== 'busy') return answer === 'ready';
    await sleep(patientPollMs);
  }
  throw notReadyInTime(place);
}

async function startServer(place: Place, binaries: Binaries): Promise<void> {
  makePrivate(place.socketDir, place.account);
  disownDeadPids(place);
  const begun = performance.now();
  let server = launch(place, binaries);
  while (performance.now() - begun < readyMs) {
    const answer = await probe(place.socketDir, superuser);
    if (answer === 'ready') return;
    if (server.ended !== null) {
      const said = readFileSync(place.logFile).subarray(server.logStart).toString('utf8').trim();
      const hopeless = !predecessorRemains.test(said) || performance.now() - begun > predecessorMs;
      if (hopeless) throw new OperatorError(`PostgreSQL on ${place.cluster} does not start. ${explain(said || server.ended)}`);
      await sleep(patientPollMs);
      server = launch(place, binaries);
    }
    await sleep(answer === 'busy' ? patientPollMs : pollMs);
  }
  throw notReadyInTime(place);
}

type Launched = { ended: string | null; logStart: number };

/** In a session of its own, so that neither Ctrl-C nor our death ends it; its output goes straight to the log file. */
function launch(place: Place, binaries: Binaries): Launched {
  const logFd = openLog(place.logFile);
  const server: Launched = { ended: null, logStart: fstatSync(logFd).size };
  const args = ['-D', place.cluster, '-c', `unix_socket_directories=${quoted(place.socketDir)}`];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const options = { cwd: '/', env: childEnvironment, detached: true, ...asAccount(place.account) };
  const child = spawn(binaries.postgres, [...args, '-p', String(embeddedPort)], { ...options, stdio: ['ignore', logFd, logFd] });
  closeSync(logFd);
  child.on('error', (error) => (server.ended = error.message));
  child.on('exit', (code, signal) => (server.ended = `it ended with ${signal ?? `code ${code}`}`));
  child.unref();
  return server;
}

/** The list of directories is split at commas, unless they are quoted. */
const quoted = (path: string) => `"${path.replaceAll('"', '""')}"`;

/** O_NOFOLLOW: as root we may be writing in a folder that belongs to somebody else. */
function openLog(file: string): number {
  const size = lstatSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logBytesMax) renameSync(file, `${file}.1`);
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  return openSync(file, O_APPEND | O_CREAT | O_NOFOLLOW | O_WRONLY, 0o600);
}

/**
 * PostgreSQL takes over the pid files of a dead server, unless the pid seems alive: after a power cut another process of the
 * same user may have it, and after `kill -9` a container without an init process keeps the zombie. Then we write our own pid
 * there, which the server never takes for a rival's, being our child. Removing the file would be simpler, but it also names
 * the shared memory by which PostgreSQL finds backends that have outlived their server.
 */
function disownDeadPids(place: Place): void {
  for (const file of [postmasterFile(place), `${socketFile(place.socketDir)}.lock`]) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file, 'utf8');
    const statFile = `/proc/${Number.parseInt(text, 10)}/stat`;
    if (!existsSync(statFile) || livingPostgres.test(readFileSync(statFile, 'utf8'))) continue;
    const { O_NOFOLLOW, O_TRUNC, O_WRONLY } = constants;
    const fd = openSync(file, O_NOFOLLOW | O_TRUNC | O_WRONLY);
    writeFileSync(fd, text.replace(/^\d+/, String(process.pid)));
    closeSync(fd);
  }
}

/** In /proc/<pid>/stat: the name in brackets, then the state, where Z is a zombie and X dead. */
const livingPostgres = /^\d+ \(postgres\) [^ZX]/;

function notReadyInTime(place: Place): OperatorError {
  const seconds = readyMs / 1000;
  return new OperatorError(
    `PostgreSQL on ${place.cluster} is still not ready after ${seconds} s. It may be recovering: see ${place.logFile}, ` +
      'and start Lapwing again when it is done.',
  );
}
