import type { Baseline } from '../../domain/baseline.ts';
import { isMature, knows } from '../../domain/baseline.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerHour } from '../../domain/time.ts';
import type { Claim, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { elevatedFact } from '../facts.ts';
import { gainerOf, usesRights } from '../rights.ts';
import { traceOf } from '../trace.ts';
import type { Trace, Windows } from '../windows.ts';
import { latenessMax } from '../windows.ts';

/** Whoever gives rights to himself and uses them asks for an alert. */
const selfGrantedScore = 80;
type Numbers = { window: number; score: number };
/** The user whose rights it is about. */
type Gainer = { user: string; windows: Readonly<Windows>; baseline: Baseline };

export const privilegeEscalation = defineDetector({
  id: 'privilege-escalation',
  type: 'PRIVILEGE_ESCALATION',
  types: ['SUDO_COMMAND', 'PERMISSION_CHANGE', 'ROLE_CHANGE', 'POLICY_VIOLATION', 'PAGE_VIEW', 'API_CALL'],
  looksFor:
    'A user who is given power, or was denied it, and uses it within a day: by a command with elevated rights, a change of access, an admin page.',
  thresholds: {
    window: {
      value: 24,
      unit: 'hours',
      source: 'a day: what is given for a task is used for it, what is taken is used at once',
      min: 1,
      max: 24,
    },
    score: score(50, 'HIGH and no alert where somebody else gave it; 80 where the user did'),
  },
  judge(judged, view, limits) {
    if (judged.outcome === 'FAILURE') return null;
    const trace = traceOf(judged, view.baseline);
    const self = { user: judged.user, windows: view.ofUser, baseline: view.baseline };
    if (judged.type === 'POLICY_VIOLATION') return claimOfGain(trace, self, view, limits);
    if (judged.outcome === 'DENIED') return null;
    if (!usesRights(trace)) return null;
    const name = gainerOf(trace);
    if (name === null) return claimOfUse(trace, self, view, limits);
    const gainer = [self, view.ofTarget].find((one) => one?.user === name);
    return gainer ? claimOfGain(trace, gainer, view, limits) : null;
  },
});

function claimOfUse(use: Trace, gainer: Gainer, view: View, limits: Numbers): Claim | null {
  const gains = gainsOf(gainer, view);
  if (!gains.some((gain) => enables(gain, use, gainer, limits))) return null;
  const around = gains.filter((gain) => gain.at >= use.at - limits.window * microsPerHour && gain.at <= use.at + latenessMax);
  return claim(gainer, view.ongoing(gainer.user, microsPerDay) ? [] : around, around, limits);
}

/** What was given comes after its use has arrived, or is one of several. */
function claimOfGain(gain: Trace, gainer: Gainer, view: View, limits: Numbers): Claim | null {
  const others = gainsOf(gainer, view);
  const uses = [...gainer.windows.elevations, ...gainer.windows.changes, ...gainer.windows.pages].filter(
    (one) => usesRights(one) && one.outcome !== 'DENIED' && one.outcome !== 'FAILURE' && enables(gain, one, gainer, limits),
  );
  const fresh = uses.filter((use) => !others.some((other) => enables(other, use, gainer, limits)));
  const ongoing = view.ongoing(gainer.user, microsPerDay);
  if (fresh.length === 0 && !ongoing) return null;
  const near = others.filter((other) => Math.abs(other.at - gain.at) <= limits.window * microsPerHour);
  return claim(gainer, ongoing ? fresh : [...near, ...fresh], [gain, ...near], limits);
}

const gainsOf = ({ user, windows }: Gainer, view: View): Trace[] => [
  ...view.ofOrganisation.changes.filter((change) => gainerOf(change) === user),
  ...windows.changes.filter(({ type }) => type === 'POLICY_VIOLATION'),
];

/** Being denied counts for those who have a baseline in which they never had the rights. */
function enables(gain: Trace, use: Trace, { baseline }: Gainer, { window }: Numbers): boolean {
  if (gain.at >= use.at || use.at > gain.at + window * microsPerHour || gainerOf(use) !== null) return false;
  if (gain.type !== 'POLICY_VIOLATION') return true;
  return use.type === 'SUDO_COMMAND' && isNewToThem(baseline, use.at);
}

const isNewToThem = (baseline: Baseline, at: Micros) => isMature(baseline, at) && !knows(baseline, elevatedFact, at);

function claim({ user }: Gainer, evidence: readonly Trace[], gains: readonly Trace[], limits: Numbers): Claim {
  const own = gains.some((gain) => gain.type !== 'POLICY_VIOLATION' && gain.user === user);
  const givers = [
    ...new Set(gains.map((gain) => (gain.type === 'POLICY_VIOLATION' ? 'denied before' : `given by ${gain.user}`))),
  ].toSorted();
  return {
    key: user,
    quiet: microsPerDay,
    subject: { by: 'user', key: user },
    score: own ? Math.max(limits.score, selfGrantedScore) : limits.score,
    title: `${user} gained rights and used them`,
    evidence,
    describe(count, before) {
      const known = Array.isArray(before?.how) ? before.how.filter((one) => typeof one === 'string') : [];
      const how = [...new Set([...known, ...givers])].toSorted();
      return { summary: `${user} used rights within ${limits.window} hours: ${how.join(', ')}.`, details: { how, activities: count } };
    },
  };
}
