import type { Detector } from '../detector.ts';
import { microsPerDay } from '../../domain/time.ts';

const dayStartMinute = 6 * 60;
const dayEndMinute = 20 * 60;

export const afterHours: Detector = {
  id: 'after-hours',
  type: 'AFTER_HOURS',
  looksFor: "The first activity of a session outside 06:00–20:00 in the user's time zone, once a session a day.",
  thresholds: {
    dayStart: { value: dayStartMinute, unit: 'minute of the day', source: 'FEATURES, Decisions: hours' },
    dayEnd: { value: dayEndMinute, unit: 'minute of the day', source: 'FEATURES, Decisions: hours' },
    score: { value: 20, unit: 'points', source: 'FEATURES A16: info, which maps to LOW' },
  },
  judge(judged, view) {
    const { minute, day } = judged.local;
    if (minute >= dayStartMinute && minute < dayEndMinute) return null;
    if (judged.outcome !== 'SUCCESS' || judged.session === null) return null;
    const key = `${judged.user} ${judged.session} ${day}`;
    if (view.ongoing(key, microsPerDay)) return null;
    return {
      key,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: 20,
      title: `Activity of ${judged.user} outside working hours`,
      evidence: [],
      describe: () => ({
        summary: `${judged.user} was active outside 06:00–20:00.`,
        details: { day, minuteOfDay: minute, session: judged.session },
      }),
    };
  },
};
