import type { Bench } from '../bench.ts';
import type { Side } from '../compare.ts';
import { compare, microsOf } from '../compare.ts';
import type { Row } from '../rows.ts';
import { missingRow, ratioRow } from '../rows.ts';

const marks = {
  'Yoga + pg': { mark: 5, goal: 7 },
  PostGraphile: { mark: 5, goal: 7 },
  'JSON endpoint': { mark: 0.7, goal: 0.9 },
} as const;
type Peer = keyof typeof marks;

/** One activity for each mutation, over 32 connections. */
export async function single(bench: Bench): Promise<Row[]> {
  const names = Object.keys(marks) as Peer[];
  const { lapwing, peers } = await compare(bench, { peers: names, perRequest: 1 });
  bench.details.single = { lapwing: loadsOf(lapwing), ...Object.fromEntries([...peers].map(([name, side]) => [name, loadsOf(side)])) };
  const ours = lapwing.median.perSecond;
  return names.map((name, place) => {
    const side = peers.get(name)!;
    const what = `1 per mutation, 32 connections, against ${name}`;
    if ('reason' in side) return missingRow(what, side.reason);
    const figures = { ours, them: name, theirs: side.median.perSecond, unit: '/s' };
    const note = `${place === 0 ? `Lapwing: ${microsOf(lapwing.median)}\n` : ''}${name}: ${microsOf(side.median)}`;
    return ratioRow({ what, ...figures, ...marks[name], note });
  });
}

export const loadsOf = (side: Side | { reason: string }) => ('reason' in side ? side : side.loads);
