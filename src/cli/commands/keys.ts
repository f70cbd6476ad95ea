import { InvalidArgumentError, Option, type Command } from 'commander';
import { z } from 'zod';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { noteLine, printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';

type CreateFlags = ConnectionOptions & {
  name: string;
  role: string;
  user?: string;
  leads?: string[];
  scopes?: string[];
  expires?: string;
  json: boolean;
};
type RotateFlags = ConnectionOptions & { overlapHours: number; json: boolean };
type RevokeFlags = ConnectionOptions & { json: boolean };

const keyFields = /* GraphQL */ `
  fragment Key on CreateApiKeyPayload {
    apiKey {
      id
      name
      role
      createdAt
      expiresAt
      previousSecretUntil
    }
    secret
    userErrors {
      code
      field
      message
      hint
    }
  }
`;
const createApiKey = /* GraphQL */ `
  ${keyFields}
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      ...Key
    }
  }
`;
const rotateApiKey = /* GraphQL */ `
  ${keyFields}
  mutation RotateApiKey($input: RotateApiKeyInput!) {
    rotateApiKey(input: $input) {
      ...Key
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

const instant = z.string().nullable();
const newSecret = z.object({
  apiKey: z
    .object({ id: z.string(), name: z.string(), role: z.string(), createdAt: z.string(), expiresAt: instant, previousSecretUntil: instant })
    .nullable(),
  secret: z.string().nullable(),
  userErrors,
});
const createAnswer = z.object({ createApiKey: newSecret });
const rotateAnswer = z.object({ rotateApiKey: newSecret });
const revokeAnswer = z.object({
  revokeApiKey: z.object({ apiKey: z.object({ id: z.string(), revokedAt: z.string().nullable() }).nullable(), userErrors }),
});

const createHelp = `
The secret is shown once and stored nowhere but with you.
Roles: service sends activities and asks whether sessions are still allowed; member reads what concerns --user and the
users of the teams in --leads; analyst reads everything and handles alerts; auditor reads everything and the audit log;
admin may do everything.

Examples:
  $ lapwing keys create --name web-shop --role service
  $ lapwing keys create --name soc-screen --role analyst --scopes READ --expires 2027-01-01T00:00:00Z
  $ export LAPWING_KEY="$(lapwing keys create --name laptop --role admin --json | jq -r .secret)"`;

const rotateHelp = `
The present secret serves on for the overlap, so that whoever uses it can change over.

Example:
  $ lapwing keys rotate QXBpS2V5OjQy --overlap-hours 2`;

const revokeHelp = `
Open subscriptions of the key are closed within a second.

Example:
  $ lapwing keys revoke QXBpS2V5OjQy`;

export function addKeysCommand(program: Command): void {
  const keys = program
    .command('keys')
    .description('make, rotate and revoke API keys')
    .addHelpText('after', '\nExamples:\n  $ lapwing keys create --name web-shop --role service\n  $ lapwing keys revoke QXBpS2V5OjQy');
  withConnection(keys.command('create'), 'an admin')
    .description('make a key and show its secret, once')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(
      new Option('--role <role>', 'what the key may do and see')
        .choices(['admin', 'analyst', 'auditor', 'member', 'service'])
        .makeOptionMandatory(),
    )
    .option('--user <id>', 'the monitored user it acts for: what a member sees')
    .option('--leads <teams...>', 'teams whose users it sees')
    .option('--scopes <scopes...>', 'what it may do, where that is less than its role may, e.g. READ')
    .option('--expires <instant>', 'from when on it is void, e.g. 2027-01-01T00:00:00Z')
    .addHelpText('after', createHelp)
    .action(runCreate);
  withConnection(keys.command('rotate'), 'an admin')
    .description('give a key another secret and show it, once')
    .argument('<id>', 'id of the key, as `keys create` printed it')
    .option('--overlap-hours <hours>', 'hours that the present secret serves on', readHours, 24)
    .addHelpText('after', rotateHelp)
    .action(runRotate);
  withConnection(keys.command('revoke'), 'an admin')
    .description('end a key at once')
    .argument('<id>', 'id of the key, as `keys create` printed it')
    .addHelpText('after', revokeHelp)
    .action(runRevoke);
}

function readHours(text: string): number {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('A whole number of hours is needed.');
  return Number(text);
}

async function runCreate(flags: CreateFlags): Promise<void> {
  const client = await clientFor(flags);
  const { name, role, user, leads, scopes, expires } = flags;
  const { createApiKey: created } = await client.request({
    document: createApiKey,
    answer: createAnswer,
    repeatable: false,
    variables: { input: { name, role: role.toUpperCase(), user, leads, scopes, expiresAt: expires } },
  });
  printSecret(created, flags, 'no key was made');
}

async function runRotate(id: string, flags: RotateFlags): Promise<void> {
  const client = await clientFor(flags);
  const { rotateApiKey: rotated } = await client.request({
    document: rotateApiKey,
    answer: rotateAnswer,
    repeatable: false,
    variables: { input: { id, overlapHours: flags.overlapHours } },
  });
  printSecret(rotated, flags, 'no key was rotated');
}

function printSecret(made: z.infer<typeof newSecret>, { json }: { json: boolean }, failure: string): void {
  if (!made.apiKey || made.secret === null) throw refusal(failure, made.userErrors);
  if (json) {
    printLine(JSON.stringify({ ...made.apiKey, secret: made.secret }));
    return;
  }
  const { id, name, role, createdAt, expiresAt, previousSecretUntil } = made.apiKey;
  printLine(`id       ${id}\nname     ${printable(name)}\nrole     ${role}\ncreated  ${createdAt}`);
  if (expiresAt !== null) printLine(`expires  ${expiresAt}`);
  if (previousSecretUntil !== null) printLine(`the secret before serves until ${previousSecretUntil}`);
  printLine(`secret   ${made.secret}`);
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
