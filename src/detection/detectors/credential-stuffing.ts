import { defineDetector, score } from '../detector.ts';
import type { Micros } from '../../domain/time.ts';
import { microsPerDay, microsPerHour, microsPerMinute } from '../../domain/time.ts';
import { learningDaysMin } from '../../domain/baseline.ts';
import { addressesOf, counted, endsOf, failed, gather, succeeded, triesPerUser, usersOf } from '../sign-ins.ts';
import { traceOf } from '../trace.ts';
import type { Trace } from '../windows.ts';
import { around, latenessMax, organisationWindow } from '../windows.ts';

export const credentialStuffing = defineDetector({
  id: 'credential-stuffing',
  type: 'CREDENTIAL_STUFFING',
  types: ['AUTH_FAILURE'],
  looksFor:
    'Twenty users who fail within ten minutes from ten addresses in networks that are new to them, about once each. Who mistypes where they usually are does not count.',
  thresholds: {
    users: {
      value: 20,
      unit: 'users',
      source: 'twice password spraying: more people are in an organisation than behind one address',
      min: 3,
      max: 500,
    },
    addresses: {
      value: 10,
      unit: 'addresses',
      source: 'half the users: rented addresses are used again, and one or a few are spraying',
      min: 2,
      max: 500,
    },
    tries: {
      value: 2,
      unit: 'failed sign-ins for each user on average, of those older than five minutes',
      source: 'a stolen list holds one password for each user; a second try is a repeated request',
      min: 1,
      max: 50,
    },
    successes: {
      value: 1,
      unit: 'sign-ins from networks new to their users for each that failed, of those older than five minutes',
      source: 'of stolen lists one or two in a hundred work, of people nearly all sign in: many of them in new places are a move',
      min: 0.01,
      max: 20,
    },
    window: { value: 10, unit: 'minutes', source: 'as of a burst: fail2ban default findtime = 10m', min: 1, max: 60 },
    score: score(80, 'over a burst (75): it is about everybody, and one may have succeeded'),
  },
  judge(judged, view, limits) {
    const self = traceOf(judged, view.baseline);
    const { attempts } = view.ofOrganisation;
    if (self.familiar || self.address === null || attempts.length < limits.users - 1) return null;
    const goesOn = view.ongoing(key, quiet);
    const strange = around(attempts, judged.at, organisationWindow.span).filter((one) => !one.familiar && one.address !== null);
    if (!goesOn && !isStuffing([...strange, self], judged.at, limits.window * microsPerMinute, limits)) return null;
    const joining = goesOn ? [] : strange.filter(failed);
    return {
      key,
      quiet,
      subject: { by: 'organisation', key: '' },
      score: limits.score,
      learning: judged.at - view.organisationSince < learningDaysMin * microsPerDay,
      title: 'Credential stuffing',
      evidence: joining,
      describe(count, before) {
        const users = gather(before?.users, usersOf([...joining, self]));
        const addresses = gather(before?.addresses, addressesOf([...joining, self]));
        return {
          summary: `${count} failed sign-ins of ${counted(users, 'user')} from ${counted(addresses, 'address', 'addresses')} that are new to them.`,
          details: { failures: count, users, addresses },
        };
      },
    };
  },
});

const key = 'everywhere';
/** As far as sign-ins of everybody are remembered: what comes later cannot be told apart from a new attack. */
const quiet = microsPerHour;

type Limits = { users: number; addresses: number; tries: number; successes: number };

/** Whether a stretch that ends with the judged failure, or with a later one that came before it, tries many users from many places. */
function isStuffing(attempts: readonly Trace[], at: Micros, span: Micros, { users, addresses, tries, successes }: Limits): boolean {
  const failures = attempts.filter(failed);
  return endsOf(failures, at).some((last) => {
    const stretch = failures.filter((one) => one.at >= last.at - span && one.at <= last.at);
    if (usersOf(stretch).size < users || addressesOf(stretch).size < addresses || triesPerUser(stretch, last.at) > tries) return false;
    const settled = attempts.filter((one) => one.at >= last.at - span && one.at < last.at - latenessMax);
    const right = settled.filter(succeeded).length;
    return right <= successes * (settled.length - right);
  });
}
