import { defineDetector, score } from '../detector.ts';
import { clockTime, isoWeekday, microsPerDay } from '../../domain/time.ts';

export const afterHours = defineDetector({
  id: 'after-hours',
  type: 'AFTER_HOURS',
  types: 'ANY',
  looksFor: "The first activity of a session outside 06:00–20:00 in the user's time zone, or on a day off, once a session a day.",
  thresholds: {
    dayStart: { value: 6 * 60, unit: 'minute of the day', source: 'FEATURES, Decisions: hours', min: 0, max: 1_439 },
    dayEnd: { value: 20 * 60, unit: 'minute of the day', source: 'FEATURES, Decisions: hours', min: 1, max: 1_440 },
    score: score(20, 'FEATURES A16: info, which maps to LOW'),
  },
  judge(judged, view, limits) {
    const { minute, day } = judged.local;
    if (judged.outcome !== 'SUCCESS' || judged.session === null) return null;
    const dayOff = !view.settings.workdays.includes(isoWeekday(day)) || view.settings.holidays.includes(day);
    if (!dayOff && minute >= limits.dayStart && minute < limits.dayEnd) return null;
    const key = `${judged.user} ${judged.session} ${day}`;
    if (view.ongoing(key, microsPerDay)) return null;
    return {
      key,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Activity of ${judged.user} outside working hours`,
      evidence: [],
      describe: () => ({
        summary: `${judged.user} was active ${dayOff ? `on a day off (${day})` : `at ${clockTime(minute)}, outside ${clockTime(limits.dayStart)}–${clockTime(limits.dayEnd)}`}.`,
        details: { day, dayOff, minuteOfDay: minute, session: judged.session },
      }),
    };
  },
});
