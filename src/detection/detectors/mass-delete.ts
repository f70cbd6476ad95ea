import type { Claim, Judged, Threshold } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { microsPerHour, microsPerMinute } from '../../domain/time.ts';
import type { Weighed } from '../crowds.ts';
import { joiners } from '../crowds.ts';
import { isScratch } from '../scratch.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';

const types = ['FILE_DELETE', 'FILE_RENAME', 'FILE_MOVE'] as const;
const window: Threshold = { value: 10, unit: 'minutes', source: 'as for failed sign-ins: one short errand', min: 1, max: 60 };

export const massDelete = defineDetector({
  id: 'mass-delete',
  type: 'MASS_DELETE',
  types,
  looksFor: 'Fifty different files deleted, renamed or moved by one user within ten minutes, outside folders for what is temporary.',
  thresholds: {
    files: { value: 50, unit: 'different files', source: 'twice the files of a full screen of a file manager', min: 2, max: 400 },
    window,
    score: score(70, 'the alert threshold: what is deleted may be saved if somebody looks now'),
  },
  judge(judged, view, limits) {
    const counts = (one: Trace) => isRemoval(one) && addedExtension(one) === null;
    const trace = traceOf(judged, view.baseline);
    if (!counts(trace)) return null;
    const joining = joinersOf(view.ofUser.files.filter(counts), trace, limits);
    return joining && claimOf(judged, joining, limits.score, 'deleted, renamed or moved', { files: 0 });
  },
});

export const massEncryption = defineDetector({
  id: 'mass-encryption',
  type: 'MASS_DELETE',
  types: ['FILE_RENAME', 'FILE_MOVE'],
  looksFor: 'Twenty different files that get one and the same further extension within ten minutes, as ransomware leaves them.',
  thresholds: {
    files: {
      value: 20,
      unit: 'different files',
      source: 'less than half of mass-delete: work hardly ever does it, ransomware always',
      min: 2,
      max: 400,
    },
    window,
    score: score(90, 'well over the alert threshold: every minute costs files'),
  },
  judge(judged, view, limits) {
    const trace = traceOf(judged, view.baseline);
    const extension = isRemoval(trace) ? addedExtension(trace) : null;
    if (extension === null) return null;
    const same = (one: Trace) => isRemoval(one) && addedExtension(one) === extension;
    const joining = joinersOf(view.ofUser.files.filter(same), trace, limits);
    return joining && claimOf(judged, joining, limits.score, `renamed to .${extension}`, { files: 0, extension });
  },
});

function claimOf(judged: Judged, joining: Trace[], points: number, did: string, details: { files: number; extension?: string }): Claim {
  return {
    key: `${judged.user}${details.extension === undefined ? '' : ` .${details.extension}`}`,
    quiet: microsPerHour,
    subject: { by: 'user', key: judged.user },
    score: points,
    title: `Files ${did} in masses by ${judged.user}`,
    evidence: joining,
    describe: (count) => ({ summary: `${judged.user} ${did} ${count} files within minutes.`, details: { ...details, files: count } }),
  };
}

const isRemoval = (one: Trace) =>
  types.some((type) => type === one.type) && one.outcome !== 'FAILURE' && one.outcome !== 'DENIED' && !isScratch(one.text ?? '');

const joinersOf = (files: readonly Trace[], trace: Trace, limits: { files: number; window: number }) =>
  joiners(files, trace, [{ span: limits.window * microsPerMinute, least: limits.files, weigh }]);

/** A file that is renamed and gets its old name back is one file, and nothing happened to it. */
function weigh({ id, text, becomes }: Trace): Weighed {
  return { key: becomes === null ? (text ?? id) : [text, becomes].sort().join('\n'), weight: 1 };
}

const extensionCharactersMax = 20;
/** What people and programs add to a name when they put a copy aside or pack it. */
const ordinary = /^(bak|backup|old|orig|save|copy|disabled|done|archived?|gz|xz|bz2|zst|zip|7z|tar|gpg|asc|sig|\d+)$/i;

/** The extension that a rename added to the whole name: `report.docx` → `report.docx.locked`. */
function addedExtension({ type, text, becomes }: Trace): string | null {
  if (type === 'FILE_DELETE' || text === null || becomes === null) return null;
  const [from, to] = [nameOf(text), nameOf(becomes)];
  if (from === '' || !to.startsWith(`${from}.`)) return null;
  const added = to.slice(from.length + 1);
  return added === '' || added.length > extensionCharactersMax || ordinary.test(added) ? null : added;
}

const nameOf = (path: string) => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
