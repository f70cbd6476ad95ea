import { defineDetector, score } from '../detector.ts';
import { pageTypes, searchText } from '../../domain/activity.ts';
import { microsPerMinute, microsPerSecond } from '../../domain/time.ts';
import { isAsset } from '../web/pages.ts';
import { crowded, near, neighbours } from '../windows.ts';

export const rapidNavigation = defineDetector({
  id: 'rapid-navigation',
  type: 'RAPID_NAVIGATION',
  types: pageTypes,
  looksFor: 'More than 20 pages opened by one user within 60 seconds; images, styles and scripts are parts of pages and none of their own.',
  thresholds: {
    pages: { value: 20, unit: 'pages', source: 'FEATURES A15, A39', min: 1, max: 200 },
    window: { value: 60, unit: 'seconds', source: 'FEATURES A15', min: 1, max: 300 },
    score: score(40, 'FEATURES A15: warning, which maps to MEDIUM'),
  },
  judge(judged, view, limits) {
    const span = limits.window * microsPerSecond;
    if (view.ofUser.pages.length < limits.pages || isAsset(searchText(judged))) return null;
    // A page further away that is fast has as many others between itself and this one, or too much time, and so was fast without it.
    const pages = near(view.ofUser.pages, judged.at, 2 * span).filter((page) => !isAsset(page.text));
    const others = neighbours(pages, judged.at, 2 * limits.pages);
    const fast = crowded([...others, judged], span, limits.pages);
    if (!fast.some((page) => page.id === judged.id)) return null;
    const before = new Set(crowded(others, span, limits.pages).map((page) => page.id));
    return {
      key: judged.user,
      quiet: 5 * microsPerMinute,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Rapid navigation of ${judged.user}`,
      evidence: fast.filter((page) => page.id !== judged.id && !before.has(page.id)),
      describe: (count) => ({
        summary: `${judged.user} opened ${count} pages at more than ${limits.pages} in ${limits.window} seconds.`,
        details: { pages: count },
      }),
    };
  },
});
