import type { Detector } from '../detector.ts';
import { microsPerMinute } from '../../domain/time.ts';
import { crowded, neighbours } from '../windows.ts';

const pagesMax = 20;

export const pageTypes: ReadonlySet<string> = new Set(['PAGE_VIEW', 'BROWSER_NAVIGATE']);

export const rapidNavigation: Detector = {
  id: 'rapid-navigation',
  type: 'RAPID_NAVIGATION',
  looksFor: 'More than 20 pages opened by one user within 60 seconds.',
  thresholds: {
    pages: { value: pagesMax, unit: 'pages', source: 'FEATURES A15, A39' },
    window: { value: 60, unit: 'seconds', source: 'FEATURES A15' },
    score: { value: 40, unit: 'points', source: 'FEATURES A15: warning, which maps to MEDIUM' },
  },
  judge(judged, view) {
    if (!pageTypes.has(judged.type)) return null;
    // A page further away that is fast has pagesMax others between itself and this one, and so was fast without it.
    const near = neighbours(view.pagesOfUser, judged.at, 2 * pagesMax);
    const fast = crowded([...near, judged], microsPerMinute, pagesMax);
    if (!fast.some((page) => page.id === judged.id)) return null;
    const before = new Set(crowded(near, microsPerMinute, pagesMax).map((page) => page.id));
    return {
      key: judged.user,
      quiet: 5 * microsPerMinute,
      subject: { by: 'user', key: judged.user },
      score: 40,
      title: `Rapid navigation of ${judged.user}`,
      evidence: fast.filter((page) => page.id !== judged.id && !before.has(page.id)),
      describe: (count) => ({
        summary: `${judged.user} opened ${count} pages at more than ${pagesMax} a minute.`,
        details: { pages: count },
      }),
    };
  },
};
