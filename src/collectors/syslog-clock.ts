import { formatInstant, localTime, microsPerMinute, parseInstant, type Micros } from '../domain/time.ts';
import { monthOf, twoDigits } from './months.ts';

export type SyslogClockOptions = {
  timeZone: string;
  /** Year of the first BSD stamp; null: the latest year in which that stamp is not in the future. */
  year: number | null;
  now: Micros;
};

/** Reads the stamps of one log in order. BSD stamps have no year, so each is read in the light of those before it. */
export type SyslogClock = (stamp: string) => Micros | null;

const bsdStamp = /^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d{2}:\d{2}:\d{2})$/;
const isoWithoutZone = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;
const clockSkewMicros = 5 * microsPerMinute; // what the service itself accepts as "not in the future"
const leapCycleYears = 8; // 1896 and 1904: the longest way from one 29 February to the next

type DayOfYear = { month: number; day: number; time: string };

function readBsd(stamp: string): DayOfYear | null {
  const match = bsdStamp.exec(stamp);
  const month = monthOf(match?.[1] ?? '');
  const day = Number(match?.[2]);
  return match && month !== null && day >= 1 && day <= 31 ? { month, day, time: match[3] ?? '' } : null;
}

function instantIn(year: number, { month, day, time }: DayOfYear, timeZone: string): Micros | null {
  return wallInstant(`${year}-${twoDigits(month)}-${twoDigits(day)}T${time}`, timeZone);
}

/** The instant at which clocks in the zone show this. An hour shown twice counts as one of the two, always the same. */
function wallInstant(wall: string, timeZone: string): Micros | null {
  const asUtc = parseInstant(`${wall}Z`);
  if (asUtc === null || timeZone === 'UTC') return asUtc;
  const once = asUtc - offsetAt(asUtc, timeZone);
  return asUtc - offsetAt(once, timeZone); // again, because the offset may change between the two instants
}

function offsetAt(instant: Micros, timeZone: string): Micros {
  const local = localTime(instant, timeZone);
  const shown = (parseInstant(`${local.day}T00:00:00Z`) ?? 0) + local.minute * microsPerMinute;
  return shown - Math.floor(instant / microsPerMinute) * microsPerMinute;
}

/** Counts New Years while a log is read: half a year back is the next year, eleven months ahead a straggler of the last. */
function createYearCounter(): (at: DayOfYear) => number {
  let years = 0;
  let previous: number | null = null;
  return ({ month, day }) => {
    const dayIndex = month * 31 + day;
    const step = previous === null ? 0 : dayIndex - previous;
    previous = dayIndex;
    if (step < -6 * 31) years += 1;
    else if (step > 11 * 31) years -= 1;
    return years;
  };
}

const yearOf = (instant: Micros) => Number(formatInstant(instant).slice(0, 4));

function latestYear(stamps: { years: number; at: DayOfYear }[], { timeZone, now }: SyslogClockOptions): number | null {
  const current = yearOf(now) + 1; // in zones ahead of UTC the year may already be the next
  for (let year = current; year > current - 2 * leapCycleYears; year -= 1) {
    const fits = stamps.every(({ years, at }) => {
      const instant = instantIn(year + years, at, timeZone);
      return instant !== null && instant <= now + clockSkewMicros;
    });
    if (fits) return year;
  }
  return null;
}

export function createSyslogClock(options: SyslogClockOptions): SyslogClock {
  const yearsSinceFirst = createYearCounter();
  let firstYear = options.year;
  return (stamp) => {
    const at = readBsd(stamp);
    if (at === null) return isoWithoutZone.test(stamp) ? wallInstant(stamp, options.timeZone) : parseInstant(stamp);
    const years = yearsSinceFirst(at);
    firstYear ??= latestYear([{ years, at }], options);
    return firstYear === null ? null : instantIn(firstYear + years, at, options.timeZone);
  };
}

/** Looks at all stamps of a log: the latest year of its first BSD stamp with which none of them is in the future; null: there is none. */
export async function firstYearOf(stamps: AsyncIterable<string>, options: SyslogClockOptions): Promise<number | null> {
  const yearsSinceFirst = createYearCounter();
  const telling = new Map<string, { years: number; at: DayOfYear }>();
  for await (const stamp of stamps) {
    const at = readBsd(stamp);
    if (at === null) continue;
    const years = yearsSinceFirst(at);
    const leapDay = at.month === 2 && at.day === 29;
    const key = leapDay ? `leap day ${years}` : 'latest';
    const latest = telling.get(key);
    if (latest === undefined || isLater({ years, at }, latest)) telling.set(key, { years, at });
  }
  return telling.size === 0 ? null : latestYear([...telling.values()], options);
}

function isLater(a: { years: number; at: DayOfYear }, b: { years: number; at: DayOfYear }): boolean {
  const rank = ({ years, at }: typeof a) => (years * 12 + at.month) * 31 + at.day;
  return rank(a) === rank(b) ? a.at.time > b.at.time : rank(a) > rank(b);
}
