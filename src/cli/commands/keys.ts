import { Option, type Command } from 'commander';
import { z } from 'zod';
import { OperatorError } from '../../errors.ts';
import { createClient, type Client } from '../client.ts';
import { findConnection, type ConnectionOptions } from '../connection.ts';
import { readCliEnvironment } from '../environment.ts';
import { noteLine, printable, printLine } from '../terminal.ts';

type CreateFlags = ConnectionOptions & { name: string; role: 'admin' | 'service'; json: boolean };
type RevokeFlags = ConnectionOptions & { json: boolean };

const createApiKey = /* GraphQL */ `
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      apiKey {
        id
        name
        role
        createdAt
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

const revokeApiKey = /* GraphQL */ `
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      apiKey {
        id
        revokedAt
      }
      userErrors {
        code
        field
        message
        hint
      }
    }
  }
`;

const userErrors = z.array(z.object({ message: z.string(), hint: z.string().nullable() }));
const createAnswer = z.object({
  createApiKey: z.object({
    apiKey: z.object({ id: z.string(), name: z.string(), role: z.string(), createdAt: z.string() }).nullable(),
    secret: z.string().nullable(),
    userErrors,
  }),
});
const revokeAnswer = z.object({
  revokeApiKey: z.object({ apiKey: z.object({ id: z.string(), revokedAt: z.string().nullable() }).nullable(), userErrors }),
});

const createHelp = `
The secret is shown once and stored nowhere but with you.
Roles: service may only send activities; admin may do everything.

Examples:
  $ lapwing keys create --name web-shop --role service
  $ export LAPWING_KEY="$(lapwing keys create --name laptop --role admin --json | jq -r .secret)"`;

const revokeHelp = `
Open subscriptions of the key are closed within a second.

Example:
  $ lapwing keys revoke QXBpS2V5OjQy`;

export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description('make and revoke API keys')
    .addHelpText('after', '\nExamples:\n  $ lapwing keys create --name web-shop --role service\n  $ lapwing keys revoke QXBpS2V5OjQy');
  withConnection(keys.command('create'))
    .description('make a key and show its secret, once')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(new Option('--role <role>', 'what the key may do').choices(['admin', 'service']).makeOptionMandatory())
    .option('--json', 'print the key as JSON', false)
    .addHelpText('after', createHelp)
    .action(runCreate);
  withConnection(keys.command('revoke'))
    .description('end a key at once')
    .argument('<id>', 'id of the key, as `keys create` printed it')
    .option('--json', 'print the answer as JSON', false)
    .addHelpText('after', revokeHelp)
    .action(runRevoke);
}

function withConnection(command: Command): Command {
  return command
    .option('--url <url>', 'address of the service (or LAPWING_URL; default http://127.0.0.1:4000/graphql)')
    .option('--key <key>', 'API key of an admin (better LAPWING_KEY: arguments are visible to other users)');
}

async function clientFor(flags: ConnectionOptions): Promise<Client> {
  const connection = await findConnection(flags, readCliEnvironment());
  return createClient(connection, { onRetry: noteLine });
}

async function runCreate(flags: CreateFlags): Promise<void> {
  const client = await clientFor(flags);
  const { createApiKey: created } = await client.request({
    document: createApiKey,
    answer: createAnswer,
    repeatable: false,
    variables: { input: { name: flags.name, role: flags.role.toUpperCase() } },
  });
  if (!created.apiKey || created.secret === null) throw refusal('no key was made', created.userErrors);
  if (flags.json) {
    printLine(JSON.stringify({ ...created.apiKey, secret: created.secret }));
    return;
  }
  const { id, name, role, createdAt } = created.apiKey;
  printLine(`id       ${id}\nname     ${printable(name)}\nrole     ${role}\ncreated  ${createdAt}\nsecret   ${created.secret}`);
  noteLine('Keep the secret now: it is not shown again.');
}

async function runRevoke(id: string, flags: RevokeFlags): Promise<void> {
  const client = await clientFor(flags);
  const { revokeApiKey: revoked } = await client.request({
    document: revokeApiKey,
    answer: revokeAnswer,
    repeatable: true,
    variables: { input: { id } },
  });
  if (!revoked.apiKey) throw refusal('no key was revoked', revoked.userErrors);
  printLine(flags.json ? JSON.stringify(revoked.apiKey) : `revoked ${revoked.apiKey.id} at ${revoked.apiKey.revokedAt}`);
}

function refusal(what: string, errors: z.infer<typeof userErrors>): OperatorError {
  const why = errors.map(({ message, hint }) => (hint ? `${message} (${hint})` : message)).join('; ');
  return new OperatorError(`${what}: ${why || 'the service gave no reason'}`);
}
