import type { RequestReading, WebRequest } from './web/request.ts';
import { readRequest } from './web/request.ts';
import type { WebRule, WebSuspicion } from './web/rule.ts';
import { exploits } from './web/exploits.ts';
import { probes } from './web/probes.ts';

/** What is hostile about a web request, judged by its target after decoding, its method, its answer and its headers. */

export type { WebSuspicion } from './web/rule.ts';

export const webRules: readonly WebRule[] = [...exploits, ...probes];

/** Every rule that finds something, the gravest first. Empty for an ordinary request. */
export function webAttacksOf(request: WebRequest, userAgent: string | null): WebSuspicion[] {
  const reading = readRequest(request, userAgent);
  return webRules.flatMap((rule) => suspicionBy(rule, reading)).toSorted((a, b) => b.points - a.points);
}

function suspicionBy({ code, points, reason, find }: WebRule, reading: RequestReading): WebSuspicion[] {
  return find(reading) ? [{ code, points, reason }] : [];
}
