import { isIn } from '../detection/networks.ts';
import type { Compared } from '../domain/exclusions.ts';
import { comparedTexts, fits } from '../domain/exclusions.ts';
import type { Exclusion, ExclusionSubject } from '../domain/organisation-settings.ts';

/** By what an activity is excluded; null: it is to be recorded. */
export type Excludes = (activity: Compared) => ExclusionSubject | null;

/** What an organisation excludes, made ready once for all activities that come under these settings. */
export function excludesOf(exclusions: readonly Exclusion[]): Excludes {
  const bySubject = Map.groupBy(exclusions, ({ subject }) => subject);
  const patternsOf = (subject: ExclusionSubject) => bySubject.get(subject)?.map(({ pattern }) => pattern) ?? [];
  const networks = patternsOf('NETWORK');
  const tests = Object.entries(comparedTexts).flatMap(([name, textsOf]) => {
    const subject = name as keyof typeof comparedTexts;
    const patterns = patternsOf(subject).map(fits);
    if (patterns.length === 0) return [];
    return [
      { subject, isExcluded: (activity: Compared) => textsOf(activity).some((text) => text !== null && patterns.some((fit) => fit(text))) },
    ];
  });
  return (activity) => {
    if (networks.length > 0 && activity.sourceIp !== null && isIn(activity.sourceIp, networks)) return 'NETWORK';
    return tests.find(({ isExcluded }) => isExcluded(activity))?.subject ?? null;
  };
}
