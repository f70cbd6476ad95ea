import { LRUCache } from 'lru-cache';

/** An instant: whole microseconds since 1970-01-01T00:00:00Z. Exact as a JavaScript number until the year 2255. */
export type Micros = number;

/** Where time comes from. The process passes the real clock, tests pass their own. */
export type Clock = { now(): Micros };

export const microsPerSecond = 1_000_000;
export const microsPerMinute = 60 * microsPerSecond;
export const microsPerHour = 60 * microsPerMinute;
export const microsPerDay = 24 * microsPerHour;

export const systemClock: Clock = { now: () => Math.floor((performance.timeOrigin + performance.now()) * 1000) };

const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}(?::?\d{2})?)$/;

const firstInstant = Date.UTC(1000, 0, 1) * 1000;

/** Reads RFC 3339 (and PostgreSQL's own spelling of it) with microseconds kept; null when it is no such instant. */
export function parseInstant(text: string): Micros | null {
  const match = rfc3339.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = match;
  if (Number(month) < 1 || Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const millis = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  if (new Date(millis).getUTCDate() !== Number(day) || Number(year) < 1000) return null;
  const offsetMinutes = zoneOffsetMinutes(zone);
  if (offsetMinutes === null) return null;
  const instant = millis * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6)) - offsetMinutes * microsPerMinute;
  return instant < firstInstant ? null : instant; // its year in UTC would have three digits, which this would not read back
}

function zoneOffsetMinutes(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

/** RFC 3339 in UTC with six decimals: `2026-01-06T15:00:00.123456Z`. */
export function formatInstant(instant: Micros): string {
  const millis = Math.floor(instant / 1000);
  const micros = instant - millis * 1000;
  return `${new Date(millis).toISOString().slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}

const duration = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Reads an ISO 8601 duration of weeks, days, hours, minutes and seconds ("P1D", "PT15M"); null when it is none. */
export function parseDuration(text: string): Micros | null {
  const match = duration.exec(text);
  if (!match || text === 'P' || text.endsWith('T')) return null;
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return (weeks * 7 + days) * microsPerDay + hours * microsPerHour + minutes * microsPerMinute + seconds * microsPerSecond;
}

/** The wall clock of a place: `day` is its calendar date (YYYY-MM-DD), `minute` the minute of that day, 0–1439. */
export type LocalTime = { day: string; minute: number };

/** 1 (Monday) to 7 (Sunday). */
export const isoWeekday = (day: string): number => new Date(`${day}T00:00:00Z`).getUTCDay() || 7;

/** A minute of the day for people to read: 14:05. */
export const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const formats = new Map<string, Intl.DateTimeFormat>();
const zonesMax = 600; // the IANA database has fewer than 600 names, so this bound is never felt by real input

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  });
  if (formats.size < zonesMax) formats.set(timeZone, format);
  return format;
}

/** Asking for the wall clock takes 5 µs, and what happens now happens to many users in the same second. */
const localTimes = new LRUCache<string, LocalTime>({ max: 10_000 });

export function localTime(instant: Micros, timeZone: string): LocalTime {
  const key = `${Math.floor(instant / microsPerSecond)} ${timeZone}`; // no zone is off by a fraction of a second
  const known = localTimes.get(key);
  if (known) return known;
  const local = wallClock(instant, timeZone);
  localTimes.set(key, local);
  return local;
}

function wallClock(instant: Micros, timeZone: string): LocalTime {
  const parts = Object.fromEntries(
    formatOf(timeZone)
      .formatToParts(instant / 1000)
      .map((part) => [part.type, part.value]),
  );
  return { day: `${parts.year}-${parts.month}-${parts.day}`, minute: Number(parts.hour) * 60 + Number(parts.minute) };
}

/** Whether the runtime knows this IANA zone name, links such as "US/Pacific" included. */
export function isTimeZone(name: string): boolean {
  if (name === 'UTC' || formats.has(name)) return true;
  if (!/^[A-Za-z]/.test(name)) return false; // the runtime also takes offsets such as "+01:00", which PostgreSQL reads the other way round
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}
