import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { fileLines, followedLines, idle, newFile, streamLines, type LogLines } from '../../src/cli/log-lines.ts';

const never = () => new AbortController().signal;

async function textsOf(lines: LogLines): Promise<string[]> {
  const texts: string[] = [];
  for await (const line of lines) if (typeof line === 'string') texts.push(line);
  return texts;
}

describe('a stream', () => {
  test('is cut into lines wherever its chunks end, and the last needs no newline', async () => {
    const bytes = Buffer.from('äb\r\n\nlast');
    const single = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
    for (const chunks of [[bytes], single])
      expect(await textsOf(streamLines(Readable.from(chunks), never()))).toEqual(['äb\r', '', 'last']);
  });

  test('gives at most one byte more of a line than a reader takes', async () => {
    const [long, next] = await textsOf(streamLines(Readable.from([Buffer.alloc(300_000, 'x'), Buffer.from('y\nnext\n')]), never()));
    expect(long).toHaveLength(65_537);
    expect(next).toBe('next');
  });

  test('says when nothing comes', async () => {
    const silent = new Readable({ read() {} });
    for await (const line of streamLines(silent, never())) {
      expect(line).toBe(idle);
      break;
    }
    expect(silent.destroyed).toBe(true);
  });

  test('ends at the stop signal even while it waits', async () => {
    const stop = new AbortController();
    const rest = textsOf(streamLines(new Readable({ read() {} }), stop.signal));
    stop.abort();
    expect(await rest).toEqual([]);
  });
});

describe('a file', () => {
  let folder = '';
  let log = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lapwing-log-'));
    log = join(folder, 'auth.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Follows the log, does the next step whenever it is idle, and stops after the last. */
  async function follow(steps: (() => Promise<unknown>)[], linesWanted: number): Promise<(string | typeof newFile)[]> {
    const stop = new AbortController();
    const seen: (string | typeof newFile)[] = [];
    for await (const line of followedLines(log, stop.signal)) {
      if (line !== idle) seen.push(line);
      else await steps.shift()?.();
      if (seen.length >= linesWanted) stop.abort();
    }
    return seen;
  }

  test('is read as it is', async () => {
    await writeFile(log, 'a\nb');
    expect(await textsOf(fileLines(log, never()))).toEqual(['a', 'b']);
  });

  test('that is not there is named', async () => {
    await expect(textsOf(fileLines(log, never()))).rejects.toThrow(`cannot read ${log} (ENOENT)`);
    await expect(textsOf(fileLines(folder, never()))).rejects.toThrow('it is a folder');
  });

  test('is followed as it grows, whole lines only', async () => {
    await writeFile(log, 'a\nb');
    expect(await follow([() => appendFile(log, 'c\nd'), () => appendFile(log, '\n')], 3)).toEqual(['a', 'bc', 'd']);
  });

  test('is followed across rotation, with what was written to the old file after it', async () => {
    await writeFile(log, 'a\n');
    const rotate = async () => {
      await rename(log, `${log}.1`);
      await writeFile(log, 'c\n');
      await appendFile(`${log}.1`, 'b\n');
    };
    expect(await follow([rotate], 4)).toEqual(['a', 'b', newFile, 'c']);
  });

  test('is followed across truncation', async () => {
    await writeFile(log, 'first\nsecond\n');
    expect(await follow([() => truncate(log), () => appendFile(log, 'c\n')], 4)).toEqual(['first', 'second', newFile, 'c']);
  });
});
