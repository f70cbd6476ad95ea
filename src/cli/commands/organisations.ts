import type { Command } from 'commander';
import { z } from 'zod';
import { createClient } from '../client.ts';
import { findConnection, type ConnectionOptions } from '../connection.ts';
import { readCliEnvironment } from '../environment.ts';
import { noteLine, printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';

type Flags = ConnectionOptions & { name: string; timeZone: string; json: boolean };

const createOrganisation = /* GraphQL */ `
  mutation CreateOrganisation($input: CreateOrganisationInput!) {
    createOrganisation(input: $input) {
      organisation {
        name
        timeZone
      }
      secret
      userErrors {
        code
        field
        message
        hint
      }
    }
  }
`;
const answer = z.object({
  createOrganisation: z.object({
    organisation: z.object({ name: z.string(), timeZone: z.string() }).nullable(),
    secret: z.string().nullable(),
    userErrors,
  }),
});

const help = `
Only whoever runs the service may do this: it takes the key that the service leaves in its data folder (LAPWING_DATA_DIR),
not LAPWING_KEY. The secret of the new organisation's first admin key is shown once.

Examples:
  $ lapwing organisations create --name acme
  $ lapwing organisations create --name acme --time-zone Europe/Berlin --json`;

export function addOrganisationsCommand(program: Command): void {
  const organisations = program
    .command('organisations')
    .description('make organisations')
    .addHelpText('after', '\nExample:\n  $ lapwing organisations create --name acme');
  organisations
    .command('create')
    .description('make an organisation, apart from all others, with its first admin key')
    .requiredOption('--name <name>', 'its name, of which there is only one')
    .option('--time-zone <zone>', 'IANA time zone of its hours, days and weeks', 'UTC')
    .option('--json', 'print the organisation and the secret as JSON', false)
    .option('--url <url>', 'address of the service (or LAPWING_URL; default http://127.0.0.1:4000/graphql)')
    .addHelpText('after', help)
    .action(runCreate);
}

async function runCreate(flags: Flags): Promise<void> {
  const connection = await findConnection(flags, { ...readCliEnvironment(), key: null });
  const client = createClient(connection, { onRetry: noteLine });
  const { createOrganisation: created } = await client.request({
    document: createOrganisation,
    answer,
    repeatable: false,
    variables: { input: { name: flags.name, timeZone: flags.timeZone } },
  });
  if (!created.organisation || created.secret === null) throw refusal('no organisation was made', created.userErrors);
  const { name, timeZone } = created.organisation;
  if (flags.json) {
    printLine(JSON.stringify({ name, timeZone, secret: created.secret }));
    return;
  }
  printLine(`name       ${printable(name)}\ntime zone  ${timeZone}\nsecret     ${created.secret}`);
  noteLine('Keep the secret now: it is that of its first admin key, and is not shown again.');
}
