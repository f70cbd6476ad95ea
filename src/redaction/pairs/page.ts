import type { Named } from './names.ts';
import { namedBy } from './names.ts';

/** A text with what is found out about it only when asked, and never twice: so the whole stays linear however often it is asked. */
export type Page = {
  text: string;
  isCode: () => boolean;
  named: (name: string) => Named | null;
  /** Ends of the runs that were last gone through: any place in a run has the same end. */
  runs: { bare: Run; header: Run };
};
export type Run = { start: number; end: number };

const codeLike =
  /^[ \t]*(?:import|from|def|class|return|if|elif|else|for|while|const|let|var|public|private|protected|func|function|fn|package|use|using|#include|type|interface|async|await|try|@\w+|\/\/|\*)\b|[;{]\s*$|=>|\)\s{0,4}[:{]/m;
/** Text from whose beginning it is told whether it is code. */
const codeSampleLength = 4096;

export function pageOf(text: string): Page {
  let isCode: boolean | null = null;
  const names = new Map<string, Named | null>();
  return {
    text,
    isCode: () => (isCode ??= codeLike.test(text.slice(0, codeSampleLength))),
    named(name) {
      let named = names.get(name);
      if (named === undefined) names.set(name, (named = namedBy(name)));
      return named;
    },
    runs: { bare: { start: 0, end: 0 }, header: { start: 0, end: 0 } },
  };
}

/** The end of the run that `at` is in, from what is known of it or by `find`. */
export function runEnd(run: Run, at: number, find: () => number): number {
  if (at < run.start || at >= run.end) Object.assign(run, { start: at, end: find() });
  return run.end;
}
