import type { CommandHabits } from './command-habits.ts';

/** What is common in an organisation: the sums over its users of the shares that each program has, in millionths. */
export type CommonPrograms = { users: number; programs: [name: string, shareOfRuns: number, shareOfBlocks: number][] };
/** What is common among all users but one: how many there are, and the mean shares of a program among them, in millionths. */
export type Colleagues = { users: number; sharesOf(name: string): [shareOfRuns: number, shareOfBlocks: number] };

/** Programs an organisation's row keeps: those that its users run most. */
export const commonProgramsMax = 500;
/** Blocks that a user has to have shown before others are compared with them. */
export const blocksToCount = 10;
export const millionth = 1_000_000;

export const noneCommon = (): CommonPrograms => ({ users: 0, programs: [] });

/** Everybody's share weighs the same, so that who runs most does not say what is common. */
function sharesOf({ learned, runs, blocks, programs }: CommandHabits): Map<string, [number, number]> {
  if (learned < blocksToCount) return new Map();
  return new Map(
    programs.map(([name, ownRuns, ownBlocks]) => [
      name,
      [Math.round((ownRuns / runs) * millionth), Math.round((ownBlocks / blocks) * millionth)],
    ]),
  );
}

const counted = ({ learned }: CommandHabits) => (learned < blocksToCount ? 0 : 1);

/** What is common among the others than the user with these habits. */
export function colleaguesOf(common: CommonPrograms, habits: CommandHabits): Colleagues {
  const users = Math.max(0, common.users - counted(habits));
  const own = sharesOf(habits);
  const sums = new Map(common.programs.map(([name, ...sum]) => [name, sum]));
  const mean = (sum = 0, mine = 0) => (users === 0 ? 0 : Math.round(Math.max(0, sum - mine) / users));
  return {
    users,
    sharesOf: (name) => [mean(sums.get(name)?.[0], own.get(name)?.[0]), mean(sums.get(name)?.[1], own.get(name)?.[1])],
  };
}

/** What is common once a user's habits have changed. */
export function withHabits(common: CommonPrograms, before: CommandHabits, after: CommandHabits): CommonPrograms {
  if (counted(after) === 0) return common;
  const sums = new Map(common.programs.map(([name, ...sum]) => [name, sum]));
  const add = (shares: Map<string, [number, number]>, sign: 1 | -1) => {
    for (const [name, [ofRuns, ofBlocks]] of shares) {
      const [runs, blocks] = sums.get(name) ?? [0, 0];
      sums.set(name, [runs + sign * ofRuns, blocks + sign * ofBlocks]);
    }
  };
  add(sharesOf(before), -1);
  add(sharesOf(after), 1);
  const programs = [...sums].filter(([, [runs]]) => runs > 0).toSorted(([, [a]], [, [b]]) => b - a);
  return {
    users: common.users + counted(after) - counted(before),
    programs: programs.slice(0, commonProgramsMax).map(([name, [runs, blocks]]) => [name, runs, Math.max(0, blocks)]),
  };
}

/** What is common once a user with these habits is gone. */
export function withoutHabits(common: CommonPrograms, gone: CommandHabits): CommonPrograms {
  const shares = sharesOf(gone);
  const programs = common.programs
    .map(([name, runs, blocks]): CommonPrograms['programs'][number] => {
      const [ofRuns, ofBlocks] = shares.get(name) ?? [0, 0];
      return [name, runs - ofRuns, Math.max(0, blocks - ofBlocks)];
    })
    .filter(([, runs]) => runs > 0);
  return { users: Math.max(0, common.users - counted(gone)), programs };
}
