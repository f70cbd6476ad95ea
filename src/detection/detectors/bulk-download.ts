import type { Claim, Judged, Threshold, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import type { Crowding } from '../crowds.ts';
import { joiners } from '../crowds.ts';
import { isScratch } from '../scratch.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';

const bytesPerMegabyte = 1e6;
/** A crowd is looked for in twice its span, which has to lie in the window of two hours. */
const minutesMax = 60;

const thresholds = {
  files: {
    value: 100,
    unit: 'different files',
    source: 'a person opens a file every six seconds for ten minutes only by selecting them all',
    min: 2,
    max: 400,
  },
  window: { value: 10, unit: 'minutes', source: 'as for failed sign-ins: one short errand', min: 1, max: minutesMax },
  megabytes: {
    value: 1_000,
    unit: 'MB of different files',
    source: 'a gigabyte: far over documents, mail and code of a day',
    min: 1,
    max: 1e6,
  },
  bytesWindow: { value: 60, unit: 'minutes', source: 'as long as a gigabyte takes at 2 Mbit/s, a slow line', min: 1, max: minutesMax },
  score: score(70, 'the alert threshold: FEATURES B19, B20 ask for an alert'),
} as const satisfies Record<string, Threshold>;
type Numbers = { files: number; window: number; megabytes: number; bytesWindow: number; score: number };

const went = ({ outcome }: Trace) => outcome !== 'FAILURE' && outcome !== 'DENIED';
const fetched = (trace: Trace) =>
  (trace.type === 'FILE_DOWNLOAD' || (trace.type === 'FILE_READ' && !isScratch(trace.text ?? ''))) && went(trace);
const sent = (trace: Trace) => trace.type === 'FILE_UPLOAD' && went(trace);

export const bulkDownload = defineDetector({
  id: 'bulk-download',
  type: 'BULK_DOWNLOAD',
  types: ['FILE_READ', 'FILE_DOWNLOAD'],
  looksFor: 'One user who reads or downloads 100 different files within ten minutes, or a gigabyte of them within an hour.',
  thresholds,
  judge: (judged, view, limits) =>
    view.settings.serviceAccounts.includes(judged.user) ? null : claimOf(judged, view, fetched, 'fetched', limits),
});

export const exfiltration = defineDetector({
  id: 'exfiltration',
  type: 'BULK_DOWNLOAD',
  types: ['FILE_UPLOAD'],
  looksFor: 'One user who uploads 100 different files within ten minutes, or a gigabyte of them within an hour.',
  thresholds,
  judge: (judged, view, limits) =>
    view.settings.serviceAccounts.includes(judged.user) ? null : claimOf(judged, view, sent, 'uploaded', limits),
});

function claimOf(judged: Judged, view: View, counts: (trace: Trace) => boolean, did: string, limits: Numbers): Claim | null {
  const trace = traceOf(judged, view.baseline);
  if (!counts(trace)) return null;
  const joining = joiners(view.ofUser.files.filter(counts), trace, crowdings(limits));
  if (joining === null) return null;
  return {
    key: judged.user,
    quiet: 2 * microsPerHour,
    subject: { by: 'user', key: judged.user },
    score: limits.score,
    title: `${judged.user} ${did} files in bulk`,
    evidence: joining,
    describe(count, before) {
      const bytes = [...joining, trace].reduce((sum, one) => sum + bytesOf(one), Number(before?.bytes ?? 0));
      return {
        summary: `${judged.user} ${did} ${count} files${bytes > 0 ? `, ${Math.round(bytes / bytesPerMegabyte)} MB,` : ''} where ${limits.files} in ${limits.window} minutes or ${limits.megabytes} MB in ${limits.bytesWindow} are many.`,
        details: { files: count, bytes },
      };
    },
  };
}

const crowdings = ({ files, window, megabytes, bytesWindow }: Numbers): Crowding<Trace>[] => [
  { span: window * microsPerMinute, least: files, weigh: (one) => ({ key: one.text ?? one.id, weight: 1 }) },
  {
    span: bytesWindow * microsPerMinute,
    least: megabytes * bytesPerMegabyte,
    weigh: (one) => ({ key: `${one.amount} ${one.text ?? one.id}`, weight: bytesOf(one) }),
  },
];

const httpStatusMax = 599;
/** What came over the web tells its HTTP status and no size. */
const bytesOf = ({ amount }: Trace) => (amount === null || amount <= httpStatusMax ? 0 : amount);
