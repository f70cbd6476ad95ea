import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectors } from '../../src/detection/catalogue.ts';
import { days, login } from '../detection/sample.ts';
import { makeKey, trackAll } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { adminKey, startService, testClock } from '../harness/service.ts';

/** The commands for detectors, against a service. */

const main = join(import.meta.dirname, '../../src/cli/main.ts');
let service: Service;
beforeAll(async () => {
  service = await startService({ clock: testClock('2026-10-07T00:00:00Z') });
  const ada = { user: 'ada', sourceIp: '192.0.2.1' };
  await trackAll(service, [...days(5, ada, '2026-10-01T10:00:00Z'), login({ ...ada, sourceIp: '192.0.2.9' }, '2026-10-06T10:00:00Z')]);
});
afterAll(() => service.close());

type Run = { code: number; stdout: string; stderr: string };
const lapwing = (words: string[], key = adminKey): Promise<Run> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [main, ...words],
      { env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, LAPWING_URL: service.url, LAPWING_KEY: key } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });

describe('lapwing detectors', () => {
  it('shows every detector with its numbers, for people and as JSON', async () => {
    const { code, stdout } = await lapwing(['detectors']);
    expect(code).toBe(0);
    for (const { id } of detectors) expect(stdout).toContain(`${id}\n`);
    expect(stdout).toContain('    dayStart  360 minute of the day (default 360, 0 to 1439)\n');
    const told = JSON.parse((await lapwing(['detectors', '--json'])).stdout) as { id: string }[];
    expect(told.map(({ id }) => id)).toEqual(detectors.map(({ id }) => id));
  });
});

describe('lapwing detector set', () => {
  it('switches a detector off, sets a threshold, marks what is set, and resets it', async () => {
    const set = (...words: string[]) => lapwing(['detector', 'set', 'after-hours', ...words]);
    expect(await set('--disable', '--threshold', 'dayStart=420', '--reason', 'later')).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('after-hours  (off)\n  * dayStart  420 minute of the day (default 360, 0 to 1439)\n'),
    });
    const { stdout } = await set('--enable', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id: 'after-hours', enabled: true, thresholds: [{ name: 'dayStart', value: 420 }, {}, {}] });
    expect((await set('--reset')).stdout).toContain('after-hours\n    dayStart  360');
  });

  it('says what is wrong and how to mend it, in one line', async () => {
    expect(await lapwing(['detector', 'set', 'after-hours', '--threshold', 'dayStart=1440'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'lapwing: nothing was changed: dayStart is 1440; it must be between 0 and 1439 (minute of the day) (the default is 360)\n',
    });
    const unknown = await lapwing(['detector', 'set', 'none', '--disable']);
    expect(unknown.stderr).toContain('lapwing: nothing was changed: there is no such detector (give one of unusual-time, new-location');
    const { secret } = await makeKey(service, { role: 'ANALYST' });
    const forbidden = await lapwing(['detector', 'set', 'after-hours', '--disable'], secret);
    expect(forbidden).toMatchObject({ code: 1, stderr: expect.stringContaining('use a key with the right role') });
  });
});

describe('lapwing detector preview', () => {
  it('shows what would have been raised, for people and as JSON', async () => {
    const { secret } = await makeKey(service, { role: 'ANALYST' });
    const { code, stdout, stderr } = await lapwing(['detector', 'preview', 'new-location', '--from', 'P7D'], secret);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      '2026-10-06T10:00:00.000000Z   70 alert  ada signed in from 192.0.2.9, never seen before (1 known).',
      'anomalies: 1, alerts: 1, activities: 6, from 2026-09-30T00:00:00.000000Z to 2026-10-07T00:00:00.000000Z',
      '',
    ]);
    const words = ['detector', 'preview', 'new-location', '--threshold', 'learningDays=6', '--json'];
    expect(JSON.parse((await lapwing(words, secret)).stdout)).toMatchObject({
      anomalies: [{ score: 29, wouldAlert: false }],
      activities: 6,
      truncated: false,
      complete: true,
    });
  });

  it('says what is wrong with what is asked', async () => {
    const { code, stderr } = await lapwing(['detector', 'preview', 'new-location', '--from', 'P1D', '--to', 'P2D']);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'lapwing: there is no preview: `from` is after `to` (give an earlier `from`, or a later `to`)\n',
    });
    expect((await lapwing(['detector', 'preview', 'new-location', '--from', 'yesterday'])).stderr).toContain('expected a DateTime such as');
  });
});
