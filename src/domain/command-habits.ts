import type { Colleagues } from './common-programs.ts';
import { millionth } from './common-programs.ts';
import type { Micros } from './time.ts';

/** Which programs a user runs, learned in blocks, and how common these are among colleagues. */
export type CommandHabits = {
  /** Blocks learned from, ever. */
  learned: number;
  /** Blocks that the numbers below stand for: fewer, as old ones fade. */
  blocks: number;
  /** Program runs in these blocks. */
  runs: number;
  programs: KnownProgram[];
  /** Colleagues that were compared with when the last block was learned. */
  colleagues: number;
  /** The last program of the last full block; the next block begins after it. Null before any. */
  upTo: { id: string; at: Micros } | null;
  /** How unlike the habits the last full block was, in bits; null before one was judged. */
  surprise: number | null;
};
/** Name, runs, blocks it was in; then the mean among colleagues: its share of runs and of blocks, in millionths. */
export type KnownProgram = [name: string, runs: number, blocks: number, shareOfRuns: number, shareOfBlocks: number];

/** Programs in a block: the length that studies of masqueraders compare by (Schonlau et al., 2001). */
export const blockPrograms = 100;
/** Before it has learned this many blocks a profile judges nothing, and learns whatever comes: fewer freeze it at what was done first. */
export const learningBlocksMin = 20;
/** Past this many runs what was learned counts half: habits of the last 20 to 40 blocks weigh most. */
const runsMax = 4_000;
/** Programs a profile keeps, those in most blocks first. It stays under 8 KB of JSON. */
export const programsMax = 160;
/** Characters of a program's name that are told apart. */
export const programCharactersMax = 20;
/** How many programs there are in all, where nobody is known to run one: a few hundred are in daily use. */
const programsAssumed = 250;
/** In how many blocks a program nobody is known to run would be. */
const shareOfBlocksAssumed = 0.05;
/** Weight of what is usual among colleagues within what the user is expected to do, in runs. Less than one: habits are one's own. */
const colleaguesWeight = 0.3;
/** Nothing is certain to come in every block. */
const shareOfBlocksMax = 0.98;
/** Weight of what is missing against what is there; the best on half of the users we measured on. */
const missingWeight = 0.025;

export const emptyHabits = (): CommandHabits => ({
  learned: 0,
  blocks: 0,
  runs: 0,
  programs: [],
  colleagues: 0,
  upTo: null,
  surprise: null,
});

/** A name as it is told apart and stored: a database holds neither NUL nor half of a surrogate pair, and what JSON escapes takes room. */
export const programName = (name: string): string =>
  name
    .slice(0, programCharactersMax)
    .toWellFormed()
    .replaceAll(/[\p{Cc}"\\]/gu, '\ufffd');

/** What is known by heart about one state of the habits: bits for a program that is there, and for one that is missing. */
type Expectation = { there: ReadonlyMap<string, number>; missing: ReadonlyMap<string, number>; allMissing: number; never: number };
const expectations = new WeakMap<CommandHabits, Expectation>();

/**
 * How unlike the habits a list of programs is, in bits per program: how much likelier (each bit is twice) a colleague would
 * be to run what is there, in the mean over the programs. What runs again and again says little more than what runs once. To it is
 * added, with a small weight, how much likelier a colleague would be not to run what is missing.
 */
export function surpriseOf(habits: CommandHabits, programs: readonly string[]): number {
  const { there, missing, allMissing, never } = expectationOf(habits);
  let bits = 0;
  let weights = 0;
  let stillMissing = allMissing;
  for (const [name, runs] of counts(programs)) {
    const weight = runs / (runs + 1);
    bits += weight * (there.get(name) ?? never);
    weights += weight;
    stillMissing -= missing.get(name) ?? 0;
  }
  return weights === 0 ? 0 : bits / weights + missingWeight * stillMissing;
}

/** The programs among these that the habits speak most against, each with its bits, and the share of runs of programs never used before. */
export function mostSurprising(habits: CommandHabits, programs: readonly string[], most: number) {
  const { there, never } = expectationOf(habits);
  const found = [...counts(programs)].map(([name, runs]) => ({ name, runs, bits: there.get(name) ?? never }));
  const unknown = found.filter(({ name }) => !there.has(name)).reduce((sum, { runs }) => sum + runs, 0);
  return {
    unknownShare: programs.length === 0 ? 0 : unknown / programs.length,
    programs: found.toSorted((a, b) => b.bits - a.bits || b.runs - a.runs || (a.name < b.name ? -1 : 1)).slice(0, most),
  };
}

function expectationOf(habits: CommandHabits): Expectation {
  const held = expectations.get(habits);
  if (held) return held;
  const { runs, blocks, colleagues } = habits;
  const there = new Map<string, number>();
  const missing = new Map<string, number>();
  let allMissing = 0;
  for (const [name, ownRuns, ownBlocks, shareOfRuns, shareOfBlocks] of habits.programs) {
    const common = (colleagues * (shareOfRuns / millionth) + 1 / programsAssumed) / (colleagues + 1);
    const own = (ownRuns + colleaguesWeight * common) / (runs + colleaguesWeight);
    there.set(name, Math.log2(common / own));
    const often = Math.min(shareOfBlocksMax, (colleagues * (shareOfBlocks / millionth) + shareOfBlocksAssumed) / (colleagues + 1));
    const ownOften = Math.min(shareOfBlocksMax, (ownBlocks + colleaguesWeight * often) / (blocks + colleaguesWeight));
    const bits = Math.log2((1 - often) / (1 - ownOften));
    missing.set(name, bits);
    allMissing += bits;
  }
  const never = Math.log2((runs + colleaguesWeight) / colleaguesWeight);
  const found = { there, missing, allMissing, never };
  expectations.set(habits, found);
  return found;
}

/** The habits after a block more, compared with what is common among the others by then. */
export function learnBlock(before: CommandHabits, block: readonly string[], others: Colleagues): CommandHabits {
  const faded = before.runs < runsMax ? before : fade(before);
  const inBlock = counts(block);
  const known = new Map(faded.programs.map(([name, runs, blocks]) => [name, { runs, blocks }]));
  for (const [name, runs] of inBlock) {
    const so = known.get(name) ?? { runs: 0, blocks: 0 };
    known.set(name, { runs: so.runs + runs, blocks: so.blocks + 1 });
  }
  const kept = [...known]
    .toSorted(
      ([a, { blocks: blocksOfA }], [b, { blocks: blocksOfB }]) => blocksOfB - blocksOfA || Number(inBlock.has(b)) - Number(inBlock.has(a)),
    )
    .slice(0, programsMax);
  return {
    ...before,
    learned: before.learned + 1,
    blocks: faded.blocks + 1,
    runs: faded.runs + block.length,
    programs: kept.map(([name, { runs, blocks }]) => [name, runs, blocks, ...others.sharesOf(name)]),
    colleagues: others.users,
  };
}

/** A program that ran once stays known: half of it is rounded up. */
const fade = ({ runs, blocks, programs, ...rest }: CommandHabits): CommandHabits => ({
  ...rest,
  runs: Math.ceil(runs / 2),
  blocks: Math.ceil(blocks / 2),
  programs: programs.map(([name, ownRuns, ownBlocks, ...shares]) => [name, Math.ceil(ownRuns / 2), Math.ceil(ownBlocks / 2), ...shares]),
});

function counts(programs: readonly string[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const name of programs) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}
