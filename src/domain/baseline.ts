import type { Micros } from './time.ts';
import { microsPerDay, microsPerMinute } from './time.ts';
import type { Volumes } from './volumes.ts';

/**
 * What is usual for a user. An activity that raised nothing gives a lesson; a lesson counts once it has settled, so that
 * whatever arrives within the lateness bound finds the same baseline in any order, and what turns out to be part of an
 * anomaly meanwhile can be taken back.
 */
export type Baseline = {
  /** Sign-ins of the last 30 days, oldest first: at most one per half hour of the user's day. */
  signIns: SignIn[];
  /** What was seen, as `<kind>:<value>`, and when first. */
  facts: Record<string, Micros>;
  /** Lessons that have not settled, in order of arrival. */
  pending: Lesson[];
  /** How much the user does in a day; none where it has not been learned yet. */
  volumes?: Volumes;
  /** How long a steady source is quiet at most; none where it is not one. */
  steadyGap?: Micros;
};
/** `confirmed` where a human said of an anomaly that it was none: what happened then is usual from then on. */
export type SignIn = { at: Micros; day: string; minute: number; confirmed?: boolean };
/** What one activity teaches. `id` is the activity's. */
export type Lesson = { id: string; at: Micros; signIn: SignIn | null; facts: readonly string[] };

/** What is asked of others when it is new to a user. */
export const sharedKinds = {
  program: 'Programs run on a command line.',
  host: 'Hosts signed in to.',
  client: 'Clients signed in with.',
  resource: 'Pages, endpoints, folders and applications used.',
  country: 'Countries signed in from.',
} as const satisfies { [Kind in FactKind]?: string };
export type SharedKind = keyof typeof sharedKinds;

/** Who shares a fact with a user: the organisation, or one of its teams. */
export type FactScope = 'organisation' | `team:${string}`;

/** The kinds of facts, and how many of each a baseline keeps: the newest. A user stays under 32 KiB. */
export const factsMax = {
  address: 120,
  network: 60,
  country: 30,
  device: 30,
  client: 30,
  program: 200,
  host: 60,
  resource: 200,
  kind: 20,
  secret: 100,
} as const;
export type FactKind = keyof typeof factsMax;
/** Characters of a value that are told apart. */
export const factCharactersMax = 64;

export const fact = (kind: FactKind, value: string): string => `${kind}:${value.slice(0, factCharactersMax).toWellFormed()}`;

/** A baseline looks back this far (FEATURES, B26). */
export const baselineSpan = 30 * microsPerDay;
/** Before it has seen sign-ins on this many days a baseline is still learning: one working week. */
export const learningDaysMin = 5;
/** Four half hours on each of 30 days; more would not say more. */
export const signInsMax = 120;
/** A lesson counts when it is this old: twice the lateness bound, so that all that can make it part of an anomaly has come. */
export const settleSpan = 10 * microsPerMinute;
/** Lessons of one fact that wait side by side: should one be taken back, the others still teach. */
const lessonsPerFactMax = 2;
/** Lessons that wait; past it the oldest counts. */
export const pendingMax = 100;

const minutesPerSlot = 30;

export const emptyBaseline = (): Baseline => ({ signIns: [], facts: {}, pending: [] });

/** Whether the baseline that judges what happened at `at` holds this fact. */
export function knows(baseline: Baseline, known: string, at: Micros): boolean {
  const since = baseline.facts[known];
  if (since !== undefined && since <= at - settleSpan) return true;
  return baseline.pending.some((lesson) => lesson.at <= at - settleSpan && lesson.facts.includes(known));
}

/** The values of a kind that the baseline holds for what happened at `at`, oldest first. */
export function known(baseline: Baseline, kind: FactKind, at: Micros): { value: string; firstAt: Micros }[] {
  const prefix = `${kind}:`;
  const settled = fold(baseline, at);
  return namesOf(settled.facts, kind)
    .map((name) => ({ value: name.slice(prefix.length), firstAt: settled.facts[name]! }))
    .filter(({ firstAt }) => firstAt <= at - settleSpan)
    .sort((a, b) => a.firstAt - b.firstAt);
}

/** The sign-ins that may judge something that happened at `at`: settled ones of the 30 days before it, never later ones. */
export function signInsBefore(baseline: Baseline, at: Micros): SignIn[] {
  return fold(baseline, at).signIns.filter((signIn) => signIn.at <= at - settleSpan && signIn.at >= at - baselineSpan);
}

/** Days on which it has learned from sign-ins. */
export const daysLearned = (baseline: Baseline, at: Micros): number =>
  new Set(signInsBefore(baseline, at).map((signIn) => signIn.day)).size;

/** Whether there is enough to judge by. */
export const isMature = (baseline: Baseline, at: Micros, daysMin = learningDaysMin): boolean => daysLearned(baseline, at) >= daysMin;

/** The baseline with a lesson more; the same object where there is nothing new in it. */
export function learn(baseline: Baseline, lesson: Lesson): Baseline {
  const signIn = lesson.signIn !== null && !baseline.signIns.some((one) => says(one, lesson.signIn!)) ? lesson.signIn : null;
  const facts = lesson.facts.filter((name) => isNews(baseline, name, lesson.at));
  const waits = signIn !== null && baseline.pending.filter((one) => one.signIn && says(one.signIn, signIn)).length < lessonsPerFactMax;
  if (facts.length === 0 && !waits) return baseline;
  const pending = [...baseline.pending, { ...lesson, signIn: waits ? signIn : null, facts }];
  const surplus = pending.length > pendingMax ? pending[0]!.at : -Infinity;
  return settled({ ...baseline, pending }, surplus);
}

function isNews(baseline: Baseline, name: string, at: Micros): boolean {
  const since = baseline.facts[name];
  if (since !== undefined) return since > at;
  return baseline.pending.filter((lesson) => lesson.facts.includes(name)).length < lessonsPerFactMax;
}

/** The baseline without what these activities taught that has not settled; the same object where they taught nothing. */
export function unlearn(baseline: Baseline, activityIds: ReadonlySet<string>): Baseline {
  const pending = baseline.pending.filter((lesson) => !activityIds.has(lesson.id));
  return pending.length === baseline.pending.length ? baseline : { ...baseline, pending };
}

/** The baseline with what somebody has said is usual: it counts from when it happened, as if it had settled. */
export function confirm(baseline: Baseline, lesson: Lesson): Baseline {
  const { signIn } = lesson;
  const others = signIn ? baseline.signIns.filter((one) => slotOf(one) !== slotOf(signIn)) : baseline.signIns;
  return {
    ...baseline,
    signIns: signIn ? learnSignIn(others, { ...signIn, confirmed: true }) : others,
    facts: learnFacts(baseline.facts, [lesson]),
  };
}

/** The baseline without what these lessons taught, be it settled or not; the same object where they taught nothing. */
export function forget(baseline: Baseline, lessons: readonly Lesson[]): Baseline {
  const waiting = unlearn(baseline, new Set(lessons.map(({ id }) => id)));
  const facts = new Set(lessons.flatMap((lesson) => lesson.facts.filter((name) => baseline.facts[name] === lesson.at)));
  const isOf = (one: SignIn) => lessons.some(({ at, signIn }) => signIn !== null && one.at === at && slotOf(one) === slotOf(signIn));
  const signIns = baseline.signIns.filter((one) => !isOf(one));
  if (waiting === baseline && facts.size === 0 && signIns.length === baseline.signIns.length) return baseline;
  const kept = Object.entries(baseline.facts).filter(([name]) => !facts.has(name));
  return { pending: waiting.pending, signIns, facts: Object.fromEntries(kept) };
}

/** As it stands when something happens at `at`; the same object where nothing has settled since. */
export const fold = (baseline: Baseline, at: Micros): Baseline => settled(baseline, at - settleSpan);

function settled(baseline: Baseline, upTo: Micros): Baseline {
  if (!baseline.pending.some((lesson) => lesson.at <= upTo)) return baseline;
  const due = baseline.pending.filter((lesson) => lesson.at <= upTo);
  return {
    ...baseline,
    signIns: due.reduce((signIns, lesson) => (lesson.signIn ? learnSignIn(signIns, lesson.signIn) : signIns), baseline.signIns),
    facts: learnFacts(baseline.facts, due),
    pending: baseline.pending.filter((lesson) => lesson.at > upTo),
  };
}

const slotOf = (one: SignIn) => `${one.day} ${Math.floor(one.minute / minutesPerSlot)}`;

/** Whether a sign-in says already what another does. */
const says = (one: SignIn, other: SignIn) => slotOf(one) === slotOf(other) && (one.confirmed === true || !other.confirmed);

function learnSignIn(before: SignIn[], signIn: SignIn): SignIn[] {
  if (before.some((one) => says(one, signIn))) return before;
  const newest = Math.max(signIn.at, before.at(-1)?.at ?? signIn.at);
  return [...before.filter((one) => !says(signIn, one)), signIn]
    .filter((one) => one.at >= newest - baselineSpan)
    .sort((a, b) => a.at - b.at)
    .slice(-signInsMax);
}

/** The facts with what the lessons say of others, or of an earlier time; mostly they say nothing new, and copying costs. */
function learnFacts(before: Record<string, Micros>, lessons: readonly Lesson[]): Record<string, Micros> {
  const news: Record<string, Micros> = {};
  for (const { at, facts } of lessons) for (const name of facts) if (at < (news[name] ?? before[name] ?? Infinity)) news[name] = at;
  const names = Object.keys(news);
  if (names.length === 0) return before;
  const added = new Set(names.filter((name) => before[name] === undefined).map((name) => name.slice(0, name.indexOf(':')) as FactKind));
  return bounded({ ...before, ...news }, [...added]);
}

const namesOf = (facts: Record<string, Micros>, kind: FactKind) => Object.keys(facts).filter((name) => name.startsWith(`${kind}:`));

function bounded(facts: Record<string, Micros>, kinds: readonly FactKind[]): Record<string, Micros> {
  for (const kind of kinds) {
    const names = namesOf(facts, kind);
    const surplus = names.length - factsMax[kind];
    if (surplus > 0) for (const name of names.sort((a, b) => facts[a]! - facts[b]!).slice(0, surplus)) delete facts[name];
  }
  return facts;
}
