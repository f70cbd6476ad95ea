import type { Activity } from '../api.ts';
import { ask } from '../api.ts';
import type { Evaluation } from '../evaluation.ts';
import type { Figure } from '../figures.ts';
import { areaUnderCurve, hitsAt } from '../figures.ts';
import { readRows } from '../rows.ts';

type Row = { user: string; block: number; phase: 'train' | 'test'; label: 'self' | 'masquerade' | 'unknown'; commands: string[] };

const falseAlarms = 0.05;
const blockGapMs = 15 * 60 * 1000; // a block is a sitting of its own, longer apart than lessons take to settle
const commandMs = 1000;
const query = 'query($user: String!) { user(externalId: $user) { baseline { commandSurprise } } }';
type Answer = { user: { baseline: { commandSurprise: number | null } } };

/** The commands of users, block after block, first what all of them train on; after each test block the service is asked how unlike the user's own it was. */
export async function masquerade({ folder, service, track }: Evaluation): Promise<Figure[] | null> {
  const rows = readRows<Row>(folder, 'masquerade');
  if (rows === null) return null;
  const scores: Record<'self' | 'masquerade', number[]> = { self: [], masquerade: [] };
  const byUser = [...Map.groupBy(rows, (row) => row.user)].map(([user, blocks]) => {
    const ordered = blocks.toSorted((a, b) => Number(a.phase === 'test') - Number(b.phase === 'test') || a.block - b.block);
    const start = Date.now() - (ordered.length + 1) * (blockGapMs + 100 * commandMs);
    return ordered.map((row, n) => ({ row, activities: activitiesOf(user, row, start + n * (blockGapMs + 100 * commandMs)) }));
  });
  const training = byUser.map((blocks) => blocks.filter(({ row }) => row.phase === 'train').flatMap(({ activities }) => activities));
  await track('masquerade', training);
  for (const { row, activities } of byUser.flat().filter((block) => block.row.phase === 'test')) {
    await track('masquerade', [activities]);
    if (row.label === 'unknown') continue;
    const { user: judged } = await ask<Answer>(service, query, { user: row.user });
    scores[row.label].push(judged.baseline.commandSurprise ?? 0);
  }
  const of = `${scores.masquerade.length} blocks of others among ${scores.self.length} of one's own`;
  return [
    { measure: 'masquerade: AUC', value: areaUnderCurve(scores.masquerade, scores.self), unit: '', of, mark: { atLeast: 0.95 } },
    {
      measure: `masquerade: hits at ${falseAlarms * 100} % false alarms`,
      value: hitsAt(falseAlarms, scores.masquerade, scores.self),
      unit: '%',
      of,
      mark: { atLeast: 75 },
    },
  ];
}

const activitiesOf = (user: string, { commands, block, phase }: Row, start: number): Activity[] =>
  commands.map((command, n) => ({
    user,
    session: `${user}-${phase}-${block}`,
    occurredAt: new Date(start + n * commandMs).toISOString(),
    detail: { terminal: { command } },
  }));
