import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { adminKey } from '../harness/service.ts';
import type { Running } from './harness.ts';
import { dataFolder, end, endAll, freePort, launch, removeFolder, startProcess } from './harness.ts';
import type { Traffic } from './traffic.ts';
import { chosenSeed, cleanFailures, createRandom, ledgerOf, ledgerOfExactly, retryable, startTraffic, wrongAlerts } from './traffic.ts';

/** The full run: LAPWING_TEST_KILLS=100 npx vitest run test/flow/kill-under-load.test.ts */
const killsCount = Number(process.env.LAPWING_TEST_KILLS ?? 2);
const isFullRun = process.env.LAPWING_TEST_KILLS !== undefined;
const startMsMax = 5_000;
/** So long a start is waited for, that one that is slow is told from one that never ends. */
const readyMsMax = 120_000;
const writers = 6;
const linesOfImport = 600;
const seed = chosenSeed();
const random = createRandom(seed);

let folder = '';
afterEach(async () => {
  await endAll();
  killPostgres(); // a service that was killed has left it
  removeFolder(folder);
});

/** What is killed, and when; of every round one. */
const rounds = {
  'service and PostgreSQL under load': async ({ service }: Round) => {
    killPostgres();
    await end(service, 'SIGKILL');
  },
  'service while it starts': async ({ service, settings }: Round) => {
    await end(service, 'SIGKILL');
    await killStarting(settings);
  },
  'service under load': async ({ service }: Round) => end(service, 'SIGKILL'),
  'service and PostgreSQL while they recover': async ({ service, settings }: Round) => {
    await end(service, 'SIGKILL');
    killPostgres();
    await killStarting(settings);
    killPostgres();
  },
  'service in the middle of an import': async ({ service, number, lines }: Round) => {
    const broken = importLog(service.url);
    broken.child.stdin.write(
      logOf(number)
        .slice(0, linesOfImport / 2)
        .join(''),
    );
    await sleep(random.below(300));
    await end(service, 'SIGKILL');
    broken.child.stdin.end(
      logOf(number)
        .slice(linesOfImport / 2)
        .join(''),
    );
    lines.push(async () => {
      await broken.ended;
      const again = importLog(service.url);
      again.child.stdin.end(logOf(number).join(''));
      const { out, err } = await again.ended;
      const counts = JSON.parse(out) as { tracked: number; duplicates: number };
      expect(counts.tracked + counts.duplicates, err).toBe(linesOfImport);
    });
  },
} as const;
type Round = { service: Running; settings: Record<string, string>; number: number; lines: (() => Promise<void>)[] };
const kinds = Object.keys(rounds) as (keyof typeof rounds)[];

const pidFile = () => join(folder, 'postgres', 'postmaster.pid');

/** Its children end by themselves when they notice. */
function killPostgres(): void {
  if (!existsSync(pidFile())) return;
  const pid = Number.parseInt(readFileSync(pidFile(), 'utf8'), 10);
  const name = existsSync(`/proc/${pid}/comm`) ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : null;
  if (name === 'postgres') process.kill(pid, 'SIGKILL');
}

/** Kills a start at a moment between its first line of code and about its last. */
async function killStarting(settings: Record<string, string>, momentMsMax = 1_500): Promise<void> {
  const { child, ended } = launch({ LOG_LEVEL: 'silent', ...settings });
  await sleep(random.below(momentMsMax));
  child.kill('SIGKILL');
  await ended;
}

const importLog = (url: string) =>
  launch({ LAPWING_URL: url, LAPWING_KEY: adminKey }, 'src/cli/main.ts', ['import', '--format', 'sshd', '--year', '2026', '--json']);

type Start = { kind: string; ms: number; cpuMs: number };

/** How long it took from the launch to the banner, and of that the time in which the process itself had a processor. */
function startOf(kind: string, { startMs, pid }: Running): Start {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13)
    .map(Number);
  const ticksPerSecond = 100;
  return { kind, ms: startMs, cpuMs: ((user! + system!) * 1_000) / ticksPerSecond };
}

/** Lines of an sshd under attack, others in each round. */
function logOf(round: number): string[] {
  return Array.from({ length: linesOfImport }, (_, n) => {
    const stamp = new Date(Date.UTC(2026, 0, 5, 9) + n * 1_000).toISOString().slice(11, 19);
    return `Jan  5 ${stamp} host-${round} sshd[${10_000 + n}]: Failed password for invalid user v${round}-${n} from 198.51.100.${round} port 22 ssh2\n`;
  });
}

/** The service's own PostgreSQL, asked as its superuser. */
function databaseUrl(): string {
  const [, , , port, socketDir] = readFileSync(pidFile(), 'utf8').split('\n');
  return `postgres://postgres@localhost:${port}/lapwing?host=${encodeURIComponent(socketDir!)}`;
}

it(
  'kill -9 at any moment under load with retries: what is acknowledged is recorded, once, and the alerts count exactly',
  async () => {
    folder = dataFolder();
    const settings = { PORT: String(await freePort()), LAPWING_DATA_DIR: folder, LAPWING_ADMIN_KEY: adminKey };
    let kills = 0;
    for (; kills < killsCount / 10 - 1; kills += 1) {
      await killStarting(settings, 4_000); // before there was a database, while it is made, while it migrates
      killPostgres();
    }
    let service = await startProcess(settings, readyMsMax);
    const starts = [startOf('the first', service)];
    const traffic = startTraffic({ addresses: () => [service], writers, seed });
    const imports: (() => Promise<void>)[] = [];
    const counted = Map.groupBy(
      Array.from({ length: killsCount - kills }, (_, number) => kinds[number % kinds.length]!),
      (kind) => kind,
    );
    for (let number = 0; kills < killsCount; number += 1) {
      await traffic.goesOn(1 + random.below(300));
      const kind = kinds[number % kinds.length]!;
      await rounds[kind]({ service, settings, number, lines: imports });
      kills += 1;
      service = await startProcess(settings, readyMsMax);
      starts.push(startOf(kind, service));
      if (isFullRun && kills % 10 === 0) process.stderr.write(`${kills} kills, ${traffic.acknowledged.size} acknowledged\n`);
      for (const check of imports.splice(0)) await check();
    }
    await traffic.goesOn(1);
    await traffic.finish();

    const imported = (counted.get('service in the middle of an import')?.length ?? 0) * linesOfImport;
    const { counts, ids } = await ledgerOf(databaseUrl());
    expect(counts, `seed ${seed}`).toEqual(ledgerOfExactly(traffic.acknowledged.size + imported));
    const recorded = new Set(ids);
    expect([...traffic.acknowledged.values()].filter((id) => !recorded.has(id))).toEqual([]);
    expect(new Set(traffic.acknowledged.values()).size).toBe(traffic.acknowledged.size);
    expect(await wrongAlerts(databaseUrl()), `seed ${seed}`).toEqual([]);
    expect(traffic.unexpected).toEqual([]);
    const foreseen = ['ANSWERED', 'TORN', ...cleanFailures, ...retryable];
    expect([...traffic.outcomes.keys()].filter((outcome) => !foreseen.includes(outcome))).toEqual([]);
    report(starts, traffic, imported);
    expect(starts.filter(({ ms }) => isFullRun && ms > startMsMax)).toEqual([]);
    expect(await end(service)).toBe(0);
  },
  60_000 + 60_000 * killsCount,
);

/** The figures, where the full run is asked for. */
function report(starts: Start[], { acknowledged, outcomes }: Traffic, imported: number): void {
  if (!isFullRun) return;
  const slowest = Object.entries(Object.groupBy(starts, ({ kind }) => kind)).map(([kind, some]) => {
    const sorted = (some ?? []).map(({ ms }) => Math.round(ms)).sort((a, b) => a - b);
    return `  ${kind}: ${sorted.length} starts, median ${sorted[Math.floor(sorted.length / 2)]} ms, max ${sorted.at(-1)} ms, most CPU ${Math.max(...(some ?? []).map(({ cpuMs }) => cpuMs))} ms`;
  });
  process.stderr.write(
    `seed ${seed}: ${killsCount} kills, ${acknowledged.size} acknowledged, ${imported} imported; ` +
      `outcomes ${JSON.stringify(Object.fromEntries(outcomes))}\n${slowest.join('\n')}\n`,
  );
}
