import type { Bench } from '../bench.ts';
import { settle } from '../bench.ts';
import { median, quantile } from '../figures.ts';
import { openLoop, recordOnce } from '../load.ts';
import { note } from '../progress.ts';
import type { Row } from '../rows.ts';
import { figure, limitRow } from '../rows.ts';
import { openSubscribers } from '../subscribers.ts';
import { startLapwing } from '../targets.ts';
import { createTraffic } from '../traffic.ts';

const rates = [1_000, 2_000];
const connections = 256;
const pushedWithinMs = 30_000;

type Round = { acked: number[]; pushed: number[]; lost: number; driverShare: number };

/** Activities sent at their time, whatever the answers do; both waits count from that time. */
export async function open(bench: Bench): Promise<Row[]> {
  const { cluster, logs, options } = bench;
  const database = await cluster.database('bench_lapwing');
  const lapwing = await startLapwing({ database, logs });
  const traffic = createTraffic(5);
  const wanted = { subscriptions: [lapwing.subscription], count: 1, keep: true, logs };
  const subscriber = await openSubscribers(wanted, () => recordOnce(lapwing, traffic));

  const play = async (rate: number, seconds: number): Promise<Round> => {
    await settle(database);
    await subscriber.reset();
    const { acked, failed, driverShare } = await openLoop({ target: lapwing, traffic, rate, seconds, connections });
    await subscriber.each(acked.length, pushedWithinMs).catch((error: unknown) => note(String(error)));
    const seen = new Map((await subscriber.kept()).flat().map(({ uuid, at }) => [uuid, at]));
    const pushed = acked.flatMap(({ uuid, dueAt }) => {
      const at = seen.get(uuid);
      return at === undefined ? [] : [at - dueAt];
    });
    return { acked: acked.map(({ ackedAt, dueAt }) => ackedAt - dueAt), pushed, lost: failed + acked.length - pushed.length, driverShare };
  };

  try {
    await play(rates[0]!, Math.min(3, options.seconds)); // to warm up
    const rows: Row[] = [];
    for (const rate of rates) {
      const rounds: Round[] = [];
      for (let round = 0; round < options.rounds; round += 1) {
        const played = await play(rate, options.seconds);
        rounds.push(played);
        note(`${rate}/s: ${summaryOf([played])}`);
      }
      bench.details[`open${rate}`] = rounds.map(({ acked, pushed, lost, driverShare }) => ({
        acknowledged: quantilesOf(acked),
        pushed: quantilesOf(pushed),
        lost,
        driverShare,
      }));
      rows.push(rowOf(rate, 'acknowledged', rounds, 'acked'), rowOf(rate, 'pushed', rounds, 'pushed'));
    }
    return rows;
  } finally {
    await subscriber.close();
    await lapwing.stop();
  }
}

function rowOf(rate: number, name: string, rounds: readonly Round[], which: 'acked' | 'pushed'): Row {
  const ours = median(rounds.map((round) => quantile(round[which], 0.99)));
  const row = limitRow({
    what: `open loop at ${rate.toLocaleString('en')}/s: ${name}, p99`,
    ours,
    unit: ' ms',
    mark: 25,
    goal: 15,
    note: summaryOf(rounds),
  });
  return rounds.some(({ lost }) => lost > 0) ? { ...row, met: 'no' } : row;
}

function summaryOf(rounds: readonly Round[]): string {
  const of = (which: 'acked' | 'pushed', share: number) => figure(median(rounds.map((round) => quantile(round[which], share))));
  const lost = rounds.reduce((sum, round) => sum + round.lost, 0);
  const driver = median(rounds.map((round) => round.driverShare * 100)).toFixed(0);
  return `p50 / p99 ms: acknowledged ${of('acked', 0.5)} / ${of('acked', 0.99)}, pushed ${of('pushed', 0.5)} / ${of('pushed', 0.99)}; lost ${lost}; driver ${driver} % of a core`;
}

const quantilesOf = (values: readonly number[]) => ({ p50: quantile(values, 0.5), p99: quantile(values, 0.99), most: quantile(values, 1) });
