import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { data, track } from '../harness/client.ts';
import type { Service } from '../harness/service.ts';
import { startService } from '../harness/service.ts';

let service: Service;
beforeAll(async () => {
  service = await startService();
});
afterAll(() => service.close());

const system = async () =>
  (
    await data(
      service,
      `{ system { version startedAt now logHead logEntries ingestLagMs detectorFailures database { version }
        jobs { name everyMs lastRunAt lastRunMs failures } } }`,
    )
  ).system;

describe('system', () => {
  it('names the version of the package, the database and the moment', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    const status = await system();
    expect(status.version).toBe(version);
    expect(Number.parseInt(status.database.version, 10)).toBeGreaterThanOrEqual(15);
    expect(Date.parse(status.now)).toBeGreaterThanOrEqual(Date.parse(status.startedAt));
  });

  it('tells the head of the log, which every activity moves, and that nothing waits', async () => {
    const before = await system();
    const { cursor } = await track(service, { user: 'ada', detail: { file: { operation: 'READ', path: '/a' } } });
    const after = await system();
    expect(after).toMatchObject({ logHead: cursor, logEntries: before.logEntries + 1, ingestLagMs: 0, detectorFailures: 0 });
  });

  it('tells of each job when it last ran and that it did not fail', async () => {
    const clock = () => system().then(({ jobs }) => jobs.find(({ name }: { name: string }) => name === 'advance-sessions'));
    await expect.poll(clock, { timeout: 10_000 }).toMatchObject({ everyMs: 1_000, lastRunAt: expect.stringMatching(/Z$/), failures: 0 });
    const { jobs } = await system();
    expect(jobs.map(({ name }: { name: string }) => name)).toEqual(['advance-sessions', 'make-partitions', 'note-key-use', 'watch-access']);
  });
});

describe('detectors', () => {
  it('lists each with its type, what it looks for, and where its numbers come from', async () => {
    const { detectors } = await data(service, '{ detectors { id type looksFor enabled failures thresholds { name value unit source } } }');
    expect(new Set(detectors.map(({ id }: { id: string }) => id)).size).toBe(17);
    for (const detector of detectors) {
      expect(detector).toMatchObject({ enabled: true, failures: 0, looksFor: expect.stringMatching(/\.$/) });
      for (const threshold of detector.thresholds) expect(threshold.source).not.toBe('');
    }
  });
});
