import type { Bench } from '../bench.ts';
import type { Database } from '../cluster.ts';
import { closedLoop } from '../load.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, limitRow } from '../rows.ts';
import { startLapwing } from '../targets.ts';
import { createTraffic } from '../traffic.ts';

/** Bytes of each table with its indexes and what is stored apart, partitions counted with what they are parts of. */
type Sizes = Map<string, number>;

const activitiesOf = (seconds: number) => 10_000 * Math.min(seconds, 5);

/** What the mark is about: an activity with all its indexes, and its log entry. */
const ownTables = new Set(['activity', 'log_entry']);

/** Disk and write-ahead log of an activity, one per mutation and a hundred. */
export async function bytes(bench: Bench): Promise<Row[]> {
  const { cluster, logs, options } = bench;
  const activities = activitiesOf(options.seconds);
  const rows: Row[] = [];
  for (const perRequest of [1, 100]) {
    const database = await cluster.database('bench_lapwing');
    const lapwing = await startLapwing({ database, logs });
    const before = await sizesOf(database);
    await database.query('checkpoint');
    const walBefore = await walOf(database);
    const traffic = createTraffic(7);
    const until = { activities };
    await closedLoop({ target: lapwing, traffic, postmaster: cluster.pid, connections: 32, perRequest, until }).finally(() =>
      lapwing.stop(),
    );
    const wal = ((await walOf(database)) - walBefore) / activities;
    const after = await sizesOf(database);
    const grown = [...after].map(([table, size]) => ({ table, bytes: (size - (before.get(table) ?? 0)) / activities }));
    const parts = grown.filter((one) => one.bytes >= 1).toSorted((a, b) => b.bytes - a.bytes);
    const sum = (counted: typeof parts) => counted.reduce((total, one) => total + one.bytes, 0);
    const disk = sum(parts.filter(({ table }) => ownTables.has(table)));
    const all = sum(parts);
    const named = parts.map((one) => `${one.table} ${figure(one.bytes)}`).join(', ');
    bench.details[`bytes${perRequest}`] = { disk, all, wal, tables: Object.fromEntries(parts.map((one) => [one.table, one.bytes])) };
    const what = `of an activity, ${perRequest} per mutation`;
    note(`${what}: ${figure(disk)} B on disk, ${figure(wal)} B of write-ahead log`);
    rows.push(
      limitRow({
        what: `disk ${what}`,
        ours: disk,
        unit: ' B',
        mark: 1_200,
        note: `activity and log_entry with their indexes; with everything that grew ${figure(all)} B: ${named}. ${activities.toLocaleString('en')} activities`,
      }),
    );
    rows.push(
      limitRow({
        what: `write-ahead log ${what}`,
        ours: wal,
        unit: ' B',
        mark: 1_500,
        note: 'from a checkpoint on, with the full pages after it',
      }),
    );
  }
  return rows;
}

async function sizesOf(database: Database): Promise<Sizes> {
  const rows = await database.query<{ table: string; bytes: string }>(`
    select coalesce(parent.relname, child.relname) as table, sum(pg_total_relation_size(child.oid)) as bytes
    from pg_class child
    join pg_namespace on pg_namespace.oid = child.relnamespace and nspname = 'public'
    left join pg_inherits on inhrelid = child.oid
    left join pg_class parent on parent.oid = inhparent
    where child.relkind = 'r' group by 1`);
  return new Map(rows.map(({ table, bytes: size }) => [table, Number(size)]));
}

async function walOf(database: Database): Promise<number> {
  const [row] = await database.query<{ bytes: string }>(`select pg_current_wal_insert_lsn() - '0/0'::pg_lsn as bytes`);
  return Number(row!.bytes);
}
