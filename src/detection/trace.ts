import type { Judged } from './detector.ts';
import type { Trace } from './windows.ts';
import { traceTextMax } from './windows.ts';
import { amountOf, methodOf, searchText } from '../domain/activity.ts';

/** The judged activity as the windows will remember it: what is compared with the past is cut as the past is. */
export function traceOf(judged: Judged): Trace {
  const { id, at, type, outcome, user, session, address, place, secretsUsed: secrets } = judged;
  const text = searchText(judged)?.slice(0, traceTextMax) ?? null;
  return { id, at, type, outcome, user, session, address, place, text, method: methodOf(judged), amount: amountOf(judged), secrets };
}
