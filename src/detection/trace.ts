import type { AnyDetail } from '../domain/activity.ts';
import { amountOf, searchText } from '../domain/activity.ts';
import type { Judged } from './detector.ts';
import type { Trace } from './windows.ts';
import { traceTextMax } from './windows.ts';

/** The activity as the windows will remember it, so that it is compared with earlier ones as one of them. */
export function traceOf(judged: Judged): Trace {
  const { id, at, type, outcome, user, session, address, place } = judged;
  const text = searchText(judged)?.slice(0, traceTextMax) ?? null;
  const becomes = becomesOf(judged)?.slice(0, traceTextMax) ?? null;
  return { id, at, type, outcome, user, session, address, place, text, becomes, amount: amountOf(judged) };
}

function becomesOf(what: AnyDetail): string | null {
  if (what.kind === 'file') return what.detail.newPath;
  return what.kind === 'access' ? what.detail.after : null;
}
