import type { Baseline, FactKind, FactScope } from '../../domain/baseline.ts';
import { isMature, known, knows, settleSpan } from '../../domain/baseline.ts';
import { microsPerDay } from '../../domain/time.ts';
import type { Details, Judged, Limits, SharedFact, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';

const thresholds = {
  learningDays: {
    value: 5,
    unit: 'days with sign-ins, and of having seen things of the kind',
    source: 'one working week',
    min: 1,
    max: 30,
  },
  novelties: {
    value: 3,
    unit: 'things of the kind first seen within the days below, with which another is no news',
    source: 'who tries something new every other day tries something new tomorrow',
    min: 1,
    max: 100,
  },
  noveltyDays: { value: 7, unit: 'days', source: 'a week has one of each day on which people do different things', min: 1, max: 30 },
  variety: {
    value: 50,
    unit: 'things of the kind that the user knows, with which another is no news',
    source: 'who uses that many uses some of them once; a day of shell work takes ten to twenty programs',
    min: 1,
    max: 200,
  },
  score: score(40, 'MEDIUM: nobody in the organisation had used it; alone no attack'),
  scoreInTeam: score(20, 'LOW: nobody of the team had used it, others had'),
  scoreOfUser: score(10, 'LOW: colleagues use it'),
};

/** The kinds that are judged, and whether they are learned from any activity or from sign-ins only. */
const kinds = { program: 'ANY', host: 'ANY', resource: 'ANY', client: 'SIGN_IN', device: 'SIGN_IN' } as const satisfies {
  [Kind in FactKind]?: 'ANY' | 'SIGN_IN';
};
type Kind = keyof typeof kinds;
/** What teams and organisations are not asked about: there are five types of devices. */
const isShared = (kind: Kind) => kind !== 'device';

const ladder = ['USER', 'TEAM', 'ORGANISATION'] as const;
type NewTo = (typeof ladder)[number];
/** `users`: of the organisation, who know it already. */
type Seen = { kind: Kind; value: string; newTo: NewTo; users: number };
const seenMax = 50; // things kept in the details of one anomaly

export const firstSeen = defineDetector({
  id: 'first-seen',
  type: 'FIRST_SEEN',
  types: 'ANY',
  looksFor:
    'A program, host, resource, client or type of device that a user of settled habits had never used; MEDIUM where nobody in the organisation had. Once a user and day.',
  thresholds,
  judge(judged, view, limits) {
    if (judged.outcome !== 'SUCCESS') return null;
    const news = judged.facts.flatMap(readFact).filter((one) => isNews(one, judged, view.baseline));
    if (news.length === 0 || !isMature(view.baseline, judged.at, limits.learningDays)) return null;
    const seen = news.filter(({ kind }) => isSteady(kind, judged, view.baseline, limits)).map((one) => rate(one, judged, view));
    if (seen.length === 0) return null;
    return {
      key: `${judged.user} ${judged.local.day}`,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: Math.max(...seen.map(({ newTo }) => scoreOf(newTo, limits))),
      teaches: true,
      title: `First use by ${judged.user}`,
      evidence: [],
      describe(count, before) {
        const all = merge(before, seen);
        return {
          summary: `${judged.user} used for the first time: ${all.map(told).join(', ')}.`,
          details: { seen: all, activities: count },
        };
      },
    };
  },
});

const scoreOf = (newTo: NewTo, limits: Limits<typeof thresholds>) =>
  ({ USER: limits.scoreOfUser, TEAM: limits.scoreInTeam, ORGANISATION: limits.score })[newTo];

type News = { name: string; kind: Kind; value: string };

function readFact(name: string): News[] {
  const kind = name.slice(0, name.indexOf(':'));
  return kind in kinds ? [{ name, kind: kind as Kind, value: name.slice(kind.length + 1) }] : [];
}

const isNews = ({ name, kind }: News, { at, signIn }: Judged, baseline: Baseline) =>
  (kinds[kind] === 'ANY' || signIn) && !knows(baseline, name, at);

/** Whether something new of this kind says anything of a user with this baseline. */
function isSteady(kind: Kind, { at }: Judged, baseline: Baseline, limits: Limits<typeof thresholds>): boolean {
  const before = known(baseline, kind, at);
  const [oldest] = before;
  if (oldest === undefined || oldest.firstAt > at - limits.learningDays * microsPerDay || before.length >= limits.variety) return false;
  return before.filter(({ firstAt }) => firstAt > at - limits.noveltyDays * microsPerDay).length < limits.novelties;
}

/** How far up the ladder nobody knows it. What others learned within the last minutes may arrive in any order, and does not count. */
function rate({ name, kind, value }: News, { at }: Judged, { teams, sharedFact }: View): Seen {
  const settled = (scope: FactScope): SharedFact | null => {
    const shared = sharedFact(scope, name);
    return shared !== null && shared.firstAt <= at - settleSpan ? shared : null;
  };
  if (!isShared(kind)) return { kind, value, newTo: 'USER', users: 0 };
  const users = settled('organisation')?.users ?? 0;
  const inTeam = teams.length === 0 || teams.some((team) => settled(`team:${team}`) !== null);
  return { kind, value, newTo: users === 0 ? 'ORGANISATION' : inTeam ? 'USER' : 'TEAM', users };
}

/** Each thing once, in an order that does not hang on that of arrival. */
function merge(before: Details | null, seen: readonly Seen[]): Seen[] {
  const byName = new Map<string, Seen>();
  for (const one of [...((before?.seen ?? []) as Seen[]), ...seen]) {
    const name = `${one.kind}:${one.value}`;
    const other = byName.get(name);
    if (other === undefined || ladder.indexOf(one.newTo) > ladder.indexOf(other.newTo)) byName.set(name, one);
  }
  return [...byName.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one)
    .slice(0, seenMax);
}

const knownTo = { USER: 'known to others', TEAM: 'new to the team', ORGANISATION: 'new to the organisation' } as const;
const told = ({ kind, value, newTo }: Seen) => `${kind} ${value} (${kind === 'device' ? 'new to the user' : knownTo[newTo]})`;
