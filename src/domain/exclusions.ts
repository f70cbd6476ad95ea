import type { AnyDetail } from './activity.ts';
import type { ExclusionSubject } from './organisation-settings.ts';

/** What an activity is told by when it is looked at whether it is excluded: as it was sent, its address in canonical form. */
export type Compared = AnyDetail & { user: string; sourceIp: string | null };

type Texts = (string | null)[];

/** The texts of an activity that the patterns of a subject are compared with. A network is none of them. */
export const comparedTexts: Record<Exclude<ExclusionSubject, 'NETWORK'>, (activity: Compared) => Texts> = {
  USER: ({ user }) => [user],
  PAGE: ({ kind, detail }) => {
    if (kind === 'web') return [detail.page, detail.endpoint].flatMap(withAndWithoutQuery);
    return kind === 'browser' ? withAndWithoutQuery(detail.url) : [];
  },
  PATH: ({ kind, detail }) => {
    if (kind === 'file') return [detail.path, detail.newPath];
    return kind === 'terminal' ? [detail.workingDirectory] : [];
  },
  COMMAND: ({ kind, detail }) => (kind === 'terminal' ? [detail.command] : []),
};

/** `/health` is to fit `/health?probe=7`, and `/search?*` what has a query only. */
function withAndWithoutQuery(page: string | null): Texts {
  const query = page === null ? -1 : page.search(/[?#]/);
  return query === -1 ? [page] : [page, page!.slice(0, query)];
}

/**
 * Tells whether a whole text fits a pattern, in which `*` stands for any characters, also none, and all else for itself.
 * The parts between stars are looked for one behind the other, each at its first place: no choice is ever taken back, so
 * that `*a*a*a*b` takes no longer than one search through the text.
 */
export function fits(pattern: string): (text: string) => boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return (text) => text === pattern;
  const parts = others.filter((part) => part !== '');
  return (text) => {
    if (!text.startsWith(first) || !text.endsWith(last)) return false;
    const end = text.length - last.length;
    let at = first.length;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= end;
  };
}
