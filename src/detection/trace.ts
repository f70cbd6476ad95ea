import type { AnyDetail } from '../domain/activity.ts';
import { amountOf, methodOf, searchText } from '../domain/activity.ts';
import type { Judged } from './detector.ts';
import type { Trace } from './windows.ts';
import { traceTextMax } from './windows.ts';

/** The judged activity as the windows will remember it: what is compared with the past is cut as the past is. */
export function traceOf(judged: Judged): Trace {
  const { id, at, type, outcome, user, session, address, place, secretsUsed: secrets } = judged;
  const text = searchText(judged)?.slice(0, traceTextMax) ?? null;
  const becomes = becomesOf(judged)?.slice(0, traceTextMax) ?? null;
  const method = methodOf(judged);
  return { id, at, type, outcome, user, session, address, place, text, becomes, method, amount: amountOf(judged), secrets };
}

function becomesOf(what: AnyDetail): string | null {
  if (what.kind === 'file') return what.detail.newPath;
  return what.kind === 'access' ? what.detail.after : null;
}
