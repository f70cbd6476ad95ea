import type { Command } from 'commander';
import { z } from 'zod';
import { clientFor, withConnection } from '../client-options.ts';
import type { ConnectionOptions } from '../connection.ts';
import { readSecret } from '../secret-input.ts';
import { printable, printLine } from '../terminal.ts';
import { refusal, userErrors } from '../user-errors.ts';
import { addUsesCommand } from './secret-uses.ts';

type Flags = ConnectionOptions & { json: boolean };
type RegisterFlags = Flags & { name: string; reason?: string };
type ForgetFlags = Flags & { reason?: string };

const registerSecret = /* GraphQL */ `
  mutation RegisterSecret($input: RegisterSecretInput!) {
    registerSecret(input: $input) {
      knownSecret {
        id
        name
        registeredAt
      }
      userErrors {
        message
        hint
      }
    }
  }
`;
const forgetSecret = /* GraphQL */ `
  mutation ForgetSecret($input: ForgetSecretInput!) {
    forgetSecret(input: $input) {
      knownSecret {
        id
        name
      }
      userErrors {
        message
        hint
      }
    }
  }
`;
const knownSecrets = /* GraphQL */ `
  query KnownSecrets {
    knownSecrets {
      id
      name
      registeredAt
      registeredBy
      uses
      lastFoundAt
    }
  }
`;

const named = z.object({ id: z.string(), name: z.string() });
const registerAnswer = z.object({
  registerSecret: z.object({ knownSecret: named.extend({ registeredAt: z.string() }).nullable(), userErrors }),
});
const forgetAnswer = z.object({ forgetSecret: z.object({ knownSecret: named.nullable(), userErrors }) });
const listAnswer = z.object({
  knownSecrets: z.array(
    named.extend({ registeredAt: z.string(), registeredBy: z.string(), uses: z.number(), lastFoundAt: z.string().nullable() }),
  ),
});

const registerHelp = `
The secret is asked for and not shown, or read from standard input, without the line break at its end. The service keeps
keyed hashes of it, finds it from the next activity on wherever it stands, and can never show it again.

Examples:
  $ lapwing secret register --name "billing database"
  $ pass show billing-db | lapwing secret register --name "billing database" --reason "rotated in May"`;

const forgetHelp = `
It is looked for no more from the next activity on. Its uses stay on record.

Example:
  $ lapwing secret forget S25vd25TZWNyZXQ6NDI= --reason "replaced"`;

export function addSecretCommand(program: Command): void {
  const secret = program
    .command('secret')
    .description('register secrets to be found, and see where secrets were used')
    .addHelpText('after', '\nExamples:\n  $ lapwing secret register --name "billing database"\n  $ lapwing secret uses --user ada');
  withConnection(secret.command('register'), 'an admin')
    .description('register a secret, which is asked for and not shown')
    .requiredOption('--name <name>', 'what it is shown as')
    .option('--reason <text>', 'why, for the audit log')
    .addHelpText('after', registerHelp)
    .action(runRegister);
  withConnection(secret.command('list'), 'an admin')
    .description('show the registered secrets, how often each was found and when last')
    .addHelpText('after', "\nExample:\n  $ lapwing secret list --json | jq -r '.[] | select(.uses == 0) | .name'")
    .action(runList);
  withConnection(secret.command('forget'), 'an admin')
    .description('look for a registered secret no more')
    .argument('<id>', 'which, as `secret list` shows it')
    .option('--reason <text>', 'why, for the audit log')
    .addHelpText('after', forgetHelp)
    .action(runForget);
  addUsesCommand(secret);
}

async function runRegister(flags: RegisterFlags): Promise<void> {
  const client = await clientFor(flags);
  const secret = await readSecret(process.stdin, process.stderr);
  const { registerSecret: registered } = await client.request({
    document: registerSecret,
    answer: registerAnswer,
    repeatable: false,
    variables: { input: { name: flags.name, secret, reason: flags.reason } },
  });
  if (!registered.knownSecret) throw refusal('no secret was registered', registered.userErrors);
  const { id, name, registeredAt } = registered.knownSecret;
  printLine(flags.json ? JSON.stringify(registered.knownSecret) : `registered ${printable(name)} (${id}) at ${registeredAt}`);
}

async function runList(flags: Flags): Promise<void> {
  const client = await clientFor(flags);
  const { knownSecrets: secrets } = await client.request({ document: knownSecrets, answer: listAnswer, repeatable: true, variables: {} });
  if (flags.json) {
    printLine(JSON.stringify(secrets));
    return;
  }
  for (const { id, name, registeredAt, registeredBy, uses, lastFoundAt } of secrets) {
    printLine(`${id}  ${printable(name)}`);
    printLine(`  registered ${registeredAt} by ${printable(registeredBy)}`);
    printLine(`  found ${lastFoundAt === null ? 'never' : `${uses === 1 ? 'once' : `${uses} times`}, last at ${lastFoundAt}`}`);
  }
}

async function runForget(id: string, flags: ForgetFlags): Promise<void> {
  const client = await clientFor(flags);
  const { forgetSecret: forgotten } = await client.request({
    document: forgetSecret,
    answer: forgetAnswer,
    repeatable: true,
    variables: { input: { id, reason: flags.reason } },
  });
  if (!forgotten.knownSecret) throw refusal('no secret was forgotten', forgotten.userErrors);
  printLine(flags.json ? JSON.stringify(forgotten.knownSecret) : `forgot ${printable(forgotten.knownSecret.name)}`);
}
