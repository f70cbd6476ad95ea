import type { Threshold } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { microsPerDay } from '../../domain/time.ts';
import type { Figure, Volumes } from '../../domain/volumes.ts';
import { countOfHour, daysMax, firstOf, usualDaysMin, usualOf } from '../../domain/volumes.ts';

const bytesPerMegabyte = 1e6;

const usual = {
  learningDays: {
    value: usualDaysMin,
    unit: 'days on which the user was active',
    source: 'a week has all its weekdays',
    min: 3,
    max: daysMax,
  },
  factor: {
    value: 5,
    unit: 'times the median day',
    source: 'the busiest day of ordinary work is two or three ordinary ones',
    min: 1.5,
    max: 100,
  },
  deviations: {
    value: 6,
    unit: 'median absolute deviations over it',
    source: 'four standard deviations of a normal spread',
    min: 1,
    max: 100,
  },
} as const satisfies Record<string, Threshold>;
type Numbers = { learningDays: number; factor: number; deviations: number };

export const unusualVolume = defineDetector({
  id: 'unusual-volume',
  type: 'UNUSUAL_VOLUME',
  types: 'ANY',
  looksFor: 'A day, or an hour, with five times the activities of the median one of the last thirty days, once a day.',
  thresholds: {
    activities: { value: 50, unit: 'activities', source: 'fewer are a person at work, however little they mostly do', min: 2, max: 20_000 },
    ...usual,
    score: score(50, 'HIGH and no alert: much work is not yet harm'),
  },
  judge(judged, view, limits) {
    const { day: today } = view;
    if (today === null || today.activities + 1 < limits.activities) return null;
    const days = view.daysBefore();
    const hour = countOfHour(today, judged.at) + 1;
    const ofDay = farOver(days, 'activities', today.activities + 1, limits);
    const ofHour = hour < limits.activities ? null : farOver(days, 'peak', hour, limits);
    const found = ofDay ?? ofHour;
    if (found === null) return null;
    const activities = today.activities + 1;
    return {
      key: `${judged.user} ${judged.local.day}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Unusually much done by ${judged.user}`,
      evidence: [],
      from: Math.min(judged.at, firstOf(today)),
      describe: () => ({
        summary: `${judged.user} did ${activities} things on ${judged.local.day}${ofHour ? `, ${hour} of them within an hour` : ''}; ${ofDay ? `${ofDay.usual} a day are` : `${found.usual} in the busiest hour are`} usual.`,
        details: { day: judged.local.day, activities, usual: found.usual, days: days.length, of: ofDay ? 'DAY' : 'HOUR' },
      }),
    };
  },
});

export const cumulativeTransfer = defineDetector({
  id: 'cumulative-transfer',
  type: 'BULK_DOWNLOAD',
  types: ['FILE_DOWNLOAD', 'FILE_UPLOAD'],
  looksFor: 'A day on which a user downloads and uploads five times as many files, or bytes, as on the median one, however slowly.',
  thresholds: {
    files: { value: 200, unit: 'files', source: 'twice what bulk-download allows in ten minutes, for a whole day', min: 2, max: 20_000 },
    megabytes: { value: 2_000, unit: 'MB', source: 'twice what bulk-download allows in an hour, for a whole day', min: 1, max: 1e6 },
    ...usual,
    score: score(70, 'the alert threshold, as bulk-download'),
  },
  judge(judged, view, limits) {
    const { day: today } = view;
    if (today === null || view.settings.serviceAccounts.includes(judged.user)) return null;
    const bytes = today.bytes + (judged.kind === 'file' ? (judged.detail.sizeBytes ?? 0) : 0);
    const files = today.transfers + 1;
    if (files < limits.files && bytes < limits.megabytes * bytesPerMegabyte) return null;
    const days = view.daysBefore();
    const byFiles = files < limits.files ? null : farOver(days, 'transfers', files, limits);
    const byBytes = bytes < limits.megabytes * bytesPerMegabyte ? null : farOver(days, 'bytes', bytes, limits);
    if (byFiles === null && byBytes === null) return null;
    return {
      key: `${judged.user} ${judged.local.day}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `${judged.user} moved unusually many files in a day`,
      evidence: [],
      from: Math.min(judged.at, firstOf(today)),
      describe: () => ({
        summary: `${judged.user} moved ${files} files, ${Math.round(bytes / bytesPerMegabyte)} MB, on ${judged.local.day}, far over the usual day.`,
        details: { day: judged.local.day, files, bytes, days: days.length },
      }),
    };
  },
});

function farOver(days: Volumes, figure: Figure, value: number, limits: Numbers): { usual: number } | null {
  if (days.length < limits.learningDays) return null;
  const { usual: median, deviation } = usualOf(days, figure);
  return value >= limits.factor * median && value > median + limits.deviations * deviation ? { usual: median } : null;
}
