import { commandTypes } from '../../domain/activity.ts';
import { blockPrograms, learningBlocksMin, mostSurprising, surpriseOf } from '../../domain/command-habits.ts';
import { microsPerDay } from '../../domain/time.ts';
import type { ProgramRun, View } from '../detector.ts';
import { defineDetector, score } from '../detector.ts';
import { leadProgram } from '../lead-program.ts';

/** Programs named in the details. */
const namedMax = 5;

export const masquerade = defineDetector({
  id: 'masquerade',
  type: 'MASQUERADE',
  types: commandTypes,
  looksFor: 'The last 100 programs of a user look more like those of colleagues than like those this user runs.',
  thresholds: {
    surprise: {
      value: 2.5,
      unit: 'bits per program',
      source: "measured: at 2.5 one in 90 of people's own blocks is claimed (at 2 one in 27) and 3 in 4 of others' (at 3 one fewer of 38)",
      min: 0.5,
      max: 12,
    },
    learningBlocks: {
      value: learningBlocksMin,
      unit: 'blocks of 100 programs',
      source: 'measured: with ten, what people did first kept them from learning what they did next, and one own block in 17 was claimed',
      min: 10,
      max: 200,
    },
    score: score(75, 'over the alert threshold of 70: somebody else at the keys asks for an alert'),
  },
  judge(judged, view, limits) {
    if (judged.kind !== 'terminal') return null;
    const { habits } = view.commands;
    const run = { id: judged.id, at: judged.at, program: leadProgram(judged.detail.command, judged.programs) };
    const found = mostUnlike(run, view.commands, limits);
    if (found === null) return null;
    const { surprise, runs } = found;
    const { unknownShare, programs } = mostSurprising(
      habits,
      runs.map(({ program }) => program),
      namedMax,
    );
    const key = `${judged.user} ${judged.local.day}`;
    return {
      key,
      quiet: microsPerDay,
      subject: { by: 'user', key: judged.user },
      score: limits.score,
      title: `Commands unlike those of ${judged.user}`,
      // Once it goes on, each command more is one more: those before stand behind it already.
      evidence: view.ongoing(key, microsPerDay) ? [] : runs.filter(({ id }) => id !== judged.id),
      describe: (count, before) => ({
        summary: `${judged.user} ran ${blockPrograms} programs that are ${surprise.toFixed(1)} bits each more like others'; ${Math.round(unknownShare * 100)} % of them were never used before (most surprising: ${programs.map(({ name }) => name).join(', ')}).`,
        details: {
          surprise: Math.max(rounded(surprise), typeof before?.surprise === 'number' ? before.surprise : 0),
          neverUsedShare: rounded(unknownShare),
          mostSurprising: programs.map(({ name }) => name),
          blocksLearned: habits.learned,
          commands: count,
        },
      }),
    };
  },
});

const rounded = (value: number) => Math.round(value * 1_000) / 1_000;

/** The stretches of 100 runs that hold this one and end with it or with one that happened later and came before. */
function stretchesWith(run: ProgramRun, recent: readonly ProgramRun[]): ProgramRun[][] {
  let place = recent.length;
  while (place > 0 && recent[place - 1]!.at > run.at) place -= 1;
  const runs = [...recent.slice(Math.max(0, place - blockPrograms + 1), place), run, ...recent.slice(place, place + blockPrograms - 1)];
  const first = Math.min(place, blockPrograms - 1);
  return Array.from({ length: runs.length - first }, (_, n) =>
    runs.slice(Math.max(0, first + n - blockPrograms + 1), first + n + 1),
  ).filter(({ length }) => length === blockPrograms);
}

type Found = { runs: ProgramRun[]; surprise: number };

/** Of the stretches with this run the one that is most unlike the habits, where they are known and it is unlike enough. */
export function mostUnlike(
  run: ProgramRun,
  { habits, recent }: View['commands'],
  limits: { surprise: number; learningBlocks: number },
): Found | null {
  if (habits.learned < limits.learningBlocks) return null;
  let most: Found | null = null;
  for (const runs of stretchesWith(run, recent)) {
    const surprise = surpriseOf(
      habits,
      runs.map(({ program }) => program),
    );
    if (surprise >= (most?.surprise ?? limits.surprise)) most = { runs, surprise };
  }
  return most;
}
