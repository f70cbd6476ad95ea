import type { Bench } from '../bench.ts';
import { settle } from '../bench.ts';
import type { Database } from '../cluster.ts';
import { copyActivityTable } from '../cluster.ts';
import { now } from '../clock.ts';
import { compare, microsOf } from '../compare.ts';
import { median } from '../figures.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { missingRow, ratioRow } from '../rows.ts';
import { loadsOf } from './single.ts';

const perRequest = 100;

/** A hundred activities for each mutation; the measure is what COPY takes for the rows that Lapwing wrote. */
export async function batch(bench: Bench): Promise<Row[]> {
  const copies: number[] = [];
  let copiedUpTo = 0;
  let target: Database | null = null;
  const afterLapwing = async (database: Database) => {
    target ??= await emptyCopy(bench, database);
    const { rowsPerSecond, upTo } = await copyRows(database, target, copiedUpTo);
    copiedUpTo = upTo;
    copies.push(rowsPerSecond);
    note(`COPY: ${rowsPerSecond.toFixed(0)} rows/s`);
  };
  const { lapwing, peers } = await compare(bench, { peers: ['PostGraphile'], perRequest, afterLapwing });
  const postGraphile = peers.get('PostGraphile')!;
  bench.details.batch = { lapwing: loadsOf(lapwing), postGraphile: loadsOf(postGraphile), copyRowsPerSecond: copies };
  const ours = lapwing.median.perSecond;
  const what = '100 per mutation, 32 connections, against';
  const copy = { what: `${what} COPY`, ours, them: 'COPY', theirs: median(copies), unit: '/s', mark: 0.35, goal: 0.55 };
  const copyRow = ratioRow({
    ...copy,
    note: `one COPY of the activity rows alone, by the server from its own disk. Lapwing: ${microsOf(lapwing.median)}`,
  });
  if ('reason' in postGraphile) return [copyRow, missingRow(`${what} PostGraphile`, postGraphile.reason)];
  const theirs = postGraphile.median.perSecond;
  const figures = { what: `${what} PostGraphile`, ours, them: 'PostGraphile', theirs, unit: '/s', mark: 6, goal: 6 };
  return [copyRow, ratioRow({ ...figures, note: `100 root fields. PostGraphile: ${microsOf(postGraphile.median)}` })];
}

async function emptyCopy({ cluster }: Bench, lapwing: Database): Promise<Database> {
  const database = await cluster.database('bench_copy');
  await copyActivityTable(lapwing, database);
  return database;
}

/** Out of one database into a file of the server, and from there into the empty table of the other, in one durable statement. */
async function copyRows(from: Database, to: Database, afterSeq: number): Promise<{ rowsPerSecond: number; upTo: number }> {
  const [place] = await from.query<{ file: string }>(`select current_setting('data_directory') || '/bench.copy' as file`);
  const [max] = await from.query<{ seq: string }>('select max(seq) as seq from activity');
  const file = `'${place!.file.replaceAll("'", "''")}'`;
  await from.query(`copy (select * from activity where seq > ${afterSeq} order by seq) to ${file}`);
  await to.query('truncate activity'); // by itself: in the transaction of the COPY it would spare the write-ahead log
  await settle(to);
  const begun = now();
  await to.query(`copy activity from ${file}`);
  const seconds = (now() - begun) / 1_000;
  const [copied] = await to.query<{ rows: string }>('select count(*) as rows from activity');
  return { rowsPerSecond: Number(copied!.rows) / seconds, upTo: Number(max!.seq) };
}
