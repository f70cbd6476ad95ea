import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Bench, Section } from './bench.ts';
import { stopAll } from './children.ts';
import type { Cluster } from './cluster.ts';
import { startCluster } from './cluster.ts';
import type { Options, SectionName } from './options.ts';
import { help, readOptions } from './options.ts';
import { note } from './progress.ts';
import { withReason } from './reasons.ts';
import type { Row } from './rows.ts';
import { missingRow, printTable } from './rows.ts';
import { batch } from './sections/batch.ts';
import { bytes } from './sections/bytes.ts';
import { detection } from './sections/detection.ts';
import { fanout } from './sections/fanout.ts';
import { memory } from './sections/memory.ts';
import { open } from './sections/open.ts';
import { reads } from './sections/reads.ts';
import { redaction } from './sections/redaction.ts';
import { single } from './sections/single.ts';
import { two } from './sections/two.ts';

const sections: Record<SectionName, Section> = { single, batch, open, fanout, memory, reads, bytes, two, detection, redaction };

const options = readGiven();
if (options === null) process.exit(process.exitCode ?? 0);
const closing: Bench['closing'] = [];
let ending: Promise<void> | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    note(`${signal}: stopping`);
    void end().then(() => process.exit(130));
  });
}
try {
  await run(options);
} finally {
  await end();
}

async function run(options: Options): Promise<void> {
  const logs = join(options.data, 'logs');
  mkdirSync(logs, { recursive: true });
  chmodSync(options.data, 0o711); // as root PostgreSQL runs as another user, who has to pass through
  const cluster = await startCluster(join(options.data, 'cluster'), note);
  closing.push(cluster.stop);
  const bench: Bench = { options, cluster, logs, details: {}, closing };
  const facts = factsOf(cluster);
  process.stdout.write(
    `${Object.entries(facts)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n')}\n\n`,
  );
  const rows: Row[] = [];
  for (const name of options.only) {
    if (ending !== null) return;
    note(`${name}:`);
    const measured = await sections[name](bench).catch((error: unknown) => failed(name, error));
    rows.push(...measured.map(withReason));
  }
  if (ending !== null) return;
  process.stdout.write(printTable(rows));
  const { only, ...given } = options;
  if (options.json !== null)
    writeFileSync(options.json, JSON.stringify({ facts, options: { ...given, only: [...only] }, rows, details: bench.details }, null, 2));
}

function failed(name: string, error: unknown): Row[] {
  if (ending === null) note(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
  return [missingRow(name, error instanceof Error ? error.message : String(error))];
}

/** In order, and once: first what uses the database, then the database. */
function end(): Promise<void> {
  return (ending ??= stopAll().then(async () => {
    for (const close of closing.toReversed()) await close();
  }));
}

function readGiven(): Options | null {
  try {
    const read = readOptions(process.argv.slice(2));
    if (read !== 'help') return read;
    process.stdout.write(help);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exitCode = 2;
  }
  return null;
}

function factsOf({ version }: Cluster): Record<string, string> {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).trim();
  const changed = git('status', '--porcelain') === '' ? '' : ', with changes';
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD') + changed,
    processor: `${cpus()[0]?.model ?? 'unknown'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
    Node: process.version,
    PostgreSQL: `${version}, fsync on, on the same cores as the services and the driver`,
  };
}
