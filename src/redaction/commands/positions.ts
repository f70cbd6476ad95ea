import { takeWord } from './shapes.ts';
import type { Walk } from './walk.ts';
import { holds } from './walk.ts';

/** Whether the next position is where the tool takes a command: `timeout 5 …`, `docker exec name …`. */
export function beginsCommand(walk: Walk): boolean {
  return walk.tool.patterns.some(
    ({ steps, take }) =>
      take.shape === 'CMD' && steps.length === walk.positions.length && steps.every((step, index) => fits(walk, step, index)),
  );
}

function fits({ positions }: Walk, step: readonly string[], index: number): boolean {
  return index < positions.length && (step[0] === '_' || step.includes(positions[index]!.value.text));
}

/** Positions are counted without flags and their values. */
export function takePositions(walk: Walk): void {
  const { tool, positions, sink } = walk;
  for (const { steps, take, rest } of tool.patterns) {
    if (take.shape === 'CMD' || !holds(walk, take)) continue;
    if (steps[0]?.[0] === '*') for (const { value } of positions) takeWord(sink, value, take);
    else {
      const start = startingAt(walk, steps);
      if (start < 0) continue;
      const last = rest ? positions.length : Math.min(start + steps.length + 1, positions.length);
      for (let at = start + steps.length; at < last; at += 1) takeWord(sink, positions[at]!.value, take);
    }
  }
}

/** Where the steps are found: those that begin with a word anywhere, as an unknown flag may have left its value before it. */
function startingAt(walk: Walk, steps: readonly (readonly string[])[]): number {
  if (steps.length === 0 || steps[0]![0] === '_') return 0;
  for (let start = 0; start + steps.length < walk.positions.length; start += 1) {
    if (fits(walk, steps[0]!, start) && steps.every((step, index) => fits(walk, step, start + index))) return start;
  }
  return -1;
}
