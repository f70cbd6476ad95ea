import type { Baseline, FactKind, SignIn } from './baseline.ts';
import { daysLearned, known, learningDaysMin, signInsBefore } from './baseline.ts';
import type { Micros } from './time.ts';
import { clockTime, isoWeekday } from './time.ts';

/** A baseline in words and numbers, for people. */

/** A stretch of the user's day in which they sign in; where `to` is before `from` it goes past midnight. */
export type UsualHours = { from: number; to: number; signIns: number };

const minutesPerDay = 1_440;
/** Sign-ins that far apart belong to one stretch: the tolerance of unusual-time. */
const gapMax = 120;
/** A stretch with less than this share of the sign-ins is an exception, which words leave out. */
const exceptionShare = 0.1;

/** The stretches round the clock, most used first. */
export function usualHours(signIns: readonly SignIn[]): UsualHours[] {
  const minutes = signIns.map(({ minute }) => minute).sort((a, b) => a - b);
  const last = minutes.at(-1);
  if (last === undefined) return [];
  const starts = minutes.flatMap((minute, place) => (minute - (minutes[place - 1] ?? last - minutesPerDay) > gapMax ? [place] : []));
  if (starts.length === 0) return [{ from: 0, to: minutesPerDay - 1, signIns: minutes.length }];
  const [first] = starts;
  const turned = [...minutes.slice(first), ...minutes.slice(0, first)];
  const bounds = [...starts.map((start) => start - first!), turned.length];
  return bounds
    .slice(0, -1)
    .map((start, place) => ({ from: turned[start]!, to: turned[bounds[place + 1]! - 1]!, signIns: bounds[place + 1]! - start }))
    .toSorted((a, b) => b.signIns - a.signIns || a.from - b.from);
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** "Monday to Friday", "Monday, Wednesday and Thursday", "every day of the week". */
function weekdaysOf(signIns: readonly SignIn[]): string {
  const days = [...new Set(signIns.map(({ day }) => isoWeekday(day)))].sort((a, b) => a - b);
  if (days.length === weekdays.length) return 'every day of the week';
  const names = days.map((day) => weekdays[day - 1]!);
  const inRow = days.length > 2 && days.at(-1)! - days[0]! === days.length - 1;
  return inRow ? `${names[0]} to ${names.at(-1)}` : listed(names);
}

const listed = (names: readonly string[]) => (names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : (names[0] ?? ''));
const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

function hoursIn(signIns: readonly SignIn[]): string {
  const [most, ...others] = usualHours(signIns);
  if (most!.to - most!.from === minutesPerDay - 1) return 'at any hour';
  const usual = [most!, ...others.filter((one) => one.signIns >= signIns.length * exceptionShare)];
  return listed(usual.map(({ from, to }) => (from === to ? `at ${clockTime(from)}` : `between ${clockTime(from)} and ${clockTime(to)}`)));
}

const namesMax = 3; // names of a kind that fit into a sentence

/** Two or three sentences that say what is usual at a moment, and how much that is worth. */
export function describeBaseline(baseline: Baseline, at: Micros): string {
  const signIns = signInsBefore(baseline, at);
  const days = daysLearned(baseline, at);
  const names = (kind: FactKind) => known(baseline, kind, at).map(({ value }) => value);
  const maturity =
    days < learningDaysMin
      ? `Still learning: ${plural(days, 'day')} with sign-ins of the ${learningDaysMin} it takes.`
      : `Learned from ${plural(signIns.length, 'sign-in')} on ${plural(days, 'day')}.`;
  const where = [plural(names('address').length, 'address', 'addresses'), plural(names('network').length, 'network')].join(' in ');
  const countries = names('country');
  const inCountries = countries.length > 0 && countries.length <= namesMax ? ` (${listed(countries)})` : '';
  const usual =
    signIns.length === 0
      ? 'No sign-in of the last 30 days is known.'
      : `Usually signs in ${hoursIn(signIns)} on ${weekdaysOf(signIns)}, from ${where}${inCountries}${clientsIn(names('client'))}.`;
  return [usual, ...usesIn(names), maturity].join(' ');
}

const clientsIn = (clients: readonly string[]) =>
  clients.length === 0 ? '' : `, with ${clients.length > namesMax ? plural(clients.length, 'client') : listed(clients)}`;

function usesIn(names: (kind: FactKind) => string[]): string[] {
  const counts = (['program', 'host', 'resource'] as const).map((kind) => [names(kind).length, kind] as const);
  const uses = counts.filter(([count]) => count > 0).map(([count, kind]) => plural(count, kind));
  return uses.length === 0 ? [] : [`Uses ${listed(uses)}.`];
}
