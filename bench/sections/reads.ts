import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, missingRow } from '../rows.ts';

/** What bench/reads.ts answers with. */
type Read = { name: string; p50: number; p99: number; mark: string; met: boolean };
type Reads = {
  measureReads(where: { rows: number; data: string; socketDir?: string; log(line: string): void }): Promise<Read[]>;
};

const file = new URL('../reads.ts', import.meta.url);

/** Pages and the dashboard over a table of ten million rows, which is seeded once and kept. */
export async function reads({ options }: Bench): Promise<Row[]> {
  if (!existsSync(file)) return [missingRow('reads', 'bench/reads.ts is not there')];
  const { measureReads } = (await import(file.href)) as Reads;
  const measured = await measureReads({ rows: options.rows, data: join(options.data, 'reads'), log: note });
  return measured.map(({ name, p50, p99, mark, met }) => ({
    what: `${name} at ${options.rows.toLocaleString('en')} rows`,
    ours: `p50 ${figure(p50)} ms, p99 ${figure(p99)} ms`,
    theirs: null,
    ratio: null,
    mark,
    goal: mark,
    met: met ? 'yes' : 'no',
    note: null,
  }));
}
