import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { createAccessLogReader } from '../../collectors/access-log.ts';
import { createSshdReader } from '../../collectors/sshd.ts';
import { stampOf } from '../../collectors/syslog.ts';
import { firstYearOf } from '../../collectors/syslog-clock.ts';
import type { LineReader } from '../../collectors/track-input.ts';
import { isTimeZone, systemClock } from '../../domain/time.ts';
import { OperatorError } from '../../errors.ts';
import { createClient, type Client } from '../client.ts';
import { findConnection } from '../connection.ts';
import { readCliEnvironment } from '../environment.ts';
import { importLog, type ImportCounts, type Send } from '../import-log.ts';
import { countsTable, createProgress } from '../import-output.ts';
import { fileLines, followedLines, isRegularFile, streamLines, type LogLines } from '../log-lines.ts';
import { stopOnSignals } from '../stop-signals.ts';
import { printable, printLine } from '../terminal.ts';

type ImportFlags = {
  format: 'sshd' | 'access';
  follow: boolean;
  year?: number;
  timeZone: string;
  host?: string;
  showSkipped: boolean;
  json: boolean;
  url?: string;
  key?: string;
};

const trackActivities = /* GraphQL */ `
  mutation ImportLog($input: TrackActivitiesInput!) {
    trackActivities(input: $input) {
      receipts {
        duplicate
        anomalies {
          id
          alertId
        }
      }
      excluded
      userErrors {
        code
        field
        message
        hint
      }
    }
  }
`;

const trackAnswer = z.object({
  trackActivities: z.object({
    receipts: z.array(
      z
        .object({
          duplicate: z.boolean(),
          anomalies: z.array(z.object({ id: z.string(), alertId: z.string().nullable() })),
        })
        .nullable(),
    ),
    excluded: z.array(z.number()),
    userErrors: z.array(z.object({ code: z.string(), field: z.array(z.string()), message: z.string(), hint: z.string().nullable() })),
  }),
});

const help = `
The same log can be imported again, whole or grown: what is recorded is recorded once.
Activities are judged by the time in the log. Exit code 0 also if some were rejected; the counts tell.

Examples:
  $ lapwing import /var/log/auth.log --format sshd --time-zone Europe/Berlin
  $ lapwing import /var/log/nginx/access.log --format access --follow
  $ zcat auth.log.2.gz | lapwing import - --format sshd --year 2025
  $ journalctl -u ssh -o short-iso | lapwing import --format sshd --json`;

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('read a log file and track what it says, in its order')
    .argument('[file]', 'log file; - or none: standard input', '-')
    .addOption(
      new Option('--format <format>', 'kind of log: sshd (auth.log, with sudo) or access (Apache, nginx)')
        .choices(['sshd', 'access'])
        .makeOptionMandatory(),
    )
    .option('--follow', 'go on as the file grows, also when it is rotated or truncated; stop with Ctrl-C', false)
    .option('--year <year>', 'year of the first line, where stamps have none (default: the latest that is not in the future)', readYear)
    .option('--time-zone <zone>', 'time zone of stamps that have none', readTimeZone, 'UTC')
    .option('--host <name>', 'name of the host the log is from (default: as written in the log)')
    .option('--show-skipped', 'print every skipped line with the reason, on standard error', false)
    .option('--json', 'print the counts as JSON', false)
    .option('--url <url>', 'address of the service (or LAPWING_URL; default http://127.0.0.1:4000/graphql)')
    .option('--key <key>', 'API key (better LAPWING_KEY: arguments are visible to other users)')
    .addHelpText('after', help)
    .action(runImport);
}

function readYear(text: string): number {
  if (!/^(?:19[7-9]|2\d\d)\d$/.test(text)) throw new InvalidArgumentError('A year from 1970 to 2999 is needed.');
  return Number(text);
}

function readTimeZone(text: string): string {
  if (!isTimeZone(text)) throw new InvalidArgumentError('No such time zone; names are like Europe/Berlin or UTC.');
  return text;
}

async function runImport(file: string, flags: ImportFlags): Promise<void> {
  if (flags.follow && file === '-') throw new OperatorError('--follow needs a file; standard input is read until it ends anyway');
  const connection = await findConnection(flags, readCliEnvironment());
  const progress = createProgress(process.stderr, () => performance.now());
  const stop = stopOnSignals(progress.note);
  const client = createClient(connection, { onRetry: progress.note });
  const reader = await createReader(file, flags, stop.signal);
  let counts: ImportCounts | null = null;
  let finished = false;
  try {
    counts = await importLog({
      lines: linesOf(file, flags.follow, stop.signal),
      reader: flags.showSkipped ? tellSkipped(reader, progress.note) : reader,
      send: sendThrough(client),
      progress: (soFar) => {
        counts = soFar;
        progress.show(soFar);
      },
    });
    finished = !stop.signal.aborted;
  } finally {
    // also when the service went away: what came before is recorded, and the counts say how much
    stop.release();
    progress.clear();
    if (counts && !finished && !flags.follow) progress.note('stopped before the end; importing the log again records nothing twice');
    if (counts) printLine(flags.json ? JSON.stringify(counts) : countsTable(counts));
  }
  if (stop.signal.aborted && !flags.follow) process.exitCode = stop.exitCode;
}

function linesOf(file: string, follow: boolean, signal: AbortSignal): LogLines {
  if (file === '-') return streamLines(process.stdin, signal);
  return follow ? followedLines(file, signal) : fileLines(file, signal);
}

const sendThrough =
  (client: Client): Send =>
  async (activities) => {
    const answer = await client.request({
      document: trackActivities,
      variables: { input: { activities } },
      answer: trackAnswer,
      repeatable: true, // every activity has an idempotency key
    });
    return answer.trackActivities;
  };

async function createReader(file: string, flags: ImportFlags, signal: AbortSignal): Promise<LineReader> {
  const host = flags.host ?? null;
  if (flags.format === 'access') return createAccessLogReader({ host });
  const clock = { timeZone: flags.timeZone, now: systemClock.now(), year: flags.year ?? null };
  if (clock.year !== null || file === '-' || !(await isRegularFile(file))) return createSshdReader({ ...clock, host });
  return createSshdReader({ ...clock, host, year: await firstYearOf(stampsOf(fileLines(file, signal)), clock) });
}

async function* stampsOf(lines: LogLines): AsyncGenerator<string> {
  for await (const line of lines) {
    const stamp = typeof line === 'string' ? stampOf(line) : null;
    if (stamp !== null) yield stamp;
  }
}

const tellSkipped =
  (reader: LineReader, note: (line: string) => void): LineReader =>
  (line, position) => {
    const reading = reader(line, position);
    if ('skipped' in reading) note(`line ${position}: ${reading.skipped}: ${printable(line.trimEnd())}`);
    return reading;
  };
