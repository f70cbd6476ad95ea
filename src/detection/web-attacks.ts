/** What is hostile about a web request, judged by its target after decoding, its method, its answer and its headers. */
import type { WebRequest } from './web/request.ts';
import { readRequest } from './web/request.ts';
import type { WebRule, WebSuspicion } from './web/rule.ts';
import { exploits } from './web/exploits.ts';
import { probes } from './web/probes.ts';

export type { WebSuspicion } from './web/rule.ts';

export const webRules: readonly WebRule[] = [...exploits, ...probes];

/** Every rule that finds something, the gravest first. Empty for an ordinary request. */
export function webAttacksOf(request: WebRequest): WebSuspicion[] {
  const reading = readRequest(request);
  return webRules
    .filter((rule) => rule.find(reading))
    .map(({ code, points, reason }) => ({ code, points, reason }))
    .toSorted((a, b) => b.points - a.points);
}
