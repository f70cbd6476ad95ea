import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { data, gauge } from '../harness/client.ts';
import { adminKey } from '../harness/service.ts';
import type { ActivityFrame } from './harness.ts';
import {
  activityFrames,
  dataFolder,
  end,
  endAll,
  freePort,
  launch,
  logHead,
  readStream,
  removeFolder,
  startProcess,
  until,
} from './harness.ts';

afterEach(endAll);

const [attackers, failuresEach, quietLines] = [20, 100, 1_000];
const lineCount = attackers * failuresEach + quietLines;

/** 3,000 lines of an sshd: every attacker fails at names of its own, one line in three is a key that is accepted. */
function sshdLog(): string[] {
  return Array.from({ length: lineCount }, (_, n) => {
    const stamp = new Date(Date.UTC(2026, 0, 5, 9) + n * 1_000).toISOString().slice(11, 19);
    const attempt = n - Math.floor(n / 3);
    const [attacker, turn] = [attempt % attackers, Math.floor(attempt / attackers)];
    const message =
      n % 3 === 2
        ? `Accepted publickey for user-${n % 50} from 192.0.2.${n % 50} port 22 ssh2: ED25519 SHA256:abc`
        : `Failed password for invalid user v${attacker}-${turn} from 203.0.113.${attacker} port 22 ssh2`;
    return `Jan  5 ${stamp} host sshd[${10_000 + n}]: ${message}\n`;
  });
}

const counts = (text: string): { lines: number; tracked: number; duplicates: number; rejected: number } => JSON.parse(text);
const residentMb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

it('kill -9 in the middle of an import, start and import again: nothing lost, nothing twice, every anomaly exact', async () => {
  const settings = { PORT: String(await freePort()), LAPWING_DATA_DIR: dataFolder(), LAPWING_ADMIN_KEY: adminKey };
  const first = await startProcess(settings);
  const beginning = await logHead(first);
  const importLog = () =>
    launch({ LAPWING_URL: first.url, LAPWING_KEY: adminKey }, 'src/cli/main.ts', [
      'import',
      '--format',
      'sshd',
      '--year',
      '2026',
      '--json',
    ]);
  const lines = sshdLog();

  const broken = importLog();
  broken.child.stdin.write(lines.slice(0, 2_000).join(''));
  await until('the import is on its way', async () => (await gauge(first, 'lapwing_activities_total')) > 0);
  await end(first, 'SIGKILL');
  broken.child.stdin.end(lines.slice(2_000).join(''));
  const second = await startProcess(settings);
  expect((await broken.ended).code).toBe(0);

  const again = importLog();
  again.child.stdin.end(lines.join(''));
  const { out, err } = await again.ended;
  expect(counts(out), err).toMatchObject({ lines: lineCount, tracked: 0, duplicates: lineCount, rejected: 0 });

  expect(residentMb(second.pid)).toBeLessThan(250);
  const { system, activities, anomalies, alerts } = await data(
    second,
    `{ system { logEntries } activities(first: 1) { totalCount }
       anomalies(first: 50, filter: {type: {eq: FAILED_LOGIN_BURST}}) { nodes { count details } }
       alerts(first: 50, filter: {type: {eq: FAILED_LOGIN_BURST}}) { totalCount nodes { subject count } } }`,
  );
  expect(activities.totalCount).toBe(lineCount);
  expect(anomalies.nodes.map(({ count }: { count: number }) => count)).toEqual(Array.from({ length: attackers }, () => failuresEach));
  expect(
    alerts.nodes.toSorted((a: { subject: string }, b: { subject: string }) => a.subject.localeCompare(b.subject, 'en', { numeric: true })),
  ).toEqual(Array.from({ length: attackers }, (_, n) => ({ subject: `address:203.0.113.${n}`, count: failuresEach })));
  expect(system.logEntries).toBeGreaterThan(lineCount);
  const replayed = await readStream<ActivityFrame>(
    second,
    { query: activityFrames, variables: { after: beginning } },
    (frames) => frames.length === lineCount,
  );
  expect(new Set(replayed.map(({ activityRecorded }) => activityRecorded.activity.uuid)).size).toBe(lineCount);
  expect(await end(second)).toBe(0);
  removeFolder(settings.LAPWING_DATA_DIR);
});
