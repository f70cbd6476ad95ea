import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { start } from '../children.ts';
import type { Database } from '../cluster.ts';
import { startCluster } from '../cluster.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, missingRow } from '../rows.ts';
import { adminKey, startLapwing } from '../targets.ts';

/** In milliseconds, except for how many times as long a deep page takes as the first. */
type Read = { name: string; p50: number; p99: number; mark: number; met: boolean };
/** What bench/reads.ts offers; `key` may read everything of the biggest organisation. */
type Reads = { measureReads(service: { url: string; key: string }): Promise<Read[]> };

const file = new URL('../reads.ts', import.meta.url);
const name = 'bench_reads';

/** Pages and the dashboard over a table of ten million rows, on a PostgreSQL of its own: it is seeded once and kept. */
export async function reads(bench: Bench): Promise<Row[]> {
  const { options, logs, closing } = bench;
  if (!existsSync(file)) return [missingRow('reads', 'bench/reads.ts is not there')];
  const folder = join(options.data, `reads-${options.rows}`);
  const cluster = await startCluster(folder, note);
  closing.push(cluster.stop);
  const seeded = join(folder, 'seeded');
  const database = existsSync(seeded) ? cluster.kept(name) : await cluster.database(name);
  if (!existsSync(seeded)) await seed(bench, database);
  writeFileSync(seeded, '');
  // As the superuser who seeded: the service gives that up by itself.
  const lapwing = await startLapwing({ database, logs }, { env: { DATABASE_URL: database.superuserUrl } });
  try {
    const { measureReads } = (await import(file.href)) as Reads;
    const measured = await measureReads({ url: `http://127.0.0.1:${lapwing.port}/graphql`, key: adminKey });
    bench.details.reads = measured;
    return measured.map((read) => rowOf(read, options.rows));
  } finally {
    await lapwing.stop();
    await cluster.stop();
  }
}

async function seed({ options, logs }: Bench, database: Database): Promise<void> {
  note(`seeding ${options.rows.toLocaleString('en')} rows, once: minutes`);
  const program = fileURLToPath(new URL('../seed.ts', import.meta.url));
  const args = [program, '--rows', String(options.rows), '--database-url', database.superuserUrl];
  const child = start({ name: 'seed', args, env: {}, logs });
  const telling = setInterval(() => note(child.said().trim().split('\n').at(-1) ?? ''), 20_000);
  const [code] = (await once(child.process, 'exit').finally(() => clearInterval(telling))) as [number | null];
  if (code !== 0) throw new Error(`the seed ended with ${code}: ${child.said().slice(-500)}`);
}

function rowOf({ name: what, p50, p99, mark, met }: Read, rows: number): Row {
  const isFactor = what.endsWith('deep by first');
  const limit = isFactor ? `≤ ${mark} ×` : `p99 ≤ ${mark} ms`;
  return {
    what: `${what}, ${rows.toLocaleString('en')} rows`,
    ours: isFactor ? `${figure(p50)} ×` : `p50 ${figure(p50)}, p99 ${figure(p99)} ms`,
    theirs: null,
    ratio: null,
    mark: limit,
    goal: limit,
    met: met ? 'goal' : 'no',
    note: null,
  };
}
