import type { Named } from './names.ts';
import { namedBy } from './names.ts';

/** A text with what is found out about it only when asked, and never twice: so the whole stays linear however often it is asked. */
export type Page = {
  text: string;
  isCode: () => boolean;
  named: (name: string) => Named | null;
  /** Ends of the runs that were last gone through: any place in a run has the same end. */
  runs: { bare: Run; header: Run };
  /** The next run of 20 or more characters of base64 at or after a place. */
  longRun: (at: number) => Run | null;
};
export type Run = { start: number; end: number };

const codeLike =
  /^[ \t]*(?:import|from|def|class|return|if|elif|else|for|while|const|let|var|public|private|protected|func|function|fn|package|use|using|#include|type|interface|async|await|try|@\w+|\/\/|\*)\b|[;{]\s*$|=>|\)\s{0,4}[:{]/m;
/** Text from whose beginning it is told whether it is code. */
const codeSampleLength = 4096;

export function pageOf(text: string): Page {
  let isCode: boolean | null = null;
  let next: Run | null = { start: -1, end: -1 };
  const names = new Map<string, Named | null>();
  return {
    text,
    isCode: () => (isCode ??= codeLike.test(text.slice(0, codeSampleLength))),
    named(name) {
      let named = names.get(name);
      if (named === undefined) names.set(name, (named = namedBy(name)));
      return named;
    },
    longRun(at) {
      if (next === null || next.start >= at) return next;
      return (next = longRunFrom(text, at));
    },
    runs: { bare: { start: 0, end: 0 }, header: { start: 0, end: 0 } },
  };
}

/** The end of the run that `at` is in, from what is known of it or by `find`. */
export function runEnd(run: Run, at: number, find: () => number): number {
  if (at < run.start || at >= run.end) Object.assign(run, { start: at, end: find() });
  return run.end;
}

const longRunMin = 20;

function longRunFrom(text: string, from: number): Run | null {
  let start = from;
  for (let place = from; place <= text.length; place += 1) {
    if (isRunCode(text.charCodeAt(place))) continue;
    if (place - start >= longRunMin) return { start, end: place };
    start = place + 1;
  }
  return null;
}

/** Letters and digits and `+`, `/`, `-`, `=`, `_`; NaN, past the end, is none. */
const isRunCode = (code: number) =>
  (code >= 97 && code <= 122) ||
  (code >= 65 && code <= 90) ||
  (code >= 47 && code <= 57) ||
  code === 43 ||
  code === 45 ||
  code === 61 ||
  code === 95;
