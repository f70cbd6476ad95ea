import type { LineReader, TrackActivityInput } from '../collectors/track-input.ts';
import { idle, newFile, type LogLines } from './log-lines.ts';

export type Receipt = { duplicate: boolean; anomalies: { id: string; alertId: string | null }[] };
export type UserError = { code: string; field: string[]; message: string; hint: string | null };
/** `excluded`: the places of the activities that the organisation wants no record of. */
export type TrackAnswer = { receipts: (Receipt | null)[]; excluded: number[]; userErrors: UserError[] };
export type Send = (activities: TrackActivityInput[]) => Promise<TrackAnswer>;

/** Why the service refused an activity, and on which line of the log it stands. */
export type Rejection = { line: number | null; code: string; field: string[]; message: string };

export type ImportCounts = {
  lines: number;
  tracked: number;
  duplicates: number;
  skipped: Record<string, number>;
  /** By the organisation's settings: nothing of them is recorded. */
  excluded: number;
  rejected: number;
  /** The first few rejections. */
  rejections: Rejection[];
  /** Different anomalies and alerts that the tracked activities belong to: what this import raised or made grow. */
  anomalies: number;
  alerts: number;
};

export const batchItemsMax = 500;
/** Activities with long commands make smaller batches, so that a request stays well below the service's limit. */
const batchBytesMax = 512 * 1024;
const rejectionsKeptMax = 5;
/** Ids remembered to count each anomaly and alert once; beyond, the counts stand still. */
const idsMax = 1_000_000;

type Item = { activity: TrackActivityInput; line: number };

export type ImportOptions = {
  lines: LogLines;
  reader: LineReader;
  send: Send;
  /** Called after every line and every batch with the counts so far. */
  progress: (counts: ImportCounts) => void;
};

/** Reads a log line by line and sends what it says in the log's order, one batch at a time. */
export async function importLog({ lines, reader, send, progress }: ImportOptions): Promise<ImportCounts> {
  const tally = createTally();
  let batch: Item[] = [];
  let batchBytes = 0;
  let position = 0;

  const flush = async () => {
    if (batch.length === 0) return;
    const sent = batch;
    batch = [];
    batchBytes = 0;
    tally.answered(sent, await send(sent.map((item) => item.activity)));
    progress(tally.counts);
  };

  for await (const line of lines) {
    if (line === idle) {
      await flush();
      continue;
    }
    if (line === newFile) {
      position = 0;
      continue;
    }
    position += 1;
    const reading = reader(line, position);
    tally.lineRead('skipped' in reading ? reading.skipped : null);
    for (const activity of 'activities' in reading ? reading.activities : []) {
      const bytes = Buffer.byteLength(JSON.stringify(activity));
      if (batch.length >= batchItemsMax || batchBytes + bytes > batchBytesMax) await flush();
      batch.push({ activity, line: position });
      batchBytes += bytes;
    }
    progress(tally.counts);
  }
  await flush();
  return tally.counts;
}

function createTally() {
  const counts: ImportCounts = {
    lines: 0,
    tracked: 0,
    duplicates: 0,
    skipped: {},
    excluded: 0,
    rejected: 0,
    rejections: [],
    anomalies: 0,
    alerts: 0,
  };
  const anomalies = new Set<string>();
  const alerts = new Set<string>();
  const addBounded = (ids: Set<string>, id: string) => {
    if (ids.size < idsMax) ids.add(id);
  };

  return {
    counts,

    lineRead(skipped: string | null): void {
      counts.lines += 1;
      if (skipped !== null) counts.skipped[skipped] = (counts.skipped[skipped] ?? 0) + 1;
    },

    answered(sent: Item[], { receipts, excluded, userErrors }: TrackAnswer): void {
      const places = new Set(excluded);
      sent.forEach((_, index) => {
        const receipt = receipts[index];
        if (places.has(index)) counts.excluded += 1;
        else if (!receipt) counts.rejected += 1;
        else if (receipt.duplicate) counts.duplicates += 1;
        else {
          counts.tracked += 1;
          for (const { id, alertId } of receipt.anomalies) {
            addBounded(anomalies, id);
            if (alertId !== null) addBounded(alerts, alertId);
          }
        }
      });
      counts.anomalies = anomalies.size;
      counts.alerts = alerts.size;
      for (const { code, field, message } of userErrors) {
        if (counts.rejections.length >= rejectionsKeptMax) break;
        const index = field.find((step) => /^\d+$/.test(step));
        counts.rejections.push({ line: sent[Number(index)]?.line ?? null, code, field, message });
      }
    },
  };
}
