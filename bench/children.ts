import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The processes that are measured. None outlives the bench: each has a deadline, and the end of the bench is theirs. */

export type Child = {
  pid: number;
  port: number;
  said(): string;
  process: ChildProcess;
  stop(): Promise<void>;
};

type Program = {
  name: string;
  /** Arguments of node: its flags, the file, the file's arguments. */
  args: readonly string[];
  env: Record<string, string>;
  logs: string;
  /** With a channel for messages. */
  talks?: boolean;
};

const readyMsMax = 60_000;
const stopMsMax = 25_000;
/** No section takes as long. */
const lifeMsMax = 45 * 60_000;

const running = new Set<ChildProcess>();
// As a last resort, where the bench dies without stopping them in order.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program that listens on PORT, and waits until it answers there. */
export async function startServer(program: Program): Promise<Child> {
  const port = await freePort();
  const child = start({ ...program, env: { ...program.env, PORT: String(port) } }, port);
  const deadline = performance.now() + readyMsMax;
  while (!(await answers(port))) {
    const over = child.process.exitCode !== null || child.process.signalCode !== null;
    if (over || performance.now() > deadline) {
      await child.stop();
      throw new Error(`${program.name} ${over ? 'ended' : 'was not ready in time'}: ${problemIn(child.said())}`);
    }
    await sleep(50);
  }
  return child;
}

export function start({ name, args, env, logs, talks }: Program, port = 0): Child {
  mkdirSync(logs, { recursive: true });
  const logFile = join(logs, `${name.replaceAll(/\W+/g, '-')}.log`);
  // A file, as in production: a pipe would make the bench read every line of every log.
  const log = openSync(logFile, 'w');
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, HOME, ...env },
    cwd: new URL('..', import.meta.url).pathname,
    // Detached, so that Ctrl-C in a terminal reaches the bench only, which then stops them in order.
    detached: true,
    stdio: talks ? ['ignore', log, log, 'ipc'] : ['ignore', log, log],
    serialization: 'advanced',
  });
  closeSync(log);
  running.add(child);
  const life = setTimeout(() => child.kill('SIGKILL'), lifeMsMax).unref();
  child.on('exit', () => {
    clearTimeout(life);
    running.delete(child);
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const kill = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
    child.kill('SIGTERM');
    await once(child, 'exit');
    clearTimeout(kill);
  };
  return { pid: child.pid ?? 0, port, said: () => readFileSync(logFile, 'utf8'), process: child, stop };
}

/** Stops whatever still runs: for the end of the bench, however it comes. */
export async function stopAll(): Promise<void> {
  const ending = [...running].map((child) => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), stopMsMax).unref();
    return gone;
  });
  await Promise.all(ending);
}

/** The first line that names an error, or else the last one. */
function problemIn(said: string): string {
  const lines = said.trim().split('\n');
  return lines.find((line) => /error/i.test(line)) ?? lines.at(-1)!;
}

const answers = (port: number) =>
  fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) }).then(
    async (response) => {
      await response.arrayBuffer();
      return response.status !== 503;
    },
    () => false,
  );

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
