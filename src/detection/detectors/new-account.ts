import type { Claim, Judged, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { commandPoints, learningScoreMax, lowestScore } from '../../domain/risk.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerHour } from '../../domain/time.ts';
import type { Trace } from '../windows.ts';
import { traceTextMax } from '../windows.ts';

/** What a new account does with rights it is not known to need is LOW by itself: most are colleagues in their first month. */
const unwitnessedScore = learningScoreMax;

export const newAccount = defineDetector({
  id: 'new-account',
  type: 'NEW_ACCOUNT',
  types: ['COMMAND', 'SUDO_COMMAND', 'PERMISSION_CHANGE', 'ROLE_CHANGE', 'USER_CREATED', 'USER_DELETED', 'POLICY_VIOLATION'],
  looksFor:
    'Elevated or suspicious commands and changes of rights by an account first seen less than 30 days ago, in an organisation known for 30 days longer; an alert where it was created within a day and uses sudo.',
  thresholds: {
    days: { value: 30, unit: 'days since the account was first seen', source: 'issue 5', min: 1, max: 365 },
    organisationDays: {
      value: 30,
      unit: 'days since the organisation was first seen, before the account was',
      source: 'as the age of an account: in a new installation everybody is new',
      min: 1,
      max: 365,
    },
    createdWithin: {
      value: 24,
      unit: 'hours from the creation of the account to sudo',
      source: 'how far back changes are remembered',
      min: 1,
      max: 24,
    },
    score: score(75, 'over the alert threshold: an account made and used for root on one day is how attackers stay; 29 without a creation'),
  },
  judge(judged, view, limits) {
    const span = limits.createdWithin * microsPerHour;
    const creation = judged.type === 'USER_CREATED' ? claimCreation(judged, view, limits) : null;
    if (creation !== null) return creation;
    if (judged.type === 'SUDO_COMMAND') {
      const { elevations } = view.ofUser;
      const creations = view.ofOrganisation.changes.filter((change) => creates(change, judged.user, judged.at, span));
      const joining = creations.filter(({ at }) => !elevations.some((one) => one.at >= at && one.at <= at + span));
      if (creations.length > 0) return claim(judged.user, joining, limits.score);
    }
    if (!isNew(judged.at, view, view, limits) || !isRisky(judged)) return null;
    return claim(judged.user, [], Math.min(unwitnessedScore, limits.score));
  },
});

const quiet = microsPerDay;

type Limits = { days: number; organisationDays: number; createdWithin: number; score: number };

/** A creation that arrives after sudo was used: those uses join that no other creation and no newness has claimed. */
function claimCreation(judged: Judged, view: View, limits: Limits): Claim | null {
  const span = limits.createdWithin * microsPerHour;
  const target = view.ofTarget;
  const used = (target?.windows.elevations ?? []).filter(({ at }) => at >= judged.at && at <= judged.at + span);
  if (target === null || used.length === 0) return null;
  const { user } = target;
  const isClaimed = ({ at }: Trace) =>
    isNew(at, target, view, limits) || view.ofOrganisation.changes.some((change) => creates(change, user, at, span));
  const joining = used.filter((one) => !isClaimed(one));
  return claim(user, joining, limits.score);
}

const creates = ({ type, text, at }: Trace, user: string, until: Micros, span: Micros) =>
  type === 'USER_CREATED' && text === user.slice(0, traceTextMax) && at <= until && at >= until - span;

const isRisky = (judged: Judged) => judged.type !== 'COMMAND' || commandPoints(judged.suspicions) >= lowestScore.MEDIUM;

function isNew(at: Micros, { firstSeenAt }: { firstSeenAt: Micros }, { organisationSince }: View, { days, organisationDays }: Limits) {
  return at - firstSeenAt < days * microsPerDay && firstSeenAt - organisationSince >= organisationDays * microsPerDay;
}

function claim(user: string, evidence: readonly Trace[], points: number): Claim {
  return {
    key: user,
    quiet,
    subject: { by: 'user', key: user },
    score: points,
    title: `${user} is new and uses rights`,
    evidence,
    describe(count, before) {
      const created = points > unwitnessedScore || before?.created === true;
      return {
        summary: `${user} is a new account and ${created ? 'used sudo within a day of being created' : `used rights ${count === 1 ? 'once' : `${count} times`}`}.`,
        details: { activities: count, created },
      };
    },
  };
}
