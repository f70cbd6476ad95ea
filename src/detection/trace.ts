import type { Baseline } from '../domain/baseline.ts';
import { fact, knows } from '../domain/baseline.ts';
import { amountOf, methodOf, namesNoAccount, searchText } from '../domain/activity.ts';
import { clientOf } from '../domain/device.ts';
import { networkOf } from '../domain/session-integrity.ts';
import type { AnyDetail } from '../domain/activity.ts';
import type { Judged } from './detector.ts';
import type { Trace } from './windows.ts';
import { traceTextMax } from './windows.ts';

/**
 * The judged activity as the windows will remember it: what is compared with the past is cut as the past is. `baseline` is
 * its user's, as it judges the activity.
 */
export function traceOf(judged: Judged, baseline: Baseline): Trace {
  const { id, at, type, outcome, user, session, address, place, secrets } = judged;
  return {
    id,
    at,
    type,
    outcome,
    user,
    session,
    address,
    place,
    text: searchText(judged)?.slice(0, traceTextMax) ?? null,
    becomes: becomesOf(judged)?.slice(0, traceTextMax) ?? null,
    method: methodOf(judged),
    amount: amountOf(judged),
    secrets,
    client: judged.userAgent ? clientOf(judged.userAgent) : null,
    familiar: isFamiliar(judged.address, judged.at, baseline),
    noAccount: judged.kind === 'auth' && namesNoAccount(judged.detail.reason),
  };
}

function becomesOf(what: AnyDetail): string | null {
  if (what.kind === 'file') return what.detail.newPath;
  return what.kind === 'access' ? what.detail.after : null;
}

/** Whether the user was known to sign in from the address or its network when something happened from there. */
export const isFamiliar = (address: string | null, at: number, baseline: Baseline): boolean =>
  address !== null && (knows(baseline, fact('address', address), at) || knows(baseline, fact('network', networkOf(address)), at));
