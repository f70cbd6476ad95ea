import { defineDetector, score } from '../detector.ts';
import { microsPerHour, microsPerSecond } from '../../domain/time.ts';
import { traceOf } from '../trace.ts';
import { isTypedInto, pathOf } from '../web/pages.ts';
import type { Trace } from '../windows.ts';
import { joining, near } from '../windows.ts';

export const hastyForm = defineDetector({
  id: 'hasty-form',
  type: 'RAPID_NAVIGATION',
  types: ['PAGE_VIEW'],
  looksFor: 'A form to sign up or to write to somebody that was sent less than 5 seconds after it was shown: nobody types that fast.',
  thresholds: {
    seconds: {
      value: 5,
      unit: 'seconds',
      source: 'default of the Honeypot module of Drupal: a form sent sooner is refused',
      min: 1,
      max: 60,
    },
    score: score(40, 'as rapid navigation, FEATURES A15'),
  },
  judge(judged, view, limits) {
    const page = traceOf(judged, view.baseline);
    const path = formOf(page);
    if (path === null) return null;
    const span = limits.seconds * microsPerSecond;
    const same = near(view.ofUser.pages, judged.at, 2 * span).filter((other) => formOf(other) === path);
    const joined = joining((pages) => hasty(pages, span), same, page);
    if (joined === null) return null;
    return {
      key: judged.user,
      quiet: microsPerHour,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Forms sent by a program as ${judged.user}`,
      evidence: joined,
      describe: (count) => ({
        summary: `${judged.user} sent ${path} less than ${limits.seconds} seconds after it was shown.`,
        details: { page: path, requests: count },
      }),
    };
  },
});

function formOf({ method, text }: Trace): string | null {
  if (method === null || text === null) return null;
  const path = pathOf(text);
  return isTypedInto(path) ? path : null;
}

const uses = ({ method }: Trace, name: string) => method?.toUpperCase() === name;

/** Of requests for one form those that show it and those that send it, where the one came right before the other. */
function hasty(pages: readonly Trace[], span: number): Set<Trace> {
  const shown = pages.filter((page) => uses(page, 'GET'));
  const pairs = pages
    .filter((page) => uses(page, 'POST'))
    .map((sent) => ({ sent, before: shown.filter(({ at }) => at <= sent.at && sent.at - at < span) }));
  return new Set(pairs.flatMap(({ sent, before }) => (before.length > 0 ? [sent, ...before] : [])));
}
