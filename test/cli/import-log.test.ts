import { expect, test } from 'vitest';
import type { LineReader } from '../../src/collectors/track-input.ts';
import { batchItemsMax, importLog, type Receipt, type Send } from '../../src/cli/import-log.ts';
import { idle, newFile, type LogLines } from '../../src/cli/log-lines.ts';

/** One activity for each line; "skip" and "twice" do what they say. */
const reader: LineReader = (line, position) => {
  if (line === 'skip') return { skipped: 'asked for' };
  const activity = {
    user: line,
    occurredAt: '2026-01-01T00:00:00Z',
    idempotencyKey: `${line}@${position}`,
    outcome: 'SUCCESS' as const,
    detail: { auth: { event: 'LOGIN' as const } },
  };
  return { activities: line === 'twice' ? [activity, activity] : [activity] };
};
const clean: Receipt = { duplicate: false, anomalies: [] };

async function* linesOf(lines: (string | typeof idle | typeof newFile)[]): LogLines {
  yield* lines;
}
async function runImport(lines: Parameters<typeof linesOf>[0], answer?: Send) {
  const batches: string[][] = [];
  const counts = await importLog({
    lines: linesOf(lines),
    reader,
    progress: () => undefined,
    send: async (activities) => {
      batches.push(activities.map(({ idempotencyKey }) => idempotencyKey));
      return answer ? answer(activities) : { receipts: activities.map(() => clean), excluded: [], userErrors: [] };
    },
  });
  return { batches, counts };
}

test('an empty log sends nothing', async () => {
  const { batches, counts } = await runImport([]);
  expect(batches).toEqual([]);
  expect(counts).toEqual({
    lines: 0,
    tracked: 0,
    duplicates: 0,
    skipped: {},
    excluded: 0,
    rejected: 0,
    rejections: [],
    anomalies: 0,
    alerts: 0,
  });
});

test('every line read is tracked or skipped, in the order of the log', async () => {
  const { batches, counts } = await runImport(['a', 'skip', 'twice', 'skip', 'b']);
  expect(batches).toEqual([['a@1', 'twice@3', 'twice@3', 'b@5']]);
  expect(counts).toMatchObject({ lines: 5, tracked: 4, skipped: { 'asked for': 2 } });
});

test.each([
  [batchItemsMax - 1, [499]],
  [batchItemsMax, [500]],
  [batchItemsMax + 1, [500, 1]],
])('%i activities go in batches of %j', async (count, sizes) => {
  const { batches } = await runImport(Array.from({ length: count }, (_, index) => `u${index}`));
  expect(batches.map((batch) => batch.length)).toEqual(sizes);
});

test('long activities make smaller batches', async () => {
  const { batches } = await runImport(Array.from({ length: 20 }, () => 'x'.repeat(60_000)));
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.flat()).toHaveLength(20);
});

test('what is gathered goes out when the log is idle, and a new file counts from line 1', async () => {
  const { batches } = await runImport(['a', idle, idle, 'b', newFile, 'c']);
  expect(batches).toEqual([['a@1'], ['b@2', 'c@1']]);
});

test('receipts are counted, each anomaly and alert once', async () => {
  const anomaly = (id: string, alertId: string | null) => ({ id, alertId });
  const { counts } = await runImport(['a', 'b', 'c'], async () => ({
    receipts: [
      { duplicate: false, anomalies: [anomaly('n1', 'l1'), anomaly('n2', 'l1')] },
      { duplicate: true, anomalies: [anomaly('n2', 'l1')] },
      { duplicate: false, anomalies: [anomaly('n3', null)] },
    ],
    excluded: [],
    userErrors: [],
  }));
  expect(counts).toMatchObject({ tracked: 2, duplicates: 1, anomalies: 3, alerts: 1 });
});

test('a rejected activity is counted and its line is named', async () => {
  const { counts } = await runImport(['skip', 'a', 'b'], async () => ({
    receipts: [clean, null],
    excluded: [],
    userErrors: [{ code: 'TOO_LONG', field: ['input', 'activities', '1', 'user'], message: 'is too long', hint: null }],
  }));
  expect(counts).toMatchObject({
    tracked: 1,
    rejected: 1,
    rejections: [{ line: 3, code: 'TOO_LONG', field: ['input', 'activities', '1', 'user'], message: 'is too long' }],
  });
});

test('what the organisation excludes is counted by itself: it is not rejected', async () => {
  const { counts } = await runImport(['a', 'b', 'c'], async () => ({ receipts: [null, clean, null], excluded: [0, 2], userErrors: [] }));
  expect(counts).toMatchObject({ lines: 3, tracked: 1, excluded: 2, rejected: 0, rejections: [] });
});

test('only the first five rejections are kept', async () => {
  const { counts } = await runImport(
    Array.from({ length: 9 }, (_, index) => `u${index}`),
    async (activities) => ({
      receipts: activities.map(() => null),
      excluded: [],
      userErrors: activities.map((_, index) => ({ code: 'BAD', field: ['activities', String(index)], message: 'no', hint: null })),
    }),
  );
  expect(counts.rejected).toBe(9);
  expect(counts.rejections.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
});

test('a batch without an answer for every activity counts the others as rejected', async () => {
  const { counts } = await runImport(['a', 'b'], async () => ({ receipts: [], excluded: [], userErrors: [] }));
  expect(counts).toMatchObject({ tracked: 0, rejected: 2 });
});
