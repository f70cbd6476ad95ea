import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const sectionNames = ['single', 'batch', 'open', 'fanout', 'memory', 'reads', 'bytes', 'two', 'detection', 'redaction'] as const;
export type SectionName = (typeof sectionNames)[number];

export type Options = {
  only: ReadonlySet<SectionName>;
  rounds: number;
  seconds: number;
  /** Rows of the table that is read, where `reads` is run. */
  rows: number;
  json: string | null;
  /** Where the clusters and the seeded table are; kept for the next run. */
  data: string;
};

export const help = `npm run bench [-- OPTIONS]

Measures Lapwing beside other ways to do the same, and prints how far it is from the marks of issue 4.

  --only LIST     of ${sectionNames.join(',')}; default: all
  --rounds N      rounds of each comparison, one after the other for all sides; the median counts (default 3)
  --seconds N     seconds of load in each round (default 5)
  --rows N        rows of the table for "reads" (default 10000000; seeded once, which takes minutes)
  --json FILE     also writes everything that was measured, with the facts of the machine
  --data FOLDER   where the PostgreSQL of the bench lives (default bench/.data)
  --help

Nothing else should run on the machine. Without "reads" a run takes about ten minutes.
`;

/** Throws an Error with a line for the person who typed it. */
export function readOptions(args: readonly string[]): Options | 'help' {
  const text = { type: 'string' } as const;
  const options = { only: text, rounds: text, seconds: text, rows: text, json: text, data: text, help: { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  if (values.help) return 'help';
  const only = values.only?.split(',') ?? sectionNames;
  const unknown = only.filter((name) => !sectionNames.some((known) => known === name));
  if (unknown.length > 0) throw new Error(`--only knows ${sectionNames.join(', ')}; not ${unknown.join(', ')}`);
  return {
    only: new Set(sectionNames.filter((name) => only.includes(name))),
    rounds: wholeNumber('rounds', values.rounds, 3),
    seconds: wholeNumber('seconds', values.seconds, 5),
    rows: wholeNumber('rows', values.rows, 10_000_000),
    json: values.json ?? null,
    data: resolve(values.data ?? `${import.meta.dirname}/.data`),
  };
}

function wholeNumber(name: string, given: string | undefined, fallback: number): number {
  const value = given === undefined ? fallback : Number(given);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number from 1`);
  return value;
}
