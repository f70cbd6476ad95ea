import type { Command } from 'commander';
import { z } from 'zod';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { printLine } from '../terminal.ts';

const document = /* GraphQL */ `
  query Detectors {
    detectors {
      id
      type
      types
      looksFor
      enabled
      failures
      thresholds {
        name
        value
        default
        min
        max
        unit
        source
      }
    }
  }
`;
/** A number of a detector as it holds for the organisation. */
export const threshold = z.object({
  name: z.string(),
  value: z.number(),
  default: z.number(),
  min: z.number(),
  max: z.number(),
  unit: z.string(),
});
const detector = z.object({
  id: z.string(),
  type: z.string(),
  types: z.array(z.string()).nullable(),
  looksFor: z.string(),
  enabled: z.boolean(),
  failures: z.number(),
  thresholds: z.array(threshold.extend({ source: z.string() })),
});
const answer = z.object({ detectors: z.array(detector) });

const help = `
What the organisation has set is marked with *. Any key that reads everything of its organisation may ask.

Examples:
  $ lapwing detectors
  $ lapwing detectors --json | jq '.[] | select(.enabled | not) | .id'`;

export function addDetectorsCommand(program: Command): void {
  withConnection(program.command('detectors'), 'an analyst')
    .description('show every detector, whether it is on, and the numbers it judges by')
    .addHelpText('after', help)
    .action(run);
}

async function run(flags: ConnectionOptions & { json: boolean }): Promise<void> {
  const client = await clientFor(flags);
  const { detectors } = await client.request({ document, answer, repeatable: true, variables: {} });
  if (flags.json) printLine(JSON.stringify(detectors));
  else for (const one of detectors) printDetector(one);
}

type Shown = Pick<z.infer<typeof detector>, 'id' | 'enabled'> & {
  thresholds: readonly Omit<z.infer<typeof threshold>, 'source'>[];
};

export function printDetector({ id, enabled, thresholds }: Shown): void {
  printLine(`${id}${enabled ? '' : '  (off)'}`);
  const width = Math.max(...thresholds.map(({ name }) => name.length));
  for (const { name, value, default: preset, min, max, unit } of thresholds) {
    const own = value === preset ? ' ' : '*';
    printLine(`  ${own} ${name.padEnd(width)}  ${value} ${unit} (default ${preset}, ${min} to ${max})`);
  }
}
