import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { noteLine, printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';
import { printDetector, threshold } from './detectors.ts';

type Thresholds = { name: string; value: number }[];
type SetFlags = ConnectionOptions & {
  enable?: true;
  disable?: true;
  reset?: true;
  threshold: Thresholds;
  reason?: string;
  json: boolean;
};
type PreviewFlags = ConnectionOptions & { from: string; to?: string; reset?: true; threshold: Thresholds; json: boolean };

const updateDetector = /* GraphQL */ `
  mutation UpdateDetector($input: UpdateDetectorInput!) {
    updateDetector(input: $input) {
      detector {
        id
        enabled
        thresholds {
          name
          value
          default
          min
          max
          unit
        }
      }
      userErrors {
        message
        hint
      }
    }
  }
`;
const updateAnswer = z.object({
  updateDetector: z.object({
    detector: z.object({ id: z.string(), enabled: z.boolean(), thresholds: z.array(threshold) }).nullable(),
    userErrors,
  }),
});

const previewDetector = /* GraphQL */ `
  query PreviewDetector($id: String!, $settings: DetectorSettingsInput, $from: DateTimeOrDuration!, $to: DateTimeOrDuration) {
    previewDetector(id: $id, settings: $settings, from: $from, to: $to) {
      from
      to
      activities
      truncated
      complete
      failures
      anomalies {
        key
        type
        score
        level
        summary
        details
        firstAt
        lastAt
        count
        user
        wouldAlert
      }
      userErrors {
        message
        hint
      }
    }
  }
`;
const previewAnswer = z.object({
  previewDetector: z.object({
    from: z.string(),
    to: z.string(),
    activities: z.number(),
    truncated: z.boolean(),
    complete: z.boolean(),
    failures: z.number(),
    anomalies: z.array(z.looseObject({ score: z.number(), summary: z.string(), firstAt: z.string(), wouldAlert: z.boolean() })),
    userErrors,
  }),
});

const setHelp = `
It holds from the next activity on. What is not named stays as it is; --reset takes all of it back first.

Examples:
  $ lapwing detector set failed-login-burst-by-address --threshold failures=4 --threshold window=5
  $ lapwing detector set after-hours --disable --reason "we work at night"
  $ lapwing detector set after-hours --reset`;

const previewHelp = `
What is recorded is judged again, with the code that judges live; nothing is written. Thresholds that are not named are
those in force. A detector that is switched off is shown as if it were on.

Examples:
  $ lapwing detector preview new-location --from P7D
  $ lapwing detector preview after-hours --from 2026-01-01T00:00:00Z --to 2026-02-01T00:00:00Z --threshold dayStart=420 --json`;

export function addDetectorCommand(program: Command): void {
  const detector = program
    .command('detector')
    .description('set a detector, or see what it would have raised')
    .addHelpText(
      'after',
      '\nExamples:\n  $ lapwing detector set after-hours --disable\n  $ lapwing detector preview new-location --from P7D',
    );
  const thresholds = () =>
    new Option('--threshold <name=value>', 'a number for it to judge by; may be given again').argParser(readThreshold).default([], 'none');
  withConnection(detector.command('set'), 'an admin')
    .description('switch a detector on or off, or set its thresholds')
    .argument('<id>', 'which, as `detectors` shows it')
    .addOption(thresholds())
    .addOption(new Option('--enable', 'switch it on').conflicts('disable'))
    .addOption(new Option('--disable', 'switch it off'))
    .option('--reset', 'all of it as by default')
    .option('--reason <text>', 'why, for the audit log')
    .addHelpText('after', setHelp)
    .action(runSet);
  withConnection(detector.command('preview'), 'an analyst')
    .description('show what a detector would have raised over recorded history')
    .argument('<id>', 'which, as `detectors` shows it')
    .option('--from <when>', 'from when on: an instant, or a duration back from now', 'P7D')
    .option('--to <when>', 'until when (default: now)')
    .addOption(thresholds())
    .option('--reset', 'with the defaults, not with what the organisation has set')
    .addHelpText('after', previewHelp)
    .action(runPreview);
}

function readThreshold(text: string, before: Thresholds): Thresholds {
  const [, name, number] = /^([^=]+)=(-?\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (name === undefined) throw new InvalidArgumentError('Write it as name=number, e.g. failures=4.');
  return [...before, { name, value: Number(number) }];
}

async function runSet(id: string, flags: SetFlags, command: Command): Promise<void> {
  const { enable, disable, reset = false, threshold: thresholds, reason } = flags;
  if (!enable && !disable && !reset && thresholds.length === 0)
    command.error('error: nothing to change: give --enable, --disable, --threshold or --reset');
  const enabled = enable ? true : disable ? false : undefined;
  const client = await clientFor(flags);
  const { updateDetector: updated } = await client.request({
    document: updateDetector,
    answer: updateAnswer,
    repeatable: true,
    variables: { input: { id, enabled, thresholds, reset, reason } },
  });
  if (!updated.detector) throw refusal('nothing was changed', updated.userErrors);
  if (flags.json) printLine(JSON.stringify(updated.detector));
  else printDetector(updated.detector);
}

async function runPreview(id: string, flags: PreviewFlags): Promise<void> {
  const client = await clientFor(flags);
  const { from, to, reset = false, threshold: thresholds } = flags;
  const { previewDetector: preview } = await client.request({
    document: previewDetector,
    answer: previewAnswer,
    repeatable: true,
    variables: { id, from, to, settings: { thresholds, reset } },
  });
  if (preview.userErrors.length > 0) throw refusal('there is no preview', preview.userErrors);
  const { userErrors: _none, ...seen } = preview;
  if (flags.json) printLine(JSON.stringify(seen));
  else {
    for (const { firstAt, score, wouldAlert, summary } of seen.anomalies)
      printLine(`${firstAt}  ${String(score).padStart(3)}${wouldAlert ? ' alert' : '      '}  ${printable(summary)}`);
    const alerts = seen.anomalies.filter(({ wouldAlert }) => wouldAlert).length;
    printLine(`anomalies: ${seen.anomalies.length}, alerts: ${alerts}, activities: ${seen.activities}, from ${seen.from} to ${seen.to}`);
  }
  if (seen.truncated) noteLine('Not all of the stretch was gone through, because it is too long: ask for less with --from and --to.');
  else if (!seen.complete) noteLine('Not all of the 30 days before it were gone through: habits older than that are not known here.');
  if (seen.failures > 0) noteLine(`${seen.failures} verdicts were lost because a detector threw.`);
}
