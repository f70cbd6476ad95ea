import { pastActivities } from '../db/queries/load-state.ts';
import { limitsOf } from '../detection/catalogue.ts';
import type { Judged, ProgramRun } from '../detection/detector.ts';
import { masquerade } from '../detection/detectors/masquerade.ts';
import { leadProgram } from '../detection/lead-program.ts';
import { remember, traceTextMax } from '../detection/windows.ts';
import { commandTypes } from '../domain/activity.ts';
import { blockPrograms, emptyHabits, learnBlock, learningBlocksMin, surpriseOf } from '../domain/command-habits.ts';
import type { CommonPrograms } from '../domain/common-programs.ts';
import { colleaguesOf, noneCommon, withHabits } from '../domain/common-programs.ts';
import type { Batch } from './batch.ts';
import type { Loading } from './load.ts';
import type { CommandState, Replica, UserState } from './state.ts';

/** Which programs users run: what is kept at hand, and what is learned of it, block by block. */

/** The block that fills, and some before it: what comes late may be in a stretch with them. */
const recentMax = blockPrograms + 20;
const recentWindow = { span: Infinity, itemsMax: recentMax };

/** Keeps a command. A block that is full is judged, and learned from unless it is unlike the user's own. */
export function rememberCommand(batch: Batch, replica: Replica, user: UserState, judged: Judged): void {
  if (judged.kind !== 'terminal') return;
  const state = (user.commands ??= { habits: emptyHabits(), recent: [] });
  const { id, at } = judged;
  remember(state.recent, { id, at, program: leadProgram(judged.detail.command, judged.programs) }, recentWindow);
  const block = waitingIn(state).slice(0, blockPrograms);
  if (block.length < blockPrograms) return;
  const before = state.habits;
  const programs = block.map(({ program }) => program);
  const surprise = before.learned < learningBlocksMin ? null : surpriseOf(before, programs);
  const after = isOdd(replica, user, block, surprise) ? before : learnBlock(before, programs, colleaguesOf(commonIn(replica), before));
  if (after !== before) share(batch, replica, withHabits(commonIn(replica), before, after));
  const last = block.at(-1)!;
  state.habits = { ...after, upTo: { id: last.id, at: last.at }, surprise };
  batch.commandHabits.set(user.row.id, { id: user.row.id, organisationId: batch.organisationId, habits: state.habits });
}

/** The runs that nothing was learned from yet. */
function waitingIn({ habits: { upTo }, recent }: CommandState): readonly ProgramRun[] {
  if (upTo === null) return recent;
  const last = recent.findIndex(({ id }) => id === upTo.id);
  return last < 0 ? recent.filter(({ at }) => at > upTo.at) : recent.slice(last + 1);
}

/** Whether a block would be claimed, and nobody has called the claim a mistake. */
function isOdd({ settings }: Replica, { anomalies }: UserState, block: readonly ProgramRun[], surprise: number | null): boolean {
  if (surprise === null || surprise < limitsOf(masquerade, settings.detectors).surprise!) return false;
  const [from, to] = [block[0]!.at, block.at(-1)!.at];
  return !anomalies.some(
    ({ detector, firstAt, lastAt, resolution }) =>
      detector === masquerade.id && firstAt <= to && lastAt >= from && resolution === 'FALSE_POSITIVE',
  );
}

const commonIn = (replica: Replica) => replica.commonPrograms ?? noneCommon();

function share({ organisationId, commonPrograms }: Batch, replica: Replica, common: CommonPrograms): void {
  replica.commonPrograms = common;
  commonPrograms.set(organisationId, { id: organisationId, organisationId, common });
}

/** Reads what the replica does not hold: the habits of these users, their last commands, and what is common. */
export async function loadCommands({ em, tables, replica }: Loading, names: readonly string[]): Promise<void> {
  const users = names.flatMap((name) => replica.users.get(name) ?? []).filter(({ commands }) => commands === null);
  if (names.length === 0 || (users.length === 0 && replica.commonPrograms !== null)) return;
  const { organisationId } = replica;
  const ids = users.map((user) => user.row.id);
  const newest = Math.max(0, ...users.map((user) => user.newestAt ?? 0));
  const [habits, past, common] = await Promise.all([
    tables.commandHabits.select(em, 'where t.organisation_id = $1 and t.id = any($2)', [organisationId, ids]),
    pastActivities(em, organisationId, 'user_id', ids, {
      looks: [{ types: commandTypes, from: 0 }],
      to: newest,
      itemsMax: recentMax,
      charactersOfText: traceTextMax,
    }),
    replica.commonPrograms === null ? tables.commonPrograms.select(em, 'where t.id = $1', [organisationId]) : [],
  ]);
  const habitsById = new Map(habits.map((row) => [row.id, row.habits]));
  const pastById = Map.groupBy(past, ({ key }) => key);
  for (const user of users) {
    const runs = pastById.get(user.row.id) ?? [];
    const recent = runs.map(({ id, at, text }) => ({ id, at, program: leadProgram(text ?? '') }));
    user.commands = { habits: habitsById.get(user.row.id) ?? emptyHabits(), recent };
  }
  replica.commonPrograms ??= common[0]?.common ?? noneCommon();
}
