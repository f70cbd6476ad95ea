import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { lineBytesMax } from '../collectors/line-reader.ts';
import { OperatorError } from '../errors.ts';

/** Nothing more to read right now: send what is gathered. */
export const idle: unique symbol = Symbol('idle');
/** What follows is the start of a file: count positions from 1 again. */
export const newFile: unique symbol = Symbol('new file');
export type LogLines = AsyncIterable<string | typeof idle | typeof newFile>;

const chunkBytes = 65_536;
const idleAfterMs = 500;
const pollMs = 250;
const newline = 0x0a;

/** Cuts bytes into lines, keeping at most one byte more of a line than a reader takes, so that it sees the line is too long. */
function createLineCutter() {
  let begun = Buffer.alloc(0);
  const keep = (piece: Buffer) => {
    begun = Buffer.concat([begun, piece.subarray(0, Math.max(0, lineBytesMax + 1 - begun.length))]);
  };
  return {
    *lines(chunk: Buffer): Generator<string> {
      let start = 0;
      for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
        keep(chunk.subarray(start, end));
        start = end + 1;
        const line = begun.toString('utf8');
        begun = Buffer.alloc(0);
        yield line;
      }
      keep(chunk.subarray(start));
    },
    *rest(): Generator<string> {
      if (begun.length > 0) yield begun.toString('utf8');
      begun = Buffer.alloc(0);
    },
  };
}

/** The lines of a stream until it ends or `signal` aborts. */
export async function* streamLines(stream: Readable, signal: AbortSignal): LogLines {
  const cutter = createLineCutter();
  try {
    for await (const chunk of chunksOrIdle(stream, signal)) {
      if (chunk === idle) {
        yield idle;
        continue;
      }
      for (const line of cutter.lines(chunk)) {
        yield line;
        if (signal.aborted) return;
      }
    }
    if (!signal.aborted) yield* cutter.rest();
  } finally {
    stream.destroy();
  }
}

async function* chunksOrIdle(stream: Readable, signal: AbortSignal): AsyncGenerator<Buffer | typeof idle> {
  const stopped = new Promise<'stopped'>((resolve) => signal.addEventListener('abort', () => resolve('stopped'), { once: true }));
  const chunks: AsyncIterator<unknown> = stream[Symbol.asyncIterator]();
  let next = chunks.next();
  try {
    while (!signal.aborted) {
      const timer = new AbortController();
      const tooLong = sleep(idleAfterMs, 'idle' as const, { signal: timer.signal }).catch(() => 'idle' as const);
      const first = await Promise.race([next, tooLong, stopped]);
      timer.abort();
      if (first === 'stopped') return;
      if (first === 'idle') {
        yield idle;
        continue;
      }
      if (first.done) return;
      yield Buffer.isBuffer(first.value) ? first.value : Buffer.from(String(first.value));
      next = chunks.next();
    }
  } finally {
    next.catch(() => undefined); // a read given up on fails when the stream is destroyed, and nobody waits for it
  }
}

/** The lines of a file as it is now. */
export async function* fileLines(path: string, signal: AbortSignal): LogLines {
  const file = await openLog(path);
  yield* streamLines(createReadStream(path, { fd: file, highWaterMark: chunkBytes }), signal);
}

/** Whether the file can be read twice; a pipe or device cannot. A file that is not there counts: opening it tells why. */
export async function isRegularFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ?? true;
}

async function openLog(path: string): Promise<FileHandle> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown cause';
    throw new OperatorError(`cannot read ${path} (${why}): check the name and that this user may read it`, { cause });
  }
  if ((await file.stat()).isDirectory()) {
    await file.close();
    throw new OperatorError(`cannot read ${path}: it is a folder`);
  }
  return file;
}

/** The lines of a file and all that is written to it, across rotation and truncation, until `signal` aborts. */
export async function* followedLines(path: string, signal: AbortSignal): LogLines {
  if (!(await isRegularFile(path))) throw new OperatorError(`${path} cannot be followed: it is no regular file`);
  let file = await openLog(path);
  const cutter = createLineCutter();
  let offset = 0;
  const whatIsThere = async function* (): AsyncGenerator<string> {
    const buffer = Buffer.alloc(chunkBytes);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, chunkBytes, offset);
      if (bytesRead === 0) return;
      offset += bytesRead;
      yield* cutter.lines(buffer.subarray(0, bytesRead));
    }
  };
  try {
    for (;;) {
      for await (const line of whatIsThere()) {
        yield line;
        if (signal.aborted) return;
      }
      yield idle;
      await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const change = await changeOf(path, file, offset);
      if (change === null) continue;
      if (change === 'replaced') {
        await sleep(pollMs); // the writer may not have let go of the old file yet
        yield* whatIsThere();
      }
      yield* cutter.rest();
      yield newFile;
      offset = 0;
      if (change === 'truncated') continue;
      const old = file;
      file = await openLog(path);
      await old.close();
    }
  } finally {
    await file.close();
  }
}

async function changeOf(path: string, file: FileHandle, offset: number): Promise<'replaced' | 'truncated' | null> {
  const opened = await file.stat();
  const named = await stat(path).catch(() => null); // between the two steps of a rotation there is no file
  if (named !== null && (named.ino !== opened.ino || named.dev !== opened.dev)) return 'replaced';
  return opened.size < offset ? 'truncated' : null;
}
